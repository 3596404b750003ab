package dev.dorado.streams.cdevents;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.OutboundHttp;
import dev.dorado.streams.rejected.Rejections;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the CDEvents of the topic to a receiver, one after the other, each at least once. What the
 * receiver refuses is left out; while it is away, or refuses everybody, all wait. Its thread is its
 * own; the public methods may be called from any.
 */
final class CdEventHttpSink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CdEventHttpSink.class);
  private static final String CLIENT_ID = "dorado-cdevents-sink";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);

  /** Answers of 400 to 499 that concern the sender or the moment, and not the event. */
  private static final Set<Integer> WAITED_FOR = Set.of(401, 403, 407, 408, 425, 429);

  private enum Outcome {
    TAKEN,
    REFUSED,
    FAILED
  }

  private final URI receiver;
  private final CdEventsSettings settings;
  private final OutboundHttp http = OutboundHttp.within(CONNECTING, PATIENCE);
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Outcome, Counter> posts = new HashMap<>();
  private final AtomicLong lag = new AtomicLong();
  private final MeterRegistry metrics;
  private final Gauge lagGauge;
  private final Pauses pauses;
  private final Thread thread;

  private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> posted = new HashMap<>();
  private long committedAt;
  private volatile String problem;
  private volatile boolean running = true;

  CdEventHttpSink(
      URI receiver,
      CdEventsSettings settings,
      Config config,
      Connections connections,
      MeterRegistry metrics) {
    this.receiver = requireNonNull(receiver);
    this.settings = requireNonNull(settings);
    this.pauses = new Pauses(settings.retryFrom(), settings.retryTo());
    for (var outcome : Outcome.values()) {
      posts.put(
          outcome,
          Counter.builder("dorado.cdevents.posts")
              .description("Requests with a CDEvent to the receiver")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
    this.metrics = requireNonNull(metrics);
    this.lagGauge =
        Gauge.builder("dorado.cdevents.sink.lag", lag, AtomicLong::get)
            .description("CDEvents of the topic that were not posted yet")
            .register(metrics);
    this.consumer = consumer(config, connections);
    this.thread = new Thread(this::run, CLIENT_ID);
  }

  void start() {
    thread.start();
  }

  /** What is wrong, for people, or null if all is well. */
  String problem() {
    boolean hasEnded = running && thread.getState() == Thread.State.TERMINATED;
    return problem == null && hasEnded
        ? "CDEvents are no longer posted; the log says why"
        : problem;
  }

  @Override
  public void close() {
    running = false;
    metrics.remove(lagGauge);
    if (thread.getState() == Thread.State.NEW) {
      consumer.close(CloseOptions.timeout(KAFKA_PATIENCE));
      return;
    }
    try {
      thread.join(PATIENCE.plus(KAFKA_PATIENCE).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      consumer.subscribe(List.of(Topics.CDEVENTS.name()), new Rebalances());
      while (running) {
        try {
          work();
        } catch (RuntimeException e) {
          if (!Rejections.concernsEveryRecord(e) || e instanceof InterruptException) {
            throw e;
          }
          pause("Kafka: " + e.getMessage());
        }
      }
      commit();
    } catch (RuntimeException e) {
      log.error("CDEvents are no longer posted to {}", receiver.getHost(), e);
      problem = "CDEvents are no longer posted: %s; the log says more".formatted(e.getMessage());
    } finally {
      consumer.close(CloseOptions.timeout(KAFKA_PATIENCE));
    }
  }

  private void work() {
    if (waiting.isEmpty()) {
      consumer.resume(consumer.assignment());
    } else {
      consumer.pause(consumer.assignment());
    }
    consumer.poll(POLL).forEach(waiting::add);
    measureLag();
    while (running && !waiting.isEmpty() && !pauses.isOn()) {
      post(waiting.peek());
      measureLag();
      if (System.nanoTime() - committedAt >= BETWEEN_COMMITS.toNanos()) {
        commit();
        // Polls in between, so that it stays in the group.
        return;
      }
    }
    if (waiting.isEmpty() && !posted.isEmpty()) {
      commit();
    }
  }

  private void post(ConsumerRecord<byte[], byte[]> event) {
    Outcome outcome = send(event);
    posts.get(outcome).increment();
    if (outcome == Outcome.FAILED) {
      return;
    }
    pauses.reset();
    problem = null;
    waiting.remove();
    posted.put(
        new TopicPartition(event.topic(), event.partition()),
        new OffsetAndMetadata(event.offset() + 1));
  }

  private Outcome send(ConsumerRecord<byte[], byte[]> event) {
    var request =
        HttpRequest.newBuilder(receiver)
            .header("Content-Type", CdEventJson.MEDIA_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(event.value()));
    settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    try {
      int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        return Outcome.TAKEN;
      }
      if (status / 100 == 4 && !WAITED_FOR.contains(status)) {
        log.warn(
            "{} refuses the CDEvent at {}-{}@{} with {}: it is left out, and stays in the topic",
            receiver.getHost(),
            event.topic(),
            event.partition(),
            event.offset(),
            status);
        return Outcome.REFUSED;
      }
      pause("%s answers %d".formatted(receiver.getHost(), status));
    } catch (IOException e) {
      // The message may have the address, whose path may be a secret.
      pause("%s: %s".formatted(receiver.getHost(), e.getClass().getSimpleName()));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    return Outcome.FAILED;
  }

  private void pause(String reason) {
    problem = "CDEvents wait for their receiver: %s; trying again".formatted(reason);
    log.warn("{} after {}", problem, pauses.begin());
  }

  /** A commit that fails costs a repetition only. */
  private void commit() {
    committedAt = System.nanoTime();
    if (posted.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(posted, KAFKA_PATIENCE);
      posted.clear();
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      log.warn("CDEvents are posted, but their offsets are not committed: {}", e.getMessage());
    }
  }

  private void measureLag() {
    long behind = waiting.size();
    for (var partition : consumer.assignment()) {
      behind += consumer.currentLag(partition).orElse(0);
    }
    lag.set(behind);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Config config, Connections connections) {
    return new KafkaConsumer<>(
        connections.kafkaClient(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                config.getString("dorado.streams.application-id") + "-cdevents-sink",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                // Whoever is set up later gets what the topic has, and nothing is lost.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                100,
                ConsumerConfig.CLIENT_ID_CONFIG,
                CLIENT_ID)),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** What waits of partitions that are taken away is left to their new owner. */
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      commit();
      forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      forget(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // They are read from where the last owner has committed.
    }

    private void forget(Collection<TopicPartition> partitions) {
      waiting.removeIf(
          event -> partitions.contains(new TopicPartition(event.topic(), event.partition())));
      posted.keySet().removeAll(partitions);
    }
  }
}
