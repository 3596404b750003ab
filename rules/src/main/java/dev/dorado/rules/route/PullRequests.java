package dev.dorado.rules.route;

import dev.dorado.events.Commit;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rule S6: the pull requests, and which commits belong to which merged one; also those of its head
 * branch (rule L1). A commit in several belongs to the first merged, and the later ones carry it.
 */
final class PullRequests {

  private final String repository;
  private final Branches branches;

  /** Events by number and id. */
  private final Table<Key, PullRequestEvent> events;

  /** Numbers that events tell of or commits name. */
  private final Count<Long> numbers;

  /** Merged pull requests by merge commit, time of the merge, and number. */
  private final Table<Key, Long> mergeCommits;

  /** Merged pull requests by head SHA, time of the merge, and number. */
  private final Table<Key, Long> heads;

  /** Merged pull requests by contained commit, time of the merge, and number. */
  private final Table<Key, Content> contents;

  /**
   * That a commit is in a pull request.
   *
   * @param mayBeOwn whether it may belong to it, and is not only carried
   */
  private record Content(long number, boolean mayBeOwn) {}

  private final Derived<Long, Integer, PullRequest> pullRequests;
  private final Derived<Long, Integer, Claim> claimed;

  /**
   * The commits that are in a pull request.
   *
   * @param carried those among them that can't be its own (rule S6)
   */
  private record Claim(PullRequest by, Set<String> commits, Set<String> carried) {}

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
    contents = derivation.table();
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
        (key, entry) -> entry.commit().getPullRequest(),
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
            this::addContents,
            contents);
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
    for (var entry : Table.under(contents, Key.of(sha))) {
      if (entry.getValue().mayBeOwn()) {
        return merged(entry.getValue().number());
      }
    }
    return null;
  }

  /** The SHAs that belong to a merged pull request, its merge commit among them. */
  List<String> commitsOf(PullRequest pullRequest) {
    Claim claim = claimed.get(pullRequest.number());
    return claim == null
        ? List.of()
        : claim.commits().stream().filter(sha -> isOwn(sha, claim)).toList();
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

  /**
   * Whether a merged pull request only carries the commits of others: it has some, and beside its
   * merge commit and further merges none of its own. Then it is no change (rule S6).
   */
  boolean onlyCarries(PullRequest pullRequest) {
    Claim claim = claimed.get(pullRequest.number());
    if (claim == null) {
      return false;
    }
    boolean carries = false;
    for (String sha : claim.commits()) {
      boolean own = isOwn(sha, claim);
      if (own && pullRequest.isWork(sha) && !isMerge(sha)) {
        return false;
      }
      carries |= !own;
    }
    return carries;
  }

  /** The commits in a merged pull request that are not its own. */
  List<String> carriedBy(PullRequest pullRequest) {
    Claim claim = claimed.get(pullRequest.number());
    return claim == null
        ? List.of()
        : claim.commits().stream().filter(sha -> !isOwn(sha, claim)).toList();
  }

  /** The merged pull requests that a commit is in, first merged first. */
  List<PullRequest> with(String sha) {
    List<PullRequest> with = new ArrayList<>();
    for (var entry : Table.under(contents, Key.of(sha))) {
      with.add(merged(entry.getValue().number()));
    }
    return with;
  }

  /**
   * The merge commit and the squash commit of a merged pull request, as far as they are its own.
   */
  List<String> ownMergeCommits(PullRequest pullRequest) {
    return Stream.of(pullRequest.mergeCommit(), pullRequest.squashCommit())
        .filter(Objects::nonNull)
        .filter(sha -> isOf(ownerOf(sha), pullRequest))
        .toList();
  }

  private static boolean isOf(PullRequest owner, PullRequest pullRequest) {
    return owner != null && owner.number() == pullRequest.number();
  }

  private boolean isOwn(String sha, Claim claim) {
    return isOf(ownerOf(sha), claim.by());
  }

  /** Whether a commit merges branches: by its parents, else by the words that Git gives it. */
  boolean isMerge(String sha) {
    Commit commit = branches.commit(sha);
    return commit != null
        && (commit.getParents() == null
            ? Texts.isMerge(commit.getMessage())
            : commit.getParents().size() > 1);
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
    if (pullRequest.squashCommit() != null) {
      own.add(pullRequest.squashCommit());
    }
    branches.naming(pullRequest.number()).forEach(entry -> own.add(entry.getValue().sha()));
    own.addAll(onHeadBranch(pullRequest));
    return new Claim(pullRequest, own, ofDefaultBranch(pullRequest, own));
  }

  private void addContents(Long number, Claim claim, Rows rows) {
    if (claim == null) {
      return;
    }
    Instant merged = claim.by().mergedAt();
    for (String sha : claim.commits()) {
      var content = new Content(number, !claim.carried().contains(sha));
      rows.add(contents, Key.of(sha, merged, number), content);
    }
  }

  /**
   * What stood on the default branch before a pull request brought it to another one is a change of
   * the default branch, also where no pull request brought it there (a promotion, a back-merge).
   */
  private Set<String> ofDefaultBranch(PullRequest pullRequest, Set<String> commits) {
    String main = branches.defaultBranch();
    if (main == null || pullRequest.baseBranch() == null || main.equals(pullRequest.baseBranch())) {
      return Set.of();
    }
    Set<String> carried = new LinkedHashSet<>();
    for (String sha : commits) {
      var onMain = branches.entry(main, sha);
      if (onMain != null && !onMain.time().isAfter(pullRequest.mergedAt())) {
        carried.add(sha);
      }
    }
    return carried;
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
   * The head, and the commits before it on its branch that were not on the base before the pull
   * request: back to the head of an earlier one from the same branch, at most as many as the pull
   * request has. Where the branch begins at a commit of another, that one is followed too.
   */
  private Set<String> onHeadBranch(PullRequest pullRequest) {
    Set<String> found = new LinkedHashSet<>();
    String sha = pullRequest.headSha();
    if (sha == null || pullRequest.commitCount() == 0) {
      return found;
    }
    var merge = branches.entry(pullRequest.baseBranch(), pullRequest.mergeCommit());
    if (!pullRequest.hasOwnHeadBranch() || branches.entry(pullRequest.headBranch(), sha) == null) {
      if (!wasOnBase(sha, pullRequest, merge)) {
        found.add(sha);
      }
      return found;
    }
    int most = pullRequest.commitCount() < 0 ? Integer.MAX_VALUE : pullRequest.commitCount();
    Set<String> followed = new HashSet<>();
    followed.add(pullRequest.baseBranch());
    var from = branches.entry(pullRequest.headBranch(), sha);
    while (from != null && followed.add(from.branch())) {
      var oldest = from;
      for (var entry : branches.upTo(from)) {
        if (found.size() >= most || isEndOfEarlier(entry.sha(), pullRequest)) {
          return found;
        }
        oldest = entry;
        if (!entry.pushed()) {
          break;
        }
        if (!wasOnBase(entry.sha(), pullRequest, merge)) {
          found.add(entry.sha());
        }
      }
      from = origin(oldest, followed);
    }
    return found;
  }

  private boolean wasOnBase(String sha, PullRequest pullRequest, Branches.Entry merge) {
    var onBase = branches.entry(pullRequest.baseBranch(), sha);
    return onBase != null && !(merge != null && onBase.isOfSamePush(merge));
  }

  private boolean isEndOfEarlier(String sha, PullRequest pullRequest) {
    for (var entry : Table.under(heads, Key.of(sha))) {
      PullRequest other = pullRequests.get(entry.getValue());
      if (other.isMergedBefore(pullRequest)
          && Objects.equals(other.headBranch(), pullRequest.headBranch())
          && Objects.equals(other.baseBranch(), pullRequest.baseBranch())) {
        return true;
      }
    }
    return false;
  }

  /** Where a branch's oldest commit had stood before, the default branch first, or null. */
  private Branches.Entry origin(Branches.Entry oldest, Set<String> followed) {
    return branches.everywhere(oldest.sha()).stream()
        .filter(entry -> !followed.contains(entry.branch()))
        .filter(entry -> entry.time().isBefore(oldest.time()))
        .findFirst()
        .orElse(null);
  }

  /** The first merged of those that a table has under a SHA, or null. */
  private static Long first(Table<Key, Long> table, String sha) {
    for (var entry : Table.under(table, Key.of(sha))) {
      return entry.getValue();
    }
    return null;
  }
}
