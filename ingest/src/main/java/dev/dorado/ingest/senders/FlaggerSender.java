package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Flagger's webhooks, best of type event: a canary that was promoted is a deployment (rule S9), one
 * that failed an attempt that failed. Flagger knows no commit: the webhook's own metadata may state
 * {@code repository}, {@code service}, {@code environment}, {@code sha}, {@code version}.
 */
final class FlaggerSender implements Sender {

  /** How messages begin that tell of a step on the way; some come with the phase before. */
  private static final Pattern STEP =
      Pattern.compile(
          "(?i)(?:new revision|init|starting|restarting|advance|halt|waiting|copying|routing"
              + "|pre-rollout|post-rollout|confirm|rollback|rolling back|scaling).*",
          Pattern.DOTALL);

  private final Authenticator authenticator =
      SharedSecretAuthenticator.alsoInAddress(
          "put a secret of DORADO_SECRETS_FLAGGER as password into the webhook's url, as"
              + " https://dorado:SECRET@host/webhooks/flagger");
  private final SenderSettings settings;

  FlaggerSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "flagger";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  /** Flagger holds a canary back while one of its webhooks fails: Dorado must never do that. */
  @Override
  public boolean disablesHookOnClientErrors() {
    return true;
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("phase"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String phase = body.text("phase", "the phase of the canary, as Succeeded");
    Optional<String> message =
        body.maybeObject("metadata").flatMap(metadata -> metadata.maybeText("eventMessage"));
    return outcome(phase, message)
        .map(outcome -> event(request, body, outcome, provenance))
        .orElseGet(
            () ->
                Translation.ignored(
                    "%s: a step of the canary, which ends with its promotion or failure"
                        .formatted(Fields.beginning(phase))));
  }

  /** The message decides where there is one: the phase beside it may be that of a moment before. */
  private static Optional<String> outcome(String phase, Optional<String> message) {
    String text = message.orElse("").toLowerCase(Locale.ROOT);
    if (text.startsWith("promotion completed")) {
      return Optional.of("succeeded");
    }
    if (text.startsWith("canary failed")) {
      return Optional.of("failed");
    }
    if (STEP.matcher(text).matches() || ControllerHiccup.isIn(message)) {
      return Optional.empty();
    }
    return switch (phase) {
      case "Succeeded" -> Optional.of("succeeded");
      case "Failed" -> Optional.of("failed");
      default -> Optional.empty();
    };
  }

  private Translation event(
      DeliveryRequest request, Fields body, String outcome, Provenance provenance) {
    String name = body.text("name", "the name of the canary");
    String namespace = body.maybeText("namespace").orElse("default");
    Optional<Fields> metadata = body.maybeObject("metadata");
    Optional<Instant> told = metadata.flatMap(m -> m.maybeTime("timestamp"));
    Optional<String> checksum = body.maybeText("checksum");
    // Webhooks of type event have a time. Of the others all that may be known is when they came.
    Instant time = told.orElse(request.receivedAt());
    // Without a time, a repeated call must lead to the same attempt: the checksum tells it.
    String id =
        "flagger:%s/%s:%s"
            .formatted(
                namespace,
                name,
                told.isPresent() || checksum.isEmpty()
                    ? checksum.map(c -> c + ":").orElse("") + time
                    : checksum.get());
    Stated stated = Stated.inMetadata(metadata, settings);
    return Translation.of(
        CanonicalEvent.of(
            new ClusterAttempt(id, name, outcome, Moment.of(time), ClusterAttempt.ROLLOUT)
                .event(stated, stated.repository(), stated.repository().isPresent(), provenance)
                // The time of receipt tells nothing apart.
                .setId(EventId.of("deployment", id, outcome, told.orElse(Instant.EPOCH)))
                .setEnvironment(
                    ClusterAttempt.environment(
                            stated,
                            Optional.empty(),
                            List.of(
                                metadata.flatMap(m -> m.maybeText("cluster")),
                                Optional.of(namespace),
                                Optional.of(name)))
                        .orElse(null))
                .setRef(stated.ref().orElse(null))
                .setSha(stated.sha().orElse(null))
                .setVersion(stated.version().orElse(null))
                // Flagger shifts traffic step by step, unless its user states otherwise.
                .setStrategy(stated.strategy().orElse(RolloutStrategy.CANARY))
                .setDescription(metadata.flatMap(m -> m.maybeLongText("eventMessage")).orElse(null))
                .build()));
  }
}
