package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.server.Json;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;

/**
 * OTLP's protobuf form of traces as its JSON form, so that one reader serves both. Events, links
 * and what else no rule reads are left out.
 */
final class OtlpProtobuf {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Descriptor ROOT = ExportTraceServiceRequest.getDescriptor();

  /** As deep as protobuf reads messages. */
  private static final int DEEPEST = 100;

  private OtlpProtobuf() {}

  /**
   * A request to export traces, as JSON.
   *
   * @throws MalformedDelivery if {@code body} is none, or has more than {@link Json#MOST_TOKENS}
   *     elements of JSON
   */
  static JsonNode traces(byte[] body) {
    try {
      // Two bytes make a span of some hundred in memory: they are counted before any is made.
      new Elements().count(CodedInputStream.newInstance(body), ROOT, 0);
      return traces(ExportTraceServiceRequest.parseFrom(body));
    } catch (InvalidProtocolBufferException e) {
      throw malformed(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
    }
  }

  /** {@code google.rpc.Status}, in which OTLP's servers say why they refuse a request. */
  static byte[] status(int code, String message) {
    byte[] text = message.getBytes(UTF_8);
    byte[] bytes =
        new byte
            [CodedOutputStream.computeInt32Size(1, code)
                + CodedOutputStream.computeByteArraySize(2, text)];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeInt32(1, code);
      out.writeByteArray(2, text);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the computed size has room", e);
    }
    return bytes;
  }

  private static MalformedDelivery malformed(String problem) {
    return new MalformedDelivery(
        "the body is no ExportTraceServiceRequest in protobuf: %s".formatted(problem));
  }

  private static JsonNode traces(ExportTraceServiceRequest request) {
    ArrayNode resources = JSON.arrayNode();
    for (var group : request.getResourceSpansList()) {
      ObjectNode resource = resources.addObject();
      resource
          .putObject("resource")
          .set("attributes", attributes(group.getResource().getAttributesList()));
      ArrayNode scopes = resource.putArray("scopeSpans");
      for (var scope : group.getScopeSpansList()) {
        ArrayNode spans = scopes.addObject().putArray("spans");
        scope.getSpansList().forEach(span -> spans.add(span(span)));
      }
    }
    return JSON.objectNode().set("resourceSpans", resources);
  }

  private static ObjectNode span(Span span) {
    ObjectNode json = JSON.objectNode();
    json.put("traceId", hex(span.getTraceId()));
    json.put("spanId", hex(span.getSpanId()));
    json.put("parentSpanId", hex(span.getParentSpanId()));
    json.put("name", span.getName());
    json.put("kind", span.getKindValue());
    putTime(json, "startTimeUnixNano", span.getStartTimeUnixNano());
    putTime(json, "endTimeUnixNano", span.getEndTimeUnixNano());
    json.set("attributes", attributes(span.getAttributesList()));
    json.putObject("status").put("code", span.getStatus().getCodeValue());
    return json;
  }

  private static void putTime(ObjectNode json, String name, long nanos) {
    json.put(name, Long.toUnsignedString(nanos));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static ArrayNode attributes(List<KeyValue> attributes) {
    ArrayNode json = JSON.arrayNode();
    for (var attribute : attributes) {
      json.addObject().put("key", attribute.getKey()).set("value", value(attribute.getValue()));
    }
    return json;
  }

  private static ObjectNode value(AnyValue value) {
    ObjectNode json = JSON.objectNode();
    switch (value.getValueCase()) {
      case STRING_VALUE -> json.put("stringValue", value.getStringValue());
      case BOOL_VALUE -> json.put("boolValue", value.getBoolValue());
      case INT_VALUE -> json.put("intValue", Long.toString(value.getIntValue()));
      case DOUBLE_VALUE -> json.put("doubleValue", value.getDoubleValue());
      case ARRAY_VALUE -> {
        ArrayNode values = json.putObject("arrayValue").putArray("values");
        value.getArrayValue().getValuesList().forEach(element -> values.add(value(element)));
      }
      default -> {
        // Bytes and maps: no attribute of the conventions has them.
      }
    }
    return json;
  }

  /** Counts what a message would have as JSON, as far as its bytes are read. */
  private static final class Elements {

    private static final int OF_MESSAGE = 3;
    private static final int OF_VALUE = 2;

    private long counted;

    void count(CodedInputStream in, Descriptor type, int depth) throws IOException {
      if (depth > DEEPEST) {
        throw malformed("messages are nested more than %d deep".formatted(DEEPEST));
      }
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        boolean isMessage =
            field != null
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        counted += isMessage ? OF_MESSAGE : OF_VALUE;
        if (counted > Json.MOST_TOKENS) {
          throw MalformedDelivery.beyondBound(Json.beyondTokens());
        }
        if (isMessage) {
          int outer = in.pushLimit(in.readRawVarint32());
          count(in, field.getMessageType(), depth + 1);
          in.popLimit(outer);
        } else {
          in.skipField(tag);
        }
      }
    }
  }
}
