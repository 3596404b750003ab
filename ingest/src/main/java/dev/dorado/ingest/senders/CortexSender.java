package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Cortex's deploys: what was deployed or rolled back, of the entity that the path names. Restarts
 * and scaling change no code and are ignored. What Cortex has no field for stands in {@code
 * customData}, by the names of {@link Stated}.
 */
final class CortexSender implements CompatibleSender {

  private static final String TYPES = "DEPLOY, ROLLBACK, RESTART or SCALE";
  private static final ApiPaths PATHS = ApiPaths.of("/api/v1/catalog/{tag}/deploys");

  /** What Cortex says of a deploy again in its answer. */
  private static final List<String> ECHOED =
      List.of("title", "timestamp", "type", "sha", "environment", "url");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_CORTEX in place of Cortex's API key, as 'Authorization:"
              + " Bearer'");
  private final SenderSettings settings;

  CortexSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "cortex";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public ApiPaths paths() {
    return PATHS;
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("type"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    String tag = PATHS.of(request).parameter("tag");
    Fields body = request.fields();
    String type = body.text("type", TYPES);
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "DEPLOY" -> deployment(tag, body, false, provenance);
      case "ROLLBACK" -> deployment(tag, body, true, provenance);
      case "RESTART", "SCALE" -> Translation.ignored(type + ": no code is deployed");
      default -> throw body.unusable("type", type, TYPES);
    };
  }

  /** Cortex answers 200 with the deploy and the id that it gave it. */
  @Override
  public Answer answer(Accepted accepted) {
    Map<String, Object> body = new LinkedHashMap<>();
    byte[] id = deliveryId(accepted.request()).getBytes(US_ASCII);
    body.put("uuid", UUID.nameUUIDFromBytes(id).toString());
    Fields deploy = accepted.request().fields();
    ECHOED.forEach(name -> deploy.maybeText(name).ifPresent(value -> body.put(name, value)));
    return new Answer.JsonObject(200, body);
  }

  private Translation deployment(
      String tag, Fields body, boolean isRollback, Provenance provenance) {
    // Cortex asks for UTC.
    Instant time =
        body.maybeTimeInUtc("timestamp")
            .orElseThrow(() -> body.absent("timestamp", SenderTime.EXPECTED));
    Stated stated = Stated.inMetadata(body.maybeObject("customData"), settings);
    Optional<String> sha = Shas.maybe(body, "sha").or(stated::sha);
    Optional<String> environment = body.maybeText("environment").or(stated::environment);
    String id =
        "cortex:"
            + EventId.hash(
                tag,
                environment.orElse(""),
                sha.or(stated::version).or(() -> body.maybeText("title")).orElse(""),
                time.toString());
    return Translation.of(
        CanonicalEvent.of(
            DeploymentEvent.newBuilder()
                .setId(EventId.of("deployment", id, "succeeded " + EventId.hash(body.json()), time))
                .setProvenance(provenance)
                .setOccurredAt(time)
                .setDeployment(id)
                .setRepository(stated.repository().orElse(null))
                .setService(stated.service().orElseGet(() -> tag.toLowerCase(Locale.ROOT)))
                .setEnvironment(environment.orElse(null))
                .setRef(stated.ref().orElse(null))
                .setSha(sha.orElse(null))
                .setVersion(stated.version().orElse(null))
                .setStatus("succeeded")
                .setFinishedAt(time)
                .setDeclaredKind(isRollback ? "rollback" : null)
                .setStrategy(stated.strategy().orElse(null))
                .setDescription(body.maybeLongText("title").orElse(null))
                .setUrl(body.maybeText("url").orElse(null))
                .build()));
  }
}
