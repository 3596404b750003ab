package dev.dorado.rules;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * What tools report of deployments beside their start and end: approvals, layers of a cluster, jobs
 * within workflows, and names that only the catalog knows.
 */
abstract class RandomTools extends RandomCode {

  static final List<String> TOOL_ALIASES = List.of("jenkins:deploy", "argocd:till", "argocd:app");

  private static final List<String> STOPS = List.of("failed", "failed", "cancelled", "refused");
  private static final List<String> OUTCOMES =
      List.of("success", "success", "failure", "failure", "cancelled", "refused");
  private static final List<String> LAYERS =
      List.of("bundle", "application", "application", "release", "release", "rollout");

  RandomTools(long seed) {
    super(seed);
  }

  void tool() {
    switch (random.nextInt(5)) {
      case 0 -> approval();
      case 1 -> layers();
      case 2 -> hitch();
      case 3 -> job();
      default -> application();
    }
  }

  private String anyCommit() {
    return oneOr(all.getOrDefault(history.repository(), List.of()), "none");
  }

  /** An attempt that waits, and then runs, or is refused, called off or forgotten. */
  private void approval() {
    String id = newDeployment();
    String commit = anyCommit();
    String environment = one(ENVIRONMENTS);
    event(id, commit, environment, "queued", now);
    if (random.nextInt(3) > 0) {
      event(id, commit, environment, "waiting", now);
    }
    now = now.plus(Duration.ofMinutes(random.nextInt(900)));
    boolean runs = random.nextBoolean();
    if (runs && random.nextInt(4) > 0) {
      event(id, commit, environment, "started", now.minusSeconds(60));
    }
    if (runs && random.nextInt(3) > 0) {
      event(id, commit, environment, "succeeded", now);
    }
    if (random.nextInt(3) > 0) {
      event(id, commit, environment, one(STOPS), now.plusSeconds(random.nextInt(900)));
    }
  }

  private void event(String id, String commit, String environment, String status, Instant time) {
    history.attempt(id, commit, environment, status, null, time, event -> {});
  }

  /** One rollout that several layers report, or a later one that only an outer layer does. */
  private void layers() {
    String commit = anyCommit();
    String environment = one(List.of("production", "prod-eu", "prod-eu"));
    boolean byName = random.nextBoolean();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      String layer = one(LAYERS);
      Consumer<DeploymentEvent.Builder> change =
          event -> {
            event.setLayer(layer).setWorkflow("app");
            if (layer.equals("rollout")) {
              event.setStrategy("canary");
            }
            if (byName) {
              event.setService(named("cart"));
            }
          };
      String status = random.nextInt(4) == 0 ? "failed" : "succeeded";
      String id = newDeployment();
      String known = layer.equals("release") && random.nextBoolean() ? null : commit;
      if (random.nextBoolean()) {
        Instant start = now.minusSeconds(random.nextInt(6000));
        history.attempt(id, known, environment, "started", null, start, change);
      }
      history.attempt(id, known, environment, status, null, now, change);
      now = now.plus(Duration.ofMinutes(random.nextInt(100)));
    }
  }

  /** A controller fails at what it has rolled out, or is about to. */
  private void hitch() {
    String id = newDeployment();
    String commit = anyCommit();
    Instant failure = now.plusSeconds(random.nextInt(7200) - 1800);
    String status = random.nextInt(4) == 0 ? "failed" : "succeeded";
    event(id, commit, "production", status, now);
    history.attempt(
        newDeployment(),
        commit,
        "production",
        random.nextInt(5) == 0 ? "succeeded" : "failed",
        null,
        failure,
        event -> event.setHitchOf(id));
  }

  /** A job, or a run that the catalog may name for a service of another repository. */
  private void job() {
    String id = named("job" + history.events().size());
    String workflow = one(List.of("build", "deploy", "shop"));
    String job = random.nextInt(4) == 0 ? null : one(List.of("deploy", "test", "ship it"));
    List<String> names =
        random.nextBoolean()
            ? List.of()
            : List.of(named("jenkins:deploy"), named("jenkins:" + one(List.of("a", "deploy"))));
    boolean unknown = random.nextInt(5) == 0 && !names.isEmpty();
    var run =
        CiRunEvent.newBuilder()
            .setProvenance(history.provenance("github"))
            .setRun(id)
            .setRepository(unknown ? null : history.repository())
            .setWorkflow(random.nextInt(6) == 0 ? null : workflow)
            .setJob(job)
            .setNames(names)
            .setVersion(random.nextBoolean() ? "v" + commits : null)
            .setSha(History.sha(anyCommit()))
            .setBranch("main");
    if (random.nextInt(3) == 0) {
      told(run, "waiting", now);
    }
    now = now.plus(Duration.ofMinutes(random.nextInt(300)));
    if (random.nextInt(3) > 0) {
      told(run.setStartedAt(random.nextBoolean() ? now.minusSeconds(600) : null), "started", now);
    }
    if (random.nextInt(8) == 0) {
      told(run, "refused", now);
    }
    Instant finished = now.plusSeconds(random.nextInt(600));
    told(run.setOutcome(one(OUTCOMES)).setFinishedAt(finished), "finished", finished);
    if (random.nextBoolean()) {
      named();
    }
  }

  private void told(CiRunEvent.Builder run, String status, Instant time) {
    String id = "run " + run.getRun() + status + time;
    history.add(run.setId(id).setOccurredAt(time).setStatus(status).build());
  }

  /** An application that is deployed from a repository of its manifests, maybe. */
  private void application() {
    String name = named(one(List.of("till", "cart", "app")));
    String commit = anyCommit();
    boolean repository = random.nextInt(4) > 0;
    String manifests = random.nextBoolean() ? history.repository() : "github.com/" + named("ops");
    history.attempt(
        newDeployment(),
        random.nextInt(4) == 0 ? null : commit,
        one(ENVIRONMENTS),
        "succeeded",
        now.minusSeconds(60),
        now,
        event ->
            event
                .setRepository(repository ? manifests : null)
                .setRef("main")
                .setVersion("v" + commits)
                .setWorkflow(name)
                .setNames(List.of("argocd:" + name, name)));
    if (random.nextBoolean()) {
      named();
    }
  }

  /** The catalog names jobs and applications, and says what counts. */
  private void named() {
    String service = named(one(List.of("cart", "pay")));
    List<String> aliases = List.of(named(one(TOOL_ALIASES)), named(one(TOOL_ALIASES)));
    var source =
        new DeploymentSource(
            one(List.of("job", "workflow", "deployment")),
            one(List.of("deploy", "*/deploy", "deploy/*", "*", "ship it")),
            random.nextInt(3) == 0 ? one(ENVIRONMENTS) : null,
            null);
    boolean silent = source.getSource().equals("deployment");
    history.catalog(
        service,
        now.minus(Duration.ofMinutes(random.nextInt(300))),
        event -> {
          event.setAliases(aliases.stream().distinct().toList());
          event.setDeploymentSources(silent ? null : List.of(source));
        });
  }
}
