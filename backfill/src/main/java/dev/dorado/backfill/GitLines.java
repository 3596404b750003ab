package dev.dorado.backfill;

import com.google.re2j.Pattern;
import dev.dorado.schemas.Matches;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The first-parent lines that are imported: the default branch, the branches that the settings
 * name, and the <i>release lines</i>, on which deployed tags lie that the default branch does not
 * have. Each commit beside the default branch is read once, however many tags there are. Immutable.
 *
 * <p>A release line is a branch. It has the name of a branch of the repository whose first-parent
 * line has the tag, else {@code release/} and the name of its first tag, so that later tags of the
 * line do not change the name. It begins where it leaves the default branch. If an earlier deployed
 * tag has its lower part, it begins above that part, which the earlier deployment shipped.
 *
 * @param lines what to import, the default branch first
 * @param deployedTags how many tags are deployments of a known commit
 * @param onReleaseLines how many of them lie on release lines
 * @param withoutLine how many of them lie on no line that is imported
 */
record GitLines(List<Line> lines, int deployedTags, int onReleaseLines, int withoutLine) {

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  GitLines {
    lines = List.copyOf(lines);
  }

  /**
   * A line to import.
   *
   * @param branch name of the branch that it becomes
   * @param head its newest commit
   * @param below the commit at which it ends, which is not imported with it; empty if it goes to
   *     its root
   * @param fork the commit of the default branch's line that it begins with; empty if there is
   *     none, and of the default branch
   * @param kind why it is imported
   */
  record Line(
      String branch,
      ObjectId head,
      Optional<ObjectId> below,
      Optional<ObjectId> fork,
      LineKind kind) {

    /**
     * Under which name {@link BackfillState} keeps how far the import came: a line that begins
     * elsewhere than where it left the default branch is another piece of work than the whole.
     */
    String cursor() {
      boolean isPart = fork.isEmpty() && below.isPresent();
      return "branch " + branch + (isPart ? " above " + below.get().name() : "");
    }

    boolean isReleaseLine() {
      return kind == LineKind.RELEASE_BRANCH || kind == LineKind.TAGS_ALONE;
    }
  }

  /** Why a line is imported. */
  enum LineKind {
    DEFAULT_BRANCH,
    NAMED_BRANCH,
    RELEASE_BRANCH,
    /** A release line that no branch of the repository has. */
    TAGS_ALONE
  }

  /** The lines that are imported for deployed tags. */
  List<Line> releaseLines() {
    return lines.stream().filter(Line::isReleaseLine).toList();
  }

  /** The default branch and the branches that the settings name. */
  List<Line> others() {
    return lines.stream().filter(line -> !line.isReleaseLine()).toList();
  }

  /** What a person should know of deployed tags that the default branch does not have. */
  List<String> notes(String defaultBranch) {
    List<String> notes = new ArrayList<>();
    if (onReleaseLines > 0) {
      long alone = lines.stream().filter(line -> line.kind() == LineKind.TAGS_ALONE).count();
      notes.add(
          ("%,d of the %,d deployed tags are not on %s: importing the release lines that have them"
                  + " (branches: %,d; in no branch, named release/TAG: %,d)."
                  + " --no-release-lines leaves them out")
              .formatted(
                  onReleaseLines,
                  deployedTags,
                  defaultBranch,
                  releaseLines().size() - alone,
                  alone));
    }
    if (withoutLine > 0) {
      notes.add(
          ("%,d of the %,d deployed tags are on no imported branch: their deployments have unknown"
                  + " changes. Without --no-release-lines, their lines are imported too")
              .formatted(withoutLine, deployedTags));
    }
    return notes;
  }

  /**
   * The lines of a repository.
   *
   * @param importedAt tags later than this are left out
   */
  static GitLines of(Repository repository, GitRefs refs, GitSettings settings, Instant importedAt)
      throws IOException {
    try (var walk = new RevWalk(repository)) {
      walk.setRetainBody(false);
      return new Search(walk, refs, settings, importedAt).run();
    }
  }

  /** A commit with deployed tags, and when the first of them was deployed. */
  private record Tagged(RevCommit commit, String first, Instant time, int tags) {

    static final Comparator<Tagged> OLDEST_FIRST =
        Comparator.comparing(Tagged::time).thenComparing(Tagged::first);
  }

  /**
   * A line as far as it is found.
   *
   * @param lowest the lowest of its tags; null of a branch that is imported for another reason
   */
  private record Found(String branch, RevCommit head, Tagged lowest, LineKind kind) {}

  /** What tags are at a commit or below it on its first-parent line. */
  private record TagsBelow(int count, Tagged nearest) {}

  /** Looks for the lines; used once. */
  private static final class Search {

    private final RevWalk walk;
    private final GitRefs refs;
    private final GitSettings settings;
    private final Instant importedAt;
    private final Set<RevCommit> main = new HashSet<>();
    private final Map<RevCommit, Tagged> tagged = new HashMap<>();

    /** The commits of the lines that were found, and of which line each is. */
    private final Map<RevCommit, Integer> lineOf = new HashMap<>();

    private final List<Found> found = new ArrayList<>();
    private int onDefaultBranch;

    Search(RevWalk walk, GitRefs refs, GitSettings settings, Instant importedAt) {
      this.walk = walk;
      this.refs = refs;
      this.settings = settings;
      this.importedAt = importedAt;
    }

    GitLines run() throws IOException {
      RevCommit head = walk.parseCommit(refs.branches().get(refs.defaultBranch()));
      RevCommit commit = head;
      while (commit != null && main.add(commit)) {
        commit = parent(commit);
      }
      findTags();
      List<Line> lines = new ArrayList<>();
      lines.add(
          new Line(
              refs.defaultBranch(),
              head,
              Optional.empty(),
              Optional.empty(),
              LineKind.DEFAULT_BRANCH));
      for (String branch : otherBranches(true)) {
        take(branch, walk.parseCommit(refs.branches().get(branch)), LineKind.NAMED_BRANCH);
      }
      if (settings.releaseLines() && !tagged.isEmpty()) {
        takeBranchesWithTags();
        takeTagsAlone();
      }
      Map<RevCommit, Tagged> earliest = earliestTags();
      for (Found line : found) {
        lines.add(lowerEnd(line, earliest));
      }
      int beside = tagged.values().stream().mapToInt(Tagged::tags).sum();
      return new GitLines(
          lines,
          onDefaultBranch + beside,
          tagsOn(line -> line.kind() != LineKind.NAMED_BRANCH),
          beside - tagsOn(line -> true));
    }

    private int tagsOn(Predicate<Found> lines) {
      return tagged.values().stream()
          .filter(at -> lineOf.containsKey(at.commit()))
          .filter(at -> lines.test(found.get(lineOf.get(at.commit()))))
          .mapToInt(Tagged::tags)
          .sum();
    }

    /** What names no commit, or lies in the future, is no deployment. */
    private void findTags() throws IOException {
      walk.setRetainBody(true); // The tagger's time is in it.
      for (var tag : new TreeMap<>(refs.tags()).entrySet()) {
        if (!settings.isDeployedTag(tag.getKey())) {
          continue;
        }
        var target = walk.parseAny(tag.getValue());
        if (!(walk.peel(target) instanceof RevCommit peeled)) {
          continue;
        }
        RevCommit commit = walk.parseCommit(peeled);
        Optional<Instant> time =
            GitRefs.timeOfTag(target, CommitTimes.of(walk, commit), importedAt);
        if (time.isPresent() && main.contains(commit)) {
          onDefaultBranch++;
        } else if (time.isPresent()) {
          var at = new Tagged(commit, tag.getKey(), time.get(), 1);
          tagged.merge(commit, at, Search::sameCommit);
        }
      }
      walk.setRetainBody(false);
    }

    private static Tagged sameCommit(Tagged one, Tagged other) {
      Tagged first = Tagged.OLDEST_FIRST.compare(one, other) <= 0 ? one : other;
      return new Tagged(first.commit(), first.first(), first.time(), one.tags() + other.tags());
    }

    private List<String> otherBranches(boolean imported) {
      return refs.branches().keySet().stream()
          .filter(name -> !name.equals(refs.defaultBranch()))
          .filter(name -> settings.isImportedBranch(name) == imported)
          .toList();
    }

    /**
     * Branches with tags that no line has yet. Where several branches have the same tags, that is
     * the release branch whose name begins with the numbers of the tag; else the one with most
     * tags, else the one with the shortest name.
     */
    private void takeBranchesWithTags() throws IOException {
      Map<RevCommit, TagsBelow> below = new HashMap<>();
      record Candidate(String branch, RevCommit head, TagsBelow tags) {}
      List<Candidate> candidates = new ArrayList<>();
      for (String branch : otherBranches(false)) {
        RevCommit head = walk.parseCommit(refs.branches().get(branch));
        TagsBelow tags = tagsBelow(head, below);
        if (tags.count() > 0) {
          candidates.add(new Candidate(branch, head, tags));
        }
      }
      candidates.sort(
          Comparator.<Candidate, Boolean>comparing(
                  c -> !namesVersion(c.branch(), c.tags().nearest().first()))
              .thenComparing(c -> -c.tags().count())
              .thenComparing(c -> c.branch().length())
              .thenComparing(Candidate::branch));
      for (Candidate candidate : candidates) {
        if (!lineOf.containsKey(candidate.tags().nearest().commit())) {
          take(candidate.branch(), candidate.head(), LineKind.RELEASE_BRANCH);
        }
      }
    }

    /** Tags that no branch has: the oldest begins a line, and later ones may continue it. */
    private void takeTagsAlone() throws IOException {
      for (Tagged tag : tagged.values().stream().sorted(Tagged.OLDEST_FIRST).toList()) {
        if (!lineOf.containsKey(tag.commit())) {
          take(null, tag.commit(), LineKind.TAGS_ALONE);
        }
      }
    }

    /**
     * Adds a line down to the default branch or to a line that was found before.
     *
     * @param branch its name; null where no branch has it
     */
    private void take(String branch, RevCommit head, LineKind kind) throws IOException {
      List<RevCommit> path = new ArrayList<>();
      Tagged lowest = null;
      RevCommit commit = head;
      while (commit != null && !main.contains(commit) && !lineOf.containsKey(commit)) {
        path.add(commit);
        lowest = tagged.getOrDefault(commit, lowest);
        commit = parent(commit);
      }
      Integer line = found.size();
      Integer continued = commit == null ? null : lineOf.get(commit);
      if (kind == LineKind.TAGS_ALONE
          && continued != null
          && found.get(continued).kind() == LineKind.TAGS_ALONE
          && found.get(continued).head().equals(commit)) {
        Found before = found.get(continued);
        line = continued;
        found.set(line, new Found(before.branch(), head, before.lowest(), kind));
      } else {
        found.add(new Found(branch == null ? nameAfter(lowest) : branch, head, lowest, kind));
      }
      for (RevCommit on : path) {
        lineOf.put(on, line);
      }
    }

    private String nameAfter(Tagged tag) {
      String name = "release/" + tag.first();
      while (refs.branches().containsKey(name)) {
        name = "tags/" + name;
      }
      return name;
    }

    /** For each commit of a deployed tag's line, the first deployed tag that has it. */
    private Map<RevCommit, Tagged> earliestTags() throws IOException {
      Map<RevCommit, Tagged> earliest = new HashMap<>();
      for (Tagged tag : tagged.values().stream().sorted(Tagged.OLDEST_FIRST).toList()) {
        RevCommit commit = tag.commit();
        while (commit != null
            && !main.contains(commit)
            && earliest.putIfAbsent(commit, tag) == null) {
          commit = parent(commit);
        }
      }
      return earliest;
    }

    private Line lowerEnd(Found line, Map<RevCommit, Tagged> earliest) throws IOException {
      boolean whole = line.kind() == LineKind.NAMED_BRANCH;
      RevCommit commit = whole ? line.head() : line.lowest().commit();
      while (commit != null && !main.contains(commit)) {
        Tagged first = whole ? null : earliest.get(commit);
        if (first != null && isOnEarlierLine(first, line)) {
          return new Line(
              line.branch(), line.head(), Optional.of(commit), Optional.empty(), line.kind());
        }
        commit = parent(commit);
      }
      Optional<ObjectId> fork = Optional.ofNullable(commit);
      Optional<ObjectId> below =
          commit == null ? Optional.empty() : Optional.ofNullable(parent(commit));
      return new Line(line.branch(), line.head(), below, fork, line.kind());
    }

    /** Whether the deployment of a tag of another line had come before those of a line. */
    private boolean isOnEarlierLine(Tagged tag, Found line) {
      return found.get(lineOf.get(tag.commit())) != line
          && Tagged.OLDEST_FIRST.compare(tag, line.lowest()) < 0;
    }

    /** Reads the tags of a line; what is known of its lower part is not read again. */
    private TagsBelow tagsBelow(RevCommit head, Map<RevCommit, TagsBelow> known)
        throws IOException {
      Deque<RevCommit> path = new ArrayDeque<>();
      RevCommit commit = head;
      while (commit != null && !main.contains(commit) && !known.containsKey(commit)) {
        path.push(commit);
        commit = parent(commit);
      }
      TagsBelow below = commit == null ? null : known.get(commit);
      below = below == null ? new TagsBelow(0, null) : below;
      for (RevCommit on : path) {
        Tagged tag = tagged.get(on);
        below = tag == null ? below : new TagsBelow(below.count() + tag.tags(), tag);
        known.put(on, below);
      }
      return below;
    }

    /** Whether all numbers in a branch's name are those with which a tag's numbers begin. */
    private static boolean namesVersion(String branch, String tag) {
      List<String> named = numbers(branch);
      List<String> version = numbers(tag);
      return !named.isEmpty()
          && named.size() <= version.size()
          && version.subList(0, named.size()).equals(named);
    }

    private static List<String> numbers(String text) {
      return Matches.of(NUMBER, text, 0);
    }

    private RevCommit parent(RevCommit commit) throws IOException {
      walk.parseHeaders(commit);
      return commit.getParentCount() == 0 ? null : commit.getParent(0);
    }
  }
}
