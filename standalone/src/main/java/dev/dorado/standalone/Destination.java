package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.ingest.EventWriter;
import dev.dorado.schemas.Connections;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/**
 * The Kafka that a command writes events to, which is that of an {@link Installation}.
 *
 * @param config all settings, those that name Kafka and the registry among them
 * @param writer writes there
 */
record Destination(Config config, EventWriter writer) implements AutoCloseable {

  /**
   * Finds it and waits until it takes events.
   *
   * @throws StartException if there is none, or it does not answer; the message says what to do
   */
  static Destination find(Path data, Narration narration) {
    var installation = new Installation(data, narration);
    Config config = installation.config();
    var writer = EventWriter.open(config, Connections.from(config), new SimpleMeterRegistry());
    try {
      installation.await(writer.checks());
    } catch (StartException e) {
      writer.close();
      throw e;
    }
    return new Destination(config, writer);
  }

  @Override
  public void close() {
    writer.close();
  }
}
