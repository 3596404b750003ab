package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.AuditWriter;
import dev.dorado.schemas.Connections;
import java.nio.file.Path;
import java.util.Optional;

/** The audit trail, as commands write it: before they do what it says. */
final class Trail {

  private Trail() {}

  /**
   * Comes back once it is durable.
   *
   * @param config settings that name Kafka and the registry
   * @param action what is about to be done
   * @param subject what it is done to, for people; never a secret, or whom it is about
   * @throws StartException if it can't be written; the message says what to do
   */
  static void write(Config config, String action, String subject) {
    try (var writer = AuditWriter.open(config, Connections.from(config))) {
      writer.write(action, subject);
    } catch (IllegalStateException e) {
      throw new StartException(e.getMessage() + ".", e);
    }
  }

  /**
   * As above, of a command that also works on a data folder on which nothing runs. Then there is no
   * Kafka that could keep it, and the person is told so.
   */
  static void writeIfRunning(Path data, String action, String subject, Narration narration) {
    Optional<Config> running =
        Installation.isOfServers()
            ? Optional.of(ConfigFactory.load())
            : Addresses.of(data)
                .filter(Addresses.Told::runs)
                .flatMap(Addresses.Told::settings)
                .map(told -> told.withFallback(ConfigFactory.load()).resolve());
    if (running.isPresent()) {
      write(running.get(), action, subject);
    } else {
      narration.warning("no Dorado runs on %s, so the audit trail lacks this".formatted(data));
    }
  }
}
