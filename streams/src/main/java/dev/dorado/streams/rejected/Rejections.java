package dev.dorado.streams.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Rejected;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of {@code dorado.rejected}: each says what could not be processed, where and
 * why, and holds the bytes for a retry. Each one that is made is counted and logged. Thread-safe.
 */
public final class Rejections {

  private static final Logger log = LoggerFactory.getLogger(Rejections.class);

  private static final int LONGEST_TEXT = 1_000;
  private static final int ID_BYTES = 12;

  private final AvroSerde<Rejected> serde;
  private final MeterRegistry metrics;
  private final Integer generation;

  /** What could not be processed. */
  public enum Place {
    /** A record of a topic, in the topology. */
    TOPOLOGY,
    /** An input of a step, by what the step derives from it. */
    STEP,
    /** A row, by the sink. */
    SINK;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A record that could not be processed.
   *
   * @param topic the topic that it came from, to which a retry writes it; null if unknown
   * @param partition -1 if unknown
   * @param offset -1 if unknown
   * @param key may be null
   * @param value may be null
   */
  public record Source(String topic, int partition, long offset, byte[] key, byte[] value) {

    @Override
    public String toString() {
      return topic == null ? "an unknown place" : "%s-%d@%d".formatted(topic, partition, offset);
    }
  }

  /**
   * @param registry knows the schema of the topic
   * @param metrics counts what is set aside
   * @param generation of the facts; null for what all generations have in common
   */
  public Rejections(SchemaRegistryClient registry, MeterRegistry metrics, Integer generation) {
    this.serde = new AvroSerde<>(Topics.REJECTED, registry);
    this.metrics = requireNonNull(metrics);
    this.generation = generation;
    for (var place : Place.values()) {
      counter(place);
    }
  }

  /** Each is there from the start, at 0: Prometheus sees no increase to the first value. */
  private Counter counter(Place place) {
    return Counter.builder("dorado.records.rejected")
        .description("Records that could not be processed and were set aside")
        .tag("where", place.label())
        .register(metrics);
  }

  /** Where what is rejected, and what leads to it, is counted. */
  public MeterRegistry metrics() {
    return metrics;
  }

  /** The serde of the topic. */
  public AvroSerde<Rejected> serde() {
    return serde;
  }

  /**
   * Whether an error concerns every record rather than one: Kafka or the schema registry is away or
   * refuses the role, or the registry lacks the schema that this version writes. Such an error is
   * waited for or stops the role. A record between steps with an unknown schema is not among them:
   * a version with other step records computes a generation of its own, with topics of its own.
   */
  public static boolean concernsEveryRecord(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
        return true;
      }
      if (cause instanceof RetriableException
          || cause instanceof AuthorizationException
          || cause instanceof AuthenticationException
          || cause instanceof InterruptException) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value could not be written because the registry lacks its schema. */
  static boolean isMissingSetup(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof RestClientException || cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sets a record aside.
   *
   * @param name name of the topic, step or table
   * @param now when
   */
  public Rejected reject(Place place, String name, Source source, Throwable error, Instant now) {
    byte[] key = source.key() == null ? new byte[0] : source.key();
    byte[] value = source.value() == null ? new byte[0] : source.value();
    boolean isWhole = key.length + value.length <= Topics.MAX_DELIVERY_BYTES;
    var rejected =
        Rejected.newBuilder()
            .setId(id(place, name, key, value))
            .setPlace(place.label())
            .setName(name)
            .setTopic(isWhole ? source.topic() : null)
            .setPartition(source.partition())
            .setOffset(source.offset())
            .setKey(line(new String(key, 0, Math.min(key.length, LONGEST_TEXT), UTF_8)))
            .setGeneration(generation)
            .setError(error.getClass().getSimpleName())
            .setReason(line(reason(error)))
            .setRejectedAt(now)
            .setRecordBytes((long) key.length + value.length)
            .setRecordKey(ByteBuffer.wrap(isWhole ? key : new byte[0]))
            .setRecordValue(ByteBuffer.wrap(isWhole ? value : new byte[0]))
            .build();
    counter(place).increment();
    log.error(
        "a record of {} {} at {} is set aside as {} in {}: {}",
        place.label(),
        name,
        source,
        rejected.getId(),
        Topics.REJECTED.name(),
        rejected.getReason(),
        error);
    return rejected;
  }

  /**
   * Reports that the derivation of a key took long. Nothing is set aside: the record tells people.
   *
   * @param inputs how many the key has; 0 if unknown
   * @param now when
   */
  public Rejected slow(String step, String key, int inputs, Duration took, Instant now) {
    String reason =
        String.format(Locale.ROOT, "took %.1f s", took.toMillis() / 1e3)
            + (inputs == 0
                ? ""
                : String.format(Locale.ROOT, " with %,d inputs of the key", inputs));
    log.warn("the derivation of {} in step {} {}", key, step, reason);
    return Rejected.newBuilder()
        .setId(id(Place.STEP, step, key.getBytes(UTF_8), RejectedRetry.SLOW.getBytes(UTF_8)))
        .setPlace(Place.STEP.label())
        .setName(step)
        .setTopic(null)
        .setKey(line(key))
        .setGeneration(generation)
        .setError("SlowDerivation")
        .setReason(reason)
        .setRejectedAt(now)
        .setStatus(RejectedRetry.SLOW)
        .build();
  }

  /**
   * Sets the history of a key aside that takes too much memory.
   *
   * @param limit how many bytes it may take
   * @param now when
   */
  public Rejected tooLarge(String step, String key, long limit, Instant now) {
    long megabytes = limit >> 20;
    var rejected =
        ofHistory(step, key, now)
            .setReason(
                String.format(
                    Locale.ROOT,
                    "its history needs more than %,d MB of memory, which is what one key may take of a heap of %,d MB; give it more with DORADO_JAVA_OPTS=-Xmx%dm, or set DORADO_STREAMS_LARGEST_HISTORY; its inputs are kept, and it is taken up by itself at the next start",
                    megabytes,
                    Runtime.getRuntime().maxMemory() >> 20,
                    Math.max(1, Runtime.getRuntime().maxMemory() >> 19)))
            .build();
    counter(Place.STEP).increment();
    log.error(
        "{} in step {} is set aside as {}: {}", key, step, rejected.getId(), rejected.getReason());
    return rejected;
  }

  /** Takes back that the history of a key takes too much memory. */
  public Rejected fitsAgain(String step, String key, Instant now) {
    log.info("{} in step {} fits into memory again", key, step);
    return ofHistory(step, key, now)
        .setReason("it fits into memory again")
        .setStatus(RejectedRetry.RETRIED)
        .build();
  }

  private Rejected.Builder ofHistory(String step, String key, Instant now) {
    return Rejected.newBuilder()
        .setId(id(Place.STEP, step, key.getBytes(UTF_8), "too large".getBytes(UTF_8)))
        .setPlace(Place.STEP.label())
        .setName(step)
        .setTopic(null)
        .setKey(line(key))
        .setGeneration(generation)
        .setError(RejectedRetry.TOO_LARGE_HISTORY)
        .setRejectedAt(now);
  }

  /** The record to produce. */
  public ProducerRecord<byte[], byte[]> record(Rejected rejected) {
    return new ProducerRecord<>(
        Topics.REJECTED.name(),
        rejected.getId().getBytes(UTF_8),
        serde.serializer().serialize(Topics.REJECTED.name(), rejected));
  }

  /** The same record has the same id each time it is rejected at the same place. */
  private String id(Place place, String name, byte[] key, byte[] value) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update("%s %s %s %d ".formatted(place, name, generation, key.length).getBytes(UTF_8));
      digest.update(key);
      digest.update(value);
      return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String reason(Throwable error) {
    var reason = new StringBuilder(String.valueOf(error.getMessage()));
    Throwable cause = error.getCause();
    if (cause != null && cause.getMessage() != null) {
      reason.append(" (").append(cause.getMessage()).append(')');
    }
    return error.getMessage() == null && cause == null ? error.toString() : reason.toString();
  }

  private static String line(String text) {
    return Bounds.cut(text.replaceAll("\\p{Cntrl}+", " ").strip(), LONGEST_TEXT);
  }
}
