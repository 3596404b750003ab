package dev.dorado.standalone.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record of Kafka as a backup has it: what it holds, without its offset. Stateless. */
final class BackedUpRecord {

  private static final byte MAGIC = 0;
  private static final int ABSENT = -1;
  private static final int END = -1;

  /** An id that no registry gives: what could not be read must not become readable by chance. */
  private static final int UNKNOWN_SCHEMA = Integer.MAX_VALUE;

  private BackedUpRecord() {}

  /** The id of the schema of a value; empty if it is not in Confluent's wire format. */
  static Optional<Integer> schemaId(byte[] value) {
    return value != null && value.length > Integer.BYTES && value[0] == MAGIC
        ? Optional.of(ByteBuffer.wrap(value).getInt(1))
        : Optional.empty();
  }

  /** Replaces the id of the schema; null for one that no registry knows. */
  static void setSchemaId(byte[] value, Integer id) {
    ByteBuffer.wrap(value).putInt(1, id == null ? UNKNOWN_SCHEMA : id);
  }

  static void write(ConsumerRecord<byte[], byte[]> record, DataOutputStream out)
      throws IOException {
    out.writeInt(record.partition());
    out.writeLong(record.timestamp());
    write(record.key(), out);
    write(record.value(), out);
    Header[] headers = record.headers().toArray();
    out.writeInt(headers.length);
    for (Header header : headers) {
      out.writeUTF(header.key());
      write(header.value(), out);
    }
  }

  static void writeEnd(DataOutputStream out) throws IOException {
    out.writeInt(END);
  }

  /** The next record, to be written to {@code topic}; empty at the end. */
  static Optional<ProducerRecord<byte[], byte[]>> read(String topic, DataInputStream in)
      throws IOException {
    int partition = in.readInt();
    if (partition == END) {
      return Optional.empty();
    }
    long timestamp = in.readLong();
    byte[] key = readBytes(in);
    byte[] value = readBytes(in);
    var headers = new RecordHeaders();
    for (int left = in.readInt(); left > 0; left--) {
      headers.add(in.readUTF(), readBytes(in));
    }
    return Optional.of(new ProducerRecord<>(topic, partition, timestamp, key, value, headers));
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    if (bytes == null) {
      out.writeInt(ABSENT);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == ABSENT ? null : in.readNBytes(length);
  }
}
