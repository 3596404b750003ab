package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Requests to export traces, in JSON, and the same in protobuf. */
public final class OtlpBodies {

  static final String TRACE = "5b8efff798038103d269b633813fc60c";
  static final String START = "1772366400000000000";
  static final String END = "1772366700250000000";

  private OtlpBodies() {}

  /** A request with one resource. */
  static Payload export(Map<String, Object> resource, String... spans) {
    return Payload.of(
        """
        {"resourceSpans": [{"resource": {"attributes": [%s], "droppedAttributesCount": 0},
          "scopeSpans": [{"scope": {"name": "ci", "version": "1"}, "spans": [%s]}]}]}
        """
            .formatted(attributes(resource), String.join(",", spans)));
  }

  /** A root span of kind SERVER that ended well. */
  static String root(String name, Map<String, Object> attributes) {
    return span("eee19b7ec3c1b174", "", name, 2, attributes);
  }

  /** A span of kind INTERNAL within the root. */
  static String child(String spanId, String name, Map<String, Object> attributes) {
    return span(spanId, "eee19b7ec3c1b174", name, 1, attributes);
  }

  static String span(
      String id, String parent, String name, int kind, Map<String, Object> attributes) {
    return """
        {"traceId": "%s", "spanId": "%s", "parentSpanId": "%s", "name": "%s", "kind": %d,
          "startTimeUnixNano": "%s", "endTimeUnixNano": "%s", "attributes": [%s],
          "events": [], "status": {"code": 1}}
        """
        .formatted(TRACE, id, parent, name, kind, START, END, attributes(attributes));
  }

  private static String attributes(Map<String, Object> attributes) {
    return attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            attribute ->
                "{\"key\": \"%s\", \"value\": %s}"
                    .formatted(attribute.getKey(), value(attribute.getValue())))
        .collect(Collectors.joining(","));
  }

  private static String value(Object value) {
    if (value instanceof List<?> list) {
      return "{\"arrayValue\": {\"values\": [%s]}}"
          .formatted(list.stream().map(OtlpBodies::value).collect(Collectors.joining(",")));
    }
    if (value instanceof Boolean) {
      return "{\"boolValue\": %s}".formatted(value);
    }
    return value instanceof Number
        ? "{\"intValue\": \"%s\"}".formatted(value)
        : "{\"stringValue\": \"%s\"}".formatted(value);
  }

  /** The same request in protobuf. */
  static DeliveryRequest inProtobuf(Payload payload) {
    return new DeliveryRequest(
        Map.of("Content-Type", "application/x-protobuf"),
        protobuf(payload.json()).toByteArray(),
        Payload.RECEIVED_AT);
  }

  public static ExportTraceServiceRequest protobuf(JsonNode json) {
    var request = ExportTraceServiceRequest.newBuilder();
    for (JsonNode group : json.path("resourceSpans")) {
      var resource = request.addResourceSpansBuilder();
      for (JsonNode attribute : group.at("/resource/attributes")) {
        resource.getResourceBuilder().addAttributes(attribute(attribute));
      }
      for (JsonNode scope : group.path("scopeSpans")) {
        var scopeSpans = resource.addScopeSpansBuilder();
        scope.path("spans").forEach(span -> scopeSpans.addSpans(span(span)));
      }
    }
    return request.build();
  }

  private static Span.Builder span(JsonNode json) {
    var span =
        Span.newBuilder()
            .setTraceId(bytes(json.path("traceId")))
            .setSpanId(bytes(json.path("spanId")))
            .setParentSpanId(bytes(json.path("parentSpanId")))
            .setName(json.path("name").asText())
            .setKindValue(json.path("kind").asInt())
            .setStartTimeUnixNano(json.path("startTimeUnixNano").asLong())
            .setEndTimeUnixNano(json.path("endTimeUnixNano").asLong())
            .setStatus(Status.newBuilder().setCodeValue(json.at("/status/code").asInt()));
    json.path("attributes").forEach(attribute -> span.addAttributes(attribute(attribute)));
    return span;
  }

  private static KeyValue attribute(JsonNode json) {
    return KeyValue.newBuilder()
        .setKey(json.path("key").asText())
        .setValue(value(json.path("value")))
        .build();
  }

  private static AnyValue value(JsonNode json) {
    var value = AnyValue.newBuilder();
    if (json.has("intValue")) {
      value.setIntValue(json.get("intValue").asLong());
    } else if (json.has("boolValue")) {
      value.setBoolValue(json.get("boolValue").asBoolean());
    } else if (json.has("arrayValue")) {
      StreamSupport.stream(json.at("/arrayValue/values").spliterator(), false)
          .forEach(element -> value.getArrayValueBuilder().addValues(value(element)));
    } else if (json.has("stringValue")) {
      value.setStringValue(json.get("stringValue").asText());
    }
    return value.build();
  }

  private static ByteString bytes(JsonNode hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex.asText()));
  }
}
