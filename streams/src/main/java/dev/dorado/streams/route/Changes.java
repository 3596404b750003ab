package dev.dorado.streams.route;

import dev.dorado.events.Commit;
import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Count;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Derived;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Rows;
import dev.dorado.streams.derive.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
  private final Told told;

  /** Pull requests and lone commits by their ids, before picks and reverts. */
  private final Table<String, Told.Change> byId;

  /** Commits that were picked, by source, then branch, position and SHA of the pick. */
  private final Table<Key, Picked> picks;

  private final Derived<Long, Integer, Told.Change> ofPullRequests;
  private final Derived<String, Integer, List<Branches.Entry>> lone;
  private final Derived<String, Integer, Picked> picked;

  /** A commit that was picked from another, and where it stands. */
  private record Picked(String sha, String source, List<Branches.Entry> at) {}

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
    this.told = new Told(repository, branches, pullRequests, settings);
    byId = derivation.table();
    picks = derivation.table();
    ofPullRequests =
        derivation.each(
            "change of a pull request (S6)",
            pullRequests.numbers(),
            (number, count) -> ofPullRequest(number),
            Changes.this::add,
            byId);
    Count<String> shas = branches.shas();
    lone = derivation.each("lone commit (S6)", shas, (sha, count) -> lone(sha));
    picked =
        derivation.each("cherry-pick (S6)", shas, (sha, count) -> pick(sha), this::addPick, picks);
    derivation.each(
        "change of a lone commit (S6)", shas, (sha, count) -> ofLone(sha), this::add, byId);
  }

  /** All changes before picks and reverts, by id; {@link #whole} makes them whole. */
  Table<String, Told.Change> byId() {
    return byId;
  }

  /** A change with its cherry-picks, and what it reverts (F4). */
  RoutedChange whole(String id, Told.Change change) {
    List<Picked> ofAll = new ArrayList<>();
    for (String sha : change.routed().getCommits()) {
      Table.under(picks, Key.of(sha)).forEach(entry -> ofAll.add(entry.getValue()));
    }
    boolean reverts = isRevert(id, new HashSet<>());
    if (ofAll.isEmpty() && !reverts) {
      return change.routed();
    }
    var whole = RoutedChange.newBuilder(change.routed());
    if (!ofAll.isEmpty()) {
      ofAll.sort(Comparator.comparing(pick -> pick.at().get(0).inLine()));
      Map<String, Place> places = new LinkedHashMap<>();
      change.routed().getPlaces().forEach(place -> places.put(place.getBranch(), place));
      List<String> commits = new ArrayList<>(change.routed().getCommits());
      for (var pick : ofAll) {
        pick.at().stream()
            .map(branches::place)
            .forEach(place -> places.putIfAbsent(place.getBranch(), place));
        commits.add(pick.sha());
      }
      whole.setPlaces(List.copyOf(places.values())).setCommits(commits);
    }
    if (reverts) {
      whole.setRevert(true).setReverts(reverted(id, change));
    }
    return whole.build();
  }

  private void add(Object key, Told.Change change, Rows rows) {
    if (change != null) {
      rows.add(byId, change.routed().getId(), change);
    }
  }

  private Told.Change ofPullRequest(long number) {
    PullRequest pullRequest = pullRequests.merged(number);
    if (pullRequest == null) {
      return null;
    }
    String merge = pullRequest.mergeCommit();
    Map<String, Place> places = new LinkedHashMap<>();
    if (merge != null) {
      branches.everywhere(merge).stream()
          .filter(this::counts)
          .map(branches::place)
          .forEach(place -> places.putIfAbsent(place.getBranch(), place));
    }
    boolean offDefault = places.values().stream().noneMatch(Place::getDefaultBranch);
    if (pullRequest.hasOwnHeadBranch()) {
      var head = branches.entry(pullRequest.headBranch(), pullRequest.headSha());
      if (head != null && deployedBranches.get(head.branch()) != null) {
        Place place = branches.place(head);
        places.putIfAbsent(place.getBranch(), place);
      }
    }
    return merge == null && places.isEmpty()
        ? null
        : told.ofPullRequest(pullRequest, List.copyOf(places.values()), offDefault);
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

  private Told.Change ofLone(String sha) {
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
      if (owner != null ? isChange(owner) : lone.get(next) != null) {
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
    Told.Change change = byId.get(id);
    if (change == null || !change.saysRevert() || !asked.add(id)) {
      return false;
    }
    List<String> reverted = reverted(id, change);
    if (reverted.isEmpty()) {
      return !Texts.isRevertOfRevertTitle(change.routed().getTitle());
    }
    return reverted.stream().anyMatch(other -> !isRevert(other, asked));
  }

  /** Ids of the changes that a change says it reverts. */
  private List<String> reverted(String id, Told.Change change) {
    return change.reverts().stream()
        .map(this::changeNamed)
        .filter(Objects::nonNull)
        .filter(other -> !other.equals(id))
        .distinct()
        .sorted()
        .toList();
  }

  private String changeNamed(String name) {
    if (name.startsWith("#")) {
      String id = repository + name;
      return byId.get(id) == null ? null : id;
    }
    return changeOf(Objects.requireNonNullElse(branches.fullSha(name), name));
  }

  private String changeOf(String sha) {
    PullRequest owner = pullRequests.ownerOf(sha);
    if (owner != null) {
      return isChange(owner) ? owner.id() : null;
    }
    Picked pick = picked.get(sha);
    if (pick != null) {
      return changeOf(pick.source());
    }
    String id = Told.loneId(repository, sha);
    return byId.get(id) == null ? null : id;
  }
}
