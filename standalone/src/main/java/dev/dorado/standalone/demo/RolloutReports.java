package dev.dorado.standalone.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What is told of a roll-out, in the words of the sender that the service has. Immutable. */
final class RolloutReports {

  private final DemoRepository repository;
  private final GitHubHook gitHub;

  RolloutReports(DemoRepository repository, GitHubHook gitHub) {
    this.repository = repository;
    this.gitHub = gitHub;
  }

  /** What is sent when the roll-out starts. */
  List<DemoDelivery> started(Rollout rollout) {
    return switch (rollout.service().reporter()) {
      case GITHUB -> List.of(gitHub.deploymentStatus(rollout.startedAt(), rollout, "in_progress"));
      case GENERIC -> List.of();
      case CDEVENTS -> rollout.production() ? List.of() : List.of(packaged(rollout));
    };
  }

  /** What is sent when the roll-out ends. */
  List<DemoDelivery> finished(Rollout rollout) {
    return switch (rollout.service().reporter()) {
      case GITHUB ->
          List.of(
              gitHub.deploymentStatus(
                  rollout.finishedAt(), rollout, rollout.succeeded() ? "success" : "failure"));
      case GENERIC -> List.of(generic(rollout));
      case CDEVENTS -> rollout.succeeded() ? List.of(deployed(rollout)) : List.of();
    };
  }

  /** What a line of curl at the end of a deployment script sends. */
  private static DemoDelivery generic(Rollout rollout) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    boolean isStepwise =
        rollout.production() && rollout.service().isOnGoldenPath(rollout.startedAt());
    body.putArray("events")
        .addObject()
        .put("kind", "deployment")
        .put("strategy", isStepwise ? "canary" : "rolling")
        .put("id", rollout.service().name() + "-" + rollout.id())
        .put("service", rollout.service().name())
        .put("environment", rollout.environment())
        .put("sha", rollout.sha())
        .put("status", rollout.succeeded() ? "succeeded" : "failed")
        .put("started_at", rollout.startedAt().toString())
        .put("finished_at", rollout.finishedAt().toString());
    return new DemoDelivery(
        rollout.finishedAt(),
        "generic",
        Map.of("Content-Type", "application/json", "User-Agent", "curl/8.5.0"),
        body.toString());
  }

  /** The image that was built; it says which commit is in it, as what is deployed does not. */
  private DemoDelivery packaged(Rollout rollout) {
    ObjectNode content = Json.MAPPER.createObjectNode();
    content
        .putObject("change")
        .put("id", rollout.sha())
        .put("source", "github.com/" + repository.fullName());
    return cdEvent(
        rollout, rollout.startedAt(), "artifact.packaged", image(rollout), content, "packaged");
  }

  private DemoDelivery deployed(Rollout rollout) {
    ObjectNode content = Json.MAPPER.createObjectNode();
    content.putObject("environment").put("id", rollout.environment());
    content.put("artifactId", image(rollout));
    return cdEvent(
        rollout,
        rollout.finishedAt(),
        "service.deployed",
        rollout.service().name(),
        content,
        rollout.environment());
  }

  private DemoDelivery cdEvent(
      Rollout rollout,
      Instant at,
      String subjectAndPredicate,
      String subject,
      ObjectNode content,
      String transition) {
    String type = "dev.cdevents." + subjectAndPredicate + ".0.3.0";
    String source = "/pipelines/" + rollout.service().name();
    String id = rollout.service().name() + "-" + rollout.id() + "-" + transition;
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("context")
        .put("specversion", "0.5.1")
        .put("id", id)
        .put("source", source)
        .put("type", type)
        .put("timestamp", at.toString());
    body.putObject("subject").put("id", subject).put("source", source).set("content", content);
    return new DemoDelivery(
        at,
        "cdevents",
        Map.of(
            "Content-Type",
            "application/json",
            "ce-specversion",
            "1.0",
            "ce-id",
            id,
            "ce-source",
            source,
            "ce-type",
            type,
            "ce-time",
            at.toString()),
        body.toString());
  }

  private static String image(Rollout rollout) {
    String digest = (rollout.sha() + rollout.sha()).substring(0, 64);
    return "pkg:oci/" + rollout.service().name() + "@sha256%3A" + digest;
  }
}
