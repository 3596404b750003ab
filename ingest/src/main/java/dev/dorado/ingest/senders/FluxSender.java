package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Flux's notification controller with a provider of type generic-hmac: what Kustomizations and
 * HelmReleases have applied. The alert's {@code eventMetadata} may state {@code repository}, {@code
 * service}, {@code environment}, {@code sha}, {@code version}.
 *
 * <p>A Kustomization tells of its success at every interval, also if nothing was new, so its
 * attempt is the revision: the first success counts. What fails has an attempt of its own, which
 * names the revision: after its success, a failure is a hitch and no attempt (rule E6). A
 * HelmRelease speaks only when it has installed, upgraded, tested or rolled back: there each event
 * is an attempt. That it could not be reconciled says nothing more.
 */
final class FluxSender implements Sender {

  private static final Pattern OLD_HELM_MESSAGE =
      Pattern.compile("(?i)helm (install|upgrade|rollback)(?: .{0,200})? (succeeded|failed).*");
  private static final Set<String> OLD_REASONS = Set.of("info", "error");

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "X-Signature",
          "sha256=",
          "make the Provider's type generic-hmac, and put the token of its secret here into"
              + " DORADO_SECRETS_FLUX");
  private final SenderSettings settings;

  FluxSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "flux";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of("Gotk-Component");
  }

  /** A hash of object, reason, revision and time: the message tells how long it took. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      return EventId.hash(
          object(body.object("involvedObject")),
          body.text("reason"),
          FluxRevision.textIn(body.maybeObject("metadata")).orElse(""),
          body.text("timestamp"));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body ->
            body.maybeObject("involvedObject")
                .flatMap(object -> object.maybeText("kind"))
                .flatMap(kind -> body.maybeText("reason").map(reason -> kind + " " + reason)));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    Fields object = body.object("involvedObject");
    String kind = object.text("kind", "Kustomization or HelmRelease");
    String reason = reason(body);
    if (reason.equals("ReconciliationFailed")
        && ControllerHiccup.isIn(body.maybeLongText("message"))) {
      return Translation.ignored(
          "%s %s: a hiccup of the controller, which tries again".formatted(kind, reason));
    }
    return switch (kind) {
      case "Kustomization" ->
          switch (reason) {
            case "ReconciliationSucceeded" ->
                event(body, "succeeded", Attempt.OF_REVISION, false, provenance);
            case "Progressing" -> event(body, "started", Attempt.OF_REVISION, false, provenance);
            case "ReconciliationFailed",
                "HealthCheckFailed",
                "BuildFailed",
                "PruneFailed",
                "ValidationFailed" ->
                event(body, "failed", Attempt.FAILED, false, provenance);
            default -> ignored(kind, reason);
          };
      case "HelmRelease" ->
          switch (reason) {
            case "InstallSucceeded", "UpgradeSucceeded" ->
                event(body, "succeeded", Attempt.OF_EVENT, false, provenance);
            case "InstallFailed", "UpgradeFailed", "TestFailed" ->
                event(body, "failed", Attempt.OF_EVENT, false, provenance);
            case "RollbackSucceeded" ->
                event(body, "succeeded", Attempt.OF_EVENT, true, provenance);
            case "RollbackFailed" -> event(body, "failed", Attempt.OF_EVENT, true, provenance);
            // What a controller says that repeats itself, as that of Kustomizations does.
            case "ReconciliationSucceeded" ->
                event(body, "succeeded", Attempt.OF_REVISION, false, provenance);
            default -> ignored(kind, reason);
          };
      default ->
          Translation.ignored(
              "%s: only Kustomizations and HelmReleases deploy".formatted(Fields.beginning(kind)));
    };
  }

  private static Translation ignored(String kind, String reason) {
    return Translation.ignored(
        "%s %s: this reason says nothing that is measured"
            .formatted(kind, Fields.beginning(reason)));
  }

  /** The reason; before Flux 2.2, that of a HelmRelease was a severity, and the message said it. */
  private static String reason(Fields body) {
    String reason = body.text("reason", "a reason, as ReconciliationSucceeded");
    if (!OLD_REASONS.contains(reason)) {
      return reason;
    }
    String message = body.maybeText("message").orElse("");
    var told = OLD_HELM_MESSAGE.matcher(message.lines().findFirst().orElse(""));
    return told.matches() ? capital(told.group(1)) + capital(told.group(2)) : reason;
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT)
        + word.substring(1).toLowerCase(Locale.ROOT);
  }

  private Translation event(
      Fields body, String outcome, Attempt attempt, boolean rollback, Provenance provenance) {
    Fields object = body.object("involvedObject");
    String name = object.text("name", "the name of the object");
    Optional<Fields> metadata = body.maybeObject("metadata");
    FluxRevision revision = FluxRevision.in(metadata);
    Moment moment = Moment.of(body.maybeTime("timestamp"), provenance);
    String ofRevision = "flux:%s:%s".formatted(object(object), revision.text());
    String id =
        switch (attempt) {
          case OF_REVISION -> ofRevision;
          case FAILED -> ofRevision + ":failed";
          case OF_EVENT -> moment.isSaid() ? ofRevision + ":" + moment.at() : ofRevision;
        };
    String layer =
        object.maybeText("kind").filter("HelmRelease"::equals).isPresent()
            ? ClusterAttempt.RELEASE
            : ClusterAttempt.APPLICATION;
    Stated stated = Stated.inMetadata(metadata, settings);
    // Who states a version or commit says that the revision is not that of the code.
    Optional<String> sha =
        stated.sha().or(() -> stated.version().isPresent() ? Optional.empty() : revision.sha());
    boolean findable = stated.repository().isPresent() || sha.isPresent();
    return Translation.of(
        CanonicalEvent.of(
            new ClusterAttempt(id, name, outcome, moment, layer)
                .event(stated, stated.repository(), findable, provenance)
                .setEnvironment(environment(stated, metadata, object).orElse(null))
                .setRef(stated.ref().or(revision::ref).orElse(null))
                .setSha(sha.orElse(null))
                .setVersion(
                    stated
                        .version()
                        .or(() -> metadata.flatMap(m -> FluxRevision.field(m, "app-version")))
                        .or(revision::version)
                        .orElse(null))
                .setDeclaredKind(rollback ? "rollback" : null)
                .setHitchOf(attempt == Attempt.FAILED ? ofRevision : null)
                .setDescription(body.maybeLongText("message").orElse(null))
                .build()));
  }

  private static Optional<String> environment(
      Stated stated, Optional<Fields> metadata, Fields object) {
    return stated
        .environment()
        .or(() -> metadata.flatMap(m -> m.maybeText("env")))
        .or(
            () ->
                EnvironmentName.among(
                    List.of(
                        metadata.flatMap(m -> m.maybeText("cluster")),
                        object.maybeText("namespace").filter(n -> !n.equals("flux-system")),
                        object.maybeText("name"))));
  }

  private static String object(Fields object) {
    return object
        .maybeText("uid")
        .orElseGet(
            () ->
                "%s/%s/%s"
                    .formatted(
                        object.maybeText("kind").orElse(""),
                        object.maybeText("namespace").orElse(""),
                        object.text("name", "the name of the object")));
  }

  /** What tells an attempt from others of the same object. */
  private enum Attempt {
    /** The revision. */
    OF_REVISION,
    /** The revision, for what failed. */
    FAILED,
    /** The revision and the time. */
    OF_EVENT
  }
}
