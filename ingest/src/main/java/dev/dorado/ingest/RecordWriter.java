package dev.dorado.ingest;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records that are bytes already, up to the size of any that Dorado has in Kafka.
 * Thread-safe.
 */
public final class RecordWriter implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** A writer with a name by which Kafka's logs call it. */
  public RecordWriter(Connections connections, String clientId) {
    producer =
        new KafkaProducer<>(
            connections.kafkaClient(
                Map.of(
                    ProducerConfig.CLIENT_ID_CONFIG,
                    clientId,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    Topics.MAX_RECORD_BYTES,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    2L * Topics.MAX_RECORD_BYTES,
                    ProducerConfig.COMPRESSION_TYPE_CONFIG,
                    "lz4")),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends a record; {@link #flush} reports whether Kafka has acknowledged it. */
  public void write(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (written, error) -> {
          if (error != null) {
            failure.compareAndSet(null, error);
          }
        });
  }

  /**
   * Waits until Kafka has answered for all records.
   *
   * @return why the first record that it refused was refused; empty if it has acknowledged all
   */
  public Optional<Exception> flush() {
    producer.flush();
    return Optional.ofNullable(failure.get());
  }

  @Override
  public void close() {
    producer.close();
  }
}
