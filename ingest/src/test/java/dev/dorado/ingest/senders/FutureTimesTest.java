package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.delivery.Translation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No sender lets a time far in the future into an event. Of each payload of each sender every time
 * is set to the year 2030, one at a time: the delivery is refused and the refusal names the field,
 * the value and the bound, or the time is left out.
 */
class FutureTimesTest {

  private static final Instant FUTURE = Instant.parse("2030-03-01T12:00:00Z");
  private static final Instant LATEST = Payload.RECEIVED_AT.plus(Duration.ofDays(1));

  static List<Seeds> senders() {
    return MutatedPayloadsTest.senders();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void aTimeFarInTheFutureIsRefusedOrLeftOut(Seeds seeds) {
    int refused = 0;
    for (Payload payload : seeds.payloads()) {
      int times = replaceTimes(payload.json().deepCopy(), -1);
      for (int i = 0; i < times; i++) {
        JsonNode body = payload.json().deepCopy();
        replaceTimes(body, i);
        refused += isRefused(seeds.sender(), payload, body) ? 1 : 0;
      }
    }
    assertThat(refused).as("times that are refused or left out").isPositive();
  }

  @Test
  void aTimeOfTomorrowIsAccepted() {
    Payload soon = GenericSenderTest.DEPLOYMENT.with("events.0.finished_at", LATEST.toString());
    var generic = new GenericSender(Translated.SETTINGS);
    assertThat(Translated.events(generic, soon)).hasSize(1);
    var problem =
        Translated.missing(
            generic, soon.with("events.0.finished_at", LATEST.plusMillis(1).toString()));
    assertThat(problem.path()).isEqualTo("$.events[0].finished_at");
    assertThat(problem)
        .hasMessageContaining("'2026-03-06T12:00:00.001Z'")
        .hasMessageContaining("until 2026-03-06T12:00:00Z")
        .hasMessageContaining("dorado.ingest.future-tolerance");
  }

  @Test
  void aCommitOfAWrongClockHasTheTimeOfItsPush() {
    Payload push = GitHubPayloads.push().with("commits.0.timestamp", "2031-01-01T00:00:00Z");
    var github = new GitHubSender(Translated.SETTINGS);
    PushEvent event = Translated.event(github, push, PushEvent.class);
    var commit = event.getCommits().get(0);
    assertThat(event.getCommits()).hasSameSizeAs(push.json().get("commits"));
    assertThat(commit.getCommittedAt()).isBefore(LATEST);
    assertThat(commit.getTimeFrom()).isEqualTo("head");
    assertThat(Translated.skipped(github, push)).containsExactly("$.commits[0].timestamp");
    assertThat(event.getId())
        .isEqualTo(Translated.event(github, GitHubPayloads.push(), PushEvent.class).getId());
  }

  private static boolean isRefused(Sender sender, Payload payload, JsonNode body) {
    byte[] bytes = body.toString().getBytes(UTF_8);
    var request = new DeliveryRequest(payload.headers(), bytes, Payload.RECEIVED_AT);
    try {
      if (Translated.translate(sender, request) instanceof Translation.Events events) {
        events.events().forEach(event -> assertHasNoFuture(event.value(), body));
      }
      return !request.leftOut().problems().isEmpty();
    } catch (MissingField e) {
      assertThat(e).hasMessageContaining("is '").hasMessageContaining("future-tolerance");
      return true;
    }
  }

  private static void assertHasNoFuture(SpecificRecord event, JsonNode body) {
    for (var field : event.getSchema().getFields()) {
      Object value = event.get(field.pos());
      for (Object item :
          value instanceof List<?> list ? list : List.of(Optional.ofNullable(value))) {
        Object one = item instanceof Optional<?> maybe ? maybe.orElse(null) : item;
        if (one instanceof SpecificRecord record) {
          assertHasNoFuture(record, body);
        } else if (one instanceof Instant time) {
          assertThat(time).as("%s of %s", field.name(), body).isBeforeOrEqualTo(LATEST);
        }
      }
    }
  }

  /** Sets the time at place {@code which} to the future; answers how many times there are. */
  private static int replaceTimes(JsonNode root, int which) {
    List<Runnable> replacements = new ArrayList<>();
    collect(root, replacements);
    if (which >= 0) {
      replacements.get(which).run();
    }
    return replacements.size();
  }

  private static void collect(JsonNode node, List<Runnable> replacements) {
    if (node instanceof ObjectNode object) {
      object
          .fields()
          .forEachRemaining(
              field ->
                  future(field.getValue())
                      .ifPresentOrElse(
                          time -> replacements.add(() -> object.set(field.getKey(), time)),
                          () -> collect(field.getValue(), replacements)));
    } else if (node instanceof ArrayNode array) {
      array.forEach(item -> collect(item, replacements));
    }
  }

  /** The same time in the future, in the same form; empty if the node is no time of these years. */
  private static Optional<JsonNode> future(JsonNode node) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (!node.isValueNode()) {
      return Optional.empty();
    }
    String text = node.asText();
    if (text.matches("\\d{10}|\\d{13}|\\d{16}|\\d{19}")) {
      String future = FUTURE.getEpochSecond() + "0".repeat(text.length() - 10);
      return Optional.of(
          node.isTextual() ? json.textNode(future) : json.numberNode(Long.parseLong(future)));
    }
    boolean isTime =
        SenderTime.parse(text).filter(Instant.parse("2020-01-01T00:00:00Z")::isBefore).isPresent()
            || text.matches("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?");
    return isTime ? Optional.of(json.textNode("2030" + text.substring(4))) : Optional.empty();
  }
}
