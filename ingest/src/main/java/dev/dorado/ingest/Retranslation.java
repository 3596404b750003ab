package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Translates all deliveries that are kept again with the present senders, into the topics of
 * events. An event's id says what happened, so what is given again is the same event, and of it the
 * later translation stands. What a delivery gave before and does not give any more is taken back,
 * unless something else tells of it too. A delivery that is not understood now says nothing of what
 * it gave. Not thread-safe.
 */
public final class Retranslation implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int AT_ONCE = 200;
  private static final int EXAMPLES = 5;

  private final int generation;
  private final Connections connections;
  private final Senders senders;
  private final Duration futureTolerance;
  private final Publisher publisher;
  private final KafkaConsumer<String, Delivery> deliveries;

  /**
   * @param generation for which generation of facts: a later one stands over an earlier one
   * @param config settings of {@code dorado.ingest}
   * @param connections where Kafka and the registry are
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public Retranslation(int generation, Config config, Connections connections) {
    this.connections = requireNonNull(connections);
    this.generation = generation;
    var settings = IngestSettings.from(config);
    this.senders = Senders.all(settings.senders());
    this.futureTolerance = settings.senders().futureTolerance();
    this.publisher =
        new KafkaPublisher(connections, settings, new IngestMetrics(new SimpleMeterRegistry()));
    this.deliveries =
        new KafkaConsumer<>(
            connections.kafkaClient(
                Map.of(
                    // Where it was cut off, the next one goes on.
                    ConsumerConfig.GROUP_ID_CONFIG,
                    "dorado-translate-g" + generation,
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest",
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    AT_ONCE,
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    "dorado-translate")),
            new StringDeserializer(),
            new AvroSerde<>(Topics.DELIVERIES, connections.registryClient()).deserializer());
  }

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Some more are done.
     *
     * @param done how many records of the topic of deliveries have been passed
     * @param all how many there were at the beginning
     */
    void passed(long done, long all);
  }

  /**
   * What came of it.
   *
   * @param deliveries how many deliveries were translated
   * @param events how many events they gave
   * @param revived how many were ignored or dead before and are not any more
   * @param fewer how many gave more events before
   * @param examples some of those, as sender and id
   * @param withdrawn how many events were taken back, since nothing tells of them any more
   * @param notUnderstood how many gave events before and are not understood now
   * @param unknown how many are of senders that there are no more
   */
  public record Result(
      long deliveries,
      long events,
      long revived,
      long fewer,
      List<String> examples,
      long withdrawn,
      long notUnderstood,
      long unknown) {}

  /**
   * Translates what is there now. What comes meanwhile has been translated by the present senders.
   *
   * @throws Unwritten if Kafka does not take the events; it can be run again and goes on
   */
  public Result run(Listener listener) {
    List<TopicPartition> partitions =
        deliveries.partitionsFor(Topics.DELIVERIES.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    deliveries.assign(partitions);
    Map<TopicPartition, Long> ends = deliveries.endOffsets(partitions);
    Map<TopicPartition, Long> begins = deliveries.beginningOffsets(partitions);
    long all = distance(begins, ends);
    var count = new Count();
    var withdrawals = new Withdrawals(generation);
    // One that is cut off before it has taken events back looks at their deliveries again.
    Map<TopicPartition, Long> firstOfFewer = new HashMap<>();
    while (distance(positions(partitions), ends) > 0) {
      List<CompletableFuture<Void>> written = new ArrayList<>();
      for (var record : deliveries.poll(POLL)) {
        if (record.value() != null) {
          long fewer = count.fewer;
          written.add(translate(record.value(), count, withdrawals));
          if (count.fewer > fewer) {
            firstOfFewer.putIfAbsent(
                new TopicPartition(record.topic(), record.partition()), record.offset());
          }
        }
      }
      await(written);
      Map<TopicPartition, Long> positions = positions(partitions);
      Map<TopicPartition, Long> done = new HashMap<>(positions);
      firstOfFewer.forEach((partition, offset) -> done.merge(partition, offset, Math::min));
      deliveries.commitSync(offsets(done));
      listener.passed(distance(begins, positions), all);
    }
    List<CanonicalEvent<?>> withdrawn = withdrawals.of(connections);
    await(List.of(publisher.publish(withdrawn)));
    deliveries.commitSync(offsets(positions(partitions)));
    return count.result(withdrawn.size());
  }

  private CompletableFuture<Void> translate(Delivery kept, Count count, Withdrawals withdrawals) {
    var sender = senders.named(kept.getSender());
    if (sender.isEmpty()) {
      count.unknown++;
      return CompletableFuture.completedFuture(null);
    }
    var again = new KeptDelivery(kept, sender.get()).translate(generation, futureTolerance);
    count.add(kept, again);
    if (again.givesFewer() && again.understood()) {
      withdrawals.givesFewer(kept.getSender(), kept.getId(), again.events());
    }
    return again
        .revived()
        .map(revived -> publisher.publish(revived, again.events()))
        .orElseGet(() -> publisher.publish(again.events()));
  }

  private static void await(List<CompletableFuture<Void>> written) {
    try {
      CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      throw new Unwritten(
          "%s: run the same command again, it goes on where this one stopped"
              .formatted(e.getCause().getMessage()),
          e);
    }
  }

  private Map<TopicPartition, Long> positions(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions.forEach(partition -> positions.put(partition, deliveries.position(partition)));
    return positions;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<TopicPartition, Long> at) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    at.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    return offsets;
  }

  private static long distance(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    return to.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - from.get(end.getKey())))
        .sum();
  }

  @Override
  public void close() {
    deliveries.close();
    publisher.close();
  }

  /** Kafka has not taken all events. The message is for people. */
  public static final class Unwritten extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unwritten(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final class Count {
    private long deliveries;
    private long events;
    private long revived;
    private long fewer;
    private long notUnderstood;
    private long unknown;
    private final List<String> examples = new ArrayList<>();

    void add(Delivery kept, KeptDelivery.Again again) {
      deliveries++;
      events += again.events().size();
      revived += again.revived().isPresent() ? 1 : 0;
      if (again.givesFewer() && !again.understood()) {
        notUnderstood++;
      } else if (again.givesFewer()) {
        fewer++;
        if (examples.size() < EXAMPLES) {
          examples.add(kept.getSender() + " " + kept.getId());
        }
      }
    }

    Result result(long withdrawn) {
      return new Result(
          deliveries,
          events,
          revived,
          fewer,
          List.copyOf(examples),
          withdrawn,
          notUnderstood,
          unknown);
    }
  }
}
