package dev.dorado.streams.route;

import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.steps.Place;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.merge.Newest;
import dev.dorado.streams.merge.RouteKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is known of a repository: its branches, tags and pull requests. Immutable. */
final class RepositoryHistory {

  private static final String HEADS = "refs/heads/";
  private static final String TAGS = "refs/tags/";

  private final String repository;
  private final String defaultBranch;
  private final NavigableMap<String, BranchHistory> branches = new TreeMap<>();
  private final Map<String, NavigableMap<Instant, String>> tags = new HashMap<>();
  private final Map<Long, PullRequest> pullRequests = new TreeMap<>();
  private final NavigableMap<String, List<BranchHistory>> branchesOfSha = new TreeMap<>();

  RepositoryHistory(
      String key,
      List<PushEvent> pushes,
      List<PullRequestEvent> pullRequestEvents,
      RuleSettings settings) {
    this.repository = RouteKeys.repository(key);
    pushes.stream()
        .filter(push -> push.getRef().startsWith(HEADS))
        .collect(Collectors.groupingBy(push -> push.getRef().substring(HEADS.length())))
        .forEach((name, events) -> branches.put(name, BranchHistory.of(name, events)));
    pushes.stream()
        .filter(push -> push.getRef().startsWith(TAGS))
        .collect(Collectors.groupingBy(push -> push.getRef().substring(TAGS.length())))
        .forEach(this::addTag);
    this.defaultBranch = defaultBranch(pushes);
    pullRequestEvents.stream()
        .collect(Collectors.groupingBy(PullRequestEvent::getNumber))
        .forEach((number, events) -> pullRequests.put(number, PullRequest.merge(events, settings)));
    for (var branch : branches.values()) {
      for (var entry : branch.entries()) {
        branchesOfSha.computeIfAbsent(entry.sha(), sha -> new ArrayList<>()).add(branch);
      }
    }
    addPullRequestsOfCommits();
  }

  /** Pull requests that only commits of the default branch name: the last of these merged them. */
  private void addPullRequestsOfCommits() {
    BranchHistory main = branch(defaultBranch);
    if (main == null) {
      return;
    }
    main.entries().stream()
        .filter(entry -> entry.commit() != null && entry.commit().getPullRequest() != null)
        .filter(entry -> !pullRequests.containsKey(entry.commit().getPullRequest()))
        .collect(Collectors.groupingBy(entry -> entry.commit().getPullRequest()))
        .forEach(
            (number, entries) ->
                pullRequests.put(
                    number, PullRequest.ofCommits(repository, number, defaultBranch, entries)));
  }

  /** host/owner/name, or null. */
  String repository() {
    return repository;
  }

  /** Name of the default branch, or null if no branch is known. */
  String defaultBranch() {
    return defaultBranch;
  }

  boolean isDefault(BranchHistory branch) {
    return branch.name().equals(defaultBranch);
  }

  /** A branch by name, or null. */
  BranchHistory branch(String name) {
    return name == null ? null : branches.get(name);
  }

  /** All branches, by name. */
  Iterable<BranchHistory> branches() {
    return branches.values();
  }

  /** The commit of a tag at a time, or the first that it had later; null if it is not known. */
  String tag(String name, Instant time) {
    var values = tags.get(name);
    if (values == null) {
      return null;
    }
    var value = values.floorEntry(time);
    return value == null ? values.firstEntry().getValue() : value.getValue();
  }

  /** All pull requests, by number. */
  Iterable<PullRequest> pullRequests() {
    return pullRequests.values();
  }

  /** A pull request by number, or null. */
  PullRequest pullRequest(long number) {
    return pullRequests.get(number);
  }

  /** Merged pull requests, first merged first. */
  List<PullRequest> merged() {
    return pullRequests.values().stream()
        .filter(PullRequest::isMerged)
        .sorted(PullRequest.BY_MERGE)
        .toList();
  }

  /** The branches that a commit is known on, the default one first, then by name. */
  List<BranchHistory> branchesOf(String sha) {
    return branchesOfSha.getOrDefault(sha, List.of()).stream()
        .sorted(Comparator.comparing(branch -> !isDefault(branch)))
        .toList();
  }

  /** The one known SHA that a prefix of 7 or more fits, or null (rule S8). */
  String fullSha(String prefix) {
    if (prefix.length() < 7) {
      return null;
    }
    String first = branchesOfSha.ceilingKey(prefix);
    if (first == null || !first.startsWith(prefix)) {
      return null;
    }
    String next = branchesOfSha.higherKey(first);
    return next != null && next.startsWith(prefix) ? null : first;
  }

  /** The place of an entry of a branch. */
  Place place(BranchHistory branch, BranchHistory.Entry entry) {
    return new Place(repository + ":" + branch.name(), isDefault(branch), entry.position());
  }

  private void addTag(String name, List<PushEvent> events) {
    var newest =
        new Newest<>(events, PushEvent::getOccurredAt, PushEvent::getProvenance, PushEvent::getId);
    for (var event : newest.oldestFirst()) {
      String commit = event.getHead() == null ? event.getAfter() : event.getHead();
      if (commit != null) {
        Instant time = Objects.requireNonNullElse(event.getPushedAt(), event.getOccurredAt());
        tags.computeIfAbsent(name, n -> new TreeMap<>()).put(time, commit);
      }
    }
  }

  /** As a sender says; else main or master; else the branch that was pushed to first. */
  private String defaultBranch(List<PushEvent> pushes) {
    String said =
        new Newest<>(pushes, PushEvent::getOccurredAt, PushEvent::getProvenance, PushEvent::getId)
            .value(PushEvent::getDefaultBranch);
    if (said != null) {
      return said;
    }
    for (String usual : List.of("main", "master")) {
      if (branches.containsKey(usual)) {
        return usual;
      }
    }
    return branches.values().stream()
        .filter(branch -> !branch.entries().isEmpty())
        .min(
            Comparator.<BranchHistory, Instant>comparing(
                    branch -> branch.entries().get(0).position().getTime())
                .thenComparing(BranchHistory::name))
        .map(BranchHistory::name)
        .orElse(null);
  }

  @Override
  public String toString() {
    return Objects.toString(repository) + " " + branches.keySet();
  }
}
