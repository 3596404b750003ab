package dev.dorado.streams.cdevents;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.dorado.server.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a decision as a CDEvent in a CloudEvent of structured JSON. The same decision gives the
 * same bytes.
 *
 * @param source the source of all events
 */
record CdEventJson(String source) {

  /** The media type of a CloudEvent of structured JSON. */
  static final String MEDIA_TYPE = "application/cloudevents+json; charset=utf-8";

  CdEventJson {
    requireNonNull(source);
  }

  byte[] write(Decision decision, String id) {
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("specversion", CdEventTypes.SPECIFICATION);
    context.put("id", id);
    context.put("source", source);
    context.put("type", decision.type());
    context.put("timestamp", decision.at().toString());
    Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("id", decision.subject());
    subject.put("content", decision.content());
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("context", context);
    event.put("subject", subject);
    event.put("customData", known(decision.details()));
    event.put("customDataContentType", "application/json");
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("specversion", "1.0");
    envelope.put("id", id);
    envelope.put("source", source);
    envelope.put("type", decision.type());
    envelope.put("subject", decision.subject());
    envelope.put("time", decision.at().toString());
    envelope.put("datacontenttype", "application/json");
    envelope.put("data", event);
    try {
      return Json.MAPPER.writeValueAsBytes(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers can be written as JSON", e);
    }
  }

  /** What is unknown is left out. */
  private static Map<String, Object> known(Map<String, Object> details) {
    Map<String, Object> known = new LinkedHashMap<>();
    details.forEach(
        (name, value) -> {
          boolean isUnknown = value == null || (value instanceof List<?> list && list.isEmpty());
          if (!isUnknown) {
            known.put(name, value instanceof Instant time ? time.toString() : value);
          }
        });
    return known;
  }
}
