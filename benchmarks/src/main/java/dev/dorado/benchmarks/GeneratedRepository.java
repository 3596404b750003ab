package dev.dorado.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * A bare Git repository that is made up, the same each time: a default branch, and release lines of
 * up to 20 tags each that leave it at even distances. A line has two commits of its own before each
 * further tag. Every tag is an annotated one.
 *
 * @param path its folder
 * @param commits commits of the default branch and of all that tags contain
 * @param tags tags of commits
 */
record GeneratedRepository(Path path, int commits, int tags) {

  private static final int TAGS_OF_A_LINE = 20;
  private static final int COMMITS_OF_A_TAG = 2;
  private static final int FOLDERS = 60;
  private static final int FILES = 40;
  private static final int PEOPLE = 150;
  private static final long BEGIN = Instant.parse("2016-01-04T08:00:00Z").getEpochSecond();
  private static final Duration SPAN = Duration.ofDays(3_285);

  /** Generates a repository in {@code path} with {@code git fast-import}, which has to be there. */
  static GeneratedRepository in(Path path, int commits, int tags)
      throws IOException, InterruptedException {
    Git.run("init", "--quiet", "--bare", "--initial-branch=main", path.toString());
    var git = Git.start(path, "fast-import", "--quiet");
    try (var out = new BufferedOutputStream(git.getOutputStream(), 1 << 20)) {
      return new Writer(out, commits, tags).write(path);
    } finally {
      Git.await(git);
    }
  }

  /** Writes the stream of {@code git fast-import}. */
  private static final class Writer {

    private final OutputStream out;
    private final int tags;
    private final int onMain;
    private final int lines;
    private final long step;
    private final Random random = new Random(12);
    private int marks;

    Writer(OutputStream out, int commits, int tags) {
      this.out = out;
      this.tags = tags;
      this.lines = Math.max(1, (tags + TAGS_OF_A_LINE - 1) / TAGS_OF_A_LINE);
      this.onMain = commits - COMMITS_OF_A_TAG * (tags - lines);
      if (tags < 1 || onMain < 2 * lines) {
        throw new IllegalArgumentException(
            "%d commits with %d tags: expected at least one tag, and %d commits or more"
                .formatted(commits, tags, commits - onMain + 2 * lines));
      }
      this.step = SPAN.toSeconds() / onMain;
    }

    GeneratedRepository write(Path path) throws IOException {
      int[] branchPoints = new int[lines];
      int line = 0;
      int untilBranch = onMain / lines;
      int tagged = 0;
      for (int i = 1; i <= onMain; i++) {
        commit("main", BEGIN + i * step, 0);
        if (line < lines && i == untilBranch * (line + 1) - untilBranch / 2) {
          branchPoints[line] = marks;
          line++;
        }
      }
      for (int l = 0; l < lines; l++) {
        long at = BEGIN + (untilBranch * (l + 1L) - untilBranch / 2) * step;
        int of = branchPoints[l];
        for (int t = 0; t < TAGS_OF_A_LINE && tagged < tags; t++, tagged++) {
          for (int c = 0; t > 0 && c < COMMITS_OF_A_TAG; c++) {
            at += step * Math.max(1, untilBranch / (3 * TAGS_OF_A_LINE));
            commit("release/" + (l + 1), at, c == 0 && t == 1 ? of : 0);
          }
          tag("v%d.%d".formatted(l + 1, t), t == 0 ? of : marks, at + 60);
        }
      }
      out.flush();
      return new GeneratedRepository(path, marks, tags);
    }

    /** A commit of one to three files on a branch, from {@code parent} where the branch is new. */
    private void commit(String branch, long at, int parent) throws IOException {
      marks++;
      int person = random.nextInt(PEOPLE);
      String who = "Dev %1$d <dev%1$d@example.com> %2$d +0000".formatted(person, at);
      String message = "Change %d".formatted(marks);
      text("commit refs/heads/%s\nmark :%d\n".formatted(branch, marks));
      text("author %s\ncommitter %s\n".formatted(who, who));
      data(message);
      if (parent > 0) {
        text("from :%d\n".formatted(parent));
      }
      for (int i = random.nextInt(3); i >= 0; i--) {
        text(
            "M 100644 inline src/f%d/File%d.java\n"
                .formatted(random.nextInt(FOLDERS), random.nextInt(FILES)));
        data("of %s\n".formatted(message));
      }
    }

    private void tag(String name, int mark, long at) throws IOException {
      text("tag %s\nfrom :%d\n".formatted(name, mark));
      text("tagger Dev 0 <dev0@example.com> %d +0000\n".formatted(at));
      data("Release " + name);
    }

    private void data(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      text("data " + bytes.length + "\n");
      out.write(bytes);
      out.write('\n');
    }

    private void text(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A repository that is there; which commits its tags contain, Git says. */
  static GeneratedRepository at(Path path) throws IOException, InterruptedException {
    int commits = Integer.parseInt(Git.output(path, "rev-list", "--count", "HEAD", "--tags"));
    List<String> refs =
        Git.output(path, "for-each-ref", "--format=%(objecttype) %(*objecttype)", "refs/tags")
            .lines()
            .filter(types -> types.contains("commit"))
            .toList();
    return new GeneratedRepository(path, commits, refs.size());
  }
}
