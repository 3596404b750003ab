package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.BoundaryEvents;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ingest accepts at the bound of each value goes from Kafka through the topology and the sink
 * into ClickHouse, and nothing of it is set aside.
 */
final class ITEventsAtTheirBounds {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final BoundaryEvents BOUNDARY =
      new BoundaryEvents(new Bounds(Bounds.EARLIEST, Instant.parse("2026-03-02T12:00:00Z")));

  /** The tables of the facts that events make, by the name of the fact's schema. */
  private static final Map<String, String> TABLES =
      Map.of(
          "DeploymentFact", "deployments",
          "ChangeFact", "changes",
          "IncidentFact", "incidents",
          "CiRunFact", "ci_runs",
          "CatalogFact", "catalog",
          "CorrectionFact", "corrections",
          "CandidateFact", "candidates",
          "ConflictFact", "conflicts");

  @TempDir private Path folder;

  @Test
  void allOfThemBecomeRowsAndNoneIsSetAside() throws Exception {
    Connections connections = FreshParts.of(kafka, registry, clickHouse, 3);
    new Setup(connections, step -> {}).run();
    List<SpecificRecord> events = new ArrayList<>();
    for (var topic : Topics.events()) {
      events.add(BoundaryEvents.ordinary(topic, "ordinary"));
      BOUNDARY.atBounds(topic).forEach(at -> events.add(at.event()));
    }
    Map<String, Long> expected = new TreeMap<>();
    FactsInMemory.of(events, RuleSettings.defaults())
        .all()
        .values()
        .forEach(fact -> expected.merge(TABLES.get(fact.getSchema().getName()), 1L, Long::sum));
    assertThat(expected.keySet())
        .contains("deployments", "changes", "incidents", "ci_runs", "catalog", "corrections");

    try (var role = start(connections);
        var in = new EventsIntoKafka(connections, 1)) {
      await().atMost(PATIENCE).until(() -> isHealthy(role));
      in.send(events);

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(rows(connections, expected)).isEqualTo(expected));
      assertThat(count(connections, connections.database() + ".rejected")).isZero();
      assertThat(isHealthy(role)).isTrue();
    }
  }

  private StreamsRole start(Connections connections) {
    var config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.streams.state-dir", folder.toString(),
                    "dorado.streams.application-id", connections.database()))
            .withFallback(ConfigFactory.load())
            .resolve();
    return StreamsRole.start(config, connections, new SimpleMeterRegistry());
  }

  /** Ready, and nothing degrades it. */
  private static boolean isHealthy(StreamsRole role) {
    return role.checks().stream()
        .map(Check::run)
        .allMatch(result -> result.healthy() && result.problem() == null);
  }

  private static Map<String, Long> rows(Connections connections, Map<String, Long> expected)
      throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    for (String table : expected.keySet()) {
      rows.put(table, count(connections, connections.database(1) + "." + table));
    }
    return rows;
  }

  private static long count(Connections connections, String table) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count() FROM " + table + " FINAL")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
