package dev.dorado.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/** How Dorado writes and reads JSON: instants as ISO 8601 in UTC, nulls written. */
public final class Json {

  /** The one mapper. Thread-safe. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * How many tokens of JSON a request may have: about one for each bracket, name and value. A tree
   * of as many empty objects takes some 100 MB.
   */
  public static final long MOST_TOKENS = 1_000_000;

  /** Reads what comes from outside, and no more of it than {@link #MOST_TOKENS}. Thread-safe. */
  public static final ObjectReader REQUESTS =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                  .build())
          .build()
          .reader();

  /** Whether {@link #REQUESTS} could not read something because it has too many tokens. */
  public static boolean isBeyondTokens(IOException failure) {
    return failure instanceof StreamConstraintsException beyond
        && beyond.getOriginalMessage().startsWith("Token count");
  }

  /** What a request is answered whose body {@link #REQUESTS} could not read: 422 or 400. */
  public static Problem unreadable(IOException failure) {
    return isBeyondTokens(failure)
        ? new Problem(422, "Too many elements", beyondTokens()).with("limit", MOST_TOKENS)
        : new Problem(400, "Malformed", "the body is not JSON: " + failure.getMessage());
  }

  /** What is wrong with a body that has too many tokens, and what to do, for people. */
  public static String beyondTokens() {
    return "the body has more than %d elements of JSON (brackets, names and values): send it in parts"
        .formatted(MOST_TOKENS);
  }

  private Json() {}
}
