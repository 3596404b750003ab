package dev.dorado.standalone.backup;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a backup to a Kafka and a registry that have nothing of Dorado yet. The registry numbers
 * the schemas anew, so each record gets the number that its schema has there.
 */
public final class Restore {

  private final BackupFile backup;
  private final Connections connections;
  private final SchemaRegistryClient registry;

  /** Restores {@code backup} to the Kafka and registry of {@code connections}. */
  public Restore(BackupFile backup, Connections connections) {
    this.backup = requireNonNull(backup);
    this.connections = requireNonNull(connections);
    this.registry = connections.registryClient();
  }

  /**
   * Writes the files, schemas and records.
   *
   * @param folder data folder
   * @param progress is told each step as it is done, in words for people
   * @throws BackupException if that fails; what was written until then is of no use
   */
  public void run(Path folder, Consumer<String> progress) {
    try {
      backup.writeFiles(folder);
      Map<String, Map<Integer, Integer>> ids = new HashMap<>();
      for (var topic : Backup.topics()) {
        ids.put(topic.name(), register(topic));
      }
      new Setup(connections, progress).runCommonTopics();
      try (var producer =
          new KafkaProducer<>(
              connections.kafkaClient(
                  Map.of(
                      ProducerConfig.CLIENT_ID_CONFIG,
                      "dorado-restore",
                      ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                      Topics.MAX_RECORD_BYTES,
                      ProducerConfig.BUFFER_MEMORY_CONFIG,
                      2L * Topics.MAX_RECORD_BYTES,
                      ProducerConfig.COMPRESSION_TYPE_CONFIG,
                      "lz4")),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        for (var topic : Backup.topics()) {
          long records = write(producer, topic.name(), ids.get(topic.name()));
          progress.accept("%s: %,d records".formatted(topic.name(), records));
        }
      }
    } catch (IOException | RestClientException | KafkaException e) {
      throw new BackupException("the backup is not restored: %s".formatted(e.getMessage()), e);
    }
  }

  /** The new id of each schema of a topic, by its old one. */
  private Map<Integer, Integer> register(Topic<? extends SpecificRecord> topic)
      throws IOException, RestClientException {
    Map<Integer, Integer> ids = new HashMap<>();
    // Their old numbers say in which order they were released.
    for (var schema : new TreeMap<>(backup.schemas(topic.name())).entrySet()) {
      ids.put(
          schema.getKey(), registry.register(topic.subject(), new AvroSchema(schema.getValue())));
    }
    return ids;
  }

  private long write(
      KafkaProducer<byte[], byte[]> producer, String topic, Map<Integer, Integer> ids)
      throws IOException {
    var failure = new AtomicReference<Exception>();
    long records =
        backup.records(
            topic,
            record -> {
              BackedUpRecord.schemaId(record.value())
                  .ifPresent(id -> BackedUpRecord.setSchemaId(record.value(), ids.get(id)));
              producer.send(
                  record,
                  (written, error) -> {
                    if (error != null) {
                      failure.compareAndSet(null, error);
                    }
                  });
            });
    producer.flush();
    if (failure.get() != null) {
      throw new BackupException(
          "the backup is not restored: Kafka does not take a record of %s: %s"
              .formatted(topic, failure.get().getMessage()),
          failure.get());
    }
    return records;
  }
}
