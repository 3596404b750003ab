package dev.dorado.rules.route;

import dev.dorado.events.Commit;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.Place;
import dev.dorado.steps.Position;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The changes of a repository (rule S6): merged pull requests, and commits that belong to none,
 * with their places on the branches, and what their texts say of them. A cherry-pick that names its
 * source is the same change, at one more place. The unit here is the change; rule S7 gives it to
 * services.
 */
final class Changes {

  private final String repository;
  private final Branches branches;
  private final PullRequests pullRequests;
  private final Table<String, Boolean> deployedBranches;
  private final ChangeDetails told;

  /** Pull requests and lone commits by their ids, before picks and reverts. */
  private final Table<String, ChangeDetails.Change> byId;

  /** Changes by title, time of the merge, and id. */
  private final Table<Key, RoutedChange> titles;

  /** Commits that were picked, by source, then branch, position and SHA of the pick. */
  private final Table<Key, Picked> picks;

  private final Derived<Long, Integer, ChangeDetails.Change> ofPullRequests;
  private final Derived<String, Integer, List<Branches.Entry>> lone;
  private final Derived<String, Integer, Picked> picked;

  /** A commit that was picked from another, and where it stands. */
  private record Picked(String sha, String source, List<Branches.Entry> at) {}

  /**
   * Where a change went from where it was made.
   *
   * @param carriers other pull requests that it is in, in the order of their merges
   * @param picks its cherry-picks, by branch and position
   */
  private record Spread(SortedMap<Key, PullRequest> carriers, SortedMap<Key, Picked> picks) {}

  /**
   * @param deployedBranches the branches beside the default one that attempts have deployed
   */
  Changes(
      Derivation derivation,
      String repository,
      Branches branches,
      PullRequests pullRequests,
      Table<String, Boolean> deployedBranches,
      RuleSettings settings) {
    this.repository = repository;
    this.branches = branches;
    this.pullRequests = pullRequests;
    this.deployedBranches = deployedBranches;
    this.told = new ChangeDetails(repository, branches, pullRequests, settings);
    byId = derivation.table();
    titles = derivation.table();
    picks = derivation.table();
    ofPullRequests =
        derivation.each(
            "change of a pull request (S6)",
            pullRequests.numbers(),
            (number, count) -> ofPullRequest(number),
            Changes.this::add,
            byId,
            titles);
    Count<String> shas = branches.shas();
    lone = derivation.each("lone commit (S6)", shas, (sha, count) -> lone(sha));
    picked =
        derivation.each("cherry-pick (S6)", shas, (sha, count) -> pick(sha), this::addPick, picks);
    derivation.each(
        "change of a lone commit (S6)", shas, (sha, count) -> ofLone(sha), this::add, byId, titles);
  }

  /** All changes before picks and reverts, by id; {@link #whole} makes them whole. */
  Table<String, ChangeDetails.Change> byId() {
    return byId;
  }

  /**
   * A change with its cherry-picks, what it reverts (F4), and the places to which further pull
   * requests carried it (S6).
   */
  RoutedChange whole(String id, ChangeDetails.Change change) {
    Spread spread = spread(change.routed());
    boolean reverts = isRevert(id, new HashSet<>());
    if (spread.carriers().isEmpty() && spread.picks().isEmpty() && !reverts) {
      return change.routed();
    }
    var whole = RoutedChange.newBuilder(change.routed());
    Map<String, Place> places = new LinkedHashMap<>();
    change.routed().getPlaces().forEach(place -> places.put(place.getBranch(), place));
    spread.carriers().values().forEach(carrier -> carry(whole, places, carrier));
    List<String> commits = new ArrayList<>(change.routed().getCommits());
    for (var pick : spread.picks().values()) {
      pick.at().stream()
          .map(branches::place)
          .forEach(place -> places.putIfAbsent(place.getBranch(), place));
      commits.add(pick.sha());
    }
    whole.setPlaces(List.copyOf(places.values())).setCommits(commits);
    if (reverts) {
      whole.setRevert(true).setReverts(reverted(id, change));
    }
    return whole.build();
  }

  /**
   * Follows the commits of a change: into the pull requests that carry them, with whose merge
   * commits they go on, and into cherry-picks.
   */
  private Spread spread(RoutedChange change) {
    var spread = new Spread(new TreeMap<>(), new TreeMap<>());
    Set<String> asked = new HashSet<>(change.getCommits());
    Deque<String> next = new ArrayDeque<>(asked);
    while (!next.isEmpty()) {
      String sha = next.pop();
      for (PullRequest with : pullRequests.with(sha)) {
        if (change.getPullRequest() == null || change.getPullRequest() != with.number()) {
          spread.carriers().put(Key.of(with.mergedAt(), with.number()), with);
          pullRequests.ownMergeCommits(with).stream().filter(asked::add).forEach(next::push);
        }
      }
      for (var entry : Table.under(picks, Key.of(sha))) {
        Picked pick = entry.getValue();
        spread.picks().put(pick.at().get(0).inLine(), pick);
        if (asked.add(pick.sha())) {
          next.push(pick.sha());
        }
      }
    }
    return spread;
  }

  /** The earlier of two places on one branch is where the change entered it. */
  private void carry(RoutedChange.Builder whole, Map<String, Place> places, PullRequest carrier) {
    for (Place place : placesOf(carrier)) {
      Place known = places.get(place.getBranch());
      if (known == null || isBefore(place.getPosition(), known.getPosition())) {
        places.put(place.getBranch(), place);
        whole.setOffDefault(whole.getOffDefault() && !place.getDefaultBranch());
        whole.setBackfillOnly(whole.getBackfillOnly() && told.isBackfillOnly(carrier));
      }
    }
  }

  private static boolean isBefore(Position position, Position other) {
    return Comparator.comparing(Position::getTime)
            .thenComparing(Position::getRank)
            .thenComparing(Position::getIndex)
            .compare(position, other)
        < 0;
  }

  private void add(Object key, ChangeDetails.Change change, Rows rows) {
    if (change != null) {
      RoutedChange routed = change.routed();
      rows.add(byId, routed.getId(), change);
      if (routed.getTitle() != null) {
        Key byTitle = Key.of(routed.getTitle(), routed.getMergedAt(), routed.getId());
        rows.add(titles, byTitle, routed);
      }
    }
  }

  private ChangeDetails.Change ofPullRequest(long number) {
    PullRequest pullRequest = pullRequests.merged(number);
    if (pullRequest == null || pullRequests.onlyCarries(pullRequest)) {
      return null;
    }
    List<Place> places = placesOf(pullRequest);
    String merge = pullRequest.mergeCommit();
    boolean offDefault =
        merge == null
            || branches.everywhere(merge).stream()
                .noneMatch(entry -> branches.isDefault(entry.branch()));
    return merge == null && places.isEmpty()
        ? null
        : told.ofPullRequest(pullRequest, places, offDefault);
  }

  /** Where a merged pull request stands: its merge commit, and its head where that was deployed. */
  private List<Place> placesOf(PullRequest pullRequest) {
    Map<String, Place> places = new LinkedHashMap<>();
    if (pullRequest.mergeCommit() != null) {
      branches.everywhere(pullRequest.mergeCommit()).stream()
          .filter(this::counts)
          .map(branches::place)
          .forEach(place -> places.putIfAbsent(place.getBranch(), place));
    }
    if (pullRequest.hasOwnHeadBranch()) {
      var head = branches.entry(pullRequest.headBranch(), pullRequest.headSha());
      if (head != null && deployedBranches.get(head.branch()) != null) {
        Place place = branches.place(head);
        places.putIfAbsent(place.getBranch(), place);
      }
    }
    return List.copyOf(places.values());
  }

  /** Whether what is on a branch counts: it is the default one, or was deployed. */
  private boolean counts(Branches.Entry entry) {
    return branches.isDefault(entry.branch()) || deployedBranches.get(entry.branch()) != null;
  }

  /** Where a commit stands that belongs to no pull request; null if it does, or stands nowhere. */
  private List<Branches.Entry> lone(String sha) {
    if (pullRequests.ownerOf(sha) != null) {
      return null;
    }
    List<Branches.Entry> at =
        branches.everywhere(sha).stream()
            .filter(entry -> entry.pushed() && counts(entry))
            .sorted(Comparator.comparing(Branches.Entry::branch))
            .toList();
    return at.isEmpty() ? null : at;
  }

  private Picked pick(String sha) {
    List<Branches.Entry> at = lone.get(sha);
    String source = at == null ? null : sourceOf(sha);
    return source == null ? null : new Picked(sha, source, at);
  }

  private void addPick(String sha, Picked pick, Rows rows) {
    if (pick != null) {
      rows.add(picks, Key.of(pick.source()).with(pick.at().get(0).inLine()), pick);
    }
  }

  private ChangeDetails.Change ofLone(String sha) {
    List<Branches.Entry> at = lone.get(sha);
    return at == null || picked.get(sha) != null ? null : told.ofLoneCommit(sha, at);
  }

  /** The commit that a commit was picked from, as far back as it is known; null if it was not. */
  private String sourceOf(String sha) {
    Set<String> seen = new HashSet<>();
    String source = null;
    for (String next = pickedFrom(sha); next != null && seen.add(next); next = pickedFrom(next)) {
      if (next.equals(sha)) {
        return null;
      }
      PullRequest owner = pullRequests.ownerOf(next);
      if (owner != null
          ? isChange(owner) || pullRequests.onlyCarries(owner)
          : lone.get(next) != null) {
        source = next;
      }
    }
    return source;
  }

  private boolean isChange(PullRequest pullRequest) {
    return ofPullRequests.get(pullRequest.number()) != null;
  }

  private String pickedFrom(String sha) {
    Commit commit = branches.commit(sha);
    if (commit == null) {
      return null;
    }
    var named = Texts.cherryPicked(commit.getMessage());
    return named.isEmpty() ? null : branches.fullSha(named.get(named.size() - 1));
  }

  /** A revert of a revert is an ordinary change (rule F4). */
  private boolean isRevert(String id, Set<String> asked) {
    ChangeDetails.Change change = byId.get(id);
    if (change == null
        || (!change.statesRevert() && change.reverts().isEmpty())
        || !asked.add(id)) {
      return false;
    }
    List<String> reverted = reverted(id, change);
    if (reverted.isEmpty()) {
      return !change.statesRevertOfRevert()
          && (change.statesRevert() || !revertsOnlyItself(id, change));
    }
    return reverted.stream().anyMatch(other -> !isRevert(other, asked));
  }

  /** As the squash commit of a pull request in which one commit takes back another. */
  private boolean revertsOnlyItself(String id, ChangeDetails.Change change) {
    return change.reverts().stream().allMatch(name -> changesNamed(name).equals(Set.of(id)));
  }

  /** Ids of the changes that a change says it reverts. */
  private List<String> reverted(String id, ChangeDetails.Change change) {
    if (change.repeatedTitle() != null) {
      return titled(change.repeatedTitle(), change.routed().getMergedAt());
    }
    return change.reverts().stream()
        .flatMap(name -> changesNamed(name).stream())
        .filter(other -> !other.equals(id))
        .distinct()
        .sorted()
        .toList();
  }

  /** The id of the one change that had a title before a time; none if there were several. */
  private List<String> titled(String title, Instant before) {
    String only = null;
    for (var entry : Table.under(titles, Key.of(title))) {
      if (!entry.getValue().getMergedAt().isBefore(before)) {
        break;
      }
      if (only != null) {
        return List.of();
      }
      only = entry.getValue().getId();
    }
    return only == null ? List.of() : List.of(only);
  }

  /** A pull request that carries others stands for these too. */
  private Set<String> changesNamed(String name) {
    Set<String> ids = new TreeSet<>();
    if (!name.startsWith("#")) {
      addChanges(Objects.requireNonNullElse(branches.fullSha(name), name), ids, new HashSet<>());
      return ids;
    }
    PullRequest named = pullRequests.merged(Long.parseLong(name.substring(1)));
    if (named != null) {
      addChange(named, ids);
      pullRequests.carriedBy(named).forEach(sha -> addChanges(sha, ids, new HashSet<>()));
    }
    return ids;
  }

  private void addChanges(String sha, Set<String> ids, Set<String> asked) {
    if (!asked.add(sha)) {
      return;
    }
    PullRequest owner = pullRequests.ownerOf(sha);
    Picked pick = picked.get(sha);
    if (owner != null) {
      addChange(owner, ids);
      if (owner.isOfMerge(sha)) {
        pullRequests.carriedBy(owner).forEach(carried -> addChanges(carried, ids, asked));
      }
    } else if (pick != null) {
      addChanges(pick.source(), ids, asked);
    } else if (byId.get(ChangeDetails.loneId(repository, sha)) != null) {
      ids.add(ChangeDetails.loneId(repository, sha));
    }
  }

  private void addChange(PullRequest pullRequest, Set<String> ids) {
    if (isChange(pullRequest)) {
      ids.add(pullRequest.id());
    }
  }
}
