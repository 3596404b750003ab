package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every field of every event has a bound: at it, an event passes as it is; beyond it, it does not.
 */
class BoundsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATEST = Instant.parse("2026-03-02T12:00:00Z");
  private static final Bounds BOUNDS = new Bounds(Bounds.EARLIEST, LATEST);

  @TestFactory
  Stream<DynamicTest> everyFieldIsBounded() {
    List<DynamicTest> tests = new ArrayList<>();
    for (var topic : events()) {
      for (var field : topic.schema().getFields()) {
        tests.add(
            DynamicTest.dynamicTest(
                topic.name() + " " + field.name(), () -> assertBounded(topic, field)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(100);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> anEventPassesAsItIs() {
    return events().stream()
        .map(
            topic ->
                DynamicTest.dynamicTest(
                    topic.name(),
                    () -> {
                      SpecificRecord event = full(topic);
                      SpecificRecord copy = full(topic);
                      assertThat(BOUNDS.fit(event))
                          .isEqualTo(new Bounds.Fitted(java.util.Optional.empty(), List.of()));
                      assertThat(event).isEqualTo(copy);
                    }));
  }

  private static void assertBounded(Topic<? extends SpecificRecord> topic, Schema.Field field) {
    Schema schema = inUnion(field.schema());
    List<Object> beyond =
        switch (schema.getType()) {
          case STRING -> List.of("x".repeat(20_000));
          case LONG ->
              isTime(schema)
                  ? List.of(
                      Instant.parse("9998-01-01T00:00:00Z"), Instant.parse("1677-09-21T00:00:00Z"))
                  : List.of();
          case ARRAY -> List.of(Collections.nCopies(10_001, item(schema.getElementType())));
          case MAP -> List.of(Map.of("x".repeat(513), "production"), Map.of("x", "y".repeat(513)));
          default -> List.of();
        };
    for (Object value : beyond) {
      SpecificRecord event = full(topic);
      event.put(field.pos(), value);
      var fitted = BOUNDS.fit(event);
      assertThat(fitted.refused().isPresent() || !fitted.adapted().isEmpty())
          .as("something is said of it")
          .isTrue();
      if (fitted.refused().isEmpty()) {
        assertThat(event.get(field.pos())).isNotEqualTo(value);
        assertThat(BOUNDS.fit(event).adapted()).as("a second time").isEmpty();
      }
    }
  }

  @Test
  void aTitleIsCutAndMarked() {
    DeploymentEvent event = (DeploymentEvent) full(Topics.DEPLOYMENTS);
    event.setDescription("x".repeat(Bounds.TEXT));
    assertThat(BOUNDS.fit(event).adapted()).isEmpty();
    event.setDescription("x".repeat(Bounds.TEXT + 1));
    assertThat(BOUNDS.fit(event).adapted())
        .extracting(Bounds.Excess::field)
        .containsExactly("description");
    assertThat(event.getDescription()).hasSize(Bounds.TEXT).endsWith("x…");
    assertThat(Bounds.cut("ab🚀c", 4)).isEqualTo("ab…");
  }

  @Test
  void aNameIsRefusedBeyondItsLengthAndWithControlCharacters() {
    DeploymentEvent event = (DeploymentEvent) full(Topics.DEPLOYMENTS);
    event.setService("x".repeat(Bounds.NAME));
    assertThat(BOUNDS.fit(event).refused()).isEmpty();
    for (String bad : List.of("x".repeat(Bounds.NAME + 1), "a\u001b[2J", "a\nb", "a\ud800")) {
      event.setService(bad);
      assertThat(BOUNDS.fit(event).refused().orElseThrow().field()).isEqualTo("service");
    }
  }

  @Test
  void aCommitOfTheYear2603KeepsItsPlace() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    Commit commit = push.getCommits().get(0);
    commit.setCommittedAt(Instant.parse("2603-01-01T00:00:00Z"));
    var fitted = BOUNDS.fit(push);
    assertThat(fitted.refused()).isEmpty();
    assertThat(fitted.adapted())
        .extracting(Bounds.Excess::field)
        .containsExactly("commits[0].committed_at");
    assertThat(push.getCommits()).hasSize(1);
    assertThat(commit.getCommittedAt()).isEqualTo(push.getOccurredAt());
    assertThat(commit.getTimeFrom()).isEqualTo("push");
  }

  @Test
  void ofTooManyCommitsTheNewestAreKept() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    List<Commit> commits = new ArrayList<>();
    for (int i = 0; i <= Bounds.COMMITS; i++) {
      commits.add(Commit.newBuilder(push.getCommits().get(0)).setSha("%040x".formatted(i)).build());
    }
    push.setCommits(commits);
    assertThat(BOUNDS.fit(push).refused()).isEmpty();
    assertThat(push.getCommits()).isEqualTo(commits.subList(1, commits.size()));
  }

  @Test
  void anEventHasABoundOfItsOwn() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    Commit large = push.getCommits().get(0);
    large.setMessage("x".repeat(Bounds.TEXT));
    push.setCommits(Collections.nCopies(Bounds.EVENT_BYTES / Bounds.TEXT, large));
    assertThat(BOUNDS.fit(push).refused().orElseThrow().expected()).contains("bytes of text");
  }

  private static List<Topic<? extends SpecificRecord>> events() {
    return Stream.concat(Topics.events().stream(), Stream.of(Topics.FLAGS)).distinct().toList();
  }

  private static SpecificRecord full(Topic<? extends SpecificRecord> topic) {
    return record(topic.schema());
  }

  private static SpecificRecord record(Schema schema) {
    var record =
        (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (var field : schema.getFields()) {
      record.put(field.pos(), item(inUnion(field.schema())));
    }
    return record;
  }

  private static Object item(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "name";
      case BOOLEAN -> true;
      case INT -> 1;
      case LONG -> isTime(schema) ? NOW : (Object) 1L;
      case ARRAY -> new ArrayList<>(List.of(item(schema.getElementType())));
      case MAP -> new HashMap<>(Map.of("name", "value"));
      case RECORD -> record(schema);
      default -> throw new IllegalArgumentException("no value for " + schema);
    };
  }

  private static Schema inUnion(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static boolean isTime(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }
}
