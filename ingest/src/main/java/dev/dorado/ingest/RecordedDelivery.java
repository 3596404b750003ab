package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.server.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A delivery as a line of JSON: {@code {"sender","headers":{…},"body":"…"}}, the body as text, or,
 * where it is none, as {@code body_base64}. Exported ones say beside it what became of them, which
 * is not asked again when they are replayed; the time of receipt is that of the first time. Holds
 * no secret and no signature. Immutable.
 */
final class RecordedDelivery {

  private static final String END = "exported";

  private final String sender;
  private final Map<String, String> headers;
  private final byte[] body;
  private final Optional<Instant> receivedAt;

  private RecordedDelivery(
      String sender, Map<String, String> headers, byte[] body, Optional<Instant> receivedAt) {
    this.sender = requireNonNull(sender);
    this.headers = Map.copyOf(headers);
    this.body = requireNonNull(body);
    this.receivedAt = requireNonNull(receivedAt);
  }

  /** Name of the sender. */
  String sender() {
    return sender;
  }

  /** The request headers that are kept. */
  Map<String, String> headers() {
    return headers;
  }

  /** The raw body, not to be changed. */
  byte[] body() {
    return body;
  }

  /** When it was received; empty if the recording does not state it. */
  Optional<Instant> receivedAt() {
    return receivedAt;
  }

  /** The recording of a kept delivery. */
  static RecordedDelivery of(Delivery kept) {
    byte[] body = new byte[kept.getBody().remaining()];
    kept.getBody().duplicate().get(body);
    return new RecordedDelivery(
        kept.getSender(), kept.getHeaders(), body, Optional.of(kept.getReceivedAt()));
  }

  /**
   * The recording that a JSON object is.
   *
   * @throws IllegalArgumentException if it is none; the message names what is missing
   */
  static RecordedDelivery read(JsonNode json) {
    if (!json.path("sender").isTextual()) {
      throw new IllegalArgumentException("'sender' is missing: expected the name of a sender");
    }
    Map<String, String> headers = new HashMap<>();
    json.path("headers")
        .fields()
        .forEachRemaining(header -> headers.put(header.getKey(), header.getValue().asText()));
    return new RecordedDelivery(
        json.get("sender").asText(), headers, bodyOf(json), receivedAt(json));
  }

  private static Optional<Instant> receivedAt(JsonNode json) {
    String text = json.path("received_at").asText();
    if (text.isBlank() || text.equals("null")) {
      return Optional.empty();
    }
    return Optional.of(
        SenderTime.parse(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'received_at' is '%s': expected %s"
                            .formatted(text, SenderTime.EXPECTED))));
  }

  private static byte[] bodyOf(JsonNode json) {
    if (json.path("body").isTextual()) {
      return json.get("body").asText().getBytes(UTF_8);
    }
    if (json.path("body").isContainerNode()) {
      // Written by hand: the object itself in place of its text.
      return json.get("body").toString().getBytes(UTF_8);
    }
    if (json.path("body_base64").isTextual()) {
      try {
        return Base64.getDecoder().decode(json.get("body_base64").asText());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("'body_base64' is no Base64: " + e.getMessage(), e);
      }
    }
    throw new IllegalArgumentException("'body' is missing: expected the body, or 'body_base64'");
  }

  /** A kept delivery with what became of it, as JSON. */
  static Map<String, Object> json(Delivery kept) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sender", kept.getSender());
    json.put("id", kept.getId());
    json.put("received_at", kept.getReceivedAt());
    json.put("outcome", kept.getOutcome());
    json.put("reason", kept.getReason());
    json.put("kind", kept.getKind());
    json.put("repository", kept.getRepository());
    json.put("headers", new TreeMap<>(kept.getHeaders()));
    byte[] body = of(kept).body();
    try {
      json.put("body", UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      // No text: it is kept as it came all the same.
      json.put("body_base64", Base64.getEncoder().encodeToString(body));
    }
    return json;
  }

  /** The last line of an export, by which one sees that it did not break off. */
  static byte[] end(long deliveries) {
    return "{\"%s\":%d}\n".formatted(END, deliveries).getBytes(UTF_8);
  }

  /** Whether a line is the last one of an export. */
  static boolean isEnd(JsonNode json) {
    return json.size() == 1 && json.path(END).isNumber();
  }

  /** A line of JSON. */
  static byte[] line(Delivery kept) {
    try {
      return (Json.MAPPER.writeValueAsString(json(kept)) + "\n").getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and times can be written as JSON", e);
    }
  }
}
