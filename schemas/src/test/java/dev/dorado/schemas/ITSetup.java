package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ITSetup {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registryPart = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final int PARTITIONS = 3;

  @Test
  void theSecondRunFindsAllThereAndChangesNothing() throws Exception {
    var connections = connections("repeated");
    run(connections);
    var ids = ids(connections);

    assertThat(run(connections))
        .containsExactly(
            "tables: database repeated, 0 migrations applied",
            "topics: %d there, 0 created".formatted(topics().size()),
            "schemas: %d registered, FULL_TRANSITIVE".formatted(Topics.all().size()));
    assertThat(ids(connections)).isEqualTo(ids);
  }

  @Test
  void theTopicsHaveTheirPartitionsAndSettings() throws Exception {
    var connections = connections("topics");
    run(connections);
    try (var admin =
        Admin.create(
            Map.<String, Object>of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()))) {
      var names = topics().stream().map(KafkaTopic::name).toList();
      var descriptions = admin.describeTopics(names).allTopicNames().get();
      for (var topic : topics()) {
        assertThat(descriptions.get(topic.name()).partitions()).hasSize(PARTITIONS);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        topic
            .settings()
            .forEach(
                (name, value) ->
                    assertThat(config.get(name).value())
                        .as("%s of %s", name, topic.name())
                        .isEqualTo(value));
      }
    }
    assertThat(Topics.PUSHES.settings()).containsEntry("retention.ms", "-1");
    assertThat(Topics.DELIVERIES.settings()).containsEntry("cleanup.policy", "compact,delete");
  }

  @Test
  void theRetentionOfDeliveriesIsASettingThatMayChange() throws Exception {
    var connections = connections("retention");
    run(connections);
    assertThat(retention(connections)).isEqualTo("-1");

    run(retaining(connections, Duration.ofDays(30)));
    assertThat(retention(connections)).isEqualTo("2592000000");

    run(connections);
    assertThat(retention(connections)).as("for ever again").isEqualTo("-1");
  }

  @Test
  void theRetentionOfTheAuditTrailIsASettingOfItsTopicAndItsTable() throws Exception {
    var connections = connections("audit");
    run(connections);
    assertThat(retention(connections, Topics.AUDIT))
        .isEqualTo(Long.toString(Duration.ofDays(400).toMillis()));
    assertThat(lifetime(connections)).isEqualTo(400);

    run(retaining(connections, Duration.ZERO));
    assertThat(retention(connections, Topics.AUDIT))
        .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));
    assertThat(lifetime(connections)).isEqualTo(7);
    run(connections);
  }

  private static int lifetime(Connections connections) throws Exception {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT toInt32(extract(create_table_query, 'TTL .*Day\\((\\d+)\\)')) FROM system.tables WHERE database = '%s' AND name = 'audit'"
                    .formatted(connections.database()))) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String retention(Connections connections) throws Exception {
    return retention(connections, Topics.DELIVERIES);
  }

  private static String retention(Connections connections, Topic<?> of) throws Exception {
    try (var admin = Admin.create(connections.kafkaClient(Map.of()))) {
      var topic = new ConfigResource(ConfigResource.Type.TOPIC, of.name());
      var settings = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      return settings.get("retention.ms").value();
    }
  }

  private static Connections retaining(Connections connections, Duration retention) {
    return new Connections(
        connections.bootstrapServers(),
        connections.partitions(),
        connections.replicationFactor(),
        connections.registryUrl(),
        connections.clickHouseUrl(),
        connections.clickHouseUser(),
        connections.clickHousePassword(),
        connections.database(),
        Map.of(),
        "",
        "",
        retention,
        Duration.ofDays(7));
  }

  @Test
  void anotherCountOfPartitionsThanTheTopicsHaveIsRefused() {
    var connections = connections("partitions");
    run(connections);
    var other =
        new Connections(
            connections.bootstrapServers(),
            connections.partitions() + 1,
            connections.replicationFactor(),
            connections.registryUrl(),
            connections.clickHouseUrl(),
            connections.clickHouseUser(),
            connections.clickHousePassword(),
            connections.database());

    assertThatThrownBy(() -> run(other))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("DORADO_KAFKA_PARTITIONS=" + connections.partitions());
  }

  @Test
  void tablesOfANewerVersionAreRefusedAndLeftAsTheyAre() throws Exception {
    for (String database : List.of("newer", "newer_g1")) {
      var connections = connections("newer");
      run(connections);
      String migrations = database + ".migrations";
      execute(connections, "INSERT INTO " + migrations + " (name) VALUES ('999_of_tomorrow')");

      assertThatThrownBy(() -> run(connections))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("newer version")
          .hasMessageContaining("999_of_tomorrow")
          .hasMessageContaining("restore a backup");
      execute(connections, "DROP DATABASE newer", "DROP DATABASE newer_g1");
    }
  }

  @Test
  void everySubjectHasThePresentSchemaAndRefusesABreakingOne() throws Exception {
    var connections = connections("schemas");
    run(connections);
    SchemaRegistryClient registry = connections.registryClient();
    for (var topic : Topics.all()) {
      assertThat(registry.getId(topic.subject(), new AvroSchema(topic.schema()))).isPositive();
      assertThat(registry.getCompatibility(topic.subject())).isEqualTo("FULL_TRANSITIVE");

      var required = new Schema.Field("another", Schema.create(Schema.Type.STRING), "");
      assertThatThrownBy(() -> registry.register(topic.subject(), with(topic.schema(), required)))
          .isInstanceOfSatisfying(
              RestClientException.class, e -> assertThat(e.getStatus()).isEqualTo(409));

      var optional =
          new Schema.Field(
              "another",
              Schema.createUnion(
                  Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
              "",
              JsonProperties.NULL_VALUE);
      assertThat(registry.testCompatibility(topic.subject(), with(topic.schema(), optional)))
          .isTrue();
    }
  }

  @Test
  void aRunThatWasCutOffBeforeTheCompatibilityIsMadeUpFor() throws Exception {
    var connections = connections("cut_off");
    run(connections);
    var registry = connections.registryClient();
    registry.updateCompatibility(Topics.PUSHES.subject(), "NONE");

    run(connections);

    assertThat(connections.registryClient().getCompatibility(Topics.PUSHES.subject()))
        .isEqualTo("FULL_TRANSITIVE");
  }

  @Test
  void theTablesAreThereOnceTheMigrationsAreApplied() throws Exception {
    var connections = connections("tables");
    try (var connection = connections.clickHouse()) {
      var migrations = new Migrations("tables");
      List<String> missing = migrations.missing(connection);
      assertThat(missing).first().isEqualTo("001_facts");

      run(connections);

      assertThat(migrations.missing(connection)).isEmpty();
      assertThat(migrations.missing(connection, 1)).isEmpty();
      assertThat(
              texts(
                  connections,
                  "SELECT name FROM system.tables WHERE database = 'tables' AND engine != 'View'"))
          .containsExactlyInAnyOrder(
              "deliveries",
              "deliveries_recent",
              "deliveries_recent_rows",
              "deliveries_snapshot",
              "deliveries_snapshot_refresh",
              "refusals",
              "rejected",
              "measurements",
              "flags",
              "generations",
              "audit",
              "digests",
              "revisions",
              "revisions_refresh",
              "published_facts",
              "published_facts_rows",
              "migrations");
      assertThat(texts(connections, "SELECT name FROM system.tables WHERE database = 'tables_g1'"))
          .containsExactlyInAnyOrder(
              "deployments",
              "changes",
              "incidents",
              "ci_runs",
              "catalog",
              "corrections",
              "candidates",
              "conflicts",
              "changes_recent",
              "changes_recent_rows",
              "changes_snapshot",
              "changes_snapshot_refresh",
              "deployments_recent",
              "deployments_recent_rows",
              "deployments_snapshot",
              "deployments_snapshot_refresh",
              "ci_runs_recent",
              "ci_runs_recent_rows",
              "ci_runs_snapshot",
              "ci_runs_snapshot_refresh",
              "migrations");
      assertThat(texts(connections, "SELECT name FROM tables.migrations"))
          .containsExactlyInAnyOrderElementsOf(missing);
    }
  }

  @Test
  void aMigrationThatWasCutOffRunsAgain() throws Exception {
    var connections = connections("half");
    run(connections);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO half.refusals (sender, reason) VALUES ('github', 'size')");
      statement.execute("DROP TABLE half.deliveries SYNC");
      statement.execute("DELETE FROM half.migrations WHERE name = '002_deliveries'");
    }

    run(connections);

    assertThat(texts(connections, "SELECT name FROM system.tables WHERE database = 'half'"))
        .contains("deliveries");
    assertThat(texts(connections, "SELECT sender FROM half.refusals")).containsExactly("github");
  }

  @Test
  void factsThatWereThereBeforeGenerationsAreTheFirstOne() throws Exception {
    var connections = connections("before");
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE before");
      for (String name : List.of("001_facts", "002_deliveries", "003_reasons")) {
        for (String sql : Migrations.statements(name, "before")) {
          statement.execute(sql);
        }
      }
      statement.execute(
          "INSERT INTO before.deployments (service, id, row_version) VALUES ('shop', 'd1', 7)");
      statement.execute("INSERT INTO before.deliveries (sender, id) VALUES ('github', '1')");
    }

    run(connections);
    run(connections);

    assertThat(texts(connections, "SELECT id FROM before_g1.deployments")).containsExactly("d1");
    assertThat(texts(connections, "SELECT id FROM before.deployments")).containsExactly("d1");
    assertThat(texts(connections, "SELECT id FROM before.deliveries")).containsExactly("1");
    var first = new Generations(connections).all();
    assertThat(first).hasSize(1);
    assertThat(first.get(0).state(first)).isEqualTo(Generation.State.CURRENT);
    assertThat(first.get(0).isKnown()).isFalse();
  }

  @Test
  void oneRowSwitchesTheViewsToAnotherGeneration() throws Exception {
    var connections = connections("switched");
    run(connections);
    var generations = new Generations(connections);
    generations.adopt(generations.all().get(0), "{}", "one", 4);
    new Setup(connections, step -> {}).run(2);
    var second = generations.begin(2, "{\"reopen-window\":\"1h\"}", "two", 5, false);
    execute(
        connections,
        "INSERT INTO switched_g1.deployments (service, id, row_version) VALUES ('shop', 'old', 1)",
        "INSERT INTO switched_g2.deployments (service, id, row_version) VALUES ('shop', 'new', 1)",
        "INSERT INTO switched_g2.deployments (service, id, row_version) VALUES ('shop', 'gone', 1)");
    String shown = "SELECT id FROM switched.deployments ORDER BY id";
    assertThat(texts(connections, shown)).containsExactly("old");

    generations.switchTo(second);

    assertThat(texts(connections, shown)).containsExactly("gone", "new");
    execute(
        connections,
        "INSERT INTO switched_g2.deployments (service, id, row_version, row_deleted)"
            + " VALUES ('shop', 'gone', 2, 1)");
    assertThat(texts(connections, shown)).as("read with FINAL").containsExactly("new");

    var all = generations.all();
    assertThat(all).extracting(one -> one.state(all).label()).containsExactly("retired", "current");
    assertThat(all.get(1).settings()).isEqualTo("{\"reopen-window\":\"1h\"}");
    assertThatThrownBy(() -> generations.drop(all.get(1))).hasMessageContaining("answers queries");
    generations.drop(all.get(0));
    assertThat(texts(connections, shown)).containsExactly("new");
    try (var admin =
        Admin.create(
            Map.<String, Object>of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).contains("dorado.g2.facts.deployments");
    }
  }

  @Test
  void aPartThatIsAwayIsNamedWithItsAddress() {
    assertThatThrownBy(() -> run(with("http://127.0.0.1:1", clickHouse.jdbcUrl())))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("schema registry at http://127.0.0.1:1");
    assertThatThrownBy(() -> run(with(registryPart.url(), "jdbc:ch://127.0.0.1:1")))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("ClickHouse at jdbc:ch://127.0.0.1:1")
        .hasMessageContaining("Connection refused");
  }

  private static List<String> run(Connections connections) {
    List<String> progress = new ArrayList<>();
    new Setup(connections, progress::add).run();
    return progress;
  }

  private static Connections connections(String database) {
    return new Connections(
        kafka.bootstrapServers(),
        PARTITIONS,
        (short) 1,
        registryPart.url(),
        clickHouse.jdbcUrl(),
        "default",
        "",
        database);
  }

  private static Connections with(String registryUrl, String clickHouseUrl) {
    return new Connections(
        kafka.bootstrapServers(),
        PARTITIONS,
        (short) 1,
        registryUrl,
        clickHouseUrl,
        "default",
        "",
        "away");
  }

  private static List<KafkaTopic> topics() {
    return Stream.concat(Topics.all().stream(), Topics.publications().stream())
        .<KafkaTopic>map(topic -> topic)
        .toList();
  }

  private static List<Integer> ids(Connections connections) throws Exception {
    List<Integer> ids = new ArrayList<>();
    for (var topic : Topics.all()) {
      var latest = connections.registryClient().getLatestSchemaMetadata(topic.subject());
      ids.add(latest.getId());
      ids.add(latest.getVersion());
    }
    return ids;
  }

  private static AvroSchema with(Schema schema, Schema.Field field) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(old -> fields.add(new Schema.Field(old, old.schema())));
    fields.add(new Schema.Field(field, field.schema()));
    return new AvroSchema(
        Schema.createRecord(
            schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields));
  }

  private static void execute(Connections connections, String... statements) throws SQLException {
    try (var connection = connections.clickHouse()) {
      Statements.execute(connection, statements);
    }
  }

  private static List<String> texts(Connections connections, String sql) throws SQLException {
    try (var connection = connections.clickHouse()) {
      return Statements.texts(connection, sql);
    }
  }
}
