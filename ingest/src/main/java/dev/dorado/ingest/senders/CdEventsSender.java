package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * CDEvents 0.4 and 0.5: as a CloudEvent in binary or structured form, or bare. Types are matched
 * without their version.
 */
final class CdEventsSender implements Sender {

  private static final String STRUCTURED = "application/cloudevents+json";

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_CDEVENTS as 'Authorization: Bearer', as Basic password"
              + " or in X-Dorado-Token");
  private final CdEventTranslator translator;

  CdEventsSender(SenderSettings settings) {
    this.translator = new CdEventTranslator(settings);
  }

  @Override
  public String name() {
    return "cdevents";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of("ce-id", "ce-source", "ce-type", "ce-time", "ce-specversion", "ce-subject");
  }

  /** The context's source and id, which CloudEvents make unique, with the type before them. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Fields context = event(request).object("context");
      return "%s %s %s".formatted(context.text("type"), context.text("source"), context.text("id"));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      return new About(event(request).object("context").maybeText("type"), Optional.empty());
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here the kind just is not known.
      return new About(request.header("ce-type"), Optional.empty());
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    return translator.translate(
        CdEvent.of(event(request), request.timeIn("ce-time"), provenance), provenance);
  }

  /** The CDEvent itself, out of the CloudEvent that may be around it. */
  private static Fields event(DeliveryRequest request) {
    Fields body = request.fields();
    boolean structured =
        request.mediaType().equals(STRUCTURED)
            || (body.maybeNode("context").isEmpty() && body.maybeNode("specversion").isPresent());
    if (!structured) {
      return body;
    }
    Optional<JsonNode> encoded = body.maybeNode("data_base64");
    Optional<JsonNode> data = body.maybeNode("data");
    if (encoded.isPresent()) {
      String text = body.text("data_base64", "Base64");
      try {
        return request.fields(
            DeliveryRequest.readJson(Base64.getDecoder().decode(text)), "$.data_base64");
      } catch (IllegalArgumentException e) {
        throw new MalformedDelivery("$.data_base64 is not Base64: " + e.getMessage());
      }
    }
    if (data.filter(JsonNode::isTextual).isPresent()) {
      byte[] text = data.get().textValue().getBytes(UTF_8);
      return request.fields(DeliveryRequest.readJson(text), "$.data");
    }
    return body.object("data");
  }
}
