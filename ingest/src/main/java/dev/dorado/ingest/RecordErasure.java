package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Rejected;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.Senders;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Takes a person out of records: out of the fields that name people, and out of free text. What
 * says what an event is about (its id, repository, branch, service) stays, so that facts stay the
 * same but for the person; where that holds the person too, it is reported.
 *
 * <p>The body of a delivery keeps its form only if its sender makes the same events of it, without
 * the person. Otherwise it is emptied: its events stay. Not thread-safe.
 */
final class RecordErasure {

  /** Fields of all records that name people or hold free text. */
  private static final Set<String> OF_PEOPLE =
      Set.of("author", "reviewer", "message", "title", "description", "reason", "detail");

  /** Numbers are written as they were read. */
  private static final ObjectMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private final PersonText person;
  private final Senders senders;
  private final Duration futureTolerance;
  private final BiConsumer<String, String> remains;
  private long emptied;

  /**
   * @param remains is told fields that hold the person and stay: name and value
   */
  RecordErasure(
      PersonText person,
      Senders senders,
      Duration futureTolerance,
      BiConsumer<String, String> remains) {
    this.person = requireNonNull(person);
    this.senders = requireNonNull(senders);
    this.futureTolerance = requireNonNull(futureTolerance);
    this.remains = requireNonNull(remains);
  }

  /** How many deliveries were emptied. */
  long emptied() {
    return emptied;
  }

  /** Changes a record; whether it held the person where they can be taken out. */
  boolean erase(SpecificRecord record) {
    if (record instanceof Delivery delivery) {
      return eraseDelivery(delivery);
    }
    boolean changed = eraseFields(record);
    return record instanceof Rejected rejected ? eraseRejected(rejected) || changed : changed;
  }

  private boolean eraseFields(SpecificRecord record) {
    boolean changed = false;
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      Object without = without(field.name(), value);
      if (without != value) {
        record.put(field.pos(), without);
        changed = true;
      } else if (value instanceof SpecificRecord nested) {
        changed |= eraseFields(nested);
      } else if (value instanceof List<?> list) {
        for (Object element : list) {
          if (element instanceof SpecificRecord nested) {
            changed |= eraseFields(nested);
          }
        }
      }
    }
    return changed;
  }

  /** The value without the person; the same object if nothing is to be changed. */
  private Object without(String field, Object value) {
    if (value instanceof String text) {
      if (OF_PEOPLE.contains(field)) {
        return person.without(text);
      }
      report(field, text);
    } else if (value instanceof List<?> list) {
      list.forEach(
          element -> {
            if (element instanceof String text) {
              report(field, text);
            }
          });
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, text) -> {
            report(field, String.valueOf(key));
            report(field, String.valueOf(text));
          });
    }
    return value;
  }

  private void report(String field, String text) {
    if (person.isIn(text)) {
      remains.accept(field, text);
    }
  }

  /** Its bytes may be of any form; without them it can't be retried. */
  private boolean eraseRejected(Rejected rejected) {
    if (!person.isIn(text(rejected.getRecordKey()))
        && !person.isIn(text(rejected.getRecordValue()))) {
      return false;
    }
    rejected.setRecordKey(ByteBuffer.allocate(0));
    rejected.setRecordValue(ByteBuffer.allocate(0));
    return true;
  }

  private boolean eraseDelivery(Delivery delivery) {
    boolean changed = false;
    Map<String, String> headers = new HashMap<>();
    for (var header : delivery.getHeaders().entrySet()) {
      headers.put(header.getKey(), person.without(header.getValue()));
    }
    String reason = person.without(delivery.getReason());
    changed |= !headers.equals(delivery.getHeaders());
    changed |= reason != null && !reason.equals(delivery.getReason());
    report("repository", delivery.getRepository());
    report("id", delivery.getId());
    String body = text(delivery.getBody());
    if (isInBody(body)) {
      changed = true;
      Optional<byte[]> without = withoutPerson(delivery, body);
      if (without.isEmpty()) {
        emptied++;
      }
      delivery.setBody(ByteBuffer.wrap(without.orElse(new byte[0])));
    }
    delivery.setHeaders(headers);
    delivery.setReason(reason);
    return changed;
  }

  private boolean isInBody(String body) {
    return person.isIn(body)
        || json(body).filter(this::isInJson).isPresent()
        || person.isIn(decoded(body));
  }

  private boolean isInJson(JsonNode node) {
    if (node.isTextual()) {
      return person.isIn(node.textValue());
    }
    var names = node.fieldNames();
    while (names.hasNext()) {
      if (person.isIn(names.next())) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (isInJson(child)) {
        return true;
      }
    }
    return false;
  }

  /** The body without the person, if its sender makes the same of it; empty if not. */
  private Optional<byte[]> withoutPerson(Delivery delivery, String body) {
    var sender = senders.named(delivery.getSender());
    Optional<JsonNode> json = json(body);
    if (sender.isEmpty() || json.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = EXACT.writeValueAsBytes(withoutPerson(json.get()));
    } catch (IOException e) {
      return Optional.empty();
    }
    if (isInBody(new String(bytes, UTF_8))) {
      return Optional.empty();
    }
    List<CanonicalEvent<?>> before =
        new KeptDelivery(Delivery.newBuilder(delivery).build(), sender.get())
            .translate(1, futureTolerance)
            .events();
    List<CanonicalEvent<?>> after =
        new KeptDelivery(
                Delivery.newBuilder(delivery).setBody(ByteBuffer.wrap(bytes)).build(), sender.get())
            .translate(1, futureTolerance)
            .events();
    return sameWithoutPerson(before, after) ? Optional.of(bytes) : Optional.empty();
  }

  private boolean sameWithoutPerson(List<CanonicalEvent<?>> before, List<CanonicalEvent<?>> after) {
    var silent = new RecordErasure(person, senders, futureTolerance, (field, value) -> {});
    before.forEach(event -> silent.eraseFields(event.value()));
    return before.equals(after);
  }

  private JsonNode withoutPerson(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(person.without(node.textValue()));
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, withoutPerson(array.get(i)));
      }
    } else if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> object.set(name, withoutPerson(object.get(name))));
    }
    return node;
  }

  private static Optional<JsonNode> json(String body) {
    try {
      return Optional.of(EXACT.readTree(body)).filter(node -> !node.isMissingNode());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A form, as some senders post it. */
  private static String decoded(String body) {
    try {
      return body.indexOf('%') < 0 ? body : URLDecoder.decode(body, UTF_8);
    } catch (IllegalArgumentException e) {
      return body;
    }
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }
}
