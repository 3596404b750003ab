package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Rejected;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records that were set aside to their topics again, or dismisses them. One transaction
 * writes the record and its new status, so a record is written exactly if it no longer counts as
 * rejected.
 *
 * <p>All instances share one transactional id: a call that begins ends one that is under way, and
 * sees what that one has committed. So nothing is written twice. Thread-safe.
 */
final class RejectedRetries {

  private static final Logger log = LoggerFactory.getLogger(RejectedRetries.class);

  private static final String CLIENT_ID = "dorado-rejected-retry";
  private static final int LONGEST_REASON = 1_000;
  private static final int MAX_BLOCK_MS = (int) PartitionScan.PATIENCE.toMillis();
  private static final int DELIVERY_TIMEOUT_MS = 3 * MAX_BLOCK_MS;

  /** A record holds another one whole, and both are written. */
  private static final long BUFFER_BYTES = 4L * Topics.MAX_DELIVERY_BYTES;

  private final Connections connections;
  private final Deserializer<Rejected> deserializer;
  private final Serializer<Rejected> serializer;

  RejectedRetries(Connections connections) {
    this.connections = requireNonNull(connections);
    var serde = new AvroSerde<>(Topics.REJECTED, connections.registryClient());
    this.deserializer = serde.deserializer();
    this.serializer = serde.serializer();
  }

  /** What became of a record. */
  enum Outcome {
    /** It was written to its topic again. */
    RETRIED,
    /** Its topic has a newer record of its key, which counts instead. */
    SUPERSEDED,
    /** An administrator dismissed it. */
    DISMISSED,
    /** It was retried, superseded or dismissed before, and has not been rejected since. */
    DONE,
    /** It cannot be written to its topic again. */
    IMPOSSIBLE,
    /** No such record is known. */
    MISSING;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What became of a record.
   *
   * @param reason what was done, or why not, for people
   */
  record Result(String id, Outcome outcome, String reason) {}

  /**
   * What became of several records.
   *
   * @param left how many more could be retried or dismissed
   */
  record Results(List<Result> results, int left) {}

  /** Kafka or the registry does not answer, or another retry has begun. For people. */
  static final class Away extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Away(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Retries the records with some ids, in that order.
   *
   * @throws Away if not all of it could be done; it may be asked for again
   */
  synchronized List<Result> retry(Collection<String> ids) {
    return inTransactions(
        retry -> {
          Map<String, Place> places = retry.places(ids::contains);
          List<Place> wanted =
              ids.stream().filter(places::containsKey).distinct().map(places::get).toList();
          Map<String, Result> results = retry.all(wanted);
          return ids.stream().map(id -> results.getOrDefault(id, missing(id))).toList();
        });
  }

  /**
   * Retries records that can be retried, the oldest first.
   *
   * @param most how many at most
   * @throws Away as {@link #retry}
   */
  synchronized Results retryAll(int most) {
    return inTransactions(
        retry -> {
          List<Place> possible = oldestFirst(retry, Place::isPossible);
          List<Place> now = possible.stream().limit(most).toList();
          return new Results(List.copyOf(retry.all(now).values()), possible.size() - now.size());
        });
  }

  /**
   * Dismisses the records with some ids: they count as rejected no longer, and are kept. One that
   * is set aside again counts again.
   *
   * @param reason why, for people
   * @throws Away as {@link #retry}
   */
  synchronized List<Result> dismiss(Collection<String> ids, String reason) {
    return inTransactions(
        retry -> {
          Map<String, Place> places = retry.places(ids::contains);
          return ids.stream()
              .map(
                  id ->
                      places.containsKey(id) ? retry.dismiss(places.get(id), reason) : missing(id))
              .toList();
        });
  }

  /**
   * Dismisses records that count as rejected, the oldest first.
   *
   * @param most how many at most
   * @param reason why, for people
   * @throws Away as {@link #retry}
   */
  synchronized Results dismissAll(int most, String reason) {
    return inTransactions(
        retry -> {
          List<Place> counting = oldestFirst(retry, Place::isRejected);
          return new Results(
              counting.stream().limit(most).map(place -> retry.dismiss(place, reason)).toList(),
              Math.max(0, counting.size() - most));
        });
  }

  private static List<Place> oldestFirst(Retry retry, Predicate<Place> which)
      throws ExecutionException, InterruptedException {
    return retry.places(id -> true).values().stream()
        .filter(which)
        .sorted(Comparator.comparing(Place::rejectedAt))
        .toList();
  }

  private static Result missing(String id) {
    return new Result(id, Outcome.MISSING, "no such record was set aside");
  }

  private interface Work<T> {
    T with(Retry retry) throws ExecutionException, InterruptedException;
  }

  private <T> T inTransactions(Work<T> work) {
    try (var producer = new KafkaProducer<>(producerSettings(), bytes(), bytes());
        var consumer = new KafkaConsumer<>(consumerSettings(), fromBytes(), fromBytes())) {
      producer.initTransactions();
      return work.with(new Retry(producer, consumer));
    } catch (KafkaException e) {
      throw away(e);
    } catch (ExecutionException e) {
      throw away(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * A rejected record without its value, which may be long.
   *
   * @param at its place in the topic of rejected records
   * @param source its place in its own topic; null if that is not known
   * @param obstacle why it can't be written there again, for people; null if it can
   */
  private record Place(
      String id,
      String status,
      Instant rejectedAt,
      TopicPartition at,
      long offset,
      String where,
      TopicPartition source,
      long sourceOffset,
      ByteBuffer key,
      Integer generation,
      String obstacle) {

    boolean isRejected() {
      return status.equals(RejectedRetry.REJECTED);
    }

    boolean isPossible() {
      return isRejected() && obstacle == null;
    }
  }

  /** One call: reads the topic of rejected records and writes. Not thread-safe. */
  private final class Retry {

    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, List<PartitionInfo>> topics;

    Retry(Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer) {
      this.producer = producer;
      this.consumer = consumer;
      this.topics = consumer.listTopics(PartitionScan.PATIENCE);
    }

    /** The newest record of each wanted id. */
    Map<String, Place> places(Predicate<String> wanted)
        throws ExecutionException, InterruptedException {
      Map<String, Place> places = new HashMap<>();
      for (var end : ends().entrySet()) {
        PartitionScan.read(
            consumer,
            end.getKey(),
            0,
            end.getValue(),
            record -> {
              String id = new String(record.key(), UTF_8);
              if (wanted.test(id) && record.value() != null) {
                Rejected rejected = readable(id, record);
                places.remove(id);
                if (rejected != null) {
                  places.put(id, place(rejected, record));
                }
              }
              return true;
            });
      }
      return places;
    }

    /**
     * The ends of the topic, uncommitted records included: reading committed records to there waits
     * for transactions that are open, behind which an earlier retry may have been committed.
     */
    private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      topics
          .getOrDefault(Topics.REJECTED.name(), List.of())
          .forEach(
              info ->
                  wanted.put(
                      new TopicPartition(info.topic(), info.partition()), OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      try (var admin = Admin.create(connections.kafkaClient(Map.of()))) {
        admin
            .listOffsets(wanted)
            .all()
            .get()
            .forEach((partition, end) -> ends.put(partition, end.offset()));
      }
      return ends;
    }

    /** Null if what is known of a rejected record cannot be read. */
    private Rejected readable(String id, ConsumerRecord<byte[], byte[]> record) {
      try {
        return deserializer.deserialize(record.topic(), record.value());
      } catch (RetriableException e) {
        throw e;
      } catch (RuntimeException e) {
        log.warn("what was set aside as {} can't be read: {}", id, e.getMessage());
        return null;
      }
    }

    private Place place(Rejected rejected, ConsumerRecord<byte[], byte[]> record) {
      String topic = rejected.getTopic();
      String obstacle =
          RejectedRetry.obstacle(
                  rejected.getError(),
                  rejected.getPlace(),
                  topic,
                  rejected.getOffset(),
                  rejected.getRecordBytes())
              .orElse(null);
      boolean isTooLarge = rejected.getError().equals(RejectedRetry.TOO_LARGE_HISTORY);
      if (obstacle != null && !isTooLarge && rejected.getGeneration() != null) {
        obstacle += ": './dorado reprocess' computes the facts anew from all events";
      } else if (obstacle == null && !topics.containsKey(topic)) {
        obstacle =
            "its topic %s is gone: generation %s of the facts has been dropped"
                .formatted(topic, rejected.getGeneration());
      }
      return new Place(
          rejected.getId(),
          rejected.getStatus(),
          rejected.getRejectedAt(),
          new TopicPartition(record.topic(), record.partition()),
          record.offset(),
          rejected.getPlace(),
          topic == null ? null : new TopicPartition(topic, rejected.getPartition()),
          rejected.getOffset(),
          rejected.getRecordKey(),
          rejected.getGeneration(),
          obstacle);
    }

    Map<String, Result> all(Collection<Place> places) {
      Set<Place> superseded =
          superseded(
              places.stream()
                  .filter(Place::isPossible)
                  .filter(place -> place.where().equals(RejectedRetry.SINK))
                  .toList());
      Map<String, Result> results = new LinkedHashMap<>();
      for (var place : places) {
        results.put(place.id(), one(place, superseded.contains(place)));
      }
      return results;
    }

    private Result one(Place place, boolean isSuperseded) {
      if (!place.isRejected()) {
        return done(place);
      }
      if (!place.isPossible()) {
        return new Result(place.id(), Outcome.IMPOSSIBLE, place.obstacle());
      }
      Rejected rejected = read(place);
      if (isSuperseded) {
        write(rejected, RejectedRetry.SUPERSEDED, null);
        return new Result(
            place.id(),
            Outcome.SUPERSEDED,
            "%s has a newer record of its key, which counts".formatted(place.source().topic()));
      }
      try {
        write(rejected, RejectedRetry.RETRIED, again(rejected));
      } catch (RecordTooLargeException e) {
        return new Result(
            place.id(),
            Outcome.IMPOSSIBLE,
            "%s takes no record of its size: %s".formatted(place.source().topic(), e.getMessage()));
      }
      return new Result(
          place.id(),
          Outcome.RETRIED,
          "it was written to %s again, %s".formatted(place.source().topic(), readers(place)));
    }

    private static Result done(Place place) {
      return new Result(
          place.id(),
          Outcome.DONE,
          "it is %s, and has not been set aside since".formatted(place.status()));
    }

    Result dismiss(Place place, String reason) {
      if (!place.isRejected()) {
        return done(place);
      }
      Rejected rejected = read(place);
      write(
          Rejected.newBuilder(rejected)
              .setReason(
                  Bounds.cut(
                      "dismissed: %s; it was set aside since %s"
                          .formatted(reason, rejected.getReason()),
                      LONGEST_REASON))
              .build(),
          RejectedRetry.DISMISSED,
          null);
      return new Result(
          place.id(),
          Outcome.DISMISSED,
          "it counts as rejected no longer, unless it is set aside again");
    }

    private String readers(Place place) {
      boolean isEvent =
          Topics.events().stream().anyMatch(topic -> topic.name().equals(place.source().topic()));
      return isEvent
          ? "which all generations of the facts read"
          : place.generation() == null
              ? "which all generations of the facts have in common"
              : "which generation %d of the facts reads".formatted(place.generation());
    }

    /**
     * Records of the sink whose key has a newer record. To write them again would make the old one
     * the latest of its key. Each partition is read once.
     */
    private Set<Place> superseded(Collection<Place> places) {
      Map<TopicPartition, Map<ByteBuffer, List<Place>>> byKey = new HashMap<>();
      for (var place : places) {
        byKey
            .computeIfAbsent(place.source(), partition -> new HashMap<>())
            .computeIfAbsent(place.key(), key -> new ArrayList<>())
            .add(place);
      }
      Set<Place> superseded = new HashSet<>();
      byKey.forEach(
          (partition, ofKey) -> {
            long from =
                ofKey.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(Place::sourceOffset)
                    .min()
                    .orElseThrow();
            PartitionScan.readToEnd(
                consumer,
                partition,
                from,
                record -> {
                  if (record.key() != null) {
                    ofKey.getOrDefault(ByteBuffer.wrap(record.key()), List.of()).stream()
                        .filter(place -> RejectedRetry.version(record) > place.sourceOffset())
                        .forEach(superseded::add);
                  }
                  return true;
                });
          });
      return superseded;
    }

    private Rejected read(Place place) {
      Rejected[] found = {null};
      PartitionScan.read(
          consumer,
          place.at(),
          place.offset(),
          place.offset() + 1,
          record -> {
            found[0] = deserializer.deserialize(record.topic(), record.value());
            return false;
          });
      return found[0];
    }

    /** The record as it was, to where it was: a step has all records of a key in one partition. */
    private ProducerRecord<byte[], byte[]> again(Rejected rejected) {
      int partition = rejected.getPartition();
      boolean isThere = partition >= 0 && partition < topics.get(rejected.getTopic()).size();
      var record =
          new ProducerRecord<>(
              rejected.getTopic(),
              isThere ? partition : null,
              rejected.getRecordKey().array(),
              rejected.getRecordValue().array());
      record.headers().add(RejectedRetry.HEADER, RejectedRetry.header(rejected.getOffset()));
      return record;
    }

    private void write(Rejected rejected, String status, ProducerRecord<byte[], byte[]> again) {
      var changed = Rejected.newBuilder(rejected).setStatus(status).build();
      producer.beginTransaction();
      try {
        var sent =
            producer.send(
                new ProducerRecord<>(
                    Topics.REJECTED.name(),
                    rejected.getId().getBytes(UTF_8),
                    serializer.serialize(Topics.REJECTED.name(), changed)));
        if (again != null) {
          producer.send(again).get();
        }
        sent.get();
        producer.commitTransaction();
      } catch (ExecutionException e) {
        producer.abortTransaction();
        throw e.getCause() instanceof KafkaException known
            ? known
            : new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
      log.info(
          "rejected record {} of {} {} is {}: {}",
          rejected.getId(),
          rejected.getPlace(),
          rejected.getName(),
          again == null ? status : "written to %s again".formatted(again.topic()),
          rejected.getReason());
    }
  }

  private Away away(Throwable e) {
    boolean isFenced =
        e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    return new Away(
        (isFenced
                ? "another retry or dismissal has begun and has ended this one"
                : "Kafka at %s or the schema registry does not answer: %s"
                    .formatted(connections.bootstrapServers(), e.getMessage()))
            + "; what this one had written until then stays written. Ask for it again later",
        e);
  }

  private static ByteArraySerializer bytes() {
    return new ByteArraySerializer();
  }

  private static ByteArrayDeserializer fromBytes() {
    return new ByteArrayDeserializer();
  }

  private Map<String, Object> producerSettings() {
    return connections.kafkaClient(
        Map.of(
            ProducerConfig.CLIENT_ID_CONFIG,
            CLIENT_ID,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            CLIENT_ID,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            MAX_BLOCK_MS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            MAX_BLOCK_MS,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_TIMEOUT_MS,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            BUFFER_BYTES,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            Integer.parseInt(Topics.REJECTED.settings().get("max.message.bytes"))));
  }

  private Map<String, Object> consumerSettings() {
    return connections.kafkaClient(
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG,
            CLIENT_ID,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"));
  }
}
