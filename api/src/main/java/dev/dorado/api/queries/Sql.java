package dev.dorado.api.queries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of SQL with its parameters, in the order of its question marks. Immutable.
 *
 * @param text the text; never holds a value from a request
 * @param parameters strings and whole numbers
 */
public record Sql(String text, List<Object> parameters) {

  public Sql {
    parameters = List.copyOf(parameters);
    long marks = text.chars().filter(character -> character == '?').count();
    if (marks != parameters.size()) {
      throw new IllegalArgumentException(
          "%d parameters for %d question marks in %s".formatted(parameters.size(), marks, text));
    }
  }

  /** A piece. */
  public static Sql of(String text, Object... parameters) {
    return new Sql(text, Arrays.asList(parameters));
  }

  /** This, then {@code next}, on a new line. */
  public Sql then(Sql next) {
    List<Object> all = new ArrayList<>(parameters);
    all.addAll(next.parameters);
    return new Sql(text + "\n" + next.text, all);
  }

  /** This, then {@code next}, on a new line. */
  public Sql then(String next, Object... nextParameters) {
    return then(of(next, nextParameters));
  }

  /** All conditions, or true if there is none. */
  static Sql all(Collection<Sql> conditions) {
    return joined(conditions, " AND ", "true");
  }

  /** Any of the conditions, or false if there is none. */
  static Sql any(Collection<Sql> conditions) {
    return joined(conditions, " OR ", "false");
  }

  /** {@code expression} is one of {@code values}, of which there are some. */
  static Sql in(String expression, List<String> values) {
    return new Sql(expression + " IN (" + marks(values) + ")", List.copyOf(values));
  }

  /** A text as a literal, for statements that take no parameters. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** A question mark for each value. */
  static String marks(List<?> values) {
    return values.stream().map(value -> "?").collect(Collectors.joining(", "));
  }

  private static Sql joined(Collection<Sql> conditions, String word, String none) {
    if (conditions.isEmpty()) {
      return of(none);
    }
    String text = conditions.stream().map(Sql::text).collect(Collectors.joining(word, "(", ")"));
    return new Sql(
        text, conditions.stream().flatMap(condition -> condition.parameters.stream()).toList());
  }
}
