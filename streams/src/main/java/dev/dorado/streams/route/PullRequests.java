package dev.dorado.streams.route;

import dev.dorado.events.Commit;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Count;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Derived;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Rows;
import dev.dorado.streams.derive.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rule S6: the pull requests, and which commits belong to which merged one; also those of its head
 * branch (rule L1). A commit in several belongs to the first merged.
 */
final class PullRequests {

  private final String repository;
  private final Branches branches;

  /** Events by number and id. */
  private final Table<Key, PullRequestEvent> events;

  /** Numbers that events tell of or commits name. */
  private final Count<Long> numbers;

  /** Of merged ones: merge commit, time of the merge, number. */
  private final Table<Key, Long> mergeCommits;

  /** Of merged ones: head SHA, time of the merge, number. */
  private final Table<Key, Long> heads;

  /** Of merged ones: commit, time of the merge, number. */
  private final Table<Key, Long> claims;

  private final Derived<Long, Integer, PullRequest> pullRequests;
  private final Derived<Long, Integer, Claim> claimed;

  private record Claim(PullRequest by, Set<String> commits) {}

  PullRequests(
      Derivation derivation,
      String repository,
      Table<String, PullRequestEvent> pullRequestEvents,
      Branches branches,
      RuleSettings settings) {
    this.repository = repository;
    this.branches = branches;
    events = derivation.table();
    numbers = derivation.count();
    mergeCommits = derivation.table();
    heads = derivation.table();
    claims = derivation.table();
    derivation.each(
        "pull request event",
        pullRequestEvents,
        (id, event) -> event,
        (id, event, rows) -> {
          rows.add(events, Key.of(event.getNumber(), id), event);
          rows.count(numbers, event.getNumber());
        },
        events,
        numbers);
    derivation.each(
        "pull request that a commit names",
        branches.naming(),
        (key, entry) -> key.<Long>part(0),
        (key, number, rows) -> rows.count(numbers, number),
        numbers);
    pullRequests =
        derivation.each(
            "pull request (E6)",
            numbers,
            (number, count) -> pullRequest(number, settings),
            this::index,
            mergeCommits,
            heads);
    claimed =
        derivation.each(
            "commits of a pull request (S6)",
            numbers,
            (number, count) -> claim(pullRequests.get(number)),
            this::addClaims,
            claims);
  }

  /** Numbers of all pull requests. */
  Count<Long> numbers() {
    return numbers;
  }

  /** A pull request that is merged, or null. */
  PullRequest merged(long number) {
    PullRequest pullRequest = pullRequests.get(number);
    return pullRequest == null || !pullRequest.isMerged() ? null : pullRequest;
  }

  /** The merged pull request that a commit belongs to, or null. */
  PullRequest ownerOf(String sha) {
    Long number = first(claims, sha);
    return number == null ? null : merged(number);
  }

  /** The SHAs that belong to a merged pull request, its merge commit among them. */
  List<String> commitsOf(PullRequest pullRequest) {
    Claim claim = claimed.get(pullRequest.number());
    return claim == null
        ? List.of()
        : claim.commits().stream()
            .filter(sha -> first(claims, sha) == pullRequest.number())
            .toList();
  }

  /** What pushes say of the commits that belong to a merged pull request. */
  List<Commit> knownCommitsOf(PullRequest pullRequest) {
    List<Commit> known = new ArrayList<>();
    for (String sha : commitsOf(pullRequest)) {
      Commit commit = branches.commit(sha);
      if (commit != null) {
        known.add(commit);
      }
    }
    return known;
  }

  private PullRequest pullRequest(long number, RuleSettings settings) {
    List<PullRequestEvent> ofOne = new ArrayList<>();
    Table.under(events, Key.of(number)).forEach(entry -> ofOne.add(entry.getValue()));
    if (!ofOne.isEmpty()) {
      return PullRequest.merge(ofOne, settings, branches::wholeSha);
    }
    String main = branches.defaultBranch();
    List<Branches.Entry> naming = new ArrayList<>();
    for (var entry : branches.naming(number)) {
      if (entry.getValue().branch().equals(main)) {
        naming.add(entry.getValue());
      }
    }
    return naming.isEmpty() ? null : PullRequest.ofCommits(repository, number, main, naming);
  }

  private void index(Long number, PullRequest pullRequest, Rows rows) {
    if (pullRequest == null || !pullRequest.isMerged()) {
      return;
    }
    Instant merged = pullRequest.mergedAt();
    if (pullRequest.mergeCommit() != null) {
      rows.add(mergeCommits, Key.of(pullRequest.mergeCommit(), merged, number), number);
    }
    if (pullRequest.headSha() != null) {
      rows.add(heads, Key.of(pullRequest.headSha(), merged, number), number);
    }
  }

  private Claim claim(PullRequest pullRequest) {
    if (pullRequest == null || !pullRequest.isMerged()) {
      return null;
    }
    Set<String> own = new LinkedHashSet<>(onBase(pullRequest));
    own.addAll(pullRequest.commits());
    branches.naming(pullRequest.number()).forEach(entry -> own.add(entry.getValue().sha()));
    own.addAll(onHeadBranch(pullRequest, own));
    return new Claim(pullRequest, own);
  }

  private void addClaims(Long number, Claim claim, Rows rows) {
    if (claim != null) {
      Instant merged = claim.by().mergedAt();
      claim.commits().forEach(sha -> rows.add(claims, Key.of(sha, merged, number), number));
    }
  }

  /**
   * The merge commit, and at most as many entries before it in that push as the pull request has
   * commits, stopping at another's merge commit.
   */
  private Set<String> onBase(PullRequest pullRequest) {
    Set<String> own = new LinkedHashSet<>();
    String merge = pullRequest.mergeCommit();
    if (merge == null) {
      return own;
    }
    own.add(merge);
    var entry = branches.entry(pullRequest.baseBranch(), merge);
    if (entry == null || pullRequest.commitCount() < 1) {
      return own;
    }
    for (var before : branches.before(entry)) {
      if (own.size() > pullRequest.commitCount()
          || !before.isOfSamePush(entry)
          || !before.pushed()
          || first(mergeCommits, before.sha()) != null) {
        break;
      }
      own.add(before.sha());
    }
    return own;
  }

  /**
   * The head branch's commits, back from the head SHA to the base or to another merged pull
   * request, at most as many as the pull request has.
   */
  private Set<String> onHeadBranch(PullRequest pullRequest, Set<String> own) {
    Set<String> found = new LinkedHashSet<>();
    var head =
        pullRequest.hasOwnHeadBranch()
            ? branches.entry(pullRequest.headBranch(), pullRequest.headSha())
            : null;
    int most = pullRequest.commitCount() < 0 ? Integer.MAX_VALUE : pullRequest.commitCount();
    if (head == null || most == 0 || !isOfHeadBranch(head, pullRequest, own)) {
      return found;
    }
    found.add(head.sha());
    for (var entry : branches.before(head)) {
      if (found.size() >= most || !isOfHeadBranch(entry, pullRequest, own)) {
        break;
      }
      found.add(entry.sha());
    }
    return found;
  }

  private boolean isOfHeadBranch(Branches.Entry entry, PullRequest pullRequest, Set<String> own) {
    boolean onBase =
        !own.contains(entry.sha()) && branches.entry(pullRequest.baseBranch(), entry.sha()) != null;
    return entry.pushed() && !onBase && !isOfAnother(entry.sha(), pullRequest.number());
  }

  private boolean isOfAnother(String sha, long number) {
    Long merged = first(mergeCommits, sha);
    Long headed = first(heads, sha);
    return (merged != null && merged != number) || (headed != null && headed != number);
  }

  /** The first merged of those that a table has under a SHA, or null. */
  private static Long first(Table<Key, Long> table, String sha) {
    for (var entry : Table.under(table, Key.of(sha))) {
      return entry.getValue();
    }
    return null;
  }
}
