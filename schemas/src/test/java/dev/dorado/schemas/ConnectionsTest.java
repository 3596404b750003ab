package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void badValuesAreRefusedWithTheirNameAndWhatIsExpected() {
    assertThatThrownBy(() -> from("dorado.kafka.partitions = 0"))
        .hasMessage("dorado.kafka.partitions is 0: expected 1 or more");
    assertThatThrownBy(() -> from("dorado.clickhouse.database = \"a; DROP\""))
        .hasMessageContaining("dorado.clickhouse.database is 'a; DROP'");
    assertThatThrownBy(() -> from("dorado.clickhouse.password-file = /no/such"))
        .hasMessageContaining("dorado.clickhouse.password-file is '/no/such'");
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
}
