package dev.dorado.api.stories;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A row of an answer, read by type. What is not there is null, false or empty. */
record Row(Map<String, Object> values) {

  Row {
    requireNonNull(values);
  }

  String text(String name) {
    Object value = values.get(name);
    return value == null ? null : value.toString();
  }

  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  Instant time(String name) {
    return (Instant) values.get(name);
  }

  boolean is(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  List<String> texts(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of();
  }

  /** A length that is given in seconds, or null. */
  Duration seconds(String name) {
    return values.get(name) instanceof Number seconds
        ? Duration.ofMillis(Math.round(seconds.doubleValue() * 1000))
        : null;
  }
}
