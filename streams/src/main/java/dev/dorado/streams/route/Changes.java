package dev.dorado.streams.route;

import dev.dorado.events.Commit;
import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.RuleSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The changes of a repository (rule S6): merged pull requests, and commits that belong to none,
 * with their places on the branches, and what their texts say of them. The unit here is the change;
 * rule S7 gives it to services.
 */
final class Changes {

  private final RepositoryHistory history;
  private final PullRequestCommits pullRequestCommits;
  private final RuleSettings settings;
  private final Set<String> deployedBranches;
  private final Map<String, RoutedChange> changes = new LinkedHashMap<>();
  private final Map<String, String> changeOfSha = new HashMap<>();
  private final Map<String, List<String>> revertedIds = new HashMap<>();
  private final Set<String> saysRevert = new HashSet<>();

  /**
   * @param deployedBranches names of the branches beside the default one that attempts have
   *     deployed
   */
  Changes(RepositoryHistory history, Set<String> deployedBranches, RuleSettings settings) {
    this.history = history;
    this.pullRequestCommits = new PullRequestCommits(history);
    this.settings = settings;
    this.deployedBranches = deployedBranches;
    history.merged().forEach(this::addPullRequest);
    addLoneCommits();
    addReverts();
  }

  /** All changes. */
  Collection<RoutedChange> all() {
    return changes.values();
  }

  private void addPullRequest(PullRequest pullRequest) {
    String merge = pullRequest.mergeCommit();
    Map<String, Place> places = new LinkedHashMap<>();
    if (merge != null) {
      placesOf(merge).forEach(place -> places.putIfAbsent(place.getBranch(), place));
    }
    boolean offDefault = places.values().stream().noneMatch(Place::getDefaultBranch);
    if (pullRequest.hasOwnHeadBranch() && pullRequest.headSha() != null) {
      headPlace(pullRequest).ifPresent(place -> places.putIfAbsent(place.getBranch(), place));
    }
    if (merge == null && places.isEmpty()) {
      return;
    }
    var commits = pullRequestCommits.known(pullRequest);
    var texts = textsOf(pullRequest, commits);
    String id = pullRequest.id();
    Set<String> files = new TreeSet<>();
    boolean filesKnown = false;
    for (var commit : commits) {
      if (commit.getFiles() != null) {
        filesKnown = true;
        files.addAll(commit.getFiles());
      }
    }
    changes.put(
        id,
        RoutedChange.newBuilder()
            .setId(id)
            .setRepository(history.repository())
            .setSha(merge == null ? Objects.requireNonNullElse(pullRequest.headSha(), "") : merge)
            .setPullRequest(pullRequest.number())
            .setTitle(pullRequest.title())
            .setBranch(pullRequest.baseBranch())
            .setUrl(pullRequest.url())
            .setBot(settings.isBot(pullRequest.author()))
            .setBackfillOnly(isBackfillOnly(merge, pullRequest.live()))
            .setOffDefault(offDefault && !baseIsDefault(pullRequest))
            .setPlaces(List.copyOf(places.values()))
            .setCommits(List.copyOf(pullRequestCommits.of(pullRequest)))
            .setFirstCommitAt(firstCommit(pullRequest, commits))
            .setOpenedAt(pullRequest.openedAt())
            .setFirstReviewAt(pullRequest.firstReviewAt())
            .setMergedAt(pullRequest.mergedAt())
            .setFiles(filesKnown && !files.isEmpty() ? List.copyOf(files) : null)
            .setHotfix(
                Texts.hotfix(
                    pullRequest.title(),
                    pullRequest.headBranch(),
                    pullRequest.labels(),
                    settings.hotfixLabels()))
            .setFix(
                Texts.fix(
                    pullRequest.title(),
                    pullRequest.headBranch(),
                    pullRequest.labels(),
                    settings.fixLabels()))
            .setRevert(false)
            .setReverts(List.of())
            .setMentions(Texts.mentions(pullRequest.title(), pullRequest.description()))
            .setMarks(marks(merge))
            .build());
    pullRequestCommits.of(pullRequest).forEach(sha -> changeOfSha.put(sha, id));
    keepRevertTexts(id, pullRequest.title(), texts);
  }

  private void addLoneCommits() {
    Map<String, List<Place>> lone = new LinkedHashMap<>();
    for (var branch : history.branches()) {
      if (!history.isDefault(branch) && !deployedBranches.contains(branch.name())) {
        continue;
      }
      for (var entry : branch.entries()) {
        if (entry.pushed() && pullRequestCommits.ownerOf(entry.sha()) == null) {
          lone.computeIfAbsent(entry.sha(), sha -> new ArrayList<>())
              .add(history.place(branch, entry));
        }
      }
    }
    Map<String, List<Place>> picked = new LinkedHashMap<>();
    lone.forEach(
        (sha, places) -> {
          if (sourceOf(sha, lone.keySet()) == null) {
            addLoneCommit(sha, places);
          } else {
            picked.put(sha, places);
          }
        });
    picked.forEach((sha, places) -> addCherryPick(sourceOf(sha, lone.keySet()), sha, places));
  }

  private void addLoneCommit(String sha, List<Place> places) {
    Commit commit = commit(sha);
    String id = history.repository() + "@" + sha;
    Place first =
        places.stream()
            .min(
                Comparator.comparing((Place place) -> !place.getDefaultBranch())
                    .thenComparing(Place::getBranch))
            .orElseThrow();
    List<String> branches = places.stream().map(this::branchOf).toList();
    String branch = branchOf(first);
    String message = commit == null ? "" : commit.getMessage();
    String title = Texts.firstLine(message);
    changes.put(
        id,
        RoutedChange.newBuilder()
            .setId(id)
            .setRepository(history.repository())
            .setSha(sha)
            .setPullRequest(null)
            .setTitle(title.isEmpty() ? null : title)
            .setBranch(branch)
            .setUrl(null)
            .setBot(commit != null && settings.isBot(commit.getAuthor()))
            .setBackfillOnly(isBackfillOnly(sha, false))
            .setOffDefault(places.stream().noneMatch(Place::getDefaultBranch))
            .setPlaces(places)
            .setCommits(List.of(sha))
            .setFirstCommitAt(commit == null ? null : commitTime(commit))
            .setOpenedAt(null)
            .setFirstReviewAt(null)
            .setMergedAt(first.getPosition().getTime())
            .setFiles(
                commit == null || commit.getFiles() == null || commit.getFiles().isEmpty()
                    ? null
                    : commit.getFiles().stream().sorted().toList())
            .setHotfix(ofBranches(branches, name -> Texts.hotfix(title, name, List.of(), Set.of())))
            .setFix(ofBranches(branches, name -> Texts.fix(title, name, List.of(), Set.of())))
            .setRevert(false)
            .setReverts(List.of())
            .setMentions(Texts.mentions(message))
            .setMarks(marks(sha))
            .build());
    changeOfSha.put(sha, id);
    keepRevertTexts(id, title, new String[] {message});
  }

  private String branchOf(Place place) {
    return place.getBranch().substring(history.repository().length() + 1);
  }

  /** What the first branch says that says something: a hotfix stays one when it is merged back. */
  private static String ofBranches(List<String> branches, UnaryOperator<String> reason) {
    return branches.stream().map(reason).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** A commit that names its source is the same change, at one more place. */
  private void addCherryPick(String source, String sha, List<Place> places) {
    RoutedChange change = changes.get(changeOfSha.get(source));
    if (change == null) {
      addLoneCommit(sha, places);
      return;
    }
    Map<String, Place> all = new LinkedHashMap<>();
    change.getPlaces().forEach(place -> all.put(place.getBranch(), place));
    places.forEach(place -> all.putIfAbsent(place.getBranch(), place));
    change.setPlaces(List.copyOf(all.values()));
    List<String> commits = new ArrayList<>(change.getCommits());
    commits.add(sha);
    change.setCommits(commits);
    changeOfSha.put(sha, change.getId());
  }

  /** The commit that a commit was picked from, as far back as it is known; null if it was not. */
  private String sourceOf(String sha, Set<String> lone) {
    Set<String> seen = new HashSet<>(Set.of(sha));
    String source = null;
    for (String next = pickedFrom(sha); next != null && seen.add(next); next = pickedFrom(next)) {
      if (pullRequestCommits.ownerOf(next) != null || lone.contains(next)) {
        source = next;
      }
    }
    return source;
  }

  private String pickedFrom(String sha) {
    Commit commit = commit(sha);
    if (commit == null) {
      return null;
    }
    var named = Texts.cherryPicked(commit.getMessage());
    return named.isEmpty() ? null : history.fullSha(named.get(named.size() - 1));
  }

  private void keepRevertTexts(String id, String title, String[] texts) {
    List<String> named = new ArrayList<>(Texts.revertedCommits(texts));
    Texts.revertedPullRequests(texts).forEach(number -> named.add("#" + number));
    if (!named.isEmpty() || Texts.isRevertTitle(title)) {
      saysRevert.add(id);
      revertedIds.put(id, named);
    }
  }

  private void addReverts() {
    for (String id : saysRevert) {
      List<String> reverted =
          revertedIds.get(id).stream()
              .map(this::changeNamed)
              .filter(Objects::nonNull)
              .filter(other -> !other.equals(id))
              .distinct()
              .sorted()
              .toList();
      revertedIds.put(id, reverted);
    }
    for (String id : saysRevert) {
      RoutedChange change = changes.get(id);
      if (isRevert(id, new HashSet<>())) {
        change.setRevert(true);
        change.setReverts(revertedIds.get(id));
      }
    }
  }

  /** A revert of a revert is an ordinary change (rule F4). */
  private boolean isRevert(String id, Set<String> asked) {
    if (!saysRevert.contains(id) || !asked.add(id)) {
      return false;
    }
    List<String> reverted = revertedIds.get(id);
    if (reverted.isEmpty()) {
      String title = changes.get(id).getTitle();
      return !Texts.isRevertOfRevertTitle(title);
    }
    return reverted.stream().anyMatch(other -> !isRevert(other, asked));
  }

  private String changeNamed(String name) {
    if (name.startsWith("#")) {
      String id = history.repository() + name;
      return changes.containsKey(id) ? id : null;
    }
    String sha = history.fullSha(name);
    if (sha == null) {
      sha = name;
    }
    return changeOfSha.get(sha);
  }

  /** Texts in which a pull request may say what it reverts: a single commit speaks for it. */
  private static String[] textsOf(PullRequest pullRequest, List<Commit> commits) {
    List<String> texts = new ArrayList<>();
    texts.add(pullRequest.description());
    boolean single = pullRequest.commitCount() == 1;
    for (var commit : commits) {
      if (single || commit.getSha().equals(pullRequest.mergeCommit())) {
        texts.add(commit.getMessage());
      }
    }
    return texts.toArray(new String[0]);
  }

  /**
   * The earliest authored commit in it; never the squash or merge commit itself (rule L1), unless
   * that is all that was ever heard of it.
   */
  private static Instant firstCommit(PullRequest pullRequest, List<Commit> commits) {
    boolean nothingElse =
        pullRequest.openedAt() == null
            && commits.stream()
                .allMatch(commit -> commit.getSha().equals(pullRequest.mergeCommit()));
    return commits.stream()
        .filter(commit -> nothingElse || !commit.getSha().equals(pullRequest.mergeCommit()))
        .map(Changes::authorTime)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  private static Instant authorTime(Commit commit) {
    return commit.getAuthoredAt() == null ? commit.getCommittedAt() : commit.getAuthoredAt();
  }

  private static Instant commitTime(Commit commit) {
    return commit.getCommittedAt() == null ? commit.getAuthoredAt() : commit.getCommittedAt();
  }

  /** Rule S1: a force-push withdraws nothing and is marked. */
  private List<String> marks(String sha) {
    return sha == null
        ? List.of()
        : history.branchesOf(sha).stream()
            .filter(branch -> branch.entry(sha).forced())
            .map(branch -> "a force-push brought it to %s (S1)".formatted(branch.name()))
            .toList();
  }

  private boolean baseIsDefault(PullRequest pullRequest) {
    return pullRequest.baseBranch() != null
        && (history.defaultBranch() == null
            || pullRequest.baseBranch().equals(history.defaultBranch()));
  }

  private List<Place> placesOf(String sha) {
    return history.branchesOf(sha).stream()
        .filter(branch -> history.isDefault(branch) || deployedBranches.contains(branch.name()))
        .map(branch -> history.place(branch, branch.entry(sha)))
        .toList();
  }

  private java.util.Optional<Place> headPlace(PullRequest pullRequest) {
    BranchHistory branch = history.branch(pullRequest.headBranch());
    if (branch == null || !deployedBranches.contains(branch.name())) {
      return java.util.Optional.empty();
    }
    return java.util.Optional.ofNullable(branch.entry(pullRequest.headSha()))
        .map(entry -> history.place(branch, entry));
  }

  private Commit commit(String sha) {
    for (var branch : history.branchesOf(sha)) {
      Commit commit = branch.entry(sha).commit();
      if (commit != null) {
        return commit;
      }
    }
    return null;
  }

  /** Whether a change came by backfill only: nothing live tells of it (rule S5). */
  private boolean isBackfillOnly(String sha, boolean live) {
    if (live || sha == null) {
      return !live;
    }
    return history.branchesOf(sha).stream().allMatch(branch -> branch.entry(sha).backfill());
  }
}
