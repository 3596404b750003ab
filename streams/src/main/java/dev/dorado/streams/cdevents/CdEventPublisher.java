package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import com.typesafe.config.Config;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.CdEventSource;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.KafkaMeters;
import dev.dorado.streams.rejected.Rejections;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the decisions of one generation of facts to the topic of CDEvents.
 *
 * <p>Each fact is compared with what was last published of it, so that only a changed decision is
 * published, whatever is read again: after a restart, by another instance, or of another
 * generation. Facts are gathered for a while, since many are corrected a moment after they came. An
 * event may be published twice after a crash, then under the same id.
 *
 * <p>Its thread is its own; the public methods may be called from any.
 */
final class CdEventPublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CdEventPublisher.class);
  private static final String CLIENT_ID = "dorado-cdevents";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int HEARTBEAT_INTERVAL_MS = 1_000;

  /** The maximum number of waiting facts. A fact takes some kilobytes with its events. */
  private static final int MOST_WAITING = 5_000;

  private final int generation;
  private final CdEventsSettings settings;
  private final String applicationId;
  private final Connections connections;
  private final MeterRegistry metrics;
  private final KafkaMeters consumerMetrics;
  private final CdEventJson json;
  private final PageLinks links;
  private final Map<String, Function<byte[], Decisions>> readers;
  private final PublishedLedger ledger;
  private final Pauses pauses;
  private final Thread thread;

  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> catchingUp = new LinkedHashMap<>();
  private final Set<TopicPartition> ofUnknownEnd = new HashSet<>();
  private Instant since;
  private KafkaConsumer<byte[], byte[]> consumer;
  private KafkaProducer<byte[], byte[]> producer;
  private long waitingSince;
  private long committedAt;
  private volatile String problem;
  private volatile boolean running = true;

  /**
   * A fact that is not published as it is.
   *
   * @param partition where it came from
   * @param service key of its events
   * @param step what is to be published
   */
  private record Waiting(TopicPartition partition, String service, PublishedDecisions.Step step) {}

  CdEventPublisher(
      int generation,
      CdEventsSettings settings,
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics) {
    this.generation = generation;
    this.settings = requireNonNull(settings);
    this.applicationId = config.getString("dorado.streams.application-id");
    this.connections = requireNonNull(connections);
    this.metrics = requireNonNull(metrics);
    this.consumerMetrics = new KafkaMeters(config, metrics);
    this.json = new CdEventJson(CdEventSource.of(settings.page()));
    this.links = new PageLinks(settings.page());
    Topic<DeploymentFact> deployments = Topics.of(Topics.DEPLOYMENT_FACTS, generation);
    Topic<IncidentFact> incidents = Topics.of(Topics.INCIDENT_FACTS, generation);
    var deploymentSerde = new AvroSerde<>(deployments, registry).deserializer();
    var incidentSerde = new AvroSerde<>(incidents, registry).deserializer();
    this.readers =
        Map.of(
            deployments.name(),
            bytes ->
                new DeploymentDecisions(
                    deploymentSerde.deserialize(deployments.name(), bytes), links),
            incidents.name(),
            bytes ->
                new IncidentDecisions(incidentSerde.deserialize(incidents.name(), bytes), links));
    this.ledger = new PublishedLedger(connections, CLIENT_ID + "-published", () -> running);
    this.pauses = new Pauses(settings.retryFrom(), settings.retryTo());
    this.thread = new Thread(this::run, CLIENT_ID + "-g" + generation);
  }

  void start() {
    thread.start();
  }

  /** What is wrong, for people, or null if all is well. */
  String problem() {
    boolean hasEnded = running && thread.getState() == Thread.State.TERMINATED;
    return problem == null && hasEnded
        ? "CDEvents are no longer published; the log says why"
        : problem;
  }

  @Override
  public void close() {
    running = false;
    consumerMetrics.close();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      producer = producer();
      while (running) {
        try {
          work();
        } catch (RuntimeException e) {
          if (!Rejections.concernsEveryRecord(e) || e instanceof InterruptException) {
            throw e;
          }
          problem = "CDEvents wait: %s; trying again".formatted(e.getMessage());
          log.warn("{} after {}", problem, pauses.begin());
        }
      }
    } catch (RuntimeException e) {
      log.error("decisions are no longer published as CDEvents", e);
      problem = "CDEvents are no longer published: %s; the log says more".formatted(e.getMessage());
    } finally {
      if (consumer != null) {
        consumer.close(CloseOptions.timeout(KAFKA_PATIENCE));
      }
      if (producer != null) {
        producer.close(KAFKA_PATIENCE);
      }
    }
  }

  /** What it begins with is in Kafka, which may be away. */
  private void begin() {
    since = settings.since().or(ledger::since).orElseGet(this::sinceNow);
    consumer = consumer();
    consumerMetrics.add(consumer);
    consumer.subscribe(readers.keySet(), new Rebalances());
    log.info(
        "decisions of generation {} are published to {}, of what happened since {}",
        generation,
        Topics.CDEVENTS.name(),
        since);
  }

  /** The first start notes it, for all that follow. */
  private Instant sinceNow() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    await(List.of(producer.send(PublishedLedger.noteOf(now))));
    // Another instance may have noted it at the same time, and a moment earlier.
    return ledger.since().orElse(now);
  }

  private void work() {
    boolean isPaused = pauses.isOn();
    if (consumer == null) {
      if (isPaused) {
        LockSupport.parkNanos(POLL.toNanos());
      } else {
        begin();
      }
      return;
    }
    if (isPaused) {
      // Polled all the same, to stay in the group.
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.assignment());
    }
    keep(consumer.poll(POLL));
    if (isPaused) {
      return;
    }
    if (isDue()) {
      publish();
    } else if (waiting.isEmpty() && System.nanoTime() - committedAt > BETWEEN_COMMITS.toNanos()) {
      commit();
    }
    pauses.reset();
    problem = null;
  }

  private boolean isDue() {
    if (waiting.isEmpty()) {
      return false;
    }
    return waiting.size() >= MOST_WAITING
        || (!isCatchingUp() && System.nanoTime() - waitingSince >= settings.settle().toNanos());
  }

  /**
   * Whether it still reads what was there when it began. Until then a fact may be followed by what
   * corrects it, as it is in the topics of a generation that was computed again.
   */
  private boolean isCatchingUp() {
    if (!ofUnknownEnd.isEmpty()) {
      catchingUp.putAll(consumer.endOffsets(ofUnknownEnd, KAFKA_PATIENCE));
      ofUnknownEnd.clear();
    }
    catchingUp
        .entrySet()
        .removeIf(end -> consumer.position(end.getKey(), KAFKA_PATIENCE) >= end.getValue());
    return !catchingUp.isEmpty();
  }

  private void keep(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    RuntimeException failure = null;
    Set<TopicPartition> failed = new HashSet<>();
    for (var record : records) {
      var partition = new TopicPartition(record.topic(), record.partition());
      if (failed.contains(partition)) {
        continue;
      }
      try {
        keep(record, partition);
      } catch (RuntimeException e) {
        if (!Rejections.concernsEveryRecord(e)) {
          throw e;
        }
        // It is read again, with what follows.
        failed.add(partition);
        consumer.seek(partition, record.offset());
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void keep(ConsumerRecord<byte[], byte[]> record, TopicPartition partition) {
    Decisions decisions;
    String fact;
    PublishedDecisions.Step step;
    try {
      decisions = readers.get(record.topic()).apply(record.value());
      fact = decisions.kind() + " " + new String(record.key(), UTF_8);
      step =
          ledger
              .of(record.partition(), fact)
              .next(fact, decisions, since, Instant.ofEpochMilli(record.timestamp()));
    } catch (RuntimeException e) {
      if (Rejections.concernsEveryRecord(e)) {
        throw e;
      }
      // What can't be read, the sink sets aside in its own way.
      log.warn("the fact at {}@{} can't be published", partition, record.offset(), e);
      return;
    }
    if (step.publications().isEmpty()) {
      waiting.remove(fact);
      return;
    }
    if (waiting.isEmpty()) {
      waitingSince = System.nanoTime();
    }
    waiting.put(fact, new Waiting(partition, decisions.service(), step));
  }

  /** First the events, then that they are published: a crash between them repeats the events. */
  private void publish() {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    waiting.forEach(
        (fact, one) ->
            one.step()
                .publications()
                .forEach(publication -> sent.add(producer.send(event(one, publication)))));
    await(sent);
    List<Future<RecordMetadata>> noted = new ArrayList<>();
    waiting.forEach(
        (fact, one) ->
            noted.add(
                producer.send(
                    PublishedLedger.record(
                        one.partition().partition(), fact, one.step().after()))));
    await(noted);
    waiting.forEach(
        (fact, one) -> {
          ledger.put(one.partition().partition(), fact, one.step().after());
          one.step().publications().forEach(publication -> count(publication.decision().type()));
        });
    waiting.clear();
    commit();
  }

  private ProducerRecord<byte[], byte[]> event(
      Waiting one, PublishedDecisions.Publication publication) {
    var record =
        new ProducerRecord<>(
            Topics.CDEVENTS.name(),
            one.service().getBytes(UTF_8),
            json.write(publication.decision(), publication.id()));
    record.headers().add(new RecordHeader("content-type", CdEventJson.MEDIA_TYPE.getBytes(UTF_8)));
    return record;
  }

  private void await(List<Future<RecordMetadata>> sent) {
    producer.flush();
    for (var one : sent) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof KafkaException known
            ? known
            : new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  private void count(String type) {
    Counter.builder("dorado.cdevents.published")
        .description("CDEvents that were published to the topic")
        .tag("type", type)
        .register(metrics)
        .increment();
  }

  /** Where it has read to; nothing waits. A commit that fails costs reading again. */
  private void commit() {
    committedAt = System.nanoTime();
    try {
      consumer.commitSync(KAFKA_PATIENCE);
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      log.debug("how far facts are published is not committed", e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        connections.kafkaClient(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                // What happened since another time is looked for in all facts.
                "%s-cdevents-g%d-%d".formatted(applicationId, generation, since.toEpochMilli()),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                HEARTBEAT_INTERVAL_MS,
                ConsumerConfig.CLIENT_ID_CONFIG,
                CLIENT_ID + "-g" + generation)),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        connections.kafkaClient(Map.of(ProducerConfig.CLIENT_ID_CONFIG, CLIENT_ID)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** What waits of partitions that are taken away is left to their new owner. */
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      waiting.values().removeIf(one -> partitions.contains(one.partition()));
      catchingUp.keySet().removeAll(partitions);
      ofUnknownEnd.removeAll(partitions);
      Set<TopicPartition> left = new HashSet<>(consumer.assignment());
      left.removeAll(partitions);
      ledger.retain(left.stream().map(TopicPartition::partition).collect(toSet()));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Another instance may have published of them what was not read here.
      ledger.forget(partitions.stream().map(TopicPartition::partition).collect(toSet()));
      ofUnknownEnd.addAll(partitions);
    }
  }
}
