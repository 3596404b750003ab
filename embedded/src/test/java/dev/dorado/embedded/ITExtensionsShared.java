package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A second class of the same run: the broker is shared, the database is another. */
class ITExtensionsShared {
  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final KafkaExtension another = new KafkaExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();
  @RegisterExtension static final ClickHouseExtension second = new ClickHouseExtension();

  @Test
  void thereIsOneBroker() {
    assertThat(kafka.bootstrapServers()).isEqualTo(another.bootstrapServers());
  }

  @Test
  void thereIsOneEngineWithADatabaseForEach() throws SQLException {
    assertThat(clickHouse.url()).isEqualTo(second.url());
    assertThat(clickHouse.database()).isNotEqualTo(second.database());
    try (Connection connection = DriverManager.getConnection(clickHouse.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE mine (n UInt8) ENGINE = MergeTree ORDER BY n");
    }
    try (Connection connection = DriverManager.getConnection(second.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("EXISTS TABLE mine")) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
  }
}
