package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.dorado.server.Json;
import dev.dorado.server.Problem;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The last row that was given: the next page begins after it. Rows that come or go meanwhile do not
 * shift the pages. Immutable.
 *
 * @param key values of the columns that the list is ordered by
 */
public record Cursor(List<String> key) {

  public Cursor {
    key = List.copyOf(key);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a cursor has a key");
    }
  }

  /**
   * The time that the key begins with, in milliseconds.
   *
   * @param length how many values a key of this list has
   * @throws Problem 400 if it is the cursor of another list
   */
  public long millis(int length) {
    if (key.size() == length) {
      try {
        return Long.parseLong(key.get(0));
      } catch (NumberFormatException e) {
        // It is the cursor of another list: said below.
      }
    }
    throw Problem.badParameter(
        "cursor", encoded(), "the value of 'next' in an earlier answer of the same list");
  }

  /** The opaque text. */
  public String encoded() {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Json.MAPPER.writeValueAsBytes(key));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The cursor that was given as {@code text}; empty if it is none. */
  static Optional<Cursor> decoded(String text) {
    try {
      String json = new String(Base64.getUrlDecoder().decode(text), UTF_8);
      return Optional.of(
          new Cursor(Json.MAPPER.readValue(json, new TypeReference<List<String>>() {})));
    } catch (IllegalArgumentException | IOException | NullPointerException e) {
      return Optional.empty();
    }
  }
}
