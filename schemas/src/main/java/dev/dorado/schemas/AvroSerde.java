package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The values of a topic in Confluent's wire format: a zero byte, the schema's id in the registry (4
 * bytes, big endian), Avro binary. Never registers a schema: {@link Setup} does, and a schema that
 * the registry does not know is an error that says so; a registry that is away is a {@link
 * RegistryAwayException}. Thread-safe.
 *
 * @param <V> what the values are
 */
public final class AvroSerde<V extends SpecificRecord> implements Serde<V> {

  static {
    TrustedRecords.trust();
  }

  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;
  private static final ThreadLocal<RecordBytes> BYTES = ThreadLocal.withInitial(RecordBytes::new);

  private final Topic<V> topic;
  private final SchemaRegistryClient registry;
  private final SpecificData data;
  private final Schema schema;
  private final SpecificDatumWriter<V> writer;
  private final Map<Integer, SpecificDatumReader<V>> readers = new ConcurrentHashMap<>();
  private volatile Integer writerId;

  /** Serde for {@code topic}; asks {@code registry} when a value is first written or read. */
  public AvroSerde(Topic<V> topic, SchemaRegistryClient registry) {
    this.topic = requireNonNull(topic);
    this.registry = requireNonNull(registry);
    this.data = SpecificData.getForClass(topic.valueType());
    this.schema = topic.schema();
    this.writer = new SpecificDatumWriter<>(schema, data);
  }

  @Override
  public Serializer<V> serializer() {
    return (ignored, value) -> value == null ? null : serialize(value);
  }

  @Override
  public Deserializer<V> deserializer() {
    return (ignored, bytes) -> bytes == null ? null : deserialize(bytes);
  }

  /**
   * Looks up the schema that values are written with, which is otherwise done at the first value.
   * Afterwards values can be written while the registry is away.
   *
   * @throws RegistryAwayException if it is away now
   * @throws SerializationException if it does not know the schema
   */
  public void prepare() {
    writerId();
  }

  private byte[] serialize(V value) {
    try {
      int id = writerId();
      return BYTES.get().of(MAGIC, id, encoder -> writer.write(value, encoder));
    } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
      // Avro answers a missing or wrong field with the last two.
      throw new SerializationException(
          "cannot write a value of %s: %s".formatted(topic.name(), e.getMessage()), e);
    }
  }

  private V deserialize(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
      throw new SerializationException(
          "a value of %s is not in Confluent's wire format: expected a zero byte and a schema id"
              .formatted(topic.name()));
    }
    int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
    try {
      var decoder =
          DecoderFactory.get()
              .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
      return readers.computeIfAbsent(id, this::reader).read(null, decoder);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new SerializationException(
          "cannot read a value of %s that was written with schema %d".formatted(topic.name(), id),
          e);
    }
  }

  private int writerId() {
    Integer known = writerId;
    if (known == null) {
      try {
        known = registry.getId(topic.subject(), new AvroSchema(schema));
      } catch (IOException e) {
        throw away(e);
      } catch (RestClientException e) {
        if (isPassing(e)) {
          throw away(e);
        }
        throw new SerializationException(
            "the schema registry has no schema of %s that this version writes (%s): run './dorado migrate' with this version first"
                .formatted(topic.subject(), e.getMessage()),
            e);
      }
      writerId = known;
    }
    return known;
  }

  private SpecificDatumReader<V> reader(int id) {
    try {
      var written = (AvroSchema) registry.getSchemaById(id);
      return new SpecificDatumReader<>(written.rawSchema(), schema, data);
    } catch (IOException e) {
      throw away(e);
    } catch (RestClientException e) {
      if (isPassing(e)) {
        throw away(e);
      }
      throw new SerializationException(
          "the schema registry gives no schema %d, with which a value of %s was written: %s"
              .formatted(id, topic.name(), e.getMessage()),
          e);
    }
  }

  private RegistryAwayException away(Exception e) {
    return new RegistryAwayException(
        "the schema registry, asked for a schema of %s, does not answer: %s"
            .formatted(topic.subject(), e.getMessage()),
        e);
  }

  /** Whether the registry itself is unwell, rather than refusing what it was asked. */
  private static boolean isPassing(RestClientException e) {
    return e.getStatus() >= 500 || e.getStatus() == 429;
  }
}
