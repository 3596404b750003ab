package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.EventWriter;
import dev.dorado.schemas.Connections;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The Kafka that a command writes events to: the one that the environment names, else that of the
 * {@code dorado up} that runs on the data folder.
 *
 * @param config all settings, those that name Kafka and the registry among them
 * @param writer writes there
 */
record Destination(Config config, EventWriter writer) implements AutoCloseable {

  private static final String KAFKA_VARIABLE = "DORADO_KAFKA_BOOTSTRAP_SERVERS";

  /**
   * Finds it and sees that it answers.
   *
   * @throws StartException if nothing answers; the message says what to do
   */
  static Destination find(Path data) {
    return find(data, Optional.ofNullable(System.getenv(KAFKA_VARIABLE)).isPresent());
  }

  /** As above; {@code named} says whether the environment names a Kafka. */
  static Destination find(Path data, boolean named) {
    Path folder = data.toAbsolutePath().normalize();
    Config config = ConfigFactory.load();
    if (!named) {
      config =
          Addresses.of(folder)
              .orElseThrow(() -> nothingRuns(folder, ""))
              .withFallback(config)
              .resolve();
    }
    var writer = EventWriter.open(config, Connections.from(config), new SimpleMeterRegistry());
    Optional<String> problem = writer.problem();
    if (problem.isPresent()) {
      writer.close();
      throw named
          ? new StartException(
              "%s. See that Kafka and the registry run and that %s and DORADO_REGISTRY_URL name them."
                  .formatted(problem.get(), KAFKA_VARIABLE))
          : nothingRuns(folder, " (" + problem.get() + ")");
    }
    return new Destination(config, writer);
  }

  @Override
  public void close() {
    writer.close();
  }

  private static StartException nothingRuns(Path folder, String why) {
    return new StartException(
        """
        no Dorado runs on the data folder %s%s. Either
          - start one in another terminal: ./dorado up (or name its folder with --data DIR), or
          - for servers, name them: %s=host:port DORADO_REGISTRY_URL=http://host:port"""
            .formatted(folder, why, KAFKA_VARIABLE));
  }
}
