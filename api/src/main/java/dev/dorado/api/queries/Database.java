package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.ConfigFactory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a request sees of ClickHouse: one generation of facts, and what all generations have in
 * common. Taken once for a request, so that its queries agree with each other. Thread-safe.
 */
public final class Database {

  /** Tables that only repeat what others hold. */
  private static final List<String> COPIES =
      List.of("_snapshot", ".migrations", ".published_facts");

  private final ClickHouse clickHouse;
  private final String name;
  private final String settings;
  private final TableStates states;
  private final Optional<RowFilter> filter;
  private Map<String, Snapshot> snapshots;
  private Set<String> changedServices;
  private KnownServices known;

  Database(ClickHouse clickHouse, String name, String settings, TableStates states) {
    this(clickHouse, name, settings, states, Optional.empty());
  }

  private Database(
      ClickHouse clickHouse,
      String name,
      String settings,
      TableStates states,
      Optional<RowFilter> filter) {
    this.states = requireNonNull(states);
    this.filter = requireNonNull(filter);
    this.clickHouse = requireNonNull(clickHouse);
    this.name = requireNonNull(name);
    this.settings = requireNonNull(settings);
  }

  /**
   * The same for somebody who may see only what is of services that some teams own: all of those
   * services' history, whoever owned them before, and nothing of any other.
   *
   * @param teams their names, in lower case
   * @param now the present
   */
  public Database ofTeams(Set<String> teams, Instant now) {
    Set<String> services = Catalog.load(this).ownedBy(teams, now);
    return new Database(
        clickHouse, name, settings, states, Optional.of(RowFilter.of(this, services)));
  }

  /** Name of the database of the facts, which is safe in SQL. */
  public String name() {
    return name;
  }

  /** Name of the database of deliveries and refusals, which is safe in SQL. */
  public String common() {
    return clickHouse.common();
  }

  /** The proximity window under which the facts were computed (rule F6); empty if unknown. */
  public Optional<Duration> proximityWindow() {
    return window("proximity-window");
  }

  /** A setting of the rules under which the facts were computed; empty if unknown. */
  public Optional<Duration> window(String setting) {
    var rules = ConfigFactory.parseString(settings);
    return rules.hasPath(setting) ? Optional.of(rules.getDuration(setting)) : Optional.empty();
  }

  /**
   * Stands for all rows that the request sees: as long as it is the same, so are they. It is taken
   * before anything is read; empty if it cannot be told.
   */
  public Optional<String> state() {
    return states.ofAll(
        table ->
            (table.startsWith(common() + ".") || table.startsWith(name + "."))
                && COPIES.stream().noneMatch(table::endsWith));
  }

  /** The states of the tables before anything of the request was read. */
  TableStates states() {
    return states;
  }

  /** Whether a table of the facts has no rows, so that nobody need look into others for them. */
  boolean isEmpty(String table) {
    return states.rows(name + "." + table).orElse(1) == 0;
  }

  /**
   * The services of the changes and deployments that were written since their snapshots were taken,
   * asked for once in a request.
   */
  synchronized Set<String> changedServices() {
    if (changedServices == null) {
      List<Sql> written =
          Stream.of(FactTable.CHANGES, FactTable.DEPLOYMENTS)
              .flatMap(table -> table.newest().writtenSince(this).stream())
              .toList();
      changedServices = new HashSet<>();
      if (!written.isEmpty()) {
        forEach(
            "changed-services",
            written.stream()
                .map(rows -> Sql.of("SELECT DISTINCT service FROM").then(rows))
                .reduce((one, other) -> one.then("UNION ALL").then(other))
                .orElseThrow(),
            row -> changedServices.add(row.getString(1)));
      }
    }
    return changedServices;
  }

  /** The services that there are, asked for once in a request. */
  synchronized KnownServices known() {
    if (known == null) {
      known = KnownServices.ask(this);
    }
    return known;
  }

  /** The snapshot to read in place of {@code table}; empty if the table itself is to be read. */
  synchronized Optional<Snapshot> snapshot(String table) {
    if (snapshots == null) {
      snapshots = Snapshot.ask(this);
    }
    return Optional.ofNullable(snapshots.get(table));
  }

  /**
   * The rows of a query, each read by {@code reader}.
   *
   * @param query name of the query, for the metrics
   * @throws dev.dorado.server.Problem 503 if ClickHouse is away, has no tables yet, or takes too
   *     long
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
   * @throws dev.dorado.server.Problem 503 if ClickHouse is away, has no tables yet, or takes too
   *     long
   */
  public void forEach(String query, Sql sql, RowConsumer consumer) {
    clickHouse.forEach(query, filter.map(rows -> sql.then(rows.settings())).orElse(sql), consumer);
  }

  /**
   * What {@code answer} gives, asked again only if one of {@code tables} of the facts has changed.
   *
   * @param what names the question
   * @param answer asks; its value is immutable
   */
  <T> T remember(String what, List<String> tables, Supplier<T> answer) {
    // A row can be in the table a moment before it is among the rows written since a snapshot.
    Optional<String> state =
        states.of(
            tables.stream()
                .map(table -> name + "." + table)
                .flatMap(table -> Stream.of(table, table + "_recent"))
                .toList());
    return state.isEmpty() ? answer.get() : remember(name + " " + what, state.get(), answer);
  }

  /**
   * What {@code answer} gives, or gave in the same state.
   *
   * @param question names what is asked, and of which database
   * @param state of all tables that the answer depends on
   */
  <T> T remember(String question, String state, Supplier<T> answer) {
    // What everybody shares is of all services.
    return filter.isPresent() ? answer.get() : clickHouse.remember(question, state, answer);
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
