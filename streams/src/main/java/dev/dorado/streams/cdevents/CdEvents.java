package dev.dorado.streams.cdevents;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Publishes as CDEvents what the generation of facts decides that answers queries: to the topic
 * and, if a receiver is set up, to it. Does nothing unless it is enabled. For one thread, but for
 * {@link #problem()}.
 */
public final class CdEvents implements AutoCloseable {

  private final CdEventsSettings settings;
  private final Config config;
  private final Connections connections;
  private final SchemaRegistryClient registry;
  private final MeterRegistry metrics;
  private int generation;
  private volatile CdEventPublisher publisher;
  private volatile CdEventHttpSink sink;
  private volatile String waitsFor;

  /**
   * @param config settings at {@code dorado.cdevents} and {@code dorado.streams}
   * @throws IllegalArgumentException that names the setting, if one has a value that it can't have
   */
  public CdEvents(
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics) {
    this.settings = CdEventsSettings.from(config);
    this.config = config;
    this.connections = requireNonNull(connections);
    this.registry = requireNonNull(registry);
    this.metrics = requireNonNull(metrics);
  }

  /** Whether decisions are to be published, and those of this generation are not yet. */
  public boolean awaits(int current) {
    return settings.enabled() && generation != current;
  }

  /**
   * Publishes what a generation decides, and no longer what another does.
   *
   * @param current the generation that answers queries
   * @param missing what is not set up yet, for people; null if nothing
   */
  public void follow(int current, String missing) {
    waitsFor = missing;
    if (missing != null) {
      return;
    }
    if (sink == null && settings.receiver().isPresent()) {
      sink = new CdEventHttpSink(settings.receiver().get(), settings, config, connections, metrics);
      sink.start();
    }
    if (publisher != null) {
      publisher.close();
    }
    publisher = new CdEventPublisher(current, settings, config, connections, registry, metrics);
    publisher.start();
    generation = current;
  }

  /** What is wrong, for people, or null if all is well. */
  public String problem() {
    CdEventPublisher publishing = publisher;
    CdEventHttpSink posting = sink;
    String problems =
        Stream.of(
                waitsFor,
                publishing == null ? null : publishing.problem(),
                posting == null ? null : posting.problem())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? null : problems;
  }

  @Override
  public void close() {
    if (publisher != null) {
      publisher.close();
    }
    if (sink != null) {
      sink.close();
    }
  }
}
