package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the stages of an execution that has ended did to one environment. All stages that deploy to
 * it are one attempt, so that a canary stage counts with the full one after it (rule S9).
 *
 * @param environment name of the environment
 * @param outcome succeeded or failed
 * @param rollback whether all that was done was to roll back
 * @param startedAt start of the first stage
 * @param finishedAt end of the last stage
 */
record SpinnakerDeployment(
    String environment,
    String outcome,
    boolean rollback,
    Optional<Instant> startedAt,
    Moment finishedAt) {

  private static final Set<String> DEPLOYING =
      Set.of(
          "deploy",
          "deployManifest",
          "patchManifest",
          "createServerGroup",
          "cloneServerGroup",
          "deployService",
          "deployCloudrunManifest",
          "deployCloudFormation",
          "rollingRestartManifest",
          "Aws.LambdaDeploymentStage");
  private static final Set<String> ROLLING_BACK =
      Set.of("rollbackCluster", "rollbackServerGroup", "undoRolloutManifest");
  private static final Set<String> FAILED =
      Set.of("TERMINAL", "FAILED_CONTINUE", "STOPPED", "CANCELED");

  /** One for each environment in which something was begun, in the order of the stages. */
  static List<SpinnakerDeployment> of(
      Fields execution, Optional<String> statedEnvironment, Provenance provenance) {
    Map<String, List<Fields>> stages = new LinkedHashMap<>();
    for (Fields stage : execution.maybeObjects("stages")) {
      String type = stage.maybeText("type").orElse("");
      boolean ofAnother =
          stage.maybeText("parentStageId").isPresent()
              || stage.maybeText("syntheticStageOwner").isPresent();
      if (!ofAnother && (DEPLOYING.contains(type) || ROLLING_BACK.contains(type))) {
        for (String environment : environments(execution, stage, statedEnvironment)) {
          stages.computeIfAbsent(environment, key -> new ArrayList<>()).add(stage);
        }
      }
    }
    List<SpinnakerDeployment> deployments = new ArrayList<>();
    stages.forEach((name, own) -> of(execution, name, own, provenance).ifPresent(deployments::add));
    return deployments;
  }

  private static Optional<SpinnakerDeployment> of(
      Fields execution, String environment, List<Fields> stages, Provenance provenance) {
    boolean rolledBack =
        stages.stream().anyMatch(stage -> isRollback(stage) && status(stage).equals("SUCCEEDED"));
    List<Fields> forward = stages.stream().filter(stage -> !isRollback(stage)).toList();
    List<Fields> begun = forward.stream().filter(SpinnakerDeployment::isBegun).toList();
    if (begun.isEmpty()) {
      List<Fields> back =
          stages.stream()
              .filter(SpinnakerDeployment::isRollback)
              .filter(SpinnakerDeployment::isBegun)
              .toList();
      return back.isEmpty()
          ? Optional.empty()
          : Optional.of(
              ended(
                  execution,
                  environment,
                  back,
                  back.stream().noneMatch(SpinnakerDeployment::hasFailed),
                  true,
                  provenance));
    }
    boolean complete =
        forward.stream().allMatch(SpinnakerDeployment::isBegun)
            || execution.maybeText("status").filter("SUCCEEDED"::equals).isPresent();
    boolean succeeded =
        complete && !rolledBack && begun.stream().noneMatch(SpinnakerDeployment::hasFailed);
    return Optional.of(ended(execution, environment, begun, succeeded, false, provenance));
  }

  private static SpinnakerDeployment ended(
      Fields execution,
      String environment,
      List<Fields> stages,
      boolean succeeded,
      boolean rollback,
      Provenance provenance) {
    return new SpinnakerDeployment(
        environment,
        succeeded ? "succeeded" : "failed",
        rollback,
        stages.stream()
            .flatMap(stage -> stage.maybeTime("startTime").stream())
            .min(Instant::compareTo),
        stages.stream()
            .flatMap(stage -> stage.maybeTime("endTime").stream())
            .max(Instant::compareTo)
            .or(() -> execution.maybeTime("endTime"))
            .map(Moment::of)
            .orElseGet(() -> Moment.of(Optional.empty(), provenance)));
  }

  private static boolean isRollback(Fields stage) {
    return ROLLING_BACK.contains(stage.maybeText("type").orElse(""));
  }

  private static boolean hasFailed(Fields stage) {
    return FAILED.contains(status(stage));
  }

  private static boolean isBegun(Fields stage) {
    return status(stage).equals("SUCCEEDED") || hasFailed(stage);
  }

  private static String status(Fields stage) {
    return stage.maybeText("status").orElse("").toUpperCase(Locale.ROOT);
  }

  /**
   * Where a stage deploys to: Spinnaker knows accounts; a name with a word of environments wins.
   */
  private static Collection<String> environments(
      Fields execution, Fields stage, Optional<String> stated) {
    if (stated.isPresent()) {
      return List.of(stated.get());
    }
    Optional<Fields> context = stage.maybeObject("context");
    List<Optional<String>> others =
        List.of(
            context.flatMap(
                c -> c.maybeText("namespaceOverride").or(() -> c.maybeText("location"))),
            stage.maybeText("name"),
            execution.maybeText("name"));
    List<String> accounts =
        Stream.concat(
                Stream.of("account", "credentials", "deploy.account.name")
                    .flatMap(name -> context.flatMap(c -> c.maybeText(name)).stream())
                    .limit(1),
                context.stream()
                    .flatMap(c -> c.maybeObjects("clusters").stream())
                    .flatMap(cluster -> cluster.maybeText("account").stream()))
            .distinct()
            .toList();
    if (accounts.isEmpty()) {
      return EnvironmentName.among(others).map(List::of).orElse(List.of("production"));
    }
    return accounts.stream()
        .map(
            account ->
                EnvironmentName.among(
                        Stream.concat(Stream.of(Optional.of(account)), others.stream()).toList())
                    .orElse(account))
        .distinct()
        .toList();
  }
}
