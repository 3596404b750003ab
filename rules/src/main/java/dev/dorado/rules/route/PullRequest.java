package dev.dorado.rules.route;

import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.Review;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.merge.Newest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A pull request, merged from the events that tell of it (rule E6). Null: no event says.
 *
 * @param squashCommit the commit on its base branch into which its own were squashed: its merge
 *     commit, or another one before it
 * @param commitCount how many commits are in it, or -1 if no event says
 * @param commits SHAs that a sender says are in it
 * @param labels the labels of all events until it merged
 * @param authorBot whether a sender reports its author as a bot (rule E5)
 * @param firstReviewAt first review by another person between its opening and its merge (rules L2,
 *     E5)
 * @param readyAt when it last stopped being a draft before its first review, else before its merge
 *     (rule L2)
 */
record PullRequest(
    String repository,
    long number,
    String title,
    String description,
    String author,
    boolean authorBot,
    String url,
    String headRepository,
    String headBranch,
    String headSha,
    String baseBranch,
    Instant openedAt,
    Instant mergedAt,
    String mergeCommit,
    String squashCommit,
    int commitCount,
    Set<String> commits,
    Set<String> labels,
    Instant firstReviewAt,
    Instant readyAt,
    boolean live) {

  /** Transitions that a draft does not reach before it is ready. */
  private static final Set<String> ENDING = Set.of("reviewed", "merged", "closed");

  /**
   * A pull request of which nothing is known but commits that name it: it merged with the last.
   *
   * @param entries the commits on its base branch, in their order, at least one
   */
  static PullRequest ofCommits(
      String repository, long number, String baseBranch, List<Branches.Entry> entries) {
    var last = entries.get(entries.size() - 1);
    return new PullRequest(
        repository,
        number,
        Texts.firstLine(last.commit().getMessage()),
        null,
        last.commit().getAuthor(),
        false,
        null,
        null,
        null,
        null,
        baseBranch,
        null,
        last.time(),
        last.sha(),
        null,
        -1,
        entries.stream().map(Branches.Entry::sha).collect(Collectors.toSet()),
        Set.of(),
        null,
        null,
        entries.stream().anyMatch(entry -> !entry.backfill()));
  }

  /**
   * The pull request that {@code events} tell of.
   *
   * @param whole makes a whole SHA of a shortened one, as Bitbucket Cloud gives them (rule S8)
   */
  static PullRequest merge(
      List<PullRequestEvent> events, RuleSettings settings, UnaryOperator<String> whole) {
    var newest =
        new Newest<>(
            events,
            PullRequestEvent::getOccurredAt,
            PullRequestEvent::getProvenance,
            PullRequestEvent::getId);
    // A merge is never undone; an event of the same second may not know of it yet.
    Instant mergeHeard =
        newest.oldestFirst().stream()
            .filter(event -> Boolean.TRUE.equals(event.getMerged()))
            .map(PullRequestEvent::getOccurredAt)
            .findFirst()
            .orElse(null);
    boolean merged = mergeHeard != null;
    Instant mergedAt = merged ? newest.value(PullRequestEvent::getMergedAt, mergeHeard) : null;
    String author = newest.value(PullRequestEvent::getAuthor);
    Instant openedAt = newest.value(PullRequestEvent::getOpenedAt);
    Instant firstReviewAt = firstReview(newest.oldestFirst(), author, openedAt, mergedAt, settings);
    Set<String> labels = new TreeSet<>();
    Set<String> commits = new TreeSet<>();
    for (var event : newest.oldestFirst()) {
      boolean counts =
          mergedAt == null
              || !event.getOccurredAt().isAfter(mergedAt.plus(settings.clockTolerance()));
      if (event.getLabels() != null && counts) {
        labels.addAll(event.getLabels());
      }
      if (event.getCommits() != null) {
        event.getCommits().forEach(sha -> commits.add(whole.apply(sha)));
      }
    }
    return new PullRequest(
        newest.last().getRepository(),
        newest.last().getNumber(),
        newest.value(PullRequestEvent::getTitle),
        newest.value(PullRequestEvent::getDescription),
        author,
        events.stream().anyMatch(event -> Boolean.TRUE.equals(event.getAuthorBot())),
        newest.value(PullRequestEvent::getUrl),
        newest.value(PullRequestEvent::getHeadRepository),
        newest.value(PullRequestEvent::getHeadBranch),
        whole.apply(newest.value(PullRequestEvent::getHeadSha)),
        newest.value(PullRequestEvent::getBaseBranch),
        openedAt,
        mergedAt,
        merged ? whole.apply(newest.value(PullRequestEvent::getMergeCommitSha)) : null,
        merged ? whole.apply(newest.value(PullRequestEvent::getSquashCommitSha)) : null,
        newest.value(PullRequestEvent::getCommitCount, -1),
        commits,
        labels,
        firstReviewAt,
        ready(newest.oldestFirst(), openedAt, firstReviewAt == null ? mergedAt : firstReviewAt),
        events.stream().anyMatch(event -> !event.getProvenance().getOrigin().equals("backfill")));
  }

  boolean isMerged() {
    return mergedAt != null;
  }

  /** Whether it is the one of two merged ones that a commit in both belongs to. */
  boolean isMergedBefore(PullRequest other) {
    int order = mergedAt.compareTo(other.mergedAt);
    return order < 0 || (order == 0 && number < other.number);
  }

  /**
   * Whether a commit of it may be somebody's work. Its merge or squash commit is not; but there is
   * none where the head itself came to the base branch.
   */
  boolean isWork(String sha) {
    return !isOfMerge(sha) || sha.equals(headSha);
  }

  /** Whether a commit is its merge commit or its squash commit. */
  boolean isOfMerge(String sha) {
    return sha.equals(mergeCommit) || sha.equals(squashCommit);
  }

  String id() {
    return repository + "#" + number;
  }

  /** Whether its head branch is one of the repository's own, and not its base. */
  boolean hasOwnHeadBranch() {
    return headBranch != null
        && !headBranch.equals(baseBranch)
        && (headRepository == null || headRepository.equals(repository));
  }

  private static Instant firstReview(
      List<PullRequestEvent> events,
      String author,
      Instant openedAt,
      Instant mergedAt,
      RuleSettings settings) {
    Map<String, Review> reviews = new HashMap<>();
    for (var event : events) {
      if (event.getReview() != null) {
        reviews.merge(event.getReview().getId(), event.getReview(), PullRequest::mergeReviews);
      }
    }
    Duration tolerance = settings.clockTolerance();
    List<Instant> times = new ArrayList<>();
    for (var review : reviews.values()) {
      boolean another =
          review.getReviewer() == null
              || (!review.getReviewer().equals(author) && !settings.isBot(review.getReviewer()));
      Instant at = review.getSubmittedAt();
      if (another
          && !Boolean.TRUE.equals(review.getBot())
          && at != null
          && (openedAt == null || !at.isBefore(openedAt.minus(tolerance)))
          && (mergedAt == null || !at.isAfter(mergedAt.plus(tolerance)))) {
        times.add(at);
      }
    }
    return times.stream().min(Comparator.naturalOrder()).orElse(null);
  }

  /**
   * When it last stopped being a draft by {@code end}, as an event reports it, or as two events
   * show of which only the earlier one has a draft. A review, a merge or a closing does not tell:
   * what made it ready came before, at an unknown time. Null: never, or not after its opening.
   */
  private static Instant ready(List<PullRequestEvent> oldestFirst, Instant openedAt, Instant end) {
    List<Instant> times = new ArrayList<>();
    boolean draft = false;
    for (var event : oldestFirst) {
      if (event.getReadyAt() != null) {
        times.add(event.getReadyAt());
      }
      if (event.getDraft() != null && !ENDING.contains(event.getTransition())) {
        if (draft && !event.getDraft()) {
          times.add(event.getOccurredAt());
        }
        draft = event.getDraft();
      }
    }
    return times.stream()
        .filter(at -> end == null || !at.isAfter(end))
        .filter(at -> openedAt == null || at.isAfter(openedAt))
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** A review that is later dismissed or edited was still given when it was submitted. */
  private static Review mergeReviews(Review earlier, Review later) {
    return earlier.getSubmittedAt() == null ? later : earlier;
  }
}
