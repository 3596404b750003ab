package dev.dorado.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import dev.dorado.server.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;

/** Reads the raw body of a request up to a limit. */
final class RequestBody {

  private RequestBody() {}

  /**
   * The raw bytes.
   *
   * @throws TooLong if there are more than {@code limit}
   * @throws IOException if the request breaks off
   */
  static byte[] read(Context context, int limit) throws TooLong, IOException {
    long stated = context.req().getContentLengthLong();
    if (stated > limit) {
      throw new TooLong(stated + " bytes", limit);
    }
    try (InputStream in = context.req().getInputStream()) {
      // Grows with what comes: the stated length is only a claim.
      byte[] body = in.readNBytes(limit);
      if (body.length == limit && in.read() >= 0) {
        throw new TooLong("longer", limit);
      }
      return body;
    }
  }

  /**
   * The raw bytes.
   *
   * @throws Problem if there are more than {@code limit}, or the request breaks off
   */
  static byte[] required(Context context, int limit) {
    try {
      return read(context, limit);
    } catch (TooLong e) {
      throw new Problem(413, "Too large", e.getMessage()).with("limit", limit);
    } catch (IOException e) {
      throw new Problem(
          400, "Malformed", "the request broke off before its body ended: " + e.getMessage());
    }
  }

  /**
   * The body as JSON.
   *
   * @throws Problem if it is none, or as {@link #required}
   */
  static JsonNode json(Context context, int limit) {
    try {
      return Json.REQUESTS.readTree(required(context, limit));
    } catch (IOException e) {
      throw Json.unreadable(e);
    }
  }

  /** A body is longer than it may be. */
  static final class TooLong extends Exception {

    private static final long serialVersionUID = 1L;

    TooLong(String size, int limit) {
      super("the body is %s: expected at most %d bytes".formatted(size, limit));
    }
  }
}
