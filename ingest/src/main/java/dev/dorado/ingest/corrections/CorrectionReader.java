package dev.dorado.ingest.corrections;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.server.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the body of a correction. The id is a hash of what is said and of the idempotency key, so
 * that the same correction posted twice is one. Stateless.
 */
public final class CorrectionReader {

  /** A correction may be dated as far ahead of this clock: those of two machines differ (E2). */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private static final int LONGEST_REASON = 4000;
  private static final int LONGEST_NAME = 1000;
  private static final List<String> OF_ALL = List.of("action", "service", "reason", "author", "at");
  private static final List<String> MARKS = List.of("planned", "unplanned", "failed", "not-failed");

  /** What can be done, with the fields that it needs and takes beside those of all. */
  @SuppressWarnings("ImmutableEnumChecker") // the list is one that can't be changed
  private enum Action {
    LINK("deployment", "incident"),
    UNLINK("deployment", "incident"),
    MARK("deployment", "as"),
    EXCLUDE("deployment"),
    REVOKE("correction");

    private final List<String> fields;

    Action(String... fields) {
      this.fields = List.of(fields);
    }

    String json() {
      return name().toLowerCase(Locale.ROOT);
    }

    static String names() {
      return Stream.of(values()).map(Action::json).collect(Collectors.joining(", "));
    }
  }

  private CorrectionReader() {}

  /**
   * The event that {@code body} asks for.
   *
   * @param body a JSON object
   * @param idempotencyKey tells two corrections of the same content apart, or makes two posts one
   * @param receivedAt when it came, which is when it was made unless {@code at} says so
   * @throws MalformedDelivery if it is no JSON
   * @throws MissingField if a field is missing or can't be used
   */
  public static CorrectionEvent read(
      byte[] body, Optional<String> idempotencyKey, Instant receivedAt) {
    Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
    Fields fields = Fields.of(json(body), "$");
    Action action = action(fields);
    refuseOthers(fields, action);
    String service = name(fields, "service", "the name of a service").toLowerCase(Locale.ROOT);
    Optional<Instant> at = at(fields, received);
    Optional<String> author = shortText(fields, "author", LONGEST_NAME);
    String reason =
        shortText(fields, "reason", LONGEST_REASON)
            .orElseThrow(
                () -> fields.absent("reason", "why this is corrected, for those who ask later"));
    CorrectionEvent.Builder event =
        CorrectionEvent.newBuilder()
            .setOccurredAt(at.orElse(received))
            .setService(service)
            .setAction(action.json())
            .setReason(reason)
            .setAuthor(author.orElse(null));
    if (action.fields.contains("deployment")) {
      event.setDeployment(
          name(fields, "deployment", "the id of a deployment, as /deployments has it"));
    }
    if (action.fields.contains("incident")) {
      event.setIncident(name(fields, "incident", "the id of an incident, as /incidents has it"));
    }
    if (action.fields.contains("as")) {
      event.setMark(mark(fields));
    }
    if (action.fields.contains("correction")) {
      event.setRevokes(name(fields, "correction", "the id of a correction, as its answer gave it"));
    }
    String id =
        EventId.hash(
            "correction",
            service,
            action.json(),
            Optional.ofNullable(event.getDeployment()).orElse(""),
            Optional.ofNullable(event.getIncident()).orElse(""),
            Optional.ofNullable(event.getMark()).orElse(""),
            Optional.ofNullable(event.getRevokes()).orElse(""),
            reason,
            author.orElse(""),
            at.map(Instant::toString).orElse(""),
            idempotencyKey.orElse(""));
    // A correction happens once: the event that tells of it has its id.
    return event
        .setId(id)
        .setCorrection(id)
        .setProvenance(new Provenance("corrections", id, received, "live"))
        .build();
  }

  private static JsonNode json(byte[] body) {
    JsonNode json;
    try {
      json = Json.REQUESTS.readTree(body);
    } catch (IOException e) {
      throw new MalformedDelivery(
          "the body is no JSON: expected an object as {\"action\":\"mark\", \"service\":…,"
              + " \"deployment\":…, \"as\":\"unplanned\", \"reason\":…}");
    }
    if (json.isMissingNode()) {
      throw new MalformedDelivery("the body is empty: expected a JSON object with an action");
    }
    return json;
  }

  private static Action action(Fields fields) {
    String expected = "one of " + Action.names();
    String text = fields.text("action", expected);
    return Stream.of(Action.values())
        .filter(action -> action.json().equals(text))
        .findFirst()
        .orElseThrow(() -> fields.unusable("action", text, expected));
  }

  /** A field that does nothing is a misunderstanding: whoever sent it meant something else. */
  private static void refuseOthers(Fields fields, Action action) {
    var accepted = new TreeSet<>(OF_ALL);
    accepted.addAll(action.fields);
    for (String name : fields.names()) {
      if (!accepted.contains(name)) {
        throw fields.unusable(
            name,
            fields.maybeNode(name).map(JsonNode::toString).orElse("null"),
            "no such field in the action %s, which takes %s"
                .formatted(action.json(), String.join(", ", accepted)));
      }
    }
  }

  private static String mark(Fields fields) {
    String expected = "one of " + String.join(", ", MARKS);
    String mark = fields.text("as", expected);
    if (!MARKS.contains(mark)) {
      throw fields.unusable("as", mark, expected);
    }
    return mark;
  }

  private static Optional<Instant> at(Fields fields, Instant received) {
    Optional<Instant> at = fields.maybeTime("at");
    if (at.isPresent() && at.get().isAfter(received.plus(CLOCK_TOLERANCE))) {
      throw fields.unusable(
          "at", at.get().toString(), "a time that is not in the future; it is " + received);
    }
    return at;
  }

  private static String name(Fields fields, String name, String expected) {
    return shortText(fields, name, LONGEST_NAME).orElseThrow(() -> fields.absent(name, expected));
  }

  private static Optional<String> shortText(Fields fields, String name, int longest) {
    Optional<String> text = fields.maybeText(name);
    if (text.isPresent() && text.get().length() > longest) {
      throw fields.unusable(name, text.get(), "at most %d characters".formatted(longest));
    }
    return text;
  }
}
