package dev.dorado.schemas;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Where a record is put together before its length is known. It is used again for the next one, so
 * that a record costs one array of its own length. Not thread-safe.
 */
final class RecordBytes {

  private static final int USUAL_BYTES = 16 * 1024;

  /** What a longer record has taken is given back: there is one of these for each thread. */
  private static final int MOST_KEPT_BYTES = 256 * 1024;

  private final Growing out = new Growing();
  private BinaryEncoder encoder;

  /**
   * A record in Confluent's wire format.
   *
   * @param magic its first byte
   * @param schemaId id of the schema in the registry
   * @param content writes the value
   */
  byte[] of(byte magic, int schemaId, Content content) throws IOException {
    out.length = 0;
    out.write(magic);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(schemaId >> shift);
    }
    // Where the value before could not be written, its beginning may still be in the encoder.
    boolean isWhole = false;
    try {
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      content.write(encoder);
      encoder.flush();
      isWhole = true;
      return Arrays.copyOf(out.bytes, out.length);
    } finally {
      if (!isWhole) {
        encoder = null;
      }
      if (out.bytes.length > MOST_KEPT_BYTES) {
        out.bytes = new byte[USUAL_BYTES];
      }
    }
  }

  /** Writes a value. */
  interface Content {
    void write(Encoder encoder) throws IOException;
  }

  private static final class Growing extends OutputStream {

    private byte[] bytes = new byte[USUAL_BYTES];
    private int length;

    @Override
    public void write(int one) {
      makeRoom(1);
      bytes[length++] = (byte) one;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      makeRoom(count);
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }

    private void makeRoom(int count) {
      int needed = Math.addExact(length, count);
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
      }
    }
  }
}
