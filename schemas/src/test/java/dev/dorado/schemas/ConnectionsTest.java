package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {

  @Test
  void everySettingArrives() {
    var connections =
        from(
            """
            dorado.kafka { bootstrap-servers = "k:9", partitions = 12, replication-factor = 3 }
            dorado.registry.url = "http://r:8"
            dorado.clickhouse { url = "jdbc:ch://c:7", user = u, password = p, database = d_1 }
            """);

    assertThat(connections)
        .isEqualTo(
            new Connections("k:9", 12, (short) 3, "http://r:8", "jdbc:ch://c:7", "u", "p", "d_1"));
    assertThat(connections.clickHouseProperties())
        .containsEntry("user", "u")
        .containsEntry("password", "p");
  }

  @Test
  void theDefaultsAreThoseOfServersOnThisMachine() {
    var connections = from("");

    assertThat(connections.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(connections.registryUrl()).isEqualTo("http://localhost:8081");
    assertThat(connections.clickHouseUrl()).isEqualTo("jdbc:clickhouse://localhost:8123");
    assertThat(connections.database()).isEqualTo("dorado");
    assertThat(connections.clickHouseProperties()).doesNotContainKey("password");
  }

  @Test
  void aPasswordMayBeInAFileAndIsNeverShown(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "geheim\n");

    var connections =
        from("dorado.clickhouse { password = other, password-file = \"%s\" }".formatted(file));

    assertThat(connections.clickHousePassword()).isEqualTo("geheim");
    assertThat(connections.toString()).doesNotContain("geheim").contains("localhost:9092");
  }

  @Test
  void kafkasClientsGetWhatThePropertiesFileSaysAndNothingShowsIt(@TempDir Path folder)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("kafka.properties"),
            """
            # How clients connect.
            security.protocol=SASL_SSL
            sasl.mechanism=PLAIN
            sasl.jaas.config=PlainLoginModule required password="geheim";
            ssl.truststore.type=PEM
            """);
    var connections =
        from(
            "dorado.kafka { bootstrap-servers = \"k:9\", properties-file = \"%s\" }"
                .formatted(file));

    assertThat(connections.kafkaClient(Map.of("client.id", "mine")))
        .containsOnly(
            entry("bootstrap.servers", "k:9"),
            entry("client.id", "mine"),
            entry("security.protocol", "SASL_SSL"),
            entry("sasl.mechanism", "PLAIN"),
            entry("sasl.jaas.config", "PlainLoginModule required password=\"geheim\";"),
            entry("ssl.truststore.type", "PEM"));
    assertThat(connections.toString()).doesNotContain("geheim");
  }

  @Test
  void thePropertiesFileOfKafkaChangesNothingThatDoradoReliesOn(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("kafka.properties"), "isolation.level=none\n");
    assertThatThrownBy(() -> from("dorado.kafka.properties-file = \"%s\"".formatted(file)))
        .hasMessageContaining("dorado.kafka.properties-file is '" + file + "'")
        .hasMessageContaining("sets 'isolation.level'")
        .hasMessageContaining("sasl.* or ssl.* only");
    assertThatThrownBy(() -> from("dorado.kafka.properties-file = /no/such"))
        .hasMessageContaining("dorado.kafka.properties-file is '/no/such', which cannot be read");
  }

  @Test
  void everyKafkaClientOfTheRolesIsMadeWithTheSettingsOfConnections() throws IOException {
    for (String module : List.of("schemas", "ingest", "streams", "api", "server")) {
      try (Stream<Path> sources = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
          if (!source.endsWith("Connections.java")) {
            assertThat(Files.readString(source))
                .as("%s names Kafka's servers without Connections.kafkaClient", source)
                .doesNotContain("BOOTSTRAP_SERVERS_CONFIG", "\"bootstrap.servers\"");
          }
        }
      }
    }
  }

  @Test
  void badValuesAreRefusedWithTheirNameAndWhatIsExpected() {
    assertThatThrownBy(() -> from("dorado.kafka.partitions = 0"))
        .hasMessage("dorado.kafka.partitions is 0: expected 1 or more");
    assertThatThrownBy(() -> from("dorado.clickhouse.database = \"a; DROP\""))
        .hasMessageContaining("dorado.clickhouse.database is 'a; DROP'");
    assertThatThrownBy(() -> from("dorado.clickhouse.password-file = /no/such"))
        .hasMessageContaining("dorado.clickhouse.password-file is '/no/such'");
  }

  @Test
  void retentionsAreSettingsThatArrive() {
    var connections = from("dorado { deliveries.retention = 30d, audit.retention = 2d }");

    assertThat(connections.deliveriesRetention()).isEqualTo(Duration.ofDays(30));
    assertThat(connections.auditRetention()).isEqualTo(Duration.ofDays(2));
    assertThat(from("").auditRetention()).isEqualTo(Duration.ofDays(400));
    assertThatThrownBy(() -> from("dorado.audit.retention = 23h"))
        .hasMessage("dorado.audit.retention is PT23H: expected 1d or more");
  }

  private static Connections from(String settings) {
    return Connections.from(
        ConfigFactory.parseString(settings)
            .withFallback(ConfigFactory.parseResources("reference.conf"))
            .resolve(com.typesafe.config.ConfigResolveOptions.noSystem()));
  }

  @Test
  void messagesShowNoSecretsOfUrls() {
    var connections =
        new Connections(
            "kafka:9092",
            1,
            (short) 1,
            "https://someone:s3cret@registry:8081/api",
            "jdbc:ch://us@er:s3cret@clickhouse:8443/db?ssl=true&password=s3cret",
            "default",
            "s3cret",
            "dorado");

    assertThat(connections.registryAddress()).isEqualTo("https://registry:8081/api");
    assertThat(connections.clickHouseAddress()).isEqualTo("jdbc:ch://clickhouse:8443/db");
    assertThat(connections.toString()).doesNotContain("s3cret");
  }

  @Test
  void aClickHouseIsLocalIfItsAddressIsOfThisMachine() {
    for (String url :
        List.of(
            "jdbc:ch://127.0.0.1:41234/default?compress=false",
            "jdbc:ch://user:secret@localhost:8123/db",
            "jdbc:ch:https://[::1]:8443")) {
      assertThat(toClickHouse(url).hasLocalClickHouse()).as(url).isTrue();
    }
    for (String url :
        List.of(
            "jdbc:ch://clickhouse:8123/db",
            "jdbc:ch://localhost.example.com:8123/db",
            "jdbc:ch://localhost:secret@clickhouse:8123/127.0.0.1")) {
      assertThat(toClickHouse(url).hasLocalClickHouse()).as(url).isFalse();
    }
  }

  private static Connections toClickHouse(String url) {
    return new Connections("", 1, (short) 1, "", url, "default", "", "dorado");
  }
}
