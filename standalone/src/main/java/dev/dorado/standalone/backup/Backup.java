package dev.dorado.standalone.backup;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Json;
import dev.dorado.server.PrivateFile;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Writes a backup of a standalone that runs: the events and deliveries in Kafka up to one moment,
 * the schemas that read them, and what Dorado made in the data folder. Facts are left out: they are
 * a pure function of the events, and are computed again. So are records that were set aside: what
 * can't be processed is set aside again.
 */
public final class Backup {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String COMPACTED = "compact";
  private static final int BUFFER = 64 * 1024;

  private final Connections connections;
  private final SchemaRegistryClient registry;
  private final Map<String, Manifest.Content> contents = new TreeMap<>();
  private final Map<String, Map<Integer, String>> schemas = new TreeMap<>();
  private final Map<String, String> checksums = new TreeMap<>();
  private final Map<Integer, Optional<String>> texts = new HashMap<>();

  /** A backup of what {@code connections} name. */
  public Backup(Connections connections) {
    this.connections = requireNonNull(connections);
    this.registry = connections.registryClient();
  }

  /** The topics that a backup has: those from which all others can be made again. */
  static List<Topic<? extends SpecificRecord>> topics() {
    return Topics.common().stream().filter(topic -> !topic.equals(Topics.REJECTED)).toList();
  }

  /**
   * Writes a backup. The file is there, whole, or not at all; only its owner may read it.
   *
   * @param file is replaced if it is there
   * @param folder data folder
   * @param names files of the data folder; those that are missing are left out
   * @param program version of this program
   * @param progress is told each step as it is done, in words for people
   * @throws BackupException if it can't be written
   */
  public void write(
      Path file, Path folder, List<String> names, String program, Consumer<String> progress) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      PrivateFile.write(unfinished, "");
      try {
        writeTo(unfinished, folder, names, program, progress);
        Files.move(
            unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new BackupException(
          "the backup %s can't be written (%s): choose a file in a folder that is writable and has space."
              .formatted(file, e),
          e);
    } catch (SQLException e) {
      throw new BackupException(
          "ClickHouse does not answer, or is not set up: %s".formatted(Connections.reason(e)), e);
    } catch (RestClientException | KafkaException e) {
      throw new BackupException(
          "the backup is not complete, so it is not kept: %s. See that Dorado runs well, then try again."
              .formatted(e.getMessage()),
          e);
    }
  }

  private void writeTo(
      Path file, Path folder, List<String> names, String program, Consumer<String> progress)
      throws IOException, SQLException, RestClientException {
    Manifest manifest;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var zip =
            new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)))) {
      zip.setLevel(Deflater.BEST_SPEED);
      String ruleSettings = ruleSettings();
      List<String> files = new ArrayList<>();
      for (String name : names) {
        if (Files.exists(folder.resolve(name))) {
          files.add(name);
          byte[] bytes = Files.readAllBytes(folder.resolve(name));
          entry(zip, Manifest.FILES + name, out -> out.write(bytes));
        }
      }
      Instant takenAt;
      try (var consumer = consumer()) {
        takenAt = Instant.now();
        Map<TopicPartition, Long> ends = ends(consumer);
        for (var topic : topics()) {
          writeTopic(zip, topic, ends, consumer);
          progress.accept(
              "%s: %,d records".formatted(topic.name(), contents.get(topic.name()).records()));
        }
      }
      manifest =
          new Manifest(
              Manifest.FORMAT,
              program,
              takenAt,
              connections.partitions(),
              ruleSettings,
              contents,
              schemas,
              files,
              checksums);
      zip.putNextEntry(new ZipEntry(Manifest.ENTRY));
      zip.write(Json.MAPPER.writeValueAsBytes(manifest));
      zip.closeEntry();
      zip.finish();
      zip.flush();
      channel.force(true);
    }
  }

  private String ruleSettings() throws SQLException {
    return Generation.current(new Generations(connections).all())
        .map(Generation::settings)
        .orElse("");
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        connections.kafkaClient(
            Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "dorado-backup",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed")),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Where the topics end at this moment; all their partitions are assigned, and paused. */
  private static Map<TopicPartition, Long> ends(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        topics().stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name(), PATIENCE).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.pause(partitions);
    return consumer.endOffsets(partitions, PATIENCE);
  }

  private void writeTopic(
      ZipOutputStream zip,
      Topic<? extends SpecificRecord> topic,
      Map<TopicPartition, Long> ends,
      KafkaConsumer<byte[], byte[]> consumer)
      throws IOException, RestClientException {
    Map<Integer, String> used = new TreeMap<>();
    long[] counts = new long[2];
    entry(
        zip,
        Manifest.TOPICS + topic.name(),
        stream -> {
          var out = new DataOutputStream(stream);
          for (var end : ends.entrySet()) {
            if (end.getKey().topic().equals(topic.name())) {
              consumer.resume(List.of(end.getKey()));
              consumer.seekToBeginning(List.of(end.getKey()));
              copy(consumer, end.getKey(), end.getValue(), used, counts, out);
              if (topic.settings().get("cleanup.policy").contains(COMPACTED)) {
                // A record that was replaced while this read may be gone; its successor is here.
                long now = consumer.endOffsets(List.of(end.getKey()), PATIENCE).get(end.getKey());
                copy(consumer, end.getKey(), now, used, counts, out);
              }
              consumer.pause(List.of(end.getKey()));
            }
          }
          BackedUpRecord.writeEnd(out);
          out.flush();
        });
    contents.put(topic.name(), new Manifest.Content(counts[0], counts[1]));
    schemas.put(topic.name(), used);
  }

  /** Copies a partition from where the consumer is to {@code end}. */
  private void copy(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      long end,
      Map<Integer, String> used,
      long[] counts,
      DataOutputStream out)
      throws IOException, RestClientException {
    long lastProgress = System.nanoTime();
    while (consumer.position(partition, PATIENCE) < end) {
      var records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() >= end) {
          consumer.seek(partition, end);
          break;
        }
        counts[0]++;
        if (!isReadable(record.value(), used)) {
          counts[1]++;
        }
        BackedUpRecord.write(record, out);
      }
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new TimeoutException(
            "nothing came from %s for %d s".formatted(partition, PATIENCE.toSeconds()));
      }
    }
  }

  /** Whether the registry knows the schema of a value, which is noted as used. */
  private boolean isReadable(byte[] value, Map<Integer, String> used)
      throws IOException, RestClientException {
    Optional<Integer> id = BackedUpRecord.schemaId(value);
    if (id.isEmpty()) {
      return value == null;
    }
    Optional<String> text = texts.get(id.get());
    if (text == null) {
      text = text(id.get());
      texts.put(id.get(), text);
    }
    text.ifPresent(schema -> used.put(id.get(), schema));
    return text.isPresent();
  }

  private Optional<String> text(int id) throws IOException, RestClientException {
    try {
      return Optional.of(((AvroSchema) registry.getSchemaById(id)).rawSchema().toString());
    } catch (RestClientException e) {
      if (e.getStatus() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes the content of an entry. */
  @FunctionalInterface
  private interface EntryWriter {
    void write(OutputStream out) throws IOException, RestClientException;
  }

  private void entry(ZipOutputStream zip, String name, EntryWriter writer)
      throws IOException, RestClientException {
    zip.putNextEntry(new ZipEntry(name));
    MessageDigest digest = sha256();
    // Buffered, since the fields of a record are written one by one.
    var out = new BufferedOutputStream(new DigestOutputStream(zip, digest), BUFFER);
    writer.write(out);
    out.flush();
    zip.closeEntry();
    checksums.put(name, HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
