package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The three extensions side by side in one JVM. */
class ITExtensions {
  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @Test
  void kafkaIsTheEmbeddedBrokerWhereNoContainerCanRun() throws Exception {
    boolean container =
        DockerPresence.of(EmbeddedParts.load().kafkaImage()).reasonAgainst().isEmpty();
    assertThat(kafka.kind()).isEqualTo(container ? "container" : "embedded");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic("of-the-extensions-test", 3, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);

      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .contains("of-the-extensions-test");
    }
  }

  @Test
  void theRegistryAnswers() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(registry.url() + "/subjects")).build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("[");
  }

  @Test
  void theDatabaseIsTheClassesOwn() throws SQLException {
    assertThat(currentDatabase()).isEqualTo(clickHouse.database()).endsWith("itextensions");
  }

  @Nested
  class InANestedClass {
    @Test
    void theDatabaseIsThatOfTheOuterClass() throws SQLException {
      assertThat(currentDatabase()).isEqualTo(clickHouse.database()).endsWith("itextensions");
    }
  }

  private static String currentDatabase() throws SQLException {
    try (Connection connection = DriverManager.getConnection(clickHouse.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT currentDatabase()")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
