package dev.dorado.streams.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.events.MeasurementEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Traces;
import dev.dorado.streams.FreshParts;
import dev.dorado.streams.rejected.Rejections;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ITClickHouseSink {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registryPart = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Set<String> KEPT_IN_TOPIC =
      Set.of("retracted", "headers", "body", "record_key", "record_value", "provenance");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For what depends on no part. */
  private static final Connections ANYWHERE =
      new Connections("", 1, (short) 1, "", "", "default", "", "anywhere");

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Connections connections;
  private SchemaRegistryClient registry;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void setUp() throws Exception {
    connections = FreshParts.of(kafka, registryPart, clickHouse, 3);
    new Setup(connections, step -> {}).run();
    // The records of these tests are older than any retention.
    execute("ALTER TABLE %s.audit REMOVE TTL".formatted(connections.database()));
    registry = connections.registryClient();
    producer = producer(Map.of());
  }

  @AfterEach
  void tearDown() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    execute("DROP DATABASE " + connections.database());
    execute("DROP DATABASE " + connections.database(1));
  }

  /** Those of the first generation and those that all have in common. */
  private static List<SinkTable> tables(Connections connections) {
    return Stream.of(SinkTable.ofGeneration(connections, 1), SinkTable.common(connections))
        .flatMap(List::stream)
        .toList();
  }

  static Stream<SinkTable> tables() {
    return tables(ANYWHERE).stream();
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyColumnOfEveryTableHoldsWhatTheRecordHeld(SinkTable table) throws Exception {
    // In a zone far from UTC, where a time that is taken for local time would show.
    var zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    try {
      start(connections);
      SpecificRecord full = Filled.full(table.topic());
      SpecificRecord empty = Filled.empty(table.topic());
      send(table.topic(), "full", full);
      send(table.topic(), "empty", empty);

      awaiting(() -> rows(table).size() == 2);

      assertThat(rows(table)).containsExactlyInAnyOrder(expected(full), expected(empty));
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void ofMeasurementsWithOneIdTheOneReceivedLastStandsInWhateverOrderTheyCome() throws Exception {
    start(connections);
    var first = measurement("m1", 10, "2026-03-01T00:00:00Z", "live");
    var second = measurement("m1", 20, "2026-03-02T00:00:00Z", "live");
    var imported = measurement("m1", 30, "2026-03-09T00:00:00Z", "backfill");
    send(Topics.MEASUREMENTS, "m", second);
    send(Topics.MEASUREMENTS, "m", first);
    send(Topics.MEASUREMENTS, "m", imported);
    send(Topics.MEASUREMENTS, "m", measurement("m2", 1, "2026-03-01T00:00:00Z", "live"));
    // All are translated again, in another order; one is given up.
    send(Topics.MEASUREMENTS, "m", measurement("m1", 20, "2026-03-02T00:00:00Z", "live 2"));
    send(Topics.MEASUREMENTS, "m", measurement("m1", 10, "2026-03-01T00:00:00Z", "live 2"));
    send(Topics.MEASUREMENTS, "m", measurement("m2", 1, "2026-03-01T00:00:00Z", "withdrawn 2"));
    send(Topics.MEASUREMENTS, "m", measurement("last", 5, "2026-03-01T00:00:00Z", "live"));

    awaiting(
        () ->
            texts(
                    "SELECT id || ' ' || toString(value) FROM "
                        + connections.database()
                        + ".measurements FINAL ORDER BY id")
                .equals(List.of("last 5", "m1 20")));
  }

  private static MeasurementEvent measurement(
      String id, double value, String receivedAt, String origin) {
    return MeasurementEvent.newBuilder()
        .setId(id)
        .setProvenance(new Provenance("generic", id, Instant.parse(receivedAt), origin))
        .setOccurredAt(Instant.parse("2026-02-01T00:00:00Z"))
        .setName("time_to_provision")
        .setUnit("seconds")
        .setValue(value)
        .setService("checkout")
        .build();
  }

  @Test
  void aLaterFactOfTheSameIdReplacesAndARetractionHides() throws Exception {
    start(connections);
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").setStatus("started").build());
    send(Topics.DEPLOYMENT_FACTS, "d2", deployment("d2").build());
    awaiting(
        () -> texts("SELECT id FROM %s.deployments FINAL ORDER BY id").equals(List.of("d1", "d2")));

    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").setStatus("succeeded").build());
    send(Topics.DEPLOYMENT_FACTS, "d2", deployment("d2").setRetracted(true).build());

    awaiting(
        () ->
            texts("SELECT id || ' ' || status FROM %s.deployments FINAL")
                .equals(List.of("d1 succeeded")));

    send(Topics.DEPLOYMENT_FACTS, "d2", deployment("d2").setStatus("failed").build());

    awaiting(
        () ->
            texts("SELECT id || ' ' || status FROM %s.deployments FINAL ORDER BY id")
                .equals(List.of("d1 succeeded", "d2 failed")));
  }

  @Test
  void readingAllTopicsOnceMoreChangesNothing() throws Exception {
    for (int i = 0; i < 300; i++) {
      String id = "d" + i % 100;
      send(
          Topics.DEPLOYMENT_FACTS,
          id,
          deployment(id).setVersion("v" + i).setRetracted(i >= 200 && i % 3 == 0).build());
    }
    var first = start(connections);
    awaiting(() -> inserted("deployments") == 300);
    var rows = rows(table("deployments"));
    first.close();
    assertThat(rows).hasSize(67);

    start(connections, "dorado.streams.application-id = another");
    awaiting(() -> inserted("deployments") == 600);

    assertThat(rows(table("deployments"))).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void aRestartTakesUpWhereTheLastInsertEnded() throws Exception {
    var first = start(connections);
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").build());
    awaiting(() -> inserted("deployments") == 1);
    first.close();
    assertThat(first.problem()).isNull();

    send(Topics.DEPLOYMENT_FACTS, "d2", deployment("d2").build());
    start(connections);

    awaiting(
        () -> texts("SELECT id FROM %s.deployments FINAL ORDER BY id").equals(List.of("d1", "d2")));
    assertThat(inserted("deployments")).isEqualTo(2);
  }

  @Test
  void aTableThatRefusesRowsStopsItsTopicAloneAndLosesNothing() throws Exception {
    execute("ALTER TABLE %s.changes DROP COLUMN title");
    var sink = start(connections);
    send(Topics.CHANGE_FACTS, "c1", change("c1").build());
    awaiting(() -> sink.problem() != null);

    send(Topics.CHANGE_FACTS, "c2", change("c2").build());
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").build());

    awaiting(() -> texts("SELECT id FROM %s.deployments FINAL").equals(List.of("d1")));
    assertThat(sink.problem())
        .contains("dorado.facts.changes", "table changes", "title")
        .doesNotContain("dorado.facts.deployments");

    sink.close();
    execute("ALTER TABLE %s.changes ADD COLUMN title Nullable(String)");
    var mended = start(connections);

    awaiting(
        () -> texts("SELECT id FROM %s.changes FINAL ORDER BY id").equals(List.of("c1", "c2")));
    assertThat(mended.problem()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9998-01-01T00:00:00Z",
        "2262-04-12T00:00:00Z",
        "2500-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z"
      })
  void aTimeThatClickHouseCannotHoldLeavesOutItsRowAlone(String time) throws Exception {
    var sink = start(connections);
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").build());
    send(
        Topics.DEPLOYMENT_FACTS, "d2", deployment("d2").setFinishedAt(Instant.parse(time)).build());
    send(Topics.DEPLOYMENT_FACTS, "d3", deployment("d3").build());

    awaiting(
        () -> texts("SELECT id FROM %s.deployments FINAL ORDER BY id").equals(List.of("d1", "d3")));
    awaiting(() -> rejectedOf("deployments").size() == 1);
    assertThat(sink.problem()).isNull();
  }

  @Test
  void recordsThatCannotBeReadAreSetAsideAndTheirTopicGoesOn() throws Exception {
    var sink = start(connections);
    for (int i = 0; i < 50; i++) {
      var unused =
          producer.send(
              new ProducerRecord<>(Topics.CHANGE_FACTS.name(), "c", new byte[] {1, 2, (byte) i}));
    }
    send(Topics.CHANGE_FACTS, "c1", change("c1").build());

    awaiting(() -> texts("SELECT id FROM %s.changes FINAL").equals(List.of("c1")));
    awaiting(() -> rejectedOf("changes").size() == 50);
    assertThat(rejectedOf("changes").get(0)).contains("Confluent's wire format");
    assertThat(sink.problem()).isNull();
  }

  @Test
  void rowsThatTheServerRefusesAloneAreFoundAmongManyAndTheOthersAreWritten() throws Exception {
    execute("ALTER TABLE %s.changes ADD CONSTRAINT good CHECK NOT startsWith(id, 'bad')");
    for (int i = 0; i < 60; i++) {
      String id = i % 20 == 7 ? "bad" + i : "c" + i;
      send(Topics.CHANGE_FACTS, "one partition", change(id).build());
    }
    var sink = start(connections);

    awaiting(() -> texts("SELECT toString(count()) FROM %s.changes FINAL").equals(List.of("57")));
    awaiting(() -> rejectedOf("changes").size() == 3);
    assertThat(rejectedOf("changes")).allMatch(reason -> reason.contains("VIOLATED_CONSTRAINT"));
    assertThat(sink.problem()).isNull();
    assertThat(inserted("changes")).isEqualTo(57);
  }

  @Test
  void oneErrorOfEachRowStopsItsTopicLoudlyAndSetsNoneAside() throws Exception {
    execute("ALTER TABLE %s.changes ADD CONSTRAINT none CHECK id = ''");
    for (int i = 0; i < 5; i++) {
      send(Topics.CHANGE_FACTS, "one partition", change("c" + i).build());
    }
    var sink = start(connections);
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").build());

    awaiting(() -> sink.problem() != null);
    assertThat(sink.problem())
        .contains("dorado.facts.changes", "table changes", "refuses each of 5 rows");
    awaiting(() -> texts("SELECT id FROM %s.deployments FINAL").equals(List.of("d1")));
    assertThat(rejectedOf("changes")).isEmpty();

    sink.close();
    execute("ALTER TABLE %s.changes DROP CONSTRAINT none");
    var mended = start(connections);
    awaiting(() -> texts("SELECT toString(count()) FROM %s.changes FINAL").equals(List.of("5")));
    assertThat(mended.problem()).isNull();
  }

  @Test
  void aRetriedRowHasTheVersionThatItHadSoThatANewerOneStands() throws Exception {
    start(connections);
    send(Topics.CHANGE_FACTS, "c1", change("c1").setTitle("older").build());
    send(Topics.CHANGE_FACTS, "c1", change("c1").setTitle("newer").build());
    awaiting(() -> texts("SELECT title FROM %s.changes FINAL").equals(List.of("newer")));

    // As if a snapshot had been taken since.
    execute("TRUNCATE TABLE %s.changes_recent");
    var retried = record(Topics.CHANGE_FACTS, "c1", change("c1").setTitle("older").build());
    retried.headers().add(RejectedRetry.HEADER, RejectedRetry.header(0));
    producer.send(retried).get();

    awaiting(() -> inserted("changes") == 3);
    assertThat(texts("SELECT title FROM %s.changes FINAL")).containsExactly("newer");
    assertThat(texts("SELECT toString(count()) FROM %s.changes_recent"))
        .as("the older row would stand beside the snapshot")
        .containsExactly("0");
  }

  @Test
  void whatIsSetAsideIsARowOfItsOwn() throws Exception {
    start(connections);
    var late = Instant.parse("9999-01-01T00:00:00Z");
    send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").setFinishedAt(late).build());

    awaiting(() -> rejectedOf("deployments").size() == 1);
    assertThat(rejectedOf("deployments").get(0)).contains("finished_at is 9999");
    assertThat(metrics.get("dorado.records.rejected").tag("where", "sink").counter().count())
        .isOne();
  }

  private List<String> rejectedOf(String table) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT reason FROM %s.rejected FINAL WHERE name = '%s' AND status = 'rejected'"
                    .formatted(connections.database(), table))) {
      List<String> reasons = new ArrayList<>();
      while (rows.next()) {
        reasons.add(rows.getString(1));
      }
      return reasons;
    }
  }

  @Test
  void clickHouseAwayIsWaitedForAndNothingIsLost() throws Exception {
    try (var gate = new Gate(URI.create(clickHouse.url()).getPort())) {
      var sink = start(through(gate), "dorado.sink.retry-from = 50ms");
      send(Topics.DEPLOYMENT_FACTS, "d0", deployment("d0").build());
      awaiting(() -> inserted("deployments") == 1);

      gate.close();
      send(Topics.DEPLOYMENT_FACTS, "d1", deployment("d1").build());
      send(
          Topics.INCIDENT_FACTS,
          "i1",
          IncidentFact.newBuilder().setService("s").setId("i1").build());
      awaiting(() -> sink.problem() != null);
      assertThat(sink.problem())
          .contains("ClickHouse at", "is away, trying again")
          .containsAnyOf("refused", "failed to respond");
      for (int i = 2; i < 200; i++) {
        send(Topics.DEPLOYMENT_FACTS, "d" + i, deployment("d" + i).build());
      }
      gate.open();

      awaiting(() -> sink.problem() == null);
      awaiting(
          () -> texts("SELECT toString(count()) FROM %s.deployments FINAL").equals(List.of("200")));
      awaiting(() -> texts("SELECT id FROM %s.incidents FINAL").equals(List.of("i1")));
    }
  }

  @Test
  void aSecondInstanceMayComeAndTheFirstMayGoWhileClickHouseIsAway() throws Exception {
    try (var gate = new Gate(URI.create(clickHouse.url()).getPort())) {
      gate.close();
      var first = start(through(gate), "dorado.sink.retry-from = 50ms");
      for (int i = 0; i < 100; i++) {
        send(Topics.DEPLOYMENT_FACTS, "d" + i, deployment("d" + i).build());
      }
      awaiting(() -> first.problem() != null);
      var second = start(through(gate), "dorado.sink.retry-from = 50ms");
      awaiting(() -> second.problem() != null);

      gate.open();
      awaiting(
          () -> texts("SELECT toString(count()) FROM %s.deployments FINAL").equals(List.of("100")));
      first.close();
      for (int i = 100; i < 200; i++) {
        send(Topics.DEPLOYMENT_FACTS, "d" + i, deployment("d" + i).build());
      }

      awaiting(
          () -> texts("SELECT toString(count()) FROM %s.deployments FINAL").equals(List.of("200")));
      assertThat(second.problem()).isNull();
    }
  }

  @Test
  void factsOfAnAbortedTransactionAreNotWritten() throws Exception {
    start(connections);
    var transactional =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, connections.database()));
    transactional.initTransactions();
    transactional.beginTransaction();
    transactional.send(record(Topics.DEPLOYMENT_FACTS, "key", deployment("aborted").build())).get();
    transactional.abortTransaction();
    transactional.beginTransaction();
    var unused =
        transactional.send(record(Topics.DEPLOYMENT_FACTS, "key", deployment("committed").build()));
    transactional.commitTransaction();

    awaiting(() -> !texts("SELECT id FROM %s.deployments").isEmpty());

    assertThat(texts("SELECT id FROM %s.deployments")).containsExactly("committed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 10_000})
  void aBatchIsOneInsert(int batchRows) throws Exception {
    int count = 10_000;
    List<ProducerRecord<String, byte[]>> records =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    record(
                        Topics.DEPLOYMENT_FACTS,
                        "d" + i,
                        DeploymentFact.newBuilder(Filled.full(Topics.DEPLOYMENT_FACTS))
                            .setId("d" + i)
                            .build()))
            .toList();
    for (var record : records) {
      var unused = producer.send(record);
    }
    producer.flush();
    start(connections, "dorado.sink { batch-rows = %d, batch-wait = 2s }".formatted(batchRows));
    awaiting(() -> inserted("deployments") == count);

    var insert = metrics.get("dorado.sink.insert").timer();
    assertThat(insert.count()).isLessThanOrEqualTo(count / batchRows + 2);
    // Each insert makes a part, and parts are merged after; one of each row would make thousands.
    assertThat(
            texts("SELECT name FROM system.parts WHERE database = '%s' AND table = 'deployments'"))
        .hasSizeLessThan(20);
  }

  @Test
  void aSinkThatWasNeverStartedIsClosedAtOnce() {
    var sink =
        ClickHouseSink.ofGeneration(1, config(""), connections, registry, metrics, Traces.OFF);

    sink.close();
    sink.close();

    assertThat(sink.problem()).isNull();
  }

  private ClickHouseSink start(Connections where, String... settings) {
    var config = config(String.join("\n", settings));
    var sink =
        new ClickHouseSink(
            ClickHouseSink.group(config, 1),
            "dorado-sink",
            tables(where),
            config,
            where,
            registry,
            metrics,
            new Rejections(registry, metrics, 1),
            Traces.OFF);
    opened.add(sink);
    sink.start();
    return sink;
  }

  private static Config config(String settings) {
    return ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()).resolve();
  }

  private Connections through(Gate gate) {
    String url = connections.clickHouseUrl().replaceFirst(":\\d+/", ":" + gate.port() + "/");
    return new Connections(
        connections.bootstrapServers(),
        connections.partitions(),
        connections.replicationFactor(),
        connections.registryUrl(),
        url,
        connections.clickHouseUser(),
        connections.clickHousePassword(),
        connections.database());
  }

  private KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new LinkedHashMap<>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers());
    var fresh = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    opened.add(fresh);
    return fresh;
  }

  private void send(Topic<?> topic, String key, SpecificRecord value)
      throws InterruptedException, ExecutionException {
    producer.send(record(topic, key, value)).get();
  }

  private <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      Topic<V> topic, String key, SpecificRecord value) {
    var serializer = new AvroSerde<>(topic, registry).serializer();
    return new ProducerRecord<>(
        topic.name(), key, serializer.serialize(topic.name(), topic.valueType().cast(value)));
  }

  private static DeploymentFact.Builder deployment(String id) {
    return DeploymentFact.newBuilder().setService("checkout").setId(id);
  }

  private static ChangeFact.Builder change(String id) {
    return ChangeFact.newBuilder().setService("checkout").setEnvironment("production").setId(id);
  }

  private static SinkTable table(String name) {
    return tables(ANYWHERE).stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private int inserted(String table) {
    return (int) metrics.get("dorado.sink.rows").tag("table", table).counter().count();
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }

  /** What a row of the record is to hold, by column; times in milliseconds. */
  private static Map<String, Object> expected(SpecificRecord record) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (var field : columns(record.getSchema())) {
      Object value = record.get(field.pos());
      row.put(
          field.name(),
          value instanceof Instant time
              ? (Object) time.toEpochMilli()
              : value instanceof Integer number ? (Object) (long) number : value);
    }
    if (record.getSchema().getField("body") != null) {
      var body = (ByteBuffer) record.get(record.getSchema().getField("body").pos());
      row.put("bytes", (long) body.remaining());
    }
    return row;
  }

  /** What a table holds, each value read in the way that leaves least to the driver. */
  private List<Map<String, Object>> rows(SinkTable table) throws SQLException {
    var columns = columns(table.topic().schema());
    List<String> selected = new ArrayList<>();
    for (var column : columns) {
      selected.add(
          Filled.isTime(column.schema())
              ? "toUnixTimestamp64Milli(" + column.name() + ")"
              : column.name());
    }
    boolean hasBody = table.topic().schema().getField("body") != null;
    if (hasBody) {
      selected.add("bytes");
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT %s FROM %s.%s FINAL"
                    .formatted(
                        String.join(", ", selected), connections.database(), table.name()))) {
      while (result.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          Object value =
              switch (Filled.inUnion(columns.get(i).schema()).getType()) {
                case STRING -> result.getString(i + 1);
                case BOOLEAN -> result.getBoolean(i + 1);
                case INT, LONG -> result.getLong(i + 1);
                case DOUBLE -> result.getDouble(i + 1);
                case ARRAY -> List.of((Object[]) result.getArray(i + 1).getArray());
                default -> throw new IllegalArgumentException(columns.get(i).toString());
              };
          row.put(columns.get(i).name(), result.wasNull() ? null : value);
        }
        if (hasBody) {
          row.put("bytes", result.getLong("bytes"));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Schema.Field> columns(Schema schema) {
    Set<String> ofPeople =
        schema.getName().equals("FlagEvent") ? Set.of("author", "title") : Set.of();
    return schema.getFields().stream()
        .filter(field -> !KEPT_IN_TOPIC.contains(field.name()) && !ofPeople.contains(field.name()))
        .toList();
  }

  private List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql.formatted(connections.database(1)))) {
      while (result.next()) {
        texts.add(result.getString(1));
      }
    }
    return texts;
  }

  private void execute(String sql) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute(sql.formatted(connections.database(1)));
    }
  }
}
