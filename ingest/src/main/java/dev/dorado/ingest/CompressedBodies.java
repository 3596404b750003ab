package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.auth.Refusal.Reason;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.server.BodyMemory;
import dev.dorado.server.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks bodies that come compressed, each up to the length of one that comes plain, and all
 * together up to a bound of memory. Senders sign what they send, so a body is unpacked after it was
 * found authentic, and kept unpacked. Thread-safe.
 */
final class CompressedBodies {

  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  /** What exporters and proxies can be set to; other values are none of compression. */
  private static final Set<String> OTHERS =
      Set.of("br", "compress", "deflate", "lz4", "snappy", "x-snappy-framed", "zlib", "zstd");

  private static final int BLOCK = 64 * 1024;

  private final int limit;
  private final BodyMemory memory;

  /**
   * @param limit most bytes of one body
   * @param memory most bytes of all that are worked on
   */
  CompressedBodies(int limit, BodyMemory memory) {
    this.limit = limit;
    this.memory = requireNonNull(memory);
  }

  /**
   * The plain body of {@code request}.
   *
   * @throws Refused if it cannot be unpacked within the bounds
   */
  Body unpack(DeliveryRequest request) throws Refused {
    String coding = request.header("Content-Encoding").orElse("").toLowerCase(Locale.ROOT);
    if (GZIP.contains(coding)) {
      return unpack(request.body());
    }
    if (OTHERS.contains(coding)) {
      throw new Refused(
          Reason.MALFORMED,
          415,
          "Unknown compression",
          "the Content-Encoding is '%s': expected gzip, or none".formatted(coding));
    }
    return new Body(request.body(), 0);
  }

  private Body unpack(byte[] packed) throws Refused {
    var plain = new ByteArrayOutputStream(Math.min(limit, 4 * packed.length));
    long reserved = 0;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), BLOCK)) {
      byte[] block = new byte[BLOCK];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        if (plain.size() + read > limit) {
          throw new Refused(
              Reason.SIZE,
              413,
              "Too large",
              "the body is longer than %d bytes once it is unpacked: send it in parts"
                  .formatted(limit));
        }
        if (!memory.reserve(read)) {
          throw new Refused(
              Reason.BUSY,
              503,
              "Busy",
              "the bodies that are worked on take all of their memory: send this one again later");
        }
        reserved += read;
        plain.write(block, 0, read);
      }
      return new Body(plain.toByteArray(), reserved);
    } catch (IOException e) {
      memory.release(reserved);
      throw new Refused(
          Reason.MALFORMED,
          400,
          "Malformed",
          "the body is not gzip, as its Content-Encoding states: " + e.getMessage());
    } catch (Refused e) {
      memory.release(reserved);
      throw e;
    }
  }

  /** A plain body. Holds memory until it is closed. */
  final class Body {

    private final byte[] bytes;
    private final long reserved;

    private Body(byte[] bytes, long reserved) {
      this.bytes = bytes;
      this.reserved = reserved;
    }

    /** The bytes, not to be changed. */
    byte[] bytes() {
      return bytes;
    }

    void close() {
      memory.release(reserved);
    }
  }

  /** A body that cannot be unpacked. */
  static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int status;
    private final String title;

    private Refused(Reason reason, int status, String title, String detail) {
      super(detail);
      this.reason = reason;
      this.status = status;
      this.title = title;
    }

    Reason reason() {
      return reason;
    }

    Problem answer() {
      return new Problem(status, title, getMessage());
    }
  }
}
