package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** GitHub's {@code deployment} and {@code deployment_status}. */
final class GitHubDeployments {

  private final SenderSettings settings;

  GitHubDeployments(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields deployment = body.object("deployment");
    return event(
        body,
        provenance,
        "queued",
        "created",
        Moment.firstOf(
            provenance, deployment.maybeTime("created_at"), deployment.maybeTime("updated_at")),
        Optional.empty());
  }

  Translation translateStatus(Fields body, Provenance provenance) {
    Fields deploymentStatus = body.object("deployment_status");
    String state =
        deploymentStatus
            .text("state", "a state, as in_progress, success or failure")
            .toLowerCase(Locale.ROOT);
    String status =
        switch (state) {
          case "pending", "queued" -> "queued";
          case "waiting" -> "waiting";
          case "in_progress" -> "started";
          case "success" -> "succeeded";
          case "failure", "error" -> "failed";
          case "inactive" -> "inactive";
          default -> "";
        };
    if (status.isEmpty()) {
      // The state is free text at GitHub, so an unknown one is nobody's mistake.
      return Translation.ignored(
          "deployment_status: the state '%s' says nothing that is measured"
              .formatted(state.substring(0, Math.min(state.length(), 50))));
    }
    return event(
        body,
        provenance,
        status,
        state,
        Moment.firstOf(
            provenance,
            deploymentStatus.maybeTime("created_at"),
            deploymentStatus.maybeTime("updated_at")),
        Optional.of(deploymentStatus));
  }

  /** A rule of a GitHub App holds the deployment back. */
  Translation translateProtection(Fields body, Provenance provenance) {
    if (body.maybeObject("deployment").isEmpty()) {
      return Translation.ignored("deployment_protection_rule: it names no deployment");
    }
    Fields deployment = body.object("deployment");
    Moment moment =
        Moment.firstOf(
            provenance, deployment.maybeTime("updated_at"), deployment.maybeTime("created_at"));
    return event(body, provenance, "waiting", "protection rule", moment, Optional.empty());
  }

  private Translation event(
      Fields body,
      Provenance provenance,
      String status,
      String state,
      Moment moment,
      Optional<Fields> deploymentStatus) {
    Instant time = moment.at();
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    Fields deployment = body.object("deployment");
    String id = repository.idOf("github", "", deployment.number("id"));
    boolean finished = status.equals("succeeded") || status.equals("failed");
    Optional<Fields> payload = payload(deployment);
    var event =
        DeploymentEvent.newBuilder()
            .setId(moment.idOf("deployment", id, state))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setDeployment(id)
            .setRepository(repository.name())
            .setService(
                payload
                    .flatMap(p -> p.maybeText("service"))
                    .map(service -> service.toLowerCase(Locale.ROOT))
                    .orElse(null))
            .setEnvironment(
                deploymentStatus
                    .flatMap(s -> s.maybeText("environment"))
                    .or(() -> deployment.maybeText("environment"))
                    .orElse(null))
            .setProduction(yesOrUnsaid(deployment, "production_environment"))
            .setTransientEnvironment(deployment.maybeFlag("transient_environment").orElse(null))
            .setRef(deployment.maybeText("ref").orElse(null))
            .setSha(Shas.maybe(deployment, "sha").orElse(null))
            .setVersion(payload.flatMap(p -> p.maybeText("version")).orElse(null))
            .setArtifact(null)
            .setStatus(status)
            // A deployment is created before it is approved and run: it starts when it is in
            // progress.
            .setStartedAt(null)
            .setFinishedAt(finished ? time : null)
            .setDeclaredKind(isRollback(deployment, payload) ? "rollback" : null)
            .setFailed(payload.flatMap(p -> p.maybeFlag("failed")).orElse(null))
            .setRework(payload.flatMap(p -> p.maybeFlag("rework")).orElse(null))
            .setIncident(payload.flatMap(p -> p.maybeText("incident")).orElse(null))
            .setWorkflow(
                body.maybeObject("workflow_run")
                    .or(() -> body.maybeObject("workflow"))
                    .flatMap(workflow -> workflow.maybeText("name"))
                    .orElse(null))
            .setDescription(
                deploymentStatus
                    .flatMap(s -> s.maybeLongText("description"))
                    .or(() -> deployment.maybeLongText("description"))
                    .orElse(null))
            .setUrl(url(repository, deploymentStatus))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** GitHub's flag counts where it says yes; its no is only what nobody has said (rule E3). */
  private static Boolean yesOrUnsaid(Fields fields, String name) {
    return fields.maybeFlag(name).orElse(false) ? Boolean.TRUE : null;
  }

  private static boolean isRollback(Fields deployment, Optional<Fields> payload) {
    return payload.flatMap(p -> p.maybeFlag("rollback")).orElse(false)
        || deployment
            .maybeText("task")
            .filter(task -> task.toLowerCase(Locale.ROOT).startsWith("rollback"))
            .isPresent();
  }

  /** The deployment's payload, which is an object or one in a string; other texts say nothing. */
  private static Optional<Fields> payload(Fields deployment) {
    Optional<JsonNode> payload = deployment.maybeNode("payload");
    Optional<JsonNode> object =
        payload.filter(JsonNode::isTextual).isPresent()
            ? payload.flatMap(text -> parsed(text.textValue()))
            : payload;
    return object.filter(JsonNode::isObject).map(node -> deployment.within("payload", node));
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(DeliveryRequest.readJson(text.getBytes(UTF_8)));
    } catch (MalformedDelivery e) {
      // The payload is the user's own: any text may stand there.
      return Optional.empty();
    }
  }

  private static String url(ForgeRepository repository, Optional<Fields> deploymentStatus) {
    return deploymentStatus
        .flatMap(s -> s.maybeText("log_url").or(() -> s.maybeText("target_url")))
        .or(() -> repository.url().map(url -> url + "/deployments"))
        .orElse(null);
  }
}
