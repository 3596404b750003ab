package dev.dorado.rules;

import static dev.dorado.rules.History.sha;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.IncidentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Draws a small history in which everything happens that the rules speak of. */
public final class RandomHistory extends RandomTools {

  private static final List<Map<String, String>> SETTINGS =
      List.of(
          Map.of(),
          Map.of("proximity-window", "30m", "clock-tolerance", "1h"),
          Map.of("reopen-window", "1h", "rework-window", "6h"),
          Map.of("rollout-window", "10m", "probable-rework-window", "0m"));

  private static final List<String> MARKS = List.of("planned", "unplanned", "failed", "not-failed");

  private static final List<String> ALIASES = List.of("pd:1", "pd:1", "pd:2", "sn:cart", "sn:x");

  private static final List<String> VERSIONS =
      List.of(
          "v1.0",
          "1.0",
          "2.0",
          "latest",
          "main",
          "cart/v1",
          "ghcr.io/acme/cart:1.0",
          "ghcr.io/acme/cart",
          "cart:2.0@sha256:" + "a".repeat(64),
          "cart@sha256:" + "b".repeat(64),
          "pkg:oci/cart@1.0?repository_url=ghcr.io",
          "pkg:oci/cart@sha256:" + "a".repeat(64) + "?tag=latest");

  private static final List<String> OUTCOMES = List.of("success", "success", "failure", "skipped");

  /** Of each correction, the service that it names. */
  private final Map<String, String> serviceOf = new HashMap<>();

  /** Of each repository, the number of its last deploying run: those of two are often the same. */
  private final Map<String, Integer> runs = new HashMap<>();

  private RandomHistory(long seed) {
    super(seed);
  }

  public static History of(long seed) {
    return new RandomHistory(seed).draw();
  }

  private History draw() {
    int steps = 5 + random.nextInt(22);
    boolean backfill = random.nextInt(3) == 0;
    boolean mixed = random.nextBoolean();
    for (int i = 0; i < steps; i++) {
      history.live();
      if (backfill && (mixed ? random.nextInt(4) == 0 : i < steps / 4)) {
        history.backfilled();
      }
      now = now.plus(Duration.ofMinutes(random.nextInt(5) == 0 ? 0 : random.nextInt(400)));
      history.repository(one(repositories));
      step();
    }
    if (random.nextInt(6) == 0) {
      history.shortened();
    }
    if (random.nextInt(3) == 0) {
      history.told(events -> new Distortions(random).of(events, 8));
    }
    return history;
  }

  private void step() {
    if (random.nextInt(8) == 0) {
      beside();
    }
    if (random.nextInt(5) == 0) {
      tool();
    }
    switch (random.nextInt(35)) {
      case 0, 1, 2 -> pushLone();
      case 3, 4 -> squash();
      case 5 -> rebaseOrMerge();
      case 6 -> mergeQueue();
      case 7 -> forcePush();
      case 8 -> hotfixBranch();
      case 9 -> revert();
      case 10 -> cherryPick();
      case 11, 12, 13, 14 -> deployNewest();
      case 15 -> deployOlder();
      case 16 -> deployOtherwise();
      case 17 -> {
        rollout();
        corrections();
      }
      case 18 -> {
        failedAttempt();
        corrections();
      }
      case 19 -> {
        if (random.nextInt(3) == 0) {
          incidentOfScript();
        }
        incident();
      }
      case 20 -> incidentAndRollback();
      case 21 -> incidentChanges();
      case 22 -> catalog();
      case 23, 24 -> rollBack();
      case 25 -> partialRollout();
      case 26 -> source();
      case 27, 28 -> deployFromSeveralRepositories();
      case 29, 30 -> deployVersions();
      case 31, 32, 33 -> promotion();
      default -> oddity();
    }
  }

  private void beside() {
    switch (random.nextInt(3)) {
      case 0 -> history.told(new Imports(random, history.repository(), now)::of);
      case 1 -> corrections();
      default -> alert();
    }
  }

  /** What people say, mostly of what happened lately, so that they speak of one thing. */
  private void corrections() {
    for (int i = random.nextInt(4); i >= 0; i--) {
      correction();
    }
  }

  private void correction() {
    String revoked = tag + "-correction-" + (corrections - random.nextInt(4));
    String id = tag + "-correction-" + ++corrections;
    String action = one(List.of("link", "unlink", "mark", "mark", "exclude", "revoke"));
    boolean revoke = action.equals("revoke");
    String deployment = late(deployments);
    String repository = repositoryOf.getOrDefault(deployment, history.repository());
    String service =
        random.nextInt(4) == 0 ? named(one(List.of("cart", "pay"))) : repository.split("/", 2)[1];
    service = revoke ? serviceOf.getOrDefault(revoked, service) : service;
    serviceOf.put(id, service);
    if (random.nextInt(8) == 0) {
      deployment += "@" + repository;
    }
    String named = deployment;
    String incident =
        late(incidents.stream().filter(i -> repository.equals(repositoryOf.get(i))).toList());
    history.add(
        CorrectionEvent.newBuilder()
            .setId(id)
            .setProvenance(history.provenance("corrections"))
            .setOccurredAt(now.plus(Duration.ofDays(random.nextInt(3))))
            .setCorrection(id)
            .setService(service)
            .setAction(action)
            .setDeployment(revoke ? null : named)
            .setIncident(action.endsWith("link") ? incident : null)
            .setMark(action.equals("mark") ? one(MARKS) : null)
            .setRevokes(revoke ? revoked : null)
            .setReason("A person says so")
            .build());
  }

  /** One of the last, or any; a name that nothing has if there is none. */
  private String late(List<String> some) {
    int from = random.nextInt(4) == 0 ? 0 : Math.max(0, some.size() - 3);
    return oneOr(some.subList(from, some.size()), "none");
  }

  private void deployOlder() {
    List<String> known = all.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      deploy(
          one(known),
          "production",
          event -> event.setDeclaredKind(random.nextInt(5) == 0 ? "rollback" : null));
    }
  }

  /** Deployments that name something else than a repository and a SHA. */
  private void deployOtherwise() {
    List<String> known = all.getOrDefault(history.repository(), List.of(named("none")));
    String name = one(known);
    switch (random.nextInt(10)) {
      case 8 -> deploy(name, named(one(List.of("cart", "pay"))) + "-production", event -> {});
      case 9 -> {
        String workflow = named(one(List.of("Deploy cart", "Deploy pay", "Till", "1")));
        deploy(name, "production", event -> event.setWorkflow(workflow));
      }
      case 0 -> deploy(null, "production", event -> event.setRef("refs/heads/main"));
      case 1 -> {
        if (random.nextBoolean()) {
          history.tag("v1", name, now.plusSeconds(random.nextInt(7200) - 3600));
        }
        deploy(null, "production", event -> event.setVersion("1"));
      }
      case 2 -> deploy(null, "production", e -> e.setSha(sha(name).substring(0, 9)));
      case 3 -> deploy(name, "production", event -> event.setRepository(null));
      case 4 ->
          deploy(
              random.nextBoolean() ? name : null,
              "production",
              event ->
                  event.setRepository(null).setService(named(one(List.of("cart", "pay", "till")))));
      case 5 ->
          deploy(
              name,
              "production",
              event -> event.setService(named(one(List.of("cart", "pay", "shop")))));
      case 6 -> {
        String artifact = "pkg:oci/" + named("cart") + "@" + random.nextInt(3);
        if (random.nextBoolean()) {
          history.artifact(artifact, name, now.minusSeconds(60));
        }
        deploy(
            null,
            "production",
            event ->
                event
                    .setRepository(null)
                    .setArtifact(artifact)
                    .setService(random.nextBoolean() ? named("cart") : null));
      }
      default ->
          deploy(
              null, "production", event -> event.setVersion("1.2-g" + sha(name).substring(0, 8)));
    }
  }

  /** Build numbers of two repositories of one service, which are often the same. */
  private void deployFromSeveralRepositories() {
    String service = named(one(List.of("cart", "cart", "pay")));
    String at = history.repository();
    for (int i = random.nextInt(3); i >= 0; i--) {
      history.repository(one(repositories));
      String known = oneOr(all.getOrDefault(history.repository(), List.of()), "none");
      String id = newDeployment("" + (11 + random.nextInt(3)));
      boolean nameless = random.nextInt(6) == 0;
      deploy(
          id,
          known,
          one(ENVIRONMENTS),
          event ->
              event.setService(service).setRepository(nameless ? null : event.getRepository()));
      now = now.plus(Duration.ofMinutes(random.nextInt(60)));
    }
    history.repository(at);
  }

  /** Versions whose commit is unknown, or becomes known late. */
  private void deployVersions() {
    String service = random.nextInt(3) == 0 ? named("cart") : null;
    for (int i = random.nextInt(4); i >= 0; i--) {
      String version = one(VERSIONS);
      String known = oneOr(all.getOrDefault(history.repository(), List.of()), "none");
      boolean says = random.nextInt(8) == 0;
      boolean artifact = version.startsWith("pkg:");
      String ref = random.nextInt(8) == 0 ? one(List.of("refs/tags/v1.0", "main", "1.0.0")) : null;
      deploy(
          says ? known : null,
          one(ENVIRONMENTS),
          event -> {
            event.setService(service).setRef(ref);
            if (artifact) {
              event.setArtifact(version);
            } else {
              event.setVersion(version);
            }
          });
      now = now.plus(Duration.ofMinutes(random.nextInt(90)));
      if (random.nextInt(6) == 0) {
        history.tag(one(List.of("v1.0", "2.0", "cart/v1")), known, now);
      }
    }
  }

  private void rollout() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      String newest = known.get(known.size() - 1);
      for (String region : List.of("prod-eu", "prod-us", "prod-asia")) {
        deploy(newest, region, event -> {});
        now = now.plus(Duration.ofMinutes(random.nextInt(180)));
      }
    }
  }

  /** Back to any version that was deployed before, or the same once more. */
  private void rollBack() {
    List<String> versions = deployed.getOrDefault(history.repository(), List.of());
    if (!versions.isEmpty()) {
      deploy(one(versions), one(ENVIRONMENTS), event -> {});
    }
  }

  private void incidentAndRollback() {
    incident();
    now = now.plus(Duration.ofMinutes(random.nextInt(60)));
    rollBack();
  }

  /** A roll-out that fails in one region and is tried again there, with the next version maybe. */
  private void partialRollout() {
    deployNewest();
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      String newest = known.get(known.size() - 1);
      deploy(newest, "prod-eu", event -> {});
      now = now.plus(Duration.ofMinutes(random.nextInt(90)));
      Instant start = now.minus(Duration.ofMinutes(9));
      String id = newDeployment();
      history.attempt(id, newest, "prod-us", "started", start, start, event -> {});
      history.attempt(id, newest, "prod-us", "failed", start, now, event -> {});
      if (random.nextBoolean()) {
        pushLone();
      }
      now = now.plus(Duration.ofMinutes(random.nextInt(90)));
      deployNewest();
      deploy(newest, "prod-us", event -> {});
    }
  }

  private void failedAttempt() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      String id = newDeployment();
      history.failedRollout(id, one(known), now.minus(Duration.ofMinutes(20)), now);
      if (random.nextInt(3) == 0) {
        history.attempt(
            id, one(known), "production", "succeeded", now, now.plusSeconds(60), event -> {});
      }
    }
  }

  private void incident() {
    String id = tag.toUpperCase(Locale.ROOT) + "-" + (incidents.size() + 1);
    incidents.add(id);
    repositoryOf.put(id, history.repository());
    int how = random.nextInt(8);
    String environment = one(ENVIRONMENTS);
    List<String> causes = causes();
    Consumer<IncidentEvent.Builder> change =
        switch (how) {
          case 0, 1, 2 -> event -> event.setCausedBy(causes);
          case 3 -> event -> event.setRepository(null).setService(named("cart"));
          case 4 -> named(one(ALIASES), one(ALIASES));
          case 5 -> event -> event.setEnvironment(environment);
          case 6 ->
              event ->
                  event
                      .setDescription("Root cause: " + String.join("\ncaused by: ", causes))
                      .setDetectedAt(event.getOccurredAt());
          default -> event -> {};
        };
    tell(id, change);
  }

  /** That it began, ended, or both; and why it was closed. */
  private void tell(String id, Consumer<IncidentEvent.Builder> change) {
    Instant started = now.minus(Duration.ofMinutes(random.nextInt(200)));
    Instant resolved = random.nextInt(4) == 0 ? null : now.plusSeconds(random.nextInt(9000));
    boolean isEndAlone = resolved != null && random.nextInt(5) == 0;
    if (!isEndAlone) {
      history.incident(id, started, null, change);
    }
    if (resolved != null) {
      List<String> reasons = reasons();
      Instant said = isEndAlone && random.nextBoolean() ? started : resolved;
      history.incidentEvent(
          id,
          "resolved",
          resolved,
          change.andThen(event -> event.setResolvedAt(said).setResolutionReasons(reasons)));
    }
  }

  private List<String> reasons() {
    return random.nextInt(3) > 0
        ? null
        : one(
            List.of(
                List.of(),
                List.of("completed"),
                List.of("Duplicate"),
                List.of("x", "WON'T do"),
                List.of("False alarm, gone"),
                List.of("Merged branch")));
  }

  /** What an incident may name as its causes, in any order and maybe twice. */
  private List<String> causes() {
    return Stream.generate(this::cause).limit(1 + random.nextInt(3)).toList();
  }

  private String cause() {
    return switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> oneOr(deployments, "none");
      case 4, 5 -> sha(named("c" + random.nextInt(commits + 1))).substring(0, 8);
      case 6 -> one(List.of("external", "Third party", "none"));
      case 7 -> "1";
      default -> "#101";
    };
  }

  /** Scripts of several services give their incidents the same few ids. */
  private void incidentOfScript() {
    String id = tag.toUpperCase(Locale.ROOT) + "-script-" + random.nextInt(2);
    if (!incidents.contains(id)) {
      incidents.add(id);
      repositoryOf.put(id, history.repository());
    }
    boolean isOfScript = random.nextInt(5) > 0;
    String service = isOfScript ? named(one(List.of("cart", "pay"))) : null;
    boolean repository = isOfScript && random.nextInt(3) == 0;
    tell(
        id,
        event ->
            event
                .setProvenance(history.provenance(isOfScript ? "generic" : "github"))
                .setId(event.getId() + service + repository)
                .setService(service)
                .setRepository(repository ? event.getRepository() : null));
  }

  /** An incident that other tools' names tell of, and maybe a service or repository too. */
  private Consumer<IncidentEvent.Builder> named(String one, String other) {
    boolean repository = random.nextBoolean();
    String service = random.nextInt(3) == 0 ? named("pay") : null;
    return event ->
        event
            .setRepository(repository ? event.getRepository() : null)
            .setService(service)
            .setAliases(Stream.of(one, other).distinct().map(this::named).toList());
  }

  /** Other sources of deployments, and what they would be of. */
  private void source() {
    List<String> known = main.getOrDefault(history.repository(), List.of(named("none")));
    String run = named("deploy" + runs.merge(history.repository(), 1, Integer::sum));
    history.run(run, "main", one(OUTCOMES), now, now.plusSeconds(300));
    history.tag("v" + commits, one(known), now);
    history.attempt(
        named("release:v" + commits + "." + history.events().size()),
        one(known),
        null,
        "succeeded",
        now,
        now,
        event -> event.setSource("release").setVersion("v" + commits));
    List<DeploymentSource> sources =
        Stream.generate(this::deploymentSource).limit(1 + random.nextInt(3)).toList();
    String itself = history.repository().split("/", 2)[1];
    history.catalog(
        one(List.of(named("cart"), named("cart"), named("pay"), itself)),
        now,
        event -> event.setDeploymentSources(sources));
  }

  private DeploymentSource deploymentSource() {
    String kind = one(List.of("deployment", "workflow", "job", "release", "tag", "push", "merge"));
    String name =
        switch (kind) {
          case "push" -> one(List.of("main", "main", "release", "hot*"));
          case "job" -> one(List.of("deploy", "*/deploy", "ship*"));
          case "workflow" -> one(List.of("Bui*", "Build", "deploy"));
          case "tag", "release" -> random.nextBoolean() ? null : one(List.of("v*", "v?", "v1*"));
          default -> null;
        };
    String environment = random.nextBoolean() ? null : one(ENVIRONMENTS);
    Instant since = random.nextBoolean() ? null : now.minus(Duration.ofHours(random.nextInt(40)));
    return new DeploymentSource(kind, name, environment, since);
  }

  private void alert() {
    String kind = one(List.of("alert", "error"));
    history.incident(
        tag.toUpperCase(Locale.ROOT) + "-alert-" + now,
        now.minus(Duration.ofMinutes(random.nextInt(90))),
        random.nextBoolean() ? now : null,
        event -> event.setKind(kind));
  }

  private void incidentChanges() {
    if (!incidents.isEmpty()) {
      String transition =
          one(List.of("reopened", "withdrawn", "acknowledged", "updated", "resolved", "reopened"));
      List<String> reasons = reasons();
      history.incidentEvent(
          one(incidents),
          transition,
          now.plus(Duration.ofHours(random.nextInt(40))),
          event -> event.setResolutionReasons(reasons));
    }
  }

  private void catalog() {
    String name = one(List.of("cart", "pay"));
    String service = named(name);
    boolean removed = random.nextInt(8) == 0;
    boolean withoutRepository = random.nextInt(6) == 0;
    List<String> paths =
        one(
            List.of(
                List.of(),
                List.of(name + "/"),
                List.of(name + "/"),
                List.of(name + "/**", "*.md"),
                List.of("**/{a,x}.java")));
    List<String> aliases =
        random.nextBoolean() ? List.of() : List.of(named(one(List.of("pd:1", "pd:2", "till"))));
    Instant from = random.nextInt(3) == 0 ? now.minus(Duration.ofDays(random.nextInt(4))) : null;
    boolean noProduction = random.nextInt(8) == 0;
    Map<String, String> settings = one(SETTINGS);
    history.catalog(
        service,
        now,
        event -> {
          entry(event, removed, withoutRepository, paths, aliases, from, noProduction);
          event.setSettings(settings);
        });
  }

  private static void entry(
      CatalogEvent.Builder event,
      boolean removed,
      boolean withoutRepository,
      List<String> paths,
      List<String> aliases,
      Instant from,
      boolean noProduction) {
    event.setRemoved(removed).setPaths(paths).setAliases(aliases).setValidFrom(from);
    if (withoutRepository) {
      event.setRepository(null);
    }
    if (noProduction) {
      event.setEnvironments(Map.of("production", "staging", "preview", "production"));
    }
  }

  /** E6: an incident or attempt that has the id of one before, as scripts give them. */
  private void idUsedAgain() {
    if (random.nextBoolean() && !incidents.isEmpty()) {
      Instant created = random.nextBoolean() ? now : null;
      history.incident(
          late(incidents), now, null, event -> event.setCreatedAt(created).setStartedAt(now));
    } else if (!deployments.isEmpty()) {
      List<String> known = all.getOrDefault(history.repository(), List.of(named("none")));
      String version = "1." + random.nextInt(3);
      history.attempt(
          late(deployments),
          random.nextBoolean() ? one(known) : null,
          one(ENVIRONMENTS),
          "succeeded",
          now,
          now,
          event -> event.setVersion(version));
    }
  }

  private void oddity() {
    switch (random.nextInt(7)) {
      case 6 -> idUsedAgain();
      case 4 -> intoRelease();
      case 5 -> revertOfRevert();
      case 0 -> history.run(named("run" + now), "main", "success", now, now.plusSeconds(300));
      case 1 -> branchDeleted();
      case 2 -> history.pullRequest(++pullRequests).opened(now).unmerged();
      default -> pushOfOneThatNamesItsPullRequest();
    }
  }
}
