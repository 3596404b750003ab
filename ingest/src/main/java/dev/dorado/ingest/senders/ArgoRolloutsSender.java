package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Argo Rollouts' notifications, written by the template of the documents: the Rollout, or what
 * matters of it, under {@code rollout} with its own names. A revision of the Rollout is an attempt,
 * a rollback being a new one; it succeeds with its full rollout (rule S9), and fails if it is
 * aborted or exceeds its deadline.
 */
final class ArgoRolloutsSender implements Sender {

  private static final String REVISION = "rollout.argoproj.io/revision";

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_ARGO_ROLLOUTS in a header of the webhook service in"
              + " argo-rollouts-notification-configmap, as 'Authorization: Bearer $dorado-token'");
  private final SenderSettings settings;

  ArgoRolloutsSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "argo-rollouts";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body -> rollout(body).maybeObject("status").flatMap(status -> status.maybeText("phase")));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields rollout = rollout(request.fields());
    Fields status = rollout.object("status");
    String phase = status.text("phase", "Healthy, Degraded, Progressing or Paused");
    boolean full =
        status
            .maybeText("stableRS")
            .map(stable -> status.maybeText("currentPodHash").map(stable::equals).orElse(true))
            // Where nothing is said of pods, the phase says it.
            .orElse(phase.equals("Healthy"));
    return switch (phase) {
      case "Healthy" ->
          full
              ? event(
                  rollout,
                  "succeeded",
                  time(
                      status,
                      List.of("Completed", "Healthy", "Available", "Progressing"),
                      provenance),
                  provenance)
              : event(
                  rollout, "started", time(status, List.of("Progressing"), provenance), provenance);
      case "Progressing", "Paused" ->
          full
              ? Translation.ignored(
                  "%s: the revision is rolled out in full already".formatted(phase))
              : event(
                  rollout,
                  "started",
                  time(status, List.of("Progressing", "Paused"), provenance),
                  provenance);
      case "Degraded" ->
          full
              ? Translation.ignored(
                  "Degraded: the revision was rolled out in full before; what is wrong now is for"
                      + " an alert to say")
              : event(
                  rollout,
                  "failed",
                  status
                      .maybeTime("abortedAt")
                      .map(Moment::of)
                      .orElseGet(
                          () -> time(status, List.of("Progressing", "InvalidSpec"), provenance)),
                  provenance);
      default ->
          Translation.ignored(
              "%s: this phase says nothing that is measured".formatted(Fields.beginning(phase)));
    };
  }

  private Translation event(Fields rollout, String outcome, Moment moment, Provenance provenance) {
    Fields metadata = rollout.object("metadata");
    String name = metadata.text("name", "the name of the Rollout");
    Optional<String> namespace = metadata.maybeText("namespace");
    Optional<String> revision =
        metadata
            .maybeObject("annotations")
            .flatMap(annotations -> annotations.maybeText(REVISION))
            .or(() -> rollout.maybeObject("status").flatMap(s -> s.maybeText("currentPodHash")));
    String id =
        "argo-rollouts:%s:%s"
            .formatted(
                metadata
                    .maybeText("uid")
                    .orElseGet(() -> namespace.map(n -> n + "/").orElse("") + name),
                revision.orElseThrow(
                    () ->
                        metadata.absent(
                            "annotations['" + REVISION + "']", "the revision of the Rollout")));
    Stated stated = Stated.inAnnotations(Optional.of(metadata), settings);
    Optional<ContainerImage> image = ContainerImage.of(name, images(rollout));
    Optional<Fields> labels = metadata.maybeObject("labels");
    return Translation.of(
        CanonicalEvent.of(
            new ClusterAttempt(id, name, outcome, moment, ClusterAttempt.ROLLOUT)
                .event(stated, stated.repository(), stated.repository().isPresent(), provenance)
                .setEnvironment(
                    ClusterAttempt.environment(
                            stated, labels, List.of(namespace, Optional.of(name)))
                        .orElse(null))
                .setRef(stated.ref().orElse(null))
                .setSha(stated.sha().or(() -> image.flatMap(ContainerImage::sha)).orElse(null))
                .setVersion(
                    stated
                        .version()
                        .or(() -> image.flatMap(ContainerImage::version))
                        .or(() -> labels.flatMap(l -> l.maybeText("app.kubernetes.io/version")))
                        .orElse(null))
                .setStrategy(stated.strategy().or(() -> strategy(rollout)).orElse(null))
                .setDescription(
                    rollout
                        .maybeObject("status")
                        .flatMap(s -> s.maybeLongText("message"))
                        .orElse(null))
                .build()));
  }

  /** When the first of the conditions that is there changed; else the time of receipt. */
  private static Moment time(Fields status, List<String> types, Provenance provenance) {
    List<Fields> conditions = status.maybeObjects("conditions");
    for (String type : types) {
      for (Fields condition : conditions) {
        // Progressing stays true from one revision to the next, so its transition may be an old
        // one.
        Optional<Instant> time =
            type.equals("Progressing")
                ? condition.maybeTime("lastUpdateTime").or(() -> transition(condition))
                : transition(condition);
        if (time.isPresent() && condition.maybeText("type").filter(type::equals).isPresent()) {
          return Moment.of(time.get());
        }
      }
    }
    return Moment.of(Optional.empty(), provenance);
  }

  private static Optional<Instant> transition(Fields condition) {
    return condition
        .maybeTime("lastTransitionTime")
        .or(() -> condition.maybeTime("lastUpdateTime"));
  }

  /** The strategy of the specification, which has a member named like it. */
  private static Optional<String> strategy(Fields rollout) {
    return rollout
        .maybeObject("spec")
        .flatMap(spec -> spec.maybeObject("strategy"))
        .flatMap(
            strategy ->
                strategy.maybeObject("canary").isPresent()
                    ? Optional.of(RolloutStrategy.CANARY)
                    : strategy.maybeObject("blueGreen").map(spec -> RolloutStrategy.BLUE_GREEN));
  }

  private static List<String> images(Fields rollout) {
    return rollout
        .maybeObject("spec")
        .flatMap(spec -> spec.maybeObject("template"))
        .flatMap(template -> template.maybeObject("spec"))
        .map(pod -> pod.maybeObjects("containers"))
        .orElse(List.of())
        .stream()
        .flatMap(container -> container.maybeText("image").stream())
        .toList();
  }

  /** The Rollout: under its name, or the body itself. */
  private static Fields rollout(Fields body) {
    return body.maybeObject("rollout")
        .orElseGet(() -> body.maybeNode("metadata").isPresent() ? body : body.object("rollout"));
  }
}
