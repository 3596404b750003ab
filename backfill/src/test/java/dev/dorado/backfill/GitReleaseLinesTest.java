package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.PushEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines that deployed tags lie on come with the default branch. */
class GitReleaseLinesTest {

  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();
  private GitFixture git;
  private int day;
  private ObjectId root;
  private ObjectId fork;

  @BeforeEach
  void createTheRepository() throws IOException {
    git = new GitFixture(folder.resolve("shop.git"));
    root = git.root("2026-01-01T00:00:00Z", "README.md");
    fork = commit(root);
    git.branch("main", commit(commit(fork)));
  }

  @AfterEach
  void closeIt() {
    git.close();
  }

  @Test
  void aReleaseBranchWithSeveralTagsComesOnceUnderItsName() throws IOException {
    ObjectId first = commit(fork);
    ObjectId second = commit(first);
    ObjectId untagged = commit(second);
    git.branch("7-1-stable", untagged);
    git.annotatedTag("v7.1.0", first, "2026-03-01T00:00:00Z");
    git.tag("v7.1.1", second);

    var sink = new RecordingSink();
    var result = run(sink, "once");

    assertThat(branches(sink)).containsExactly("7-1-stable", "main");
    assertThat(heads(sink, "7-1-stable"))
        .as("from where it left the default branch to its head")
        .containsExactly(fork.name(), first.name(), second.name(), untagged.name());
    assertThat(sink.pushes("refs/heads/7-1-stable").get(0).getBefore()).isEqualTo(root.name());
    assertThat(sink.deployments())
        .extracting(DeploymentEvent::getDeployment)
        .containsExactly("tag:v7.1.0", "tag:v7.1.1");
    assertThat(result.releaseLines()).isEqualTo(1);
    assertThat(result.releaseCommits()).isEqualTo(4);
    assertThat(result.commits()).isEqualTo(8);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains(
            "2 of the 2 deployed tags are not on main",
            "branches: 1;",
            "in no branch, named release/TAG: 0")
        .contains("--no-release-lines");
  }

  @Test
  void aTagOffAnyBranchMakesALineOfItsOwnNamedAfterItsFirstTag() throws IOException {
    ObjectId first = commit(fork);
    ObjectId second = commit(first);
    git.tag("v1.0.1", second);
    git.tag("v1.0.0", first);
    git.tag("v1.0.0-final", first);

    RecordingSink sink = importAll();

    assertThat(branches(sink)).containsExactly("main", "release/v1.0.0");
    assertThat(heads(sink, "release/v1.0.0"))
        .containsExactly(fork.name(), first.name(), second.name());
  }

  @Test
  void theNameOfABranchOfTheRepositoryIsNotTaken() throws IOException {
    ObjectId tagged = commit(fork);
    git.tag("v1", tagged);
    git.branch("release/v1", commit(root));

    RecordingSink sink = importAll();

    assertThat(branches(sink)).containsExactly("main", "tags/release/v1");
    assertThat(heads(sink, "tags/release/v1")).containsExactly(fork.name(), tagged.name());
  }

  @Test
  void aLineBesideALineBeginsAboveWhatAnEarlierTagShipped() throws IOException {
    ObjectId first = commit(fork);
    ObjectId between = commit(first);
    ObjectId patch = commit(between);
    ObjectId next = commit(between);
    git.branch("7-1-stable", next);
    git.tag("v7.1.0", first);
    git.tag("v7.1.0.1", patch);
    git.tag("v7.1.1", next);

    RecordingSink sink = importAll();

    assertThat(branches(sink)).containsExactly("7-1-stable", "main", "release/v7.1.0.1");
    assertThat(heads(sink, "release/v7.1.0.1"))
        .as("the patch shipped what came to the branch after the tag before it")
        .containsExactly(between.name(), patch.name());
    assertThat(heads(sink, "7-1-stable"))
        .containsExactly(fork.name(), first.name(), between.name(), next.name());
  }

  @Test
  void aLineBesideALineWithoutAnEarlierTagBeginsAtTheDefaultBranch() throws IOException {
    ObjectId untagged = commit(fork);
    ObjectId release = commit(untagged);
    ObjectId later = commit(untagged);
    git.branch("stable", later);
    git.tag("v1", release);
    git.tag("v2", commit(later));

    RecordingSink sink = importAll();

    assertThat(branches(sink)).containsExactly("main", "release/v1", "release/v2");
    assertThat(heads(sink, "release/v1"))
        .containsExactly(fork.name(), untagged.name(), release.name());
    assertThat(heads(sink, "release/v2")).startsWith(later.name()).hasSize(2);
  }

  @Test
  void aTagOfAnOrphanBranchBringsItsWholeHistory() throws IOException {
    ObjectId orphan = git.root("2026-02-01T00:00:00Z", "other");
    ObjectId tagged = commit(orphan);
    git.branch("legacy", tagged);
    git.tag("v0.9", tagged);

    RecordingSink sink = importAll();

    assertThat(heads(sink, "legacy")).containsExactly(orphan.name(), tagged.name());
    assertThat(sink.pushes("refs/heads/legacy").get(0).getBefore()).isNull();
  }

  @Test
  void aReleaseBranchThatWasMergedBackIsALineToo() throws IOException {
    ObjectId release = commit(fork);
    ObjectId main = commit(fork);
    ObjectId merge = git.merge("merge back", time(), main, release);
    git.branch("main", merge);
    git.tag("v1", release);

    RecordingSink sink = importAll();

    assertThat(heads(sink, "release/v1")).containsExactly(fork.name(), release.name());
    PushEvent merged = sink.pushes("refs/heads/main").get(3);
    assertThat(merged.getCommits())
        .extracting(Commit::getSha)
        .containsExactly(release.name(), merge.name());
  }

  @Test
  void tagsOfTheDefaultBranchAndOtherTagsBringNoLine() throws IOException {
    git.tag("v1", fork);
    git.tag("nightly", commit(fork));
    git.branch("feature", commit(fork));

    RecordingSink sink = importAll();

    assertThat(branches(sink)).containsExactly("main");
    assertThat(notes).isEmpty();
  }

  @Test
  void ofSeveralBranchesTheOneNamedAfterTheVersionIsTaken() throws IOException {
    ObjectId tagged = commit(fork);
    git.tag("v7.1.3", tagged);
    git.branch("fix-3508", commit(tagged));
    git.branch("7-2-stable", commit(tagged));
    git.branch("release/7.1", tagged);

    assertThat(branches(importAll())).containsExactly("main", "release/7.1");
  }

  @Test
  void aBranchThatIsAskedForIsNoLineAsWell() throws IOException {
    ObjectId tagged = commit(fork);
    git.branch("release/1", tagged);
    git.tag("v1", tagged);
    var asked = settings(List.of("release/*"), true);

    var sink = new RecordingSink();
    var result = run(asked, sink, "asked");

    assertThat(heads(sink, "release/1")).containsExactly(fork.name(), tagged.name());
    assertThat(result.releaseLines()).isZero();
    assertThat(notes).isEmpty();
  }

  @Test
  void withoutReleaseLinesTheTagsAreCounted() throws IOException {
    git.tag("v1", commit(fork));
    git.tag("v2", fork);

    var sink = new RecordingSink();
    run(settings(List.of(), false), sink, "without");

    assertThat(branches(sink)).containsExactly("main");
    assertThat(sink.deployments()).hasSize(2);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("1 of the 2 deployed tags", "Without --no-release-lines");
  }

  @Test
  void anotherImportBringsNothingAndLaterTagsContinueTheirLine() throws IOException {
    ObjectId first = commit(fork);
    git.tag("v1", first);
    run(new RecordingSink(), "again");

    var nothing = new RecordingSink();
    run(nothing, "again");
    assertThat(nothing.events).isEmpty();

    ObjectId second = commit(first);
    git.tag("v1.1", second);
    var news = new RecordingSink();
    run(news, "again");

    assertThat(branches(news)).containsExactly("release/v1");
    assertThat(heads(news, "release/v1")).containsExactly(second.name());
    assertThat(news.ids()).isSubsetOf(importAll().ids()).doesNotHaveDuplicates();
  }

  @Test
  void everyEventComesOnceAndTwoImportsGiveTheSame() throws IOException {
    ObjectId line = fork;
    for (int release = 0; release < 10; release++) {
      line = commit(commit(line));
      git.tag("v1." + release, line);
      git.tag("v1." + release + ".1", commit(line));
      git.tag("v1." + release + ".2", commit(commit(line)));
    }
    git.branch("1-stable", line);

    RecordingSink first = importAll();

    assertThat(first.ids()).doesNotHaveDuplicates();
    assertThat(importAll().events).isEqualTo(first.events);
    assertThat(branches(first)).hasSize(22);
    assertThat(first.pushes("refs/heads/release/v1.9.2")).hasSize(2);
  }

  private ObjectId commit(ObjectId parent) throws IOException {
    String time = time();
    return git.commit("commit " + day, time, parent, "file-" + day);
  }

  private String time() {
    return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(3_600L * ++day).toString();
  }

  private RecordingSink importAll() {
    var sink = new RecordingSink();
    run(sink, "all-" + System.nanoTime());
    return sink;
  }

  private GitBackfill.Result run(RecordingSink sink, String state) {
    return run(settings(List.of(), true), sink, state);
  }

  private GitBackfill.Result run(GitSettings settings, RecordingSink sink, String state) {
    notes.clear();
    try (var repository = git.open()) {
      return GitBackfill.run(
          repository,
          settings,
          sink,
          BackfillState.open(folder.resolve("state"), "git", "github.com/acme/" + state, "kafka-1"),
          new NotedProgress(notes),
          NOW);
    }
  }

  private GitSettings settings(List<String> branches, boolean releaseLines) {
    return new GitSettings(
        git.folder,
        Optional.empty(),
        Optional.empty(),
        branches,
        releaseLines,
        true,
        List.of("v*"),
        List.of(),
        Optional.empty(),
        "production");
  }

  private static List<String> branches(RecordingSink sink) {
    var branches = new TreeSet<String>();
    for (PushEvent push : sink.of(PushEvent.class)) {
      if (push.getRef().startsWith("refs/heads/")) {
        branches.add(push.getRef().substring("refs/heads/".length()));
      }
    }
    return List.copyOf(branches);
  }

  private static List<String> heads(RecordingSink sink, String branch) {
    return sink.pushes("refs/heads/" + branch).stream().map(PushEvent::getAfter).toList();
  }
}
