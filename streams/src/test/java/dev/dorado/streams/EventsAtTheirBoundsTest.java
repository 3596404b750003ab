package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.BoundaryEvents;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ingest accepts at the bound of a field goes through the topology and can be stored. */
class EventsAtTheirBoundsTest {

  private static final Instant LATEST = Instant.parse("2026-03-02T12:00:00Z");
  private static final BoundaryEvents BOUNDARY =
      new BoundaryEvents(new Bounds(Bounds.EARLIEST, LATEST));

  /** What ClickHouse's DateTime64(3) holds. */
  private static final Instant EARLIEST_STORED = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST_STORED = Instant.parse("2262-04-11T00:00:00Z");

  @TempDir Path folder;

  static List<Topic<? extends SpecificRecord>> topics() {
    return Topics.events();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void theTopologyCarriesThem(Topic<? extends SpecificRecord> topic) {
    var events = BOUNDARY.atBounds(topic);
    assertThat(events.size()).isGreaterThanOrEqualTo(10);
    try (var topology = new FactsFromTopology(folder, Arrival.Memory.RECENT, false)) {
      Stream.of(Topics.CATALOG, Topics.PUSHES, Topics.DEPLOYMENTS, Topics.INCIDENTS)
          .forEach(other -> topology.give(BoundaryEvents.ordinary(other, other.name())));
      events.forEach(at -> topology.give(at.event()));
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
}
