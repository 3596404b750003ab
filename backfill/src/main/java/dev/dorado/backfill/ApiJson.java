package dev.dorado.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Pieces of an API's JSON, put together as webhooks have them. */
final class ApiJson {

  private ApiJson() {}

  /** The text of a field, or an empty one. */
  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  /** A copy with some of the fields, as far as they are there. */
  static ObjectNode only(JsonNode object, String... fields) {
    ObjectNode copy = Json.MAPPER.createObjectNode();
    for (String field : fields) {
      if (object.has(field)) {
        copy.set(field, object.get(field));
      }
    }
    return copy;
  }

  /** A body with an action, what it happened to, and the repository. */
  static ObjectNode body(String action, String subject, JsonNode of, JsonNode repository) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", action);
    body.set(subject, of);
    body.set("repository", repository);
    return body;
  }

  /** A copy with other fields; a null takes the value away. */
  static ObjectNode with(JsonNode object, Map<String, String> fields, List<String> nulls) {
    ObjectNode copy = object.deepCopy();
    fields.forEach(copy::put);
    nulls.forEach(copy::putNull);
    return copy;
  }

  /** Labels, as objects. */
  static JsonNode labels(Collection<String> names) {
    var labels = Json.MAPPER.createArrayNode();
    names.forEach(name -> labels.addObject().put("name", name));
    return labels;
  }

  /** The names of an object's labels. */
  static List<String> labelsOf(JsonNode object) {
    return object.path("labels").findValuesAsText("name");
  }
}
