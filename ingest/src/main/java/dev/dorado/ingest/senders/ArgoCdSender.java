package dev.dorado.ingest.senders;

import com.google.common.base.CharMatcher;
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
 * Argo CD's notifications, written by the template of the documents: the Application, or what
 * matters of it, under {@code app} with its own names. A sync operation is an attempt; its start
 * tells it from an earlier one of the same revision, as a rollback is.
 *
 * <p>A sync that has succeeded has only applied the manifests. The attempt succeeds when the
 * application is healthy as well, which it is not while a canary goes on.
 */
final class ArgoCdSender implements Sender {

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_ARGOCD in a header of the webhook service in"
              + " argocd-notifications-cm, as 'Authorization: Bearer $dorado-token'");
  private final SenderSettings settings;

  ArgoCdSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "argocd";
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
        body ->
            application(body)
                .maybeObject("status")
                .flatMap(status -> status.maybeObject("operationState"))
                .flatMap(operation -> operation.maybeText("phase")));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    Fields application = application(body);
    Fields status = application.object("status");
    Optional<Fields> running = status.maybeObject("operationState");
    if (running.isEmpty()) {
      return Translation.ignored("the application has had no sync operation");
    }
    Fields operation = running.get();
    String phase = operation.text("phase", "Running, Succeeded, Failed or Error");
    Optional<Fields> sync = operation.maybeObject("operation").flatMap(o -> o.maybeObject("sync"));
    if (sync.flatMap(s -> s.maybeFlag("dryRun")).orElse(false)) {
      return Translation.ignored("a dry run deploys nothing");
    }
    Optional<Fields> health = status.maybeObject("health");
    String healthStatus = health.flatMap(h -> h.maybeText("status")).orElse("Healthy");
    return switch (phase) {
      case "Running" -> event(body, operation, "started", startedAt(operation), provenance);
      case "Failed", "Error" ->
          ControllerHiccup.isIn(operation.maybeLongText("message"))
              ? Translation.ignored(
                  "%s: a hiccup of the controller, which has deployed nothing".formatted(phase))
              : event(body, operation, "failed", end(operation, provenance), provenance);
      case "Succeeded" ->
          switch (healthStatus) {
            case "Progressing", "Suspended", "Missing", "Unknown" ->
                event(body, operation, "started", startedAt(operation), provenance);
            // At the end of the sync, and so never after the success of the same attempt: what
            // degrades later is a matter of alerts, not of this deployment.
            case "Degraded" ->
                event(body, operation, "failed", end(operation, provenance), provenance);
            default ->
                event(
                    body,
                    operation,
                    "succeeded",
                    later(
                        end(operation, provenance),
                        health.flatMap(h -> h.maybeTime("lastTransitionTime"))),
                    provenance);
          };
      default ->
          Translation.ignored(
              "%s: this phase says nothing that is measured".formatted(Fields.beginning(phase)));
    };
  }

  private Translation event(
      Fields body, Fields operation, String outcome, Moment moment, Provenance provenance) {
    Fields application = application(body);
    Fields metadata = application.object("metadata");
    String name = metadata.text("name", "the name of the application");
    String path = metadata.maybeText("namespace").map(n -> n + "/").orElse("") + name;
    Instant startedAt = operation.time("startedAt");
    String id = "argocd:%s:%s".formatted(path, startedAt);
    Stated stated = Stated.inAnnotations(Optional.of(metadata), settings);
    ArgoCdSource source = ArgoCdSource.of(application, operation, stated, settings);
    Optional<ContainerImage> image = image(application, name);
    Optional<Fields> destination =
        application.maybeObject("spec").flatMap(spec -> spec.maybeObject("destination"));
    return Translation.of(
        CanonicalEvent.of(
            new ClusterAttempt(id, name, outcome, moment, layer(application))
                .event(stated, source.repository(), source.repository().isPresent(), provenance)
                .setEnvironment(environment(stated, metadata, name, destination).orElse(null))
                .setRef(stated.ref().or(source::ref).orElse(null))
                .setSha(
                    stated
                        .sha()
                        .or(source::sha)
                        .or(() -> image.flatMap(ContainerImage::sha))
                        .orElse(null))
                .setVersion(
                    stated
                        .version()
                        .or(() -> image.flatMap(ContainerImage::version))
                        .or(source::version)
                        .orElse(null))
                .setStartedAt(startedAt)
                .setDescription(operation.maybeLongText("message").orElse(null))
                .setUrl(
                    body.maybeObject("context")
                        .flatMap(context -> context.maybeText("argocdUrl"))
                        .map(
                            url ->
                                CharMatcher.is('/').trimTrailingFrom(url) + "/applications/" + path)
                        .orElse(null))
                .build()));
  }

  /** An application of applications is a layer of its own. */
  private static String layer(Fields application) {
    return application
            .maybeObject("status")
            .map(status -> status.maybeObjects("resources"))
            .orElse(List.of())
            .stream()
            .flatMap(resource -> resource.maybeText("kind").stream())
            .anyMatch(kind -> kind.equals("Application") || kind.equals("ApplicationSet"))
        ? ClusterAttempt.BUNDLE
        : ClusterAttempt.APPLICATION;
  }

  private static Moment startedAt(Fields operation) {
    return Moment.of(operation.time("startedAt"));
  }

  private static Moment end(Fields operation, Provenance provenance) {
    return Moment.of(operation.maybeTime("finishedAt"), provenance);
  }

  private static Moment later(Moment end, Optional<Instant> healthy) {
    return healthy
        .filter(time -> !end.isSaid() || end.at().isBefore(time))
        .map(Moment::of)
        .orElse(end);
  }

  private static Optional<ContainerImage> image(Fields application, String name) {
    return ContainerImage.of(
        name,
        application
            .maybeObject("status")
            .flatMap(status -> status.maybeObject("summary"))
            .flatMap(summary -> summary.maybeTexts("images"))
            .orElse(List.of()));
  }

  private static Optional<String> environment(
      Stated stated, Fields metadata, String name, Optional<Fields> destination) {
    return ClusterAttempt.environment(
        stated,
        metadata.maybeObject("labels"),
        List.of(
            destination.flatMap(d -> d.maybeText("namespace")),
            destination
                .flatMap(d -> d.maybeText("name"))
                .filter(cluster -> !cluster.equals("in-cluster")),
            Optional.of(name)));
  }

  /** The Application: under a name of its own, or the body itself. */
  private static Fields application(Fields body) {
    return body.maybeObject("app")
        .or(() -> body.maybeObject("application"))
        .orElseGet(() -> body.maybeNode("metadata").isPresent() ? body : body.object("app"));
  }
}
