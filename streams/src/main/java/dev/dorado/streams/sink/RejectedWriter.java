package dev.dorado.streams.sink;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records to {@code dorado.rejected}; connects with the first. Not thread-safe. */
final class RejectedWriter implements AutoCloseable {

  /** A record holds another one whole, and the client holds it once more, compressed. */
  private static final long BUFFER_BYTES = 128L * 1024 * 1024;

  private final Connections connections;
  private final String clientId;
  private KafkaProducer<byte[], byte[]> producer;

  RejectedWriter(Connections connections, String clientId) {
    this.connections = requireNonNull(connections);
    this.clientId = requireNonNull(clientId);
  }

  /**
   * Writes a record and waits until Kafka has it.
   *
   * @throws KafkaException if Kafka does not take it
   */
  void write(ProducerRecord<byte[], byte[]> record) {
    if (producer == null) {
      producer = producer();
    }
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        connections.kafkaClient(
            Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                clientId,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd",
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                BUFFER_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.parseInt(Topics.REJECTED.settings().get("max.message.bytes")))),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
