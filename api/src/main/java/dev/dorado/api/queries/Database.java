package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ClickHouse, through a small pool of connections. Each query is timed by name. Thread-safe. */
public final class Database implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private static final Set<String> TABLES =
      Set.of(
          "catalog",
          "changes",
          "ci_runs",
          "corrections",
          "deliveries",
          "deployments",
          "incidents",
          "refusals");

  /** ClickHouse's codes for a database or table that is not there. */
  private static final Set<Integer> NOT_MIGRATED = Set.of(60, 81);

  /** ClickHouse's code for a query that took too long. */
  private static final int TIMEOUT_EXCEEDED = 159;

  private final Connections connections;
  private final HikariDataSource pool;
  private final Duration timeout;
  private final MeterRegistry metrics;

  /**
   * Connects when the first query comes.
   *
   * @param poolSize connections at most
   * @param connectTimeout how long one waits for a connection
   * @param timeout how long a query may take
   */
  public Database(
      Connections connections,
      int poolSize,
      Duration connectTimeout,
      Duration timeout,
      MeterRegistry metrics) {
    this.connections = requireNonNull(connections);
    this.timeout = requireNonNull(timeout);
    this.metrics = requireNonNull(metrics);
    var config = new HikariConfig();
    config.setPoolName("dorado-api");
    config.setJdbcUrl(connections.clickHouseUrl());
    config.setDataSourceProperties(connections.clickHouseProperties());
    config.setMaximumPoolSize(poolSize);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(connectTimeout.toMillis());
    // ClickHouse may come after the api: health says so until then.
    config.setInitializationFailTimeout(-1);
    this.pool = new HikariDataSource(config);
  }

  /** Name of the database, which is safe in SQL. */
  public String name() {
    return connections.database();
  }

  /**
   * The rows of a query, each read by {@code reader}.
   *
   * @param query name of the query, for the metrics
   * @throws Problem 503 if ClickHouse is away, has no tables yet, or takes too long
   */
  public <T> List<T> rows(String query, Sql sql, RowReader<T> reader) {
    List<T> rows = new ArrayList<>();
    forEach(query, sql, row -> rows.add(reader.read(row)));
    return rows;
  }

  /**
   * Hands each row of a query to {@code consumer}, without keeping them all.
   *
   * @param query name of the query, for the metrics
   * @throws Problem 503 if ClickHouse is away, has no tables yet, or takes too long
   */
  public void forEach(String query, Sql sql, RowConsumer consumer) {
    var sample = Timer.start(metrics);
    String outcome = "failed";
    try (var connection = pool.getConnection();
        var statement = connection.prepareStatement(sql.text())) {
      statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
      for (int i = 0; i < sql.parameters().size(); i++) {
        statement.setObject(i + 1, sql.parameters().get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          consumer.accept(rows);
        }
      }
      outcome = "succeeded";
    } catch (SQLException e) {
      throw problem(query, e);
    } finally {
      sample.stop(
          Timer.builder("dorado.api.query")
              .description("Queries to ClickHouse by name and outcome")
              .tag("query", query)
              .tag("outcome", outcome)
              .register(metrics));
    }
  }

  /** What is wrong with ClickHouse or its tables, for people; null if all is well. */
  public String problem() {
    Set<String> missing = new TreeSet<>(TABLES);
    try (Connection connection = connections.clickHouse();
        var statement =
            connection.prepareStatement("SELECT name FROM system.tables WHERE database = ?")) {
      statement.setString(1, name());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          missing.remove(rows.getString(1));
        }
      }
    } catch (SQLException e) {
      return "ClickHouse at %s does not answer: %s"
          .formatted(connections.clickHouseUrl(), rootMessage(e));
    }
    return missing.isEmpty()
        ? null
        : "ClickHouse at %s has no table %s in the database %s: run ./dorado migrate"
            .formatted(connections.clickHouseUrl(), String.join(", ", missing), name());
  }

  @Override
  public void close() {
    pool.close();
  }

  private RuntimeException problem(String query, SQLException e) {
    if (NOT_MIGRATED.contains(e.getErrorCode())) {
      return new Problem(
          503,
          "Not set up",
          "ClickHouse at %s lacks the tables of the database %s: run ./dorado migrate"
              .formatted(connections.clickHouseUrl(), name()));
    }
    if (e.getErrorCode() == TIMEOUT_EXCEEDED) {
      return new Problem(
          503,
          "Query takes too long",
          "the query '%s' took longer than %d s: ask for a shorter period, or raise dorado.api.query-timeout"
              .formatted(query, timeout.toSeconds()));
    }
    if (isAway(e)) {
      log.warn("ClickHouse at {} is away: {}", connections.clickHouseUrl(), rootMessage(e));
      return new Problem(
          503,
          "ClickHouse is away",
          "ClickHouse at %s does not answer: %s"
              .formatted(connections.clickHouseUrl(), rootMessage(e)));
    }
    return new IllegalStateException("the query '%s' failed".formatted(query), e);
  }

  private static boolean isAway(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof SQLTransientConnectionException) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** Reads a row into an object. */
  @FunctionalInterface
  public interface RowReader<T> {
    /** The object of the row that {@code row} stands on. */
    T read(ResultSet row) throws SQLException;
  }

  /** Takes a row. */
  @FunctionalInterface
  public interface RowConsumer {
    /** Takes the row that {@code row} stands on. */
    void accept(ResultSet row) throws SQLException;
  }
}
