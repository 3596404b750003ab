package dev.dorado.schemas;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of the rules that the catalog may state for one service ({@code
 * CatalogEvent.settings}, rule E8), by their names in {@code dorado.rules}. Whoever takes a catalog
 * in asks {@link #problem}, whoever computes facts reads {@link #duration}; so that both mean the
 * same. They are windows (spans of time, zero or more) and choices between words.
 */
public final class RuleNames {

  /** How a value is written, for messages. */
  public static final String EXPECTED_VALUE = "a span of time with its unit, as 12h, 30m or 21d";

  private static final List<String> WINDOWS =
      List.of(
          "clock-tolerance",
          "probable-rework-window",
          "proximity-window",
          "rework-window",
          "rollout-window");

  private static final Map<String, List<String>> CHOICES =
      Map.of(
          "probable-rework-counts", List.of("true", "false"),
          "rollback-fails", List.of("first", "latest"));

  private static final List<String> ALL =
      Stream.concat(WINDOWS.stream(), CHOICES.keySet().stream()).sorted().toList();

  private RuleNames() {}

  /** All names, in their alphabetical order. */
  public static List<String> all() {
    return ALL;
  }

  /** What is wrong with a setting, as {@code the name '…': expected …}; empty if nothing is. */
  public static Optional<String> problem(String name, String value) {
    if (!ALL.contains(name)) {
      return Optional.of(
          "the name '%s': expected one of %s".formatted(name, String.join(", ", ALL)));
    }
    List<String> choices = CHOICES.get(name);
    if (choices != null) {
      return choices.contains(value)
          ? Optional.empty()
          : Optional.of(
              "the value '%s' of %s: expected %s"
                  .formatted(value, name, String.join(" or ", choices)));
    }
    return parse(value).isPresent()
        ? Optional.empty()
        : Optional.of("the value '%s' of %s: expected %s".formatted(value, name, EXPECTED_VALUE));
  }

  /**
   * A window that a service states; empty if it states none.
   *
   * @throws IllegalArgumentException if the value is none, which {@link #problem} would have said
   */
  public static Optional<Duration> duration(Map<String, String> settings, String name) {
    String value = settings.get(name);
    if (value == null) {
      return Optional.empty();
    }
    problem(name, value)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    return parse(value);
  }

  private static Optional<Duration> parse(String value) {
    // A bare number would be milliseconds, which nobody means.
    if (value.isBlank() || Character.isDigit(value.strip().charAt(value.strip().length() - 1))) {
      return Optional.empty();
    }
    try {
      Duration duration =
          ConfigValueFactory.fromAnyRef(value.strip()).atKey("window").getDuration("window");
      return Optional.of(duration).filter(window -> !window.isNegative());
    } catch (ConfigException e) {
      // No span of time: the caller names the setting and says what was expected.
      return Optional.empty();
    }
  }
}
