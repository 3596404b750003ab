package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ingest accepts at the bound of a field goes through the topology and can be stored. */
class EventsAtTheirBoundsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATEST = Instant.parse("2026-03-02T12:00:00Z");
  private static final Bounds BOUNDS = new Bounds(Bounds.EARLIEST, LATEST);

  /** What ClickHouse's DateTime64(3) holds. */
  private static final Instant EARLIEST_STORED = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST_STORED = Instant.parse("2262-04-11T00:00:00Z");

  private static final int[] LENGTHS = {16_384, 8192, 4096, 2048, 1024, 1000, 512};
  private static final int[] SIZES = {10_000, 3000, 1000};

  private static final Map<String, String> MEANINGFUL =
      Map.ofEntries(
          Map.entry("status", "succeeded"),
          Map.entry("transition", "opened"),
          Map.entry("source", "deployment"),
          Map.entry("kind", "incident"),
          Map.entry("action", "exclude"),
          Map.entry("ref", "refs/heads/main"),
          Map.entry("default_branch", "main"),
          Map.entry("repository", "github.com/acme/shop"),
          Map.entry("service", "shop"),
          Map.entry("environment", "production"),
          Map.entry("sha", "a".repeat(40)),
          Map.entry("before", "b".repeat(40)),
          Map.entry("after", "a".repeat(40)),
          Map.entry("head", "a".repeat(40)),
          Map.entry("origin", "live"),
          Map.entry("state", "approved"));

  @TempDir Path folder;

  static List<Topic<? extends SpecificRecord>> topics() {
    return Topics.events();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void theTopologyCarriesThem(Topic<? extends SpecificRecord> topic) {
    List<SpecificRecord> events = atBounds(topic);
    assertThat(events).hasSizeGreaterThanOrEqualTo(5);
    try (var topology = new FactsFromTopology(folder)) {
      Stream.of(Topics.CATALOG, Topics.PUSHES, Topics.DEPLOYMENTS, Topics.INCIDENTS)
          .forEach(other -> topology.give(base(other, other.name())));
      for (SpecificRecord event : events) {
        topology.give(event);
      }
      var facts = topology.facts().all();
      assertThat(facts).isNotEmpty();
      facts.forEach((key, fact) -> assertStorable(fact));
    }
  }

  private static void assertStorable(Object value) {
    if (value instanceof SpecificRecord record) {
      record.getSchema().getFields().forEach(field -> assertStorable(record.get(field.pos())));
    } else if (value instanceof List<?> list) {
      list.forEach(EventsAtTheirBoundsTest::assertStorable);
    } else if (value instanceof Instant time) {
      assertThat(time).isBetween(EARLIEST_STORED, LATEST_STORED);
    }
  }

  /** Of each field, an event whose value is at its bound. */
  private static List<SpecificRecord> atBounds(Topic<? extends SpecificRecord> topic) {
    List<SpecificRecord> events = new ArrayList<>();
    for (var field : topic.schema().getFields()) {
      if (field.name().equals("id")) {
        continue;
      }
      for (Object value : candidates(field.schema())) {
        SpecificRecord event = base(topic, field.name() + events.size());
        event.put(field.pos(), value);
        var fitted = BOUNDS.fit(event);
        if (fitted.refused().isEmpty() && fitted.adapted().isEmpty()) {
          events.add(event);
          if (!(value instanceof Instant)) {
            break;
          }
        }
      }
    }
    return events;
  }

  /** Values that may be at a bound, the largest first. */
  private static List<Object> candidates(Schema schema) {
    Schema type = inUnion(schema);
    List<Object> candidates = new ArrayList<>();
    switch (type.getType()) {
      case STRING -> {
        for (int length : LENGTHS) {
          candidates.add("x".repeat(length));
        }
      }
      case ARRAY -> {
        for (int size : SIZES) {
          candidates.add(Collections.nCopies(size, value("item", type.getElementType())));
        }
      }
      case MAP -> {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
          many.put("name" + i, "production");
        }
        candidates.add(many);
      }
      case LONG ->
          candidates.addAll(
              isTime(type) ? List.of(Bounds.EARLIEST, LATEST) : List.of(Long.MAX_VALUE));
      case INT -> candidates.add(Integer.MAX_VALUE);
      default -> {}
    }
    return candidates;
  }

  private static SpecificRecord base(Topic<? extends SpecificRecord> topic, String id) {
    SpecificRecord record = record(topic.schema());
    record.put(topic.schema().getField("id").pos(), id);
    return record;
  }

  private static SpecificRecord record(Schema schema) {
    var record =
        (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (var field : schema.getFields()) {
      record.put(field.pos(), value(field.name(), inUnion(field.schema())));
    }
    return record;
  }

  private static Object value(String name, Schema schema) {
    return switch (schema.getType()) {
      case STRING -> MEANINGFUL.getOrDefault(name, name);
      case BOOLEAN -> false;
      case INT -> 1;
      case LONG -> isTime(schema) ? NOW : (Object) 1L;
      case ARRAY -> List.of(value(name, schema.getElementType()));
      case MAP -> Map.of();
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
