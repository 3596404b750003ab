package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The Dorado that a command speaks of: the one whose servers the environment names, else the {@code
 * dorado up} that runs on the data folder.
 */
final class Installation {

  private static final String KAFKA_VARIABLE = "DORADO_KAFKA_BOOTSTRAP_SERVERS";

  private Installation() {}

  /**
   * All settings, those that name its parts among them.
   *
   * @throws StartException if there is none; the message says what to do
   */
  static Config find(Path data) {
    return find(data, System.getenv(KAFKA_VARIABLE) != null);
  }

  /** As above; {@code named} says whether the environment names its servers. */
  static Config find(Path data, boolean named) {
    if (named) {
      return ConfigFactory.load();
    }
    Path folder = data.toAbsolutePath().normalize();
    Config config =
        Addresses.of(folder)
            .orElseThrow(() -> nothingRuns(folder, null))
            .withFallback(ConfigFactory.load())
            .resolve();
    // What was killed has left its addresses: nobody is there any more.
    try (var connection = Connections.from(config).clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    } catch (SQLException e) {
      throw nothingRuns(folder, e);
    }
    return config;
  }

  private static StartException nothingRuns(Path folder, SQLException cause) {
    return new StartException(
        """
        no Dorado runs on the data folder %s. Either
          - start one in another terminal: ./dorado up (or name its folder with --data DIR), or
          - for servers, name them: %s, DORADO_REGISTRY_URL, DORADO_CLICKHOUSE_URL"""
            .formatted(folder, KAFKA_VARIABLE),
        cause);
  }
}
