package dev.dorado.standalone.backup;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.RecordWriter;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;

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
      try (var writer = new RecordWriter(connections, "dorado-restore")) {
        for (var topic : Backup.topics()) {
          long records = write(writer, topic.name(), ids.get(topic.name()));
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

  private long write(RecordWriter writer, String topic, Map<Integer, Integer> ids)
      throws IOException {
    long records =
        backup.records(
            topic,
            record -> {
              BackedUpRecord.schemaId(record.value())
                  .ifPresent(id -> BackedUpRecord.setSchemaId(record.value(), ids.get(id)));
              writer.write(record);
            });
    writer
        .flush()
        .ifPresent(
            refusal -> {
              throw new BackupException(
                  "the backup is not restored: Kafka does not take a record of %s: %s"
                      .formatted(topic, refusal.getMessage()),
                  refusal);
            });
    return records;
  }
}
