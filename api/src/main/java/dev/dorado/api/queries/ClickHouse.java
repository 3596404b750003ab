package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generations;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ClickHouse, through a small pool of connections. Each query is timed by name. What is asked for a
 * request goes through one {@link Database}, so that all of it sees one generation of facts.
 * Thread-safe.
 */
public final class ClickHouse implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClickHouse.class);

  /** Tables, and views of the tables of the generation that answers queries. */
  private static final Set<String> TABLES =
      Set.of(
          "audit",
          "catalog",
          "changes",
          "ci_runs",
          "corrections",
          "deliveries",
          "deployments",
          "flags",
          "incidents",
          "measurements",
          "refusals",
          Generations.TABLE,
          Generations.CURRENT);

  /** ClickHouse's codes for a database or table that is not there. */
  private static final Set<Integer> NOT_MIGRATED = Set.of(60, 81);

  /** Repeats of a request whose connection breaks, such as one that was idle for too long. */
  private static final int MOST_RETRIES = 1;

  /** Bytes of a query's text: it names the rows of a page, and the days of a period. */
  private static final int MOST_TEXT = 8 * 1024 * 1024;

  /** How much longer than ClickHouse the client waits, so that ClickHouse names the bound. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Connections connections;
  private final HikariDataSource pool;
  private final QueryBounds bounds;
  private final Semaphore turns;
  private final MeterRegistry metrics;
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

  /**
   * Connects when the first query comes.
   *
   * @param poolSize connections at most
   * @param connectTimeout how long one waits for a connection
   * @param bounds what a query may take
   * @param queriesAtOnce how many queries run at the same time; others wait
   */
  public ClickHouse(
      Connections connections,
      int poolSize,
      Duration connectTimeout,
      QueryBounds bounds,
      int queriesAtOnce,
      MeterRegistry metrics) {
    this.connections = requireNonNull(connections);
    this.bounds = requireNonNull(bounds);
    this.turns = new Semaphore(queriesAtOnce, true);
    this.metrics = requireNonNull(metrics);
    var config = new HikariConfig();
    config.setPoolName("dorado-api");
    config.setJdbcUrl(connections.clickHouseUrl());
    var properties = connections.clickHouseProperties();
    properties.setProperty("retry", Integer.toString(MOST_RETRIES));
    bounds.addTo(properties);
    properties.setProperty("clickhouse_setting_max_query_size", Integer.toString(MOST_TEXT));
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(poolSize);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(connectTimeout.toMillis());
    // ClickHouse may come after the api: health says so until then.
    config.setInitializationFailTimeout(-1);
    this.pool = new HikariDataSource(config);
  }

  /**
   * The generation of facts that answers queries now. Whoever holds it sees that one alone, also
   * after a switch.
   *
   * @throws Problem 503 if ClickHouse is away or has no tables yet
   */
  public Database current() {
    TableStates states = TableStates.ask(this);
    Optional<String> state = states.of(List.of(common() + "." + Generations.TABLE));
    Generation now =
        state.isEmpty()
            ? currentGeneration()
            : remember("generation", state.get(), this::currentGeneration);
    return new Database(this, now.database(), now.settings(), states);
  }

  private Generation currentGeneration() {
    return generation(
        Sql.of(
            "SELECT facts_database, settings FROM %s.%s"
                .formatted(connections.database(), Generations.CURRENT)));
  }

  /**
   * The generation of facts with a number, whether or not it answers queries.
   *
   * @throws Problem 503 if ClickHouse is away or there is none
   */
  public Database generation(int number) {
    TableStates states = TableStates.ask(this);
    Generation found =
        generation(
            Sql.of(
                "SELECT '%s', settings FROM %s.%s FINAL WHERE number = ? AND dropped_at IS NULL"
                    .formatted(
                        connections.database(number), connections.database(), Generations.TABLE),
                number));
    return new Database(this, found.database(), found.settings(), states);
  }

  private Generation generation(Sql sql) {
    return rows("generation", sql, row -> new Generation(row.getString(1), row.getString(2)))
        .stream()
        .findFirst()
        .orElseThrow(this::notSetUp);
  }

  /** Name of the database of what all generations have in common; it is safe in SQL. */
  String common() {
    return connections.database();
  }

  /**
   * Hands each row of a query to {@code consumer}, without keeping them all.
   *
   * @param query name of the query, for the metrics
   * @throws Problem 503 if ClickHouse is away, has no tables yet, or takes too long; 422 if the
   *     query needs more than its bounds
   */
  void forEach(String query, Sql sql, Database.RowConsumer consumer) {
    takeTurn(query);
    var sample = Timer.start(metrics);
    String outcome = "failed";
    try (var connection = pool.getConnection();
        var statement = connection.prepareStatement(sql.text())) {
      statement.setQueryTimeout((int) bounds.time().plus(GRACE).toSeconds());
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
      var exceeded = bounds.exceeded(query, e);
      if (exceeded.isPresent()) {
        outcome = exceeded.get().outcome();
        throw exceeded.get().problem();
      }
      throw problem(query, e);
    } finally {
      turns.release();
      sample.stop(
          Timer.builder("dorado.api.query")
              .description("Queries to ClickHouse by name and outcome")
              .tag("query", query)
              .tag("outcome", outcome)
              .register(metrics));
    }
  }

  /** Waits as long as a query may take, so that nobody waits for ever. */
  private void takeTurn(String query) {
    try {
      if (!turns.tryAcquire(bounds.time().toMillis(), TimeUnit.MILLISECONDS)) {
        throw bounds.waitedTooLong(query);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the query '%s' waits".formatted(query), e);
    }
  }

  /** The rows of a query, each read by {@code reader}; errors as of {@link #forEach}. */
  <T> List<T> rows(String query, Sql sql, Database.RowReader<T> reader) {
    List<T> rows = new ArrayList<>();
    forEach(query, sql, row -> rows.add(reader.read(row)));
    return rows;
  }

  /**
   * Runs a statement that writes.
   *
   * @param sql its values are in it, each of them escaped
   * @throws Problem 503 if ClickHouse is away or has no tables yet
   */
  void execute(String name, String sql) {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw problem(name, e);
    }
  }

  /**
   * What {@code answer} gives, or gave in the same state.
   *
   * @param question names what is asked, and of which database
   * @param state of all tables that the answer depends on, before it is asked for
   * @param answer asks; its value is given to several threads
   */
  @SuppressWarnings("unchecked")
  <T> T remember(String question, String state, Supplier<T> answer) {
    Remembered before = remembered.get(question);
    if (before != null && before.state().equals(state)) {
      return (T) before.answer();
    }
    T now = answer.get();
    remembered.put(question, new Remembered(state, now));
    return now;
  }

  /** What is wrong with ClickHouse or its tables, for people; null if all is well. */
  public String problem() {
    Set<String> missing = new TreeSet<>(TABLES);
    try (Connection connection = connections.clickHouse();
        var statement =
            connection.prepareStatement("SELECT name FROM system.tables WHERE database = ?")) {
      statement.setString(1, common());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          missing.remove(rows.getString(1));
        }
      }
    } catch (SQLException e) {
      return "ClickHouse at %s does not answer: %s"
          .formatted(connections.clickHouseAddress(), rootMessage(e));
    }
    return missing.isEmpty()
        ? null
        : "ClickHouse at %s has no table %s in the database %s: run ./dorado migrate"
            .formatted(connections.clickHouseAddress(), String.join(", ", missing), common());
  }

  @Override
  public void close() {
    pool.close();
  }

  private RuntimeException problem(String query, SQLException e) {
    if (NOT_MIGRATED.contains(e.getErrorCode())) {
      return notSetUp();
    }
    if (isAway(e)) {
      log.warn("ClickHouse at {} is away: {}", connections.clickHouseAddress(), rootMessage(e));
      return new Problem(
          503,
          "ClickHouse is away",
          "ClickHouse at %s does not answer: %s"
              .formatted(connections.clickHouseAddress(), rootMessage(e)));
    }
    return new IllegalStateException("the query '%s' failed".formatted(query), e);
  }

  private Problem notSetUp() {
    return new Problem(
        503,
        "Not set up",
        "ClickHouse at %s lacks the tables of the database %s: run ./dorado migrate"
            .formatted(connections.clickHouseAddress(), common()));
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

  /** A generation's database, and the settings that its facts were computed with. */
  private record Generation(String database, String settings) {}

  /**
   * An answer that was given.
   *
   * @param state of the tables just before it
   */
  private record Remembered(String state, Object answer) {}
}
