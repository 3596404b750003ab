package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.server.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * What one query of the API may take of ClickHouse. ClickHouse enforces it: the bounds are settings
 * of each query. Immutable.
 *
 * @param time how long a query may run; whole seconds, at least one
 * @param memory bytes that ClickHouse may use for a query
 * @param result bytes that a query may return, uncompressed
 */
public record QueryBounds(Duration time, long memory, long result) {

  /** ClickHouse's code of a query that ran longer than {@code max_execution_time}. */
  private static final int TIMEOUT_EXCEEDED = 159;

  /** ClickHouse's code of a query beyond its own memory, the user's or the server's. */
  private static final int MEMORY_LIMIT_EXCEEDED = 241;

  /** ClickHouse's code of a result beyond {@code max_result_bytes}. */
  private static final int TOO_MANY_ROWS_OR_BYTES = 396;

  public QueryBounds {
    requireNonNull(time);
  }

  /** Adds the bounds to the properties of a JDBC connection, which sends them with each query. */
  void addTo(Properties properties) {
    set(properties, "max_execution_time", Long.toString(time.toSeconds()));
    set(properties, "timeout_overflow_mode", "throw");
    set(properties, "max_memory_usage", Long.toString(memory));
    set(properties, "max_result_bytes", Long.toString(result));
    set(properties, "result_overflow_mode", "throw");
  }

  private static void set(Properties properties, String setting, String value) {
    properties.setProperty("clickhouse_setting_" + setting, value);
  }

  /**
   * The bound that an error names, if it is one.
   *
   * @param query name of the query
   */
  Optional<Exceeded> exceeded(String query, SQLException e) {
    return switch (e.getErrorCode()) {
      case TIMEOUT_EXCEEDED -> Optional.of(tooSlow(query));
      case MEMORY_LIMIT_EXCEEDED ->
          Optional.of(isOfAllQueries(e) ? busy(query) : tooMuchMemory(query));
      case TOO_MANY_ROWS_OR_BYTES -> Optional.of(tooLarge(query));
      default -> Optional.empty();
    };
  }

  /** Whether the memory of the server or its user is exhausted, maybe by other queries. */
  private static boolean isOfAllQueries(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("(total)") || message.contains("(for user)");
  }

  private Exceeded tooSlow(String query) {
    return new Exceeded(
        "too-slow",
        new Problem(
                503,
                "Query takes too long",
                "the query '%s' took longer than %d s: ask for a shorter period, or raise dorado.api.query-timeout"
                    .formatted(query, time.toSeconds()))
            .with("limit", time.toSeconds()));
  }

  /** The answer if a query did not even begin in the time that it may take. */
  Problem waitedTooLong(String query) {
    return new Problem(
        503,
        "Too many queries",
        "the query '%s' waited longer than %d s for others: ask again later, or raise dorado.api.queries-at-once"
            .formatted(query, time.toSeconds()));
  }

  private Exceeded tooMuchMemory(String query) {
    return tooMuch(
        "too-much-memory",
        "Query needs too much memory",
        "the query '%s' needs more than %d bytes of memory".formatted(query, memory),
        "query-memory",
        memory);
  }

  private Exceeded tooLarge(String query) {
    return tooMuch(
        "too-large",
        "Result is too large",
        "the query '%s' returns more than %d bytes".formatted(query, result),
        "query-result",
        result);
  }

  private static Exceeded tooMuch(
      String outcome, String title, String what, String setting, long limit) {
    return new Exceeded(
        outcome,
        new Problem(
                422,
                title,
                "%s: ask for a shorter period, filter by team or service, or raise dorado.api.%s"
                    .formatted(what, setting))
            .with("limit", limit));
  }

  private static Exceeded busy(String query) {
    return new Exceeded(
        "busy",
        new Problem(
            503,
            "ClickHouse is busy",
            "ClickHouse had no memory left for the query '%s': ask again later, or give ClickHouse more memory"
                .formatted(query)));
  }

  /**
   * A bound that a query exceeded.
   *
   * @param outcome value of the label {@code outcome} of the metric
   * @param problem the answer
   */
  record Exceeded(String outcome, Problem problem) {}
}
