package dev.dorado.rules.reference;

import dev.dorado.events.Commit;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.events.Review;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The branches, tags and pull requests of a repository; rules E5 and E6 for pull requests. */
final class Repository {

  final String name;
  final Map<String, Branch> branches = new TreeMap<>();
  final String defaultBranch;

  /** Those that are merged, first merged first. */
  final List<Pull> merged;

  private final Events events;
  private final List<PushEvent> pushes;

  Repository(String name, Events events) {
    this.name = name;
    this.events = events;
    this.pushes =
        events.all(PushEvent.class).stream().filter(e -> e.getRepository().equals(name)).toList();
    for (var push : pushes) {
      if (push.getRef().startsWith("refs/heads/")) {
        String branch = push.getRef().substring("refs/heads/".length());
        branches.computeIfAbsent(branch, b -> new Branch(b, movesOf(push.getRef())));
      }
    }
    this.defaultBranch = mainBranch();
    this.merged = pulls();
  }

  private List<PushEvent> movesOf(String ref) {
    return pushes.stream().filter(push -> push.getRef().equals(ref)).toList();
  }

  /** The default branch is as a sender says; else main, master, or the first pushed to. */
  private String mainBranch() {
    String said = pushes.isEmpty() ? null : Events.merged(pushes).getDefaultBranch();
    if (said != null) {
      return said;
    }
    return List.of("main", "master").stream()
        .filter(branches::containsKey)
        .findFirst()
        .orElseGet(
            () ->
                branches.values().stream()
                    .filter(branch -> !branch.entries.isEmpty())
                    .min(Comparator.comparing(b -> b.entries.get(0).position().time()))
                    .map(branch -> branch.name)
                    .orElse(null));
  }

  Branch main() {
    return branch(defaultBranch);
  }

  Branch branch(String branch) {
    return branch == null ? null : branches.get(branch);
  }

  boolean isDefault(Branch branch) {
    return branch.name.equals(defaultBranch);
  }

  /** The branches that a commit is known on, the default one first, then by name. */
  List<Branch> branchesOf(String sha) {
    return branches.values().stream()
        .filter(branch -> branch.entry(sha) != null)
        .sorted(Comparator.comparing(branch -> !isDefault(branch)))
        .toList();
  }

  /** What pushes say of a commit, or null. */
  Commit commit(String sha) {
    return branchesOf(sha).stream()
        .map(branch -> branch.entry(sha).commit())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** S8: the one SHA that a prefix of 7 or more fits, or null. */
  String fullSha(String prefix) {
    Set<String> fitting = new TreeSet<>();
    for (var branch : branches.values()) {
      branch.entries.stream()
          .map(Branch.Entry::sha)
          .filter(sha -> prefix.length() >= 7 && sha.startsWith(prefix))
          .forEach(fitting::add);
    }
    return fitting.size() == 1 ? fitting.iterator().next() : null;
  }

  /** S8: a pull request's SHAs may be shortened; what fits no one commit stays as it is. */
  private String whole(String sha) {
    boolean shortened = sha != null && sha.length() < 40 && fullSha(sha) != null;
    return shortened ? fullSha(sha) : sha;
  }

  /** S8: the commit of a tag at a time, else the first that it had later, or null. */
  String tag(String tag, Instant time) {
    Map<Instant, String> values = new TreeMap<>();
    for (var move : Events.oldestFirst(movesOf("refs/tags/" + tag))) {
      String commit = move.getHead() == null ? move.getAfter() : move.getHead();
      if (commit != null) {
        values.put(Objects.requireNonNullElse(move.getPushedAt(), move.getOccurredAt()), commit);
      }
    }
    String value = null;
    for (var entry : values.entrySet()) {
      value = value == null || !entry.getKey().isAfter(time) ? entry.getValue() : value;
    }
    return value;
  }

  /** A merged pull request, as its events or its commits tell of it. */
  record Pull(
      PullRequestEvent told,
      Instant mergedAt,
      Set<String> listed,
      Set<String> labels,
      boolean botAuthor,
      Instant firstReviewAt,
      Instant readyAt,
      boolean live) {

    long number() {
      return told.getNumber();
    }

    String mergeCommit() {
      return told.getMergeCommitSha();
    }

    /** Whether a commit is not work but the merge or the squash of it. */
    boolean isOfMerge(String sha) {
      return sha.equals(mergeCommit()) || sha.equals(told.getSquashCommitSha());
    }

    int commitCount() {
      return Objects.requireNonNullElse(told.getCommitCount(), -1);
    }

    /** Whether its head branch is one of the repository's own, and not its base. */
    boolean hasOwnHeadBranch() {
      return told.getHeadBranch() != null
          && !told.getHeadBranch().equals(told.getBaseBranch())
          && (told.getHeadRepository() == null
              || told.getHeadRepository().equals(told.getRepository()));
    }
  }

  private List<Pull> pulls() {
    List<Pull> pulls = new ArrayList<>();
    Set<Long> told = new TreeSet<>();
    var all =
        events.all(PullRequestEvent.class).stream()
            .filter(event -> event.getRepository().equals(name))
            .toList();
    for (var one : Events.grouped(all, PullRequestEvent::getNumber)) {
      told.add(one.get(0).getNumber());
      pulls.add(pull(Events.oldestFirst(one)));
    }
    var named =
        main() == null
            ? List.<Branch.Entry>of()
            : main().entries.stream()
                .filter(entry -> pullRequestOf(entry) != null)
                .filter(entry -> !told.contains(pullRequestOf(entry)))
                .toList();
    Events.grouped(named, Repository::pullRequestOf).forEach(commits -> pulls.add(pullOf(commits)));
    return pulls.stream()
        .filter(pull -> pull.mergedAt() != null)
        .sorted(Comparator.comparing(Pull::mergedAt).thenComparing(Pull::number))
        .toList();
  }

  static Long pullRequestOf(Branch.Entry entry) {
    return entry.commit() == null ? null : entry.commit().getPullRequest();
  }

  /** E6: labels are united until the merge; a merge is never undone. */
  private Pull pull(List<PullRequestEvent> oldestFirst) {
    var told = Events.merged(oldestFirst);
    told.setHeadSha(whole(told.getHeadSha()));
    told.setMergeCommitSha(whole(told.getMergeCommitSha()));
    told.setSquashCommitSha(whole(told.getSquashCommitSha()));
    Instant mergedAt = null;
    for (var event : oldestFirst) {
      if (Boolean.TRUE.equals(event.getMerged()) && mergedAt == null) {
        mergedAt = Objects.requireNonNullElse(told.getMergedAt(), event.getOccurredAt());
      }
    }
    Set<String> labels = new TreeSet<>();
    Set<String> listed = new TreeSet<>();
    for (var event : oldestFirst) {
      if (event.getLabels() != null && isUntil(mergedAt, event.getOccurredAt())) {
        labels.addAll(event.getLabels());
      }
      Objects.requireNonNullElse(event.getCommits(), List.<String>of())
          .forEach(sha -> listed.add(whole(sha)));
    }
    boolean live = oldestFirst.stream().anyMatch(Events::isLive);
    boolean bot = oldestFirst.stream().anyMatch(e -> Boolean.TRUE.equals(e.getAuthorBot()));
    Instant review = firstReview(oldestFirst, told, mergedAt);
    Instant ready = ready(oldestFirst, told.getOpenedAt(), review == null ? mergedAt : review);
    return new Pull(told, mergedAt, listed, labels, bot, review, ready, live);
  }

  private boolean isUntil(Instant merge, Instant time) {
    return merge == null
        || time == null
        || !time.isAfter(merge.plus(events.settings.clockTolerance()));
  }

  /**
   * L2: when it last stopped being a draft after its opening and by its first review, else by its
   * merge: an event says just that, or only the one before it had a draft. Reviews, merges and
   * closings don't tell.
   */
  private static Instant ready(List<PullRequestEvent> oldestFirst, Instant openedAt, Instant end) {
    var telling =
        oldestFirst.stream()
            .filter(event -> event.getDraft() != null)
            .filter(e -> !Set.of("reviewed", "merged", "closed").contains(e.getTransition()))
            .toList();
    Set<Instant> times = new TreeSet<>();
    for (int i = 1; i < telling.size(); i++) {
      if (telling.get(i - 1).getDraft() && !telling.get(i).getDraft()) {
        times.add(telling.get(i).getOccurredAt());
      }
    }
    oldestFirst.stream()
        .map(PullRequestEvent::getReadyAt)
        .filter(Objects::nonNull)
        .forEach(times::add);
    return times.stream()
        .filter(at -> openedAt == null || openedAt.isBefore(at))
        .filter(at -> end == null || !end.isBefore(at))
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  /**
   * L2, E5: the first review between the opening and the merge by another person; bots' reviews are
   * no reviews.
   */
  private Instant firstReview(
      List<PullRequestEvent> told, PullRequestEvent merged, Instant mergedAt) {
    String author = merged.getAuthor();
    Instant openedAt = merged.getOpenedAt();
    Map<String, Review> reviews = new TreeMap<>();
    for (var event : told) {
      Review review = event.getReview();
      if (review != null) {
        var known = reviews.get(review.getId());
        if (known == null || known.getSubmittedAt() == null) {
          reviews.put(review.getId(), review);
        }
      }
    }
    return reviews.values().stream()
        .filter(review -> review.getReviewer() == null || !review.getReviewer().equals(author))
        .filter(review -> !events.isBot(review.getReviewer()))
        .filter(review -> !Boolean.TRUE.equals(review.getBot()))
        .map(Review::getSubmittedAt)
        .filter(at -> at != null && isUntil(mergedAt, at) && isUntil(at, openedAt))
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** S6: commits of the default branch that alone name a pull request, merged with the last. */
  private Pull pullOf(List<Branch.Entry> commits) {
    var last = commits.get(commits.size() - 1);
    var told =
        PullRequestEvent.newBuilder()
            .setId("")
            .setProvenance(last.push().getProvenance())
            .setOccurredAt(last.position().time())
            .setRepository(name)
            .setNumber(pullRequestOf(last))
            .setTransition("merged")
            .setTitle(Changes.firstLine(last.commit().getMessage()))
            .setAuthor(last.commit().getAuthor())
            .setBaseBranch(defaultBranch)
            .setMergeCommitSha(last.sha())
            .build();
    Set<String> listed = new TreeSet<>();
    commits.forEach(entry -> listed.add(entry.sha()));
    boolean live = commits.stream().anyMatch(entry -> !entry.backfill());
    return new Pull(told, last.position().time(), listed, Set.of(), false, null, null, live);
  }
}
