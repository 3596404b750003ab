package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.server.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a {@code dorado up} tells of itself in a file of its data folder, so that other commands
 * find it: its process from the beginning, and, once it is ready, where its Kafka, schema registry
 * and ClickHouse listen. The ports are others at each start.
 */
final class Addresses implements AutoCloseable {

  private static final String FILE = "running.conf";
  private static final String PROCESS = "dorado.running.process";
  private static final String PORT = "dorado.running.port";
  private static final String KAFKA = "dorado.kafka.bootstrap-servers";

  private final Path file;
  private final String process;

  private Addresses(Path file, long process) {
    this.file = file;
    this.process =
        """
        # Written by the Dorado that runs on this folder, and removed when it stops.
        %s = %d
        """
            .formatted(PROCESS, process);
  }

  /** Tells that this process starts on a folder, until this is closed. */
  static Addresses begin(DataFolder folder) {
    return begin(folder.path(), ProcessHandle.current().pid());
  }

  /** As above, for any process. */
  static Addresses begin(Path folder, long process) {
    var addresses = new Addresses(folder.resolve(FILE), process);
    addresses.write("");
    return addresses;
  }

  /**
   * Tells where everything is: it is ready.
   *
   * @param port where webhooks, API and page are served
   */
  void tell(Connections connections, int port) {
    write(
        """
        %s = %d
        %s = "%s"
        dorado.kafka.partitions = %d
        dorado.kafka.replication-factor = %d
        dorado.kafka.properties-file = ""
        dorado.registry.url = "%s"
        dorado.registry.user = ""
        dorado.registry.password-file = ""
        dorado.clickhouse.url = "%s"
        dorado.clickhouse.user = "%s"
        dorado.clickhouse.password = "%s"
        dorado.clickhouse.password-file = ""
        dorado.clickhouse.database = "%s"
        """
            .formatted(
                PORT,
                port,
                KAFKA,
                connections.bootstrapServers(),
                connections.partitions(),
                connections.replicationFactor(),
                connections.registryUrl(),
                connections.clickHouseUrl(),
                connections.clickHouseUser(),
                connections.clickHousePassword(),
                connections.database()));
  }

  /**
   * What a Dorado has told of itself.
   *
   * @param process its process
   * @param settings with which its parts are reached; empty while it starts
   */
  record Told(long process, Optional<Config> settings) {

    /** Whether it serves webhooks, API and page on {@code port}. */
    boolean serves(int port) {
      return settings.filter(all -> all.hasPath(PORT) && all.getInt(PORT) == port).isPresent();
    }

    /** Whether its process lives: what was killed has left its file. */
    boolean runs() {
      return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }
  }

  /** What the Dorado on {@code folder} told last; empty if none told of itself. */
  static Optional<Told> of(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Config told = ConfigFactory.parseString(Files.readString(file, UTF_8));
      // A file without a process is of a version before this one, which has to be stopped first.
      return told.hasPath(PROCESS)
          ? Optional.of(
              new Told(told.getLong(PROCESS), Optional.of(told).filter(all -> all.hasPath(KAFKA))))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | ConfigException e) {
      throw new StartException("%s can't be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void write(String settings) {
    try {
      PrivateFile.write(file, process + settings);
    } catch (IOException e) {
      throw new StartException(
          "%s can't be written (%s): make the data folder writable.".formatted(file, e), e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
