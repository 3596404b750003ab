package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.server.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A body with headers, of which a test changes what it is about. Immutable. */
public final class Payload {

  /** When every delivery of these tests comes. */
  public static final Instant RECEIVED_AT = Instant.parse("2026-03-05T12:00:00Z");

  private final JsonNode json;
  private final Map<String, String> headers;

  private Payload(JsonNode json, Map<String, String> headers) {
    this.json = json;
    this.headers = headers;
  }

  public static Payload of(String json) {
    try {
      return new Payload(Json.MAPPER.readTree(json), Map.of("Content-Type", "application/json"));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  public Payload header(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.put(name, value);
    return new Payload(json, changed);
  }

  /** Sets the field at a path of names and indexes, as {@code events.0.sha}. */
  public Payload with(String path, Object value) {
    JsonNode changed = json.deepCopy();
    JsonNode parent = parent(changed, path);
    JsonNode node = Json.MAPPER.valueToTree(value);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(last(path)), node);
    } else {
      ((ObjectNode) parent).set(last(path), node);
    }
    return new Payload(changed, headers);
  }

  public Payload without(String path) {
    JsonNode changed = json.deepCopy();
    ((ObjectNode) parent(changed, path)).remove(last(path));
    return new Payload(changed, headers);
  }

  public JsonNode json() {
    return json;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public byte[] bytes() {
    return json.toString().getBytes(UTF_8);
  }

  public DeliveryRequest request() {
    return new DeliveryRequest(headers, bytes(), RECEIVED_AT);
  }

  private static JsonNode parent(JsonNode root, String path) {
    JsonNode node = root;
    String[] steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      node = node.isArray() ? node.get(Integer.parseInt(steps[i])) : node.get(steps[i]);
    }
    return node;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
