package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.History;
import dev.dorado.rules.RandomHistory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ITStreamsRole {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private Connections connections;

  @BeforeEach
  void freshParts() throws Exception {
    connections = FreshParts.of(kafka, registry, clickHouse, 3);
  }

  @Test
  void aRoleThatIsStartedBeforeTheSetUpSaysWhatItWaitsForThenRuns() throws Exception {
    History history = RandomHistory.of(3);
    Set<String> expected = deploymentIds(history);
    assertThat(expected).isNotEmpty();

    try (var role = start(connections);
        var events = new EventsIntoKafka(connections, 1)) {
      awaiting(() -> problem(role, "streams").contains("dorado.git.pushes"));
      assertThat(problem(role, "streams")).contains("waiting for the topics", "./dorado migrate");
      assertThat(problem(role, "sink")).contains("waiting");
      assertThat(problem(role, "kafka")).isEmpty();

      new Setup(connections, step -> {}).run();
      awaiting(() -> isReady(role));
      events.send(history.events());

      awaiting(() -> deploymentIdsInClickHouse().equals(expected));
    }
  }

  @Test
  void aRoleThatIsClosedTwiceEndsAndTheNextOneTakesUpWhereItEnded() throws Exception {
    new Setup(connections, step -> {}).run();
    History history = RandomHistory.of(3);
    var events = history.events();
    int half = events.size() / 2;
    try (var in = new EventsIntoKafka(connections, 1)) {
      var first = start(connections);
      awaiting(() -> isReady(first));
      in.send(events.subList(0, half));

      closing(first);
      closing(first);
      assertThat(problem(first, "streams")).isNotEmpty();

      in.send(events.subList(half, events.size()));
      try (var second = start(connections)) {
        awaiting(() -> isReady(second));
        awaiting(() -> deploymentIdsInClickHouse().equals(deploymentIds(history)));
      }
    }
  }

  @Test
  void fiftyRecordsThatCannotBeProcessedAreSetAsideAndFactsStillArrive() throws Exception {
    new Setup(connections, step -> {}).run();
    History history = RandomHistory.of(3);
    try (var role = start(connections);
        var events = new EventsIntoKafka(connections, 1);
        var poison = poisoner()) {
      awaiting(() -> isReady(role));
      List<String> topics =
          Stream.concat(
                  Stream.of(Topics.events(), Topics.facts()).flatMap(List::stream).map(Topic::name),
                  Stream.of(Topics.repartition(connections.database(), "route")))
              .toList();
      for (int i = 0; i < 50; i++) {
        String topic = topics.get(i % topics.size());
        // No format, an unknown schema, and a value that breaks off.
        byte[] bytes = {(byte) (i % 2), 0, 0, 0, 99, (byte) i};
        poison.send(new ProducerRecord<>(topic, "poison " + i, bytes)).get();
      }
      events.send(history.events());

      awaiting(() -> deploymentIdsInClickHouse().equals(deploymentIds(history)));
      awaiting(() -> rejectedInClickHouse() == 50);
      awaiting(() -> String.valueOf(degradation(role)).startsWith("50 records could not be"));
      assertThat(degradation(role)).doesNotContain("wire format");
      assertThat(isReady(role)).isTrue();
    }
  }

  @Test
  void moreThanFiftyKindsOfPoisonAreSetAsideAndFactsStillArrive() throws Exception {
    new Setup(connections, step -> {}).run();
    History history = RandomHistory.of(3);
    try (var role = start(connections);
        var events = new EventsIntoKafka(connections, 1);
        var producer = poisoner()) {
      awaiting(() -> isReady(role));
      var poison = Poison.all(connections.registryClient(), connections.database());
      assertThat(poison).hasSizeGreaterThan(50);
      for (var record : poison.values()) {
        producer.send(record).get();
      }
      events.send(history.events());

      awaiting(() -> deploymentIdsInClickHouse().containsAll(deploymentIds(history)));
      Set<String> missing = new TreeSet<>(poison.keySet());
      awaiting(
          () -> {
            missing.removeAll(keysOfRejected());
            // What can be read is set aside under the key of its step, or of its row.
            return missing.equals(
                Set.of(
                    "dorado.deployments: a time that no table holds",
                    "dorado.deployments: a time that rules can't compute with"));
          });
      awaiting(() -> reasonsOfRejected().contains("is 9998-01-01"));
      awaiting(() -> reasonsOfRejected().contains("long overflow"));
      assertThat(isReady(role)).isTrue();
    }
  }

  @Test
  void aRoleThatIsClosedWhileItSetsRecordsAsideLosesNone() throws Exception {
    new Setup(connections, step -> {}).run();
    History history = RandomHistory.of(3);
    Set<String> keys = new TreeSet<>();
    try (var events = new EventsIntoKafka(connections, 1);
        var producer = poisoner()) {
      List<String> topics =
          List.of(
              Topics.DEPLOYMENTS.name(),
              Topics.PUSHES.name(),
              Topics.DEPLOYMENT_FACTS.name(),
              Topics.DELIVERIES.name());
      for (int i = 0; i < 400; i++) {
        keys.add("poison " + i);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topics.get(i % topics.size()), "poison " + i, new byte[] {1, (byte) i}));
      }
      producer.flush();
      events.send(history.events());
      try (var first = start(connections)) {
        awaiting(() -> rejectedInClickHouse() > 0);
        assertThat(problem(first, "sink")).isEmpty();
      }
      try (var second = start(connections)) {
        awaiting(() -> keysOfRejected().equals(keys));
        awaiting(() -> deploymentIdsInClickHouse().equals(deploymentIds(history)));
        assertThat(isReady(second)).isTrue();
      }
    }
  }

  @Test
  void aTopicThatTakesShorterRecordsThanAreWrittenIsNamedWithWhatToDo() throws Exception {
    new Setup(connections, step -> {}).run();
    setMaxMessageBytes(1024 * 1024);
    try (var role = start(connections)) {
      awaiting(
          () ->
              String.valueOf(degradation(role, "topics"))
                  .contains("{dorado.deployments=1048576}: expected at least 34603008"));
      assertThat(degradation(role, "topics")).contains("--add-config max.message.bytes=34603008");

      setMaxMessageBytes(Topics.MAX_RECORD_BYTES);

      awaiting(() -> degradation(role, "topics") == null);
    }
  }

  private void setMaxMessageBytes(int bytes) throws Exception {
    try (var admin =
        Admin.create(
            Map.<String, Object>of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topics.DEPLOYMENTS.name()),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static String degradation(StreamsRole role) {
    return degradation(role, "rejected");
  }

  private static String degradation(StreamsRole role, String name) {
    return role.checks().stream()
        .filter(check -> check.name().equals(name))
        .map(check -> check.run().problem())
        .toList()
        .get(0);
  }

  private KafkaProducer<String, byte[]> poisoner() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            connections.bootstrapServers(),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            Topics.MAX_DELIVERY_BYTES),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private Set<String> keysOfRejected() throws SQLException {
    return columnOfRejected("key");
  }

  private Set<String> columnOfRejected(String column) throws SQLException {
    Set<String> keys = new TreeSet<>();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT %s FROM %s.rejected FINAL WHERE status = 'rejected'"
                    .formatted(column, connections.database()))) {
      while (rows.next()) {
        keys.add(rows.getString(1));
      }
    }
    return keys;
  }

  private String reasonsOfRejected() throws SQLException {
    return String.join("\n", columnOfRejected("reason"));
  }

  private long rejectedInClickHouse() throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count() FROM %s.rejected FINAL WHERE status = 'rejected'"
                    .formatted(connections.database()))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void aRoleWithoutTablesSaysSoAndWritesThemOnceTheyAreThere() throws Exception {
    new Setup(connections, step -> {}).run();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + connections.database());
      statement.execute("DROP DATABASE " + connections.database(1));
    }
    try (var role = start(connections)) {
      awaiting(() -> problem(role, "sink").contains("waiting for the tables of [001_facts"));
      assertThat(problem(role, "streams")).contains("./dorado migrate");

      new Setup(connections, step -> {}).run();

      awaiting(() -> isReady(role));
    }
  }

  @Test
  void aRoleWithoutKafkaSaysWhereItLooksAndCanBeClosed() {
    var nowhere =
        new Connections(
            "127.0.0.1:1",
            3,
            (short) 1,
            connections.registryUrl(),
            connections.clickHouseUrl(),
            "default",
            "",
            connections.database());
    try (var role = start(nowhere)) {
      awaiting(() -> problem(role, "streams").contains("Kafka at 127.0.0.1:1"));
      assertThat(problem(role, "kafka")).contains("127.0.0.1:1", "does not answer");

      closing(role);
    }
  }

  private StreamsRole start(Connections where) {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.streams.state-dir", folder.toString(),
                    "dorado.streams.application-id", connections.database()))
            .withFallback(ConfigFactory.load())
            .resolve();
    return StreamsRole.start(config, where, new SimpleMeterRegistry());
  }

  private static boolean isReady(StreamsRole role) {
    return role.checks().stream().map(Check::run).allMatch(Check.Result::healthy);
  }

  private static String problem(StreamsRole role, String check) {
    List<Check.Result> results =
        role.checks().stream().filter(c -> c.name().equals(check)).map(Check::run).toList();
    assertThat(results).hasSize(1);
    return results.get(0).healthy() ? "" : results.get(0).problem();
  }

  private static Set<String> deploymentIds(History history) {
    return FactsInMemory.of(history.events(), RuleSettings.defaults()).deployments().stream()
        .map(fact -> fact.getService() + " " + fact.getId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> deploymentIdsInClickHouse() throws SQLException {
    Set<String> ids = new TreeSet<>();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT service || ' ' || id FROM "
                    + connections.database()
                    + ".deployments FINAL")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  /** Closes a role; the wait only ends a hang. */
  private static void closing(StreamsRole role) {
    assertTimeoutPreemptively(PATIENCE, role::close);
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
