package dev.dorado.rules;

import static dev.dorado.rules.History.commit;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.PushEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** What random histories are made of: names, times, commits and deployments. */
abstract class RandomScene {

  static final List<String> FILES =
      List.of("cart/a.java", "cart/b.java", "pay/a.java", "pay/b.java", "README.md");
  static final List<String> ENVIRONMENTS =
      List.of("production", "production", "production", "prod-eu", "prod-us", "staging", "preview");

  static final List<String> AUTHORS =
      List.of(
          "ann",
          "ann",
          "bob",
          "talbot",
          "dependabot",
          "renovate[bot]",
          "CI-BOT",
          "my_bot",
          "project_12_bot_0a",
          "service_account_group_9_0a",
          "bot-deploy",
          "robot",
          "49699333+mergify[bot]@users.noreply.github.com");
  static final List<String> REVIEWERS = List.of("cyd", "cyd", "ann", "rabbit[bot]", "jenkins-bot");

  final Random random;
  final String tag;
  final History history = new History();
  final List<String> repositories;

  /** Of each repository: what is on main, oldest first; every commit of it; what was deployed. */
  final Map<String, List<String>> main = new HashMap<>();

  final Map<String, List<String>> all = new HashMap<>();
  final Map<String, List<String>> deployed = new HashMap<>();

  /** Of each deployment and incident, where it happened. */
  final Map<String, String> repositoryOf = new HashMap<>();

  final List<String> deployments = new ArrayList<>();
  final List<String> incidents = new ArrayList<>();
  Instant now = History.at("2026-01-05T08:00");
  int commits;
  String last;
  int corrections;
  int pullRequests = 100;

  RandomScene(long seed) {
    random = new Random(seed);
    tag = tag(seed);
    repositories =
        List.of(named("acme") + "/shop", named("acme") + "/mono", named("acme") + "/lib")
            .subList(0, 1 + random.nextInt(3));
  }

  /** What every name of a history has in it, so that histories may happen beside each other. */
  public static String tag(long seed) {
    return "h" + seed;
  }

  String named(String name) {
    return name + "." + tag;
  }

  String oneOr(List<String> some, String otherwise) {
    return some.isEmpty() ? named(otherwise) : one(some);
  }

  void deployNewest() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      deploy(known.get(known.size() - 1), one(ENVIRONMENTS), event -> {});
    }
  }

  void deploy(String commit, String environment, Consumer<DeploymentEvent.Builder> change) {
    deploy(newDeployment(), commit, environment, change);
  }

  void deploy(
      String id, String commit, String environment, Consumer<DeploymentEvent.Builder> change) {
    if (commit != null) {
      deployed.computeIfAbsent(history.repository(), r -> new ArrayList<>()).add(commit);
    }
    Instant start = now.minus(Duration.ofMinutes(random.nextInt(40) - 3));
    Consumer<DeploymentEvent.Builder> more =
        event -> {
          if (deployments.size() % 11 == 0) {
            event.setRework(true);
          }
          if (deployments.size() % 13 == 0) {
            event.setFailed(true);
          }
          if (deployments.size() % 17 == 0) {
            event.setIncident(tag.toUpperCase(Locale.ROOT) + "-1");
          }
        };
    history.attempt(id, commit, environment, "started", start, start, change(change));
    history.attempt(id, commit, environment, "succeeded", start, now, change(change).andThen(more));
    if (random.nextInt(10) == 0) {
      history.attempt(
          id, commit, environment, "failed", start, now.plusSeconds(900), change(change));
    }
    if (random.nextInt(10) == 0) {
      history.attempt(
          id, commit, environment, "inactive", start, now.plusSeconds(9000), change(change));
    }
  }

  /** Now and then an event of an attempt says less than the others. */
  Consumer<DeploymentEvent.Builder> change(Consumer<DeploymentEvent.Builder> change) {
    return random.nextInt(12) == 0 ? event -> {} : change;
  }

  void onMain(History.CommitSpec... specs) {
    onMainChanged(push -> {}, specs);
  }

  void onMainChanged(Consumer<PushEvent.Builder> change, History.CommitSpec... specs) {
    history.push("main", now, change, specs);
    for (var spec : specs) {
      main.computeIfAbsent(history.repository(), r -> new ArrayList<>()).add(spec.name());
    }
  }

  History.CommitSpec newCommit(String message) {
    // Now and then its SHA begins with all of the one before.
    String name = commits++ > 0 && random.nextInt(12) == 0 ? last + "x" : named("c" + commits);
    last = name;
    var spec = commit(name).message(message).by(one(AUTHORS));
    all.computeIfAbsent(history.repository(), r -> new ArrayList<>()).add(name);
    if (random.nextInt(8) == 0) {
      // Rebased commits are older than their parents; some clocks go wrong.
      spec.made(now.plus(Duration.ofMinutes(random.nextInt(1200) - 1000)));
    }
    if (random.nextInt(3) > 0) {
      spec.files(one(FILES), one(FILES));
    }
    return spec;
  }

  String lastCommit() {
    return last;
  }

  String newDeployment() {
    return newDeployment("d" + (deployments.size() + 1));
  }

  String newDeployment(String name) {
    String id = named(name);
    deployments.add(id);
    repositoryOf.put(id, history.repository());
    return id;
  }

  <T> T one(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
