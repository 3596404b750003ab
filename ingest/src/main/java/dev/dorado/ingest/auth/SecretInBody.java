package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A secret in a field of the body, beside what the body says: of a JSON object, or of a form.
 *
 * @param field name of the field
 */
record SecretInBody(String field) {

  /** Longer bodies are not read before they are known to be authentic. */
  private static final int LONGEST = 256 * 1024;

  /** The secret, if the body has one and is not longer than {@value #LONGEST} bytes. */
  Optional<String> of(DeliveryRequest request) {
    if (request.body().length > LONGEST) {
      return Optional.empty();
    }
    Optional<String> secret =
        !request.beginsAsJsonObject()
            ? Arrays.stream(pairs(request))
                .filter(this::isOurs)
                .map(pair -> decoded(pair.substring(pair.indexOf('=') + 1)))
                .findFirst()
            : json(request).map(object -> object.path(field).asText());
    return secret.map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The delivery with a body that does not have the field. */
  DeliveryRequest removedFrom(DeliveryRequest request) {
    if (!request.beginsAsJsonObject()) {
      String[] pairs = pairs(request);
      return Arrays.stream(pairs).noneMatch(this::isOurs)
          ? request
          : request.withBody(
              Arrays.stream(pairs)
                  .filter(pair -> !isOurs(pair))
                  .collect(Collectors.joining("&"))
                  .getBytes(UTF_8));
    }
    return json(request)
        .filter(object -> object.has(field))
        .map(
            object -> {
              object.remove(field);
              return request.withBody(object.toString().getBytes(UTF_8));
            })
        .orElse(request);
  }

  private static Optional<ObjectNode> json(DeliveryRequest request) {
    try {
      JsonNode node = DeliveryRequest.readJson(request.body());
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (UntranslatableDelivery e) {
      // The translation reports this; here there just is no secret.
      return Optional.empty();
    }
  }

  private static String[] pairs(DeliveryRequest request) {
    return new String(request.body(), UTF_8).split("&", 0);
  }

  private boolean isOurs(String pair) {
    int equals = pair.indexOf('=');
    return equals > 0 && decoded(pair.substring(0, equals)).equals(field);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      // Not URL-encoded: it is taken as it stands.
      return text;
    }
  }
}
