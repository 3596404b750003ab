package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.server.AuditEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Keeps in the audit trail what a command is about to do. The actor is the account of the operating
 * system: whoever can run a command on the machine has what Dorado would ask for. Thread-safe.
 */
public final class AuditWriter implements AutoCloseable {

  private static final String ROLE = "shell";

  private final Publisher publisher;
  private final Clock clock;

  AuditWriter(Publisher publisher, Clock clock) {
    this.publisher = requireNonNull(publisher);
    this.clock = requireNonNull(clock);
  }

  /**
   * A writer to the Kafka of {@code connections}.
   *
   * @param config settings, {@code dorado.ingest} among them
   */
  public static AuditWriter open(Config config, Connections connections) {
    return new AuditWriter(
        new KafkaPublisher(
            connections,
            IngestSettings.from(config),
            new IngestMetrics(new SimpleMeterRegistry()),
            KafkaPublisher.Pace.ANSWERING),
        Clock.systemUTC());
  }

  /**
   * Comes back once it is durable.
   *
   * @param action what is about to be done, as {@code erase-person}
   * @param subject what it is done to, for people
   * @throws IllegalStateException if it can't be kept; the message says why and what to do
   */
  public void write(String action, String subject) {
    try {
      publisher
          .publish(
              AuditEntries.of(
                  AuditEvent.allowed(
                      clock.instant(),
                      System.getProperty("user.name", ""),
                      ROLE,
                      action,
                      subject,
                      "",
                      Optional.empty())))
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "nothing was done, because the audit trail could not be written: %s; see that Kafka and the registry answer, and that './dorado migrate' has run"
              .formatted(e.getCause().getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    publisher.close();
  }
}
