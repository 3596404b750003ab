package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.server.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An answer as it is sent: its bytes, or what they are written of if they are too many to be held
 * in memory. Immutable.
 *
 * @param isCsv whether it is CSV; else it is JSON
 * @param next the cursor of the next page, for which CSV has no place; empty if there is none
 * @param body the bytes; empty if they are too many
 * @param source what is written row by row; empty if the bytes are there
 */
record Written(
    boolean isCsv, Optional<String> next, Optional<byte[]> body, Optional<Answer> source) {

  private static final int TAG_BYTES = 16;

  Written {
    requireNonNull(next);
    requireNonNull(body);
    requireNonNull(source);
  }

  /**
   * Writes an answer.
   *
   * @param most bytes that are held in memory at most
   */
  static Written of(Answer answer, boolean isCsv, int most) {
    Optional<String> next = isCsv ? answer.next() : Optional.empty();
    var bytes = new BoundedBytes(most);
    try {
      write(answer, isCsv, bytes);
      return new Written(isCsv, next, Optional.of(bytes.toByteArray()), Optional.empty());
    } catch (TooManyBytesException e) {
      return new Written(isCsv, next, Optional.empty(), Optional.of(answer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String contentType() {
    return isCsv ? "text/csv; charset=utf-8; header=present" : "application/json";
  }

  /** Stands for the bytes, as the header {@code ETag}; empty if they are not in memory. */
  Optional<String> tag() {
    return body.map(
        bytes ->
            "W/\"%s\"".formatted(HexFormat.of().formatHex(sha256().digest(bytes), 0, TAG_BYTES)));
  }

  /** Writes the bytes; long ones are never in memory together. */
  void writeTo(OutputStream out) throws IOException {
    if (body.isPresent()) {
      out.write(body.get());
    } else {
      write(source.orElseThrow(), isCsv, out);
    }
  }

  private static void write(Answer answer, boolean isCsv, OutputStream out) throws IOException {
    if (isCsv) {
      var text = new OutputStreamWriter(out, UTF_8);
      Csv.write(answer.head(), answer.rows(), text);
      text.flush();
    } else if (answer.json() instanceof List<?> rows) {
      try (var array = Json.MAPPER.writer().writeValuesAsArray(out)) {
        for (Object row : rows) {
          array.write(row);
        }
      }
    } else {
      Json.MAPPER.writeValue(out, answer.json());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** There are more bytes than may be held in memory. */
  private static final class TooManyBytesException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Bytes in memory, up to a bound. */
  private static final class BoundedBytes extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int most;

    BoundedBytes(int most) {
      this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (length > most - bytes.size()) {
        throw new TooManyBytesException();
      }
      bytes.write(from, offset, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
