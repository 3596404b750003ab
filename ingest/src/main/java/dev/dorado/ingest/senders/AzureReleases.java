package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Deployments of Azure's classic releases: {@code ms.vss-release.deployment-*}. An attempt is known
 * by the release's environment and its number; the primary artifact tells the commit.
 */
final class AzureReleases {

  private final SenderSettings settings;

  AzureReleases(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String kind, Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields environment =
        resource
            .maybeObject("environment")
            .orElseThrow(
                () -> resource.absent("environment", "a JSON object" + AzureDevOpsSender.FULL));
    boolean started = kind.endsWith("deployment-started-event");
    String state = environment.maybeText("status").orElse("").toLowerCase(Locale.ROOT);
    Optional<String> status =
        started
            ? Optional.of("started")
            : switch (state) {
              case "succeeded", "partiallysucceeded" -> Optional.of("succeeded");
              case "rejected" ->
                  Optional.of(isRefused(resource, environment) ? "refused" : "failed");
              case "failed" -> Optional.of("failed");
              case "canceled" -> Optional.of("cancelled");
              default -> Optional.empty();
            };
    if (status.isEmpty()) {
      return Translation.ignored(
          "deployment-completed: the status '%s' says nothing that is measured".formatted(state));
    }
    Optional<Fields> deployment = resource.maybeObject("deployment");
    Optional<Instant> startedAt = deployment.flatMap(d -> time(d, "startedOn"));
    Optional<Instant> said = started ? startedAt : deployment.flatMap(d -> time(d, "completedOn"));
    Moment moment =
        said.map(Moment::of).orElseGet(() -> AzureDevOpsSender.sentAt(body, provenance));
    String id =
        AzureRepository.idOf(
            body,
            "deployment:",
            environment.number("id") + "/" + attempt(resource, deployment, environment));
    Optional<Fields> artifact = primaryArtifact(resource, deployment);
    var event =
        DeploymentEvent.newBuilder()
            .setId(moment.idOf("deployment", id, transition(status.get())))
            .setProvenance(provenance)
            .setOccurredAt(moment.at())
            .setDeployment(id)
            .setRepository(artifact.flatMap(a -> repository(a, body)).orElse(null))
            .setEnvironment(environment.maybeText("name").orElse(null))
            .setRef(artifact.flatMap(a -> reference(a, "branch", "id")).orElse(null))
            .setSha(artifact.flatMap(AzureReleases::sha).orElse(null))
            .setVersion(release(resource, environment, "name").orElse(null))
            .setStatus(status.get())
            .setStartedAt(started ? moment.at() : startedAt.orElse(null))
            .setFinishedAt(started ? null : moment.at())
            .setWorkflow(definition(resource, deployment, environment).orElse(null))
            .setDescription(
                body.maybeObject("message").flatMap(m -> m.maybeLongText("text")).orElse(null))
            .setUrl(
                releases(resource, environment)
                    .flatMap(release -> AzureDevOpsSender.page(release).stream())
                    .findFirst()
                    .orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** What a person has to approve waits; what is rejected before it is deployed has not run. */
  Translation translateApproval(String kind, Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields approval = resource.object("approval");
    boolean pending = kind.endsWith("pending-event");
    boolean rejected =
        approval.maybeText("status").filter("rejected"::equalsIgnoreCase).isPresent();
    boolean before =
        approval.maybeText("approvalType").filter("postDeploy"::equalsIgnoreCase).isEmpty();
    Optional<Fields> environment =
        approval.maybeObject("releaseEnvironment").or(() -> resource.maybeObject("environment"));
    if (environment.isEmpty() || !before || !(pending || rejected)) {
      return Translation.ignored(
          "deployment-approval: only what waits to be deployed, or is not to be, is of interest");
    }
    String status = pending ? "waiting" : "refused";
    Moment moment = AzureDevOpsSender.sentAt(body, provenance);
    int attempt =
        count(approval, "attempt").orElseGet(() -> count(resource, "attemptId").orElse(1));
    String id =
        AzureRepository.idOf(body, "deployment:", environment.get().number("id") + "/" + attempt);
    Optional<Fields> artifact = primaryArtifact(resource, Optional.empty());
    return Translation.of(
        CanonicalEvent.of(
            DeploymentEvent.newBuilder()
                .setId(moment.idOf("deployment", id, status))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setDeployment(id)
                .setRepository(artifact.flatMap(a -> repository(a, body)).orElse(null))
                .setEnvironment(environment.get().maybeText("name").orElse(null))
                .setVersion(release(resource, environment.get(), "name").orElse(null))
                .setStatus(status)
                .setFinishedAt(pending ? null : moment.at())
                .build()));
  }

  /** Whether nothing was deployed: an approval before it was rejected. */
  private static boolean isRefused(Fields resource, Fields environment) {
    boolean notDeployed =
        resource
            .maybeObject("deployment")
            .flatMap(d -> d.maybeText("deploymentStatus"))
            .filter("notDeployed"::equalsIgnoreCase)
            .isPresent();
    return notDeployed
        || environment.maybeObjects("preDeployApprovals").stream()
            .flatMap(approval -> approval.maybeText("status").stream())
            .anyMatch("rejected"::equalsIgnoreCase);
  }

  /** What was refused or cancelled was told as failed once, and keeps the id that it had then. */
  private static String transition(String status) {
    return status.equals("refused") || status.equals("cancelled") ? "failed" : status;
  }

  /** Azure writes a time of the year 1 where there is none. */
  private static Optional<Instant> time(Fields deployment, String name) {
    boolean isSet = deployment.maybeText(name).filter(text -> text.startsWith("0001-")).isEmpty();
    return isSet ? deployment.maybeTime(name) : Optional.empty();
  }

  /** The number of the attempt, from 1; the steps of the environment tell it too. */
  private static int attempt(Fields resource, Optional<Fields> deployment, Fields environment) {
    return Stream.of(
            count(resource, "attemptId"),
            deployment.flatMap(d -> count(d, "attempt")),
            environment.maybeObjects("deploySteps").stream()
                .flatMap(step -> count(step, "attempt").stream())
                .max(Comparator.naturalOrder()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(1);
  }

  private static Optional<Integer> count(Fields fields, String name) {
    return fields
        .maybeNode(name)
        .filter(JsonNode::isInt)
        .map(JsonNode::intValue)
        .filter(number -> number > 0);
  }

  private static Stream<Fields> releases(Fields resource, Fields environment) {
    return Stream.of(resource, environment)
        .flatMap(holder -> holder.maybeObject("release").stream());
  }

  private static Optional<String> release(Fields resource, Fields environment, String field) {
    return releases(resource, environment)
        .flatMap(release -> release.maybeText(field).stream())
        .findFirst();
  }

  private static Optional<String> definition(
      Fields resource, Optional<Fields> deployment, Fields environment) {
    return Stream.of(
            Stream.of(environment), deployment.stream(), resource.maybeObject("release").stream())
        .flatMap(holders -> holders)
        .flatMap(holder -> holder.maybeObject("releaseDefinition").stream())
        .flatMap(definition -> definition.maybeText("name").stream())
        .findFirst();
  }

  private static Optional<Fields> primaryArtifact(Fields resource, Optional<Fields> deployment) {
    List<Fields> artifacts =
        Stream.concat(
                deployment.flatMap(d -> d.maybeObject("release")).stream(),
                resource.maybeObject("release").stream())
            .flatMap(release -> release.maybeObjects("artifacts").stream())
            .toList();
    return artifacts.stream()
        .filter(artifact -> artifact.maybeFlag("isPrimary").orElse(false))
        .findFirst()
        .or(() -> artifacts.stream().findFirst());
  }

  /** The commit of a build artifact, or the version of a repository artifact. */
  private static Optional<String> sha(Fields artifact) {
    return reference(artifact, "sourceVersion", "id")
        .or(() -> isBuild(artifact) ? Optional.empty() : reference(artifact, "version", "id"))
        .flatMap(AzureRuns::sha);
  }

  private Optional<String> repository(Fields artifact, Fields body) {
    boolean isBuild = isBuild(artifact);
    String type = artifact.maybeText("type").orElse("").toLowerCase(Locale.ROOT);
    boolean onGitHub =
        isBuild
            ? reference(artifact, "repository.provider", "id")
                .filter(provider -> provider.toLowerCase(Locale.ROOT).startsWith("github"))
                .isPresent()
            : type.startsWith("github");
    Optional<String> text =
        onGitHub
            ? reference(artifact, isBuild ? "repository" : "definition", "id")
                .map(id -> "https://github.com/" + id)
            : AzureRepository.organisationName(body)
                .flatMap(
                    organisation ->
                        reference(artifact, "project", "name")
                            .flatMap(
                                project ->
                                    reference(
                                            artifact, isBuild ? "repository" : "definition", "name")
                                        .map(
                                            name ->
                                                AzureRepository.address(
                                                    organisation, project, name))));
    return text.flatMap(settings.repositories()::normalise);
  }

  private static boolean isBuild(Fields artifact) {
    return artifact.maybeText("type").filter("build"::equalsIgnoreCase).isPresent();
  }

  /** A field of an artifact's reference, whose names are written in either case. */
  private static Optional<String> reference(Fields artifact, String name, String field) {
    String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return artifact
        .maybeObject("definitionReference")
        .flatMap(reference -> reference.maybeObject(name).or(() -> reference.maybeObject(capital)))
        .flatMap(value -> value.maybeText(field));
  }
}
