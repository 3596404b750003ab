package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Takes a person out of all that Dorado keeps in Kafka: events, kept deliveries, refusals and what
 * was set aside. Facts are computed from that: until they are computed anew, they have the person
 * still. Not thread-safe.
 */
public final class PersonErasure implements AutoCloseable {

  private static final int RUN_BYTES = 4;
  private static final int EXAMPLES = 10;

  private final PersonText person;
  private final Senders senders;
  private final Duration futureTolerance;
  private final SchemaRegistryClient registry;
  private final TopicRewrite topics;

  /**
   * @param config settings of {@code dorado.ingest}
   * @param connections where Kafka and the registry are
   * @param identifiers names, e-mail addresses and logins of the person
   * @throws IllegalArgumentException if there is no identifier, or one is too short
   */
  public PersonErasure(Config config, Connections connections, List<String> identifiers) {
    byte[] random = new byte[RUN_BYTES];
    new SecureRandom().nextBytes(random);
    String run = HexFormat.of().formatHex(random);
    this.person = PersonText.of(identifiers, run);
    var settings = IngestSettings.from(config);
    this.senders = Senders.all(settings.senders());
    this.futureTolerance = settings.senders().futureTolerance();
    this.registry = requireNonNull(connections).registryClient();
    this.topics = new TopicRewrite(connections, run);
  }

  /**
   * Where a person is.
   *
   * @param records how many records of each topic hold them, where there are any
   * @param emptied how many deliveries can't be kept without them, so that their body is emptied
   * @param unreadable how many records can't be read and may hold them
   * @param remaining what an event is about that names them, as field and value; stays as it is
   */
  public record Findings(
      Map<String, Long> records, long emptied, long unreadable, List<String> remaining) {

    /** How many records hold the person. */
    public long total() {
      return records.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Looks for the person, and changes nothing. */
  public Findings search() {
    var search = new Search();
    for (var topic : searched()) {
      search.in(topic, topics.ends(topic));
    }
    return search.findings();
  }

  /**
   * Takes the person out of all records that there are now. What comes meanwhile stays as it comes.
   *
   * @param progress is told each step as it is done, in words for people
   * @throws ExecutionException if Kafka refuses a step; the same can be done again
   */
  public void erase(Consumer<String> progress) throws ExecutionException, InterruptedException {
    for (var topic : searched()) {
      Map<TopicPartition, Long> ends = topics.ends(topic);
      Set<TopicPartition> found = new Search().in(topic, ends);
      if (!found.isEmpty()) {
        Map<TopicPartition, Long> affected = new LinkedHashMap<>(ends);
        affected.keySet().retainAll(found);
        topics.replace(topic, affected, change(topic));
        progress.accept(
            "%s: %d of %d partitions are written again without the person"
                .formatted(topic.name(), affected.size(), ends.size()));
      }
    }
  }

  /** The audit trail says who did what, also if that is the person; it ends with its retention. */
  private static List<Topic<? extends SpecificRecord>> searched() {
    return Topics.common().stream().filter(topic -> !topic.equals(Topics.AUDIT)).toList();
  }

  private <V extends SpecificRecord> UnaryOperator<byte[]> change(Topic<V> topic) {
    var serde = new AvroSerde<>(topic, registry);
    var erasure = new RecordErasure(person, senders, futureTolerance, (field, value) -> {});
    return bytes -> {
      V value = read(serde, topic, bytes);
      return value != null && erasure.erase(value)
          ? serde.serializer().serialize(topic.name(), value)
          : bytes;
    };
  }

  /** Null if it can't be read, as what is no record of Dorado. */
  private static <V extends SpecificRecord> V read(
      AvroSerde<V> serde, Topic<V> topic, byte[] bytes) {
    try {
      return bytes == null ? null : serde.deserializer().deserialize(topic.name(), bytes);
    } catch (SerializationException e) {
      return null;
    }
  }

  @Override
  public void close() {
    topics.close();
  }

  /** Counts what it finds. */
  private final class Search {

    private final Map<String, Long> records = new LinkedHashMap<>();
    private final Collection<String> remaining = new LinkedHashSet<>();
    private final RecordErasure erasure =
        new RecordErasure(
            person,
            senders,
            futureTolerance,
            (field, value) -> {
              if (remaining.size() < EXAMPLES) {
                remaining.add(field + ": " + value);
              }
            });
    private long unreadable;

    /** The partitions of a topic that hold the person. */
    <V extends SpecificRecord> Set<TopicPartition> in(
        Topic<V> topic, Map<TopicPartition, Long> ends) {
      var serde = new AvroSerde<>(topic, registry);
      Set<TopicPartition> found = new LinkedHashSet<>();
      ends.forEach(
          (partition, end) ->
              topics.read(
                  partition,
                  end,
                  record -> {
                    V value = read(serde, topic, record.value());
                    if (value == null) {
                      boolean isSuspect =
                          record.value() != null && person.isIn(new String(record.value(), UTF_8));
                      unreadable += isSuspect ? 1 : 0;
                    } else if (erasure.erase(value)) {
                      found.add(partition);
                      records.merge(topic.name(), 1L, Long::sum);
                    }
                  }));
      return found;
    }

    Findings findings() {
      return new Findings(records, erasure.emptied(), unreadable, new ArrayList<>(remaining));
    }
  }
}
