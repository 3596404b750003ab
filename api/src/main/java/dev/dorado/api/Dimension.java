package dev.dorado.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What numbers can be grouped by. */
public enum Dimension {
  /** The service. */
  SERVICE,
  /** The team that owned the service at the time of the fact; null without one. */
  TEAM,
  /** The repository; null if unknown. */
  REPOSITORY,
  /** The class of the environment. */
  ENVIRONMENT,
  /** The golden path that the service was on at the time of the fact; null without one. */
  GOLDEN_PATH;

  /** The name in requests, answers and tables. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static List<String> columns() {
    return Arrays.stream(values()).map(Dimension::column).toList();
  }

  /** The dimension of that name, which exists. */
  static Dimension of(String column) {
    return valueOf(column.toUpperCase(Locale.ROOT));
  }
}
