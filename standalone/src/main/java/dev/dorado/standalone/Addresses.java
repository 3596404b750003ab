package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the embedded Kafka, schema registry and ClickHouse of a running {@code dorado up} listen,
 * as settings in a file of its data folder: other commands find it there. The ports are others at
 * each start.
 */
final class Addresses implements AutoCloseable {

  private static final String FILE = "running.conf";

  private final Path file;

  private Addresses(Path file) {
    this.file = file;
  }

  /** Tells where everything is until this is closed. */
  static Addresses tell(DataFolder folder, Connections connections) {
    Path file = folder.of(FILE);
    String settings =
        """
        # Written by the Dorado that runs on this folder, and removed when it stops.
        dorado.kafka.bootstrap-servers = "%s"
        dorado.kafka.partitions = %d
        dorado.kafka.replication-factor = %d
        dorado.registry.url = "%s"
        dorado.clickhouse.url = "%s"
        dorado.clickhouse.database = "%s"
        """
            .formatted(
                connections.bootstrapServers(),
                connections.partitions(),
                connections.replicationFactor(),
                connections.registryUrl(),
                connections.clickHouseUrl(),
                connections.database());
    try {
      Files.writeString(file, settings, UTF_8);
    } catch (IOException e) {
      throw new StartException(
          "%s can't be written (%s): make the data folder writable.".formatted(file, e), e);
    }
    return new Addresses(file);
  }

  /**
   * The settings with which a Dorado that runs on {@code data} is reached; empty if none told of
   * itself. What was killed has left its file: whoever uses this has to see whether it answers.
   */
  static Optional<Config> of(Path data) {
    Path file = data.resolve(FILE);
    try {
      return Optional.of(ConfigFactory.parseString(Files.readString(file, UTF_8)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | ConfigException e) {
      throw new StartException("%s can't be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
