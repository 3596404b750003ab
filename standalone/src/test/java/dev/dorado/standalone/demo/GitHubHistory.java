package dev.dorado.standalone.demo;

import dev.dorado.standalone.demo.DemoRepository.MergeMethod;
import dev.dorado.standalone.demo.DemoService.Cadence;
import dev.dorado.standalone.demo.DemoService.Pace;
import dev.dorado.standalone.demo.DemoService.Reporter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small history of one repository at GitHub, told event by event; what is told becomes the
 * deliveries that GitHub would send. Times are ISO 8601.
 */
public final class GitHubHistory {

  private static final Person ADA = Person.named(1, "Ada Winter", 0);
  private static final Person RAVI = Person.named(2, "Ravi Menon", 0);

  private final DemoService service;
  private final GitHubHook hook;
  private final List<DemoDelivery> deliveries = new ArrayList<>();
  private String main;
  private DemoIncident incident;
  private DemoPullRequest pull;
  private long lastNumber;
  private long lastDeployment = 1000;

  private GitHubHistory(String owner, String name) {
    var pace = new Pace(1, Cadence.EACH_MERGE, 1, 1, 0);
    service =
        new DemoService(
            name,
            "team",
            "tier-1",
            "A service",
            "",
            List.of("production"),
            Reporter.GITHUB,
            pace,
            Optional.empty());
    hook =
        new GitHubHook(
            new DemoRepository(
                4711, owner, name, MergeMethod.SQUASH, List.of(service), List.of(), List.of(ADA)));
  }

  /** Nothing has happened yet in {@code owner/name}. */
  public static GitHubHistory of(String owner, String name) {
    return new GitHubHistory(owner, name);
  }

  /** A commit that belongs to no pull request is pushed to main. */
  public GitHubHistory push(String at, String sha, String committedAt) {
    var commit =
        new DemoCommit(sha, "Change something", ADA, time(committedAt), List.of("src/" + sha));
    add(hook.push(time(at), "main", main, List.of(commit), ADA));
    main = sha;
    return this;
  }

  /** A branch with one commit is pushed, and a pull request opened from it. */
  public GitHubHistory open(String pushedAt, String openedAt, String sha, String committedAt) {
    var commit = new DemoCommit(sha, "Begin", ADA, time(committedAt), List.of("src/" + sha));
    long number = ++lastNumber;
    pull =
        new DemoPullRequest(
            number,
            "Add a thing",
            "",
            "feature/thing",
            ADA,
            List.of(),
            main,
            time(openedAt),
            List.of(commit));
    add(hook.push(time(pushedAt), pull.branch(), null, List.of(commit), ADA));
    add(hook.pullRequest(time(openedAt), "opened", pull, ADA));
    return this;
  }

  /** Somebody else approves the pull request. */
  public GitHubHistory approve(String at) {
    add(hook.review(time(at), pull, "approved", RAVI));
    return this;
  }

  /** The pull request is squashed into {@code sha} on main. */
  public GitHubHistory squash(String at, String sha) {
    var commit = new DemoCommit(sha, "Add a thing (#1)", ADA, time(at), pull.head().files());
    add(hook.push(time(at), "main", main, List.of(commit), ADA));
    add(hook.merged(time(at), pull, sha, ADA));
    main = sha;
    return this;
  }

  /** {@code sha} is deployed to production. */
  public GitHubHistory deploy(String start, String end, String sha) {
    return deploy(start, end, sha, "success");
  }

  /** {@code sha} is not deployed to production, though it was tried. */
  public GitHubHistory failToDeploy(String start, String end, String sha) {
    return deploy(start, end, sha, "failure");
  }

  /** An incident is opened. */
  public GitHubHistory incident(String at) {
    incident =
        new DemoIncident(
            ++lastNumber, "It is slow", "", List.of("incident", "sev2"), RAVI, time(at));
    add(hook.issue(time(at), "opened", incident, RAVI));
    return this;
  }

  /** The incident is closed. */
  public GitHubHistory resolve(String at) {
    add(hook.issue(time(at), "closed", incident, RAVI));
    return this;
  }

  /** What GitHub has sent, in its order. */
  public List<DemoDelivery> deliveries() {
    return List.copyOf(deliveries);
  }

  private GitHubHistory deploy(String start, String end, String sha, String outcome) {
    var rollout =
        new Rollout(
            ++lastDeployment,
            service,
            "production",
            true,
            sha,
            time(start),
            time(end),
            outcome.equals("success"));
    add(hook.deploymentStatus(rollout.startedAt(), rollout, "in_progress"));
    add(hook.deploymentStatus(rollout.finishedAt(), rollout, outcome));
    return this;
  }

  private void add(DemoDelivery delivery) {
    deliveries.add(delivery);
  }

  private static Instant time(String text) {
    return Instant.parse(text);
  }
}
