package dev.dorado.api.queries;

import dev.dorado.api.Cursor;
import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import dev.dorado.server.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rows of a fact table as JSON objects, newest first.
 *
 * <p>FINAL reads and merges the whole table, so it is asked for a few rows by their keys. The keys
 * come from all versions of the rows, among which the newest ones are: whatever the newest version
 * of a row is, its key is found where that version is looked for.
 */
final class FactRows {

  private static final int KEY_LENGTH = 4;

  /** Keys that a query names at most; beyond, the rows are looked for with FINAL. */
  private static final int MOST_KEYS = 5000;

  /** Candidates beyond a page, since some of them are no longer what they were. */
  private static final int SOME = 10;

  private static final int MORE_CANDIDATES = 8;

  private final Database database;
  private final FactTable table;

  FactRows(Database database, FactTable table) {
    this.database = database;
    this.table = table;
  }

  /**
   * A page of the rows of the query's period.
   *
   * @param times columns of time, of which the first that is not null decides and orders them
   * @param condition what must hold beside the filter
   */
  Page page(Query query, String time, Sql condition) {
    return page(query, time, time, condition);
  }

  /**
   * The same, if an answer has the column of time by another name.
   *
   * @param name the name of that time in answers
   */
  Page page(Query query, String time, String name, Sql condition) {
    List<Sql> conditions = new ArrayList<>();
    conditions.add(
        TalliesQuery.between(
            time, query.period().from().toEpochMilli(), query.period().to().toEpochMilli()));
    conditions.add(condition);
    String order = "(%s, service, environment, id)".formatted(Column.millis(time));
    if (query.cursor() != null) {
      conditions.add(before(order, query.cursor()));
    }
    int wanted = query.limit() + 1;
    List<Map<String, Object>> rows = null;
    for (int most = wanted + wanted / 4 + SOME;
        rows == null && most <= MOST_KEYS;
        most *= MORE_CANDIDATES) {
      rows =
          newestOf(
              candidates(query.filter(), conditions, order, most), most, query, order, conditions);
    }
    if (rows == null) {
      Sql all = table.from(database, query.filter(), Sql.of("true"), conditions);
      rows = rows(select().then(all).then(newestFirst(order, wanted)));
    }
    return Page.byTime(rows, query.limit(), name, "service", "environment", "id");
  }

  private static Sql before(String order, Cursor cursor) {
    List<String> last = cursor.key();
    return Sql.of(
        order + " < (?, ?, ?, ?)",
        cursor.millis(KEY_LENGTH),
        last.get(1),
        last.get(2),
        last.get(3));
  }

  /** The first keys by {@code order}, of any version that the conditions hold for. */
  private List<Key> candidates(Filter filter, List<Sql> conditions, String order, int most) {
    return database.rows(
        table.table() + "-keys",
        Sql.of("SELECT %s.1, service, environment, id".formatted(order))
            .then(table.fromVersions(database, filter, conditions))
            .then(newestFirst(order, most)),
        row -> new Key(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
  }

  /**
   * The first rows of a page among those of {@code candidates}; null if there may be others before
   * them, because candidates are no longer what they were.
   */
  private List<Map<String, Object>> newestOf(
      List<Key> candidates, int most, Query query, String order, List<Sql> conditions) {
    if (candidates.isEmpty()) {
      return List.of();
    }
    boolean isAll = candidates.size() < most;
    List<Sql> all = new ArrayList<>(conditions);
    if (!isAll) {
      Key last = candidates.get(candidates.size() - 1);
      all.add(
          Sql.of(
              order + " >= (?, ?, ?, ?)",
              last.millis(),
              last.service(),
              last.environment(),
              last.id()));
    }
    int wanted = query.limit() + 1;
    List<Map<String, Object>> rows =
        rows(
            select()
                .then(table.from(database, query.filter(), keysIn(candidates), all))
                .then(newestFirst(order, wanted)));
    return isAll || rows.size() == wanted ? rows : null;
  }

  private static Sql newestFirst(String order, int limit) {
    return Sql.of("ORDER BY %s DESC LIMIT ?".formatted(order), limit);
  }

  private Sql keysIn(List<Key> keys) {
    boolean hasEnvironment = table.key().contains("environment");
    Set<List<Object>> values = new LinkedHashSet<>();
    for (Key key : keys) {
      values.add(
          hasEnvironment
              ? List.of(key.service(), key.environment(), key.id())
              : List.of(key.service(), key.id()));
    }
    String marks = hasEnvironment ? "(?, ?, ?)" : "(?, ?)";
    return new Sql(
        "(%s) IN (%s)"
            .formatted(table.key(), String.join(", ", Collections.nCopies(values.size(), marks))),
        values.stream().flatMap(List::stream).toList());
  }

  /** All rows that {@code condition} holds for, newest first. */
  List<Map<String, Object>> where(Sql condition) {
    List<Key> keys =
        database.rows(
            table.table() + "-keys",
            Sql.of("SELECT 0, service, environment, id")
                .then(table.fromVersions(database, Filter.ANY, List.of(condition)))
                .then("LIMIT ?", MOST_KEYS + 1),
            row -> new Key(0, row.getString(2), row.getString(3), row.getString(4)));
    if (keys.isEmpty()) {
      return List.of();
    }
    Sql among = keys.size() > MOST_KEYS ? Sql.of("true") : keysIn(keys);
    return rows(
        select()
            .then(table.from(database, Filter.ANY, among, List.of(condition)))
            .then("ORDER BY fact_time DESC, service, environment, id"));
  }

  /** All rows of an id, newest first; of one service if {@code services} says so. */
  List<Map<String, Object>> withId(String id, List<String> services) {
    List<Sql> conditions = new ArrayList<>(List.of(Sql.of("id = ?", id)));
    if (!services.isEmpty()) {
      conditions.add(Sql.in("service", services));
    }
    return where(Sql.all(conditions));
  }

  /** The problem that there is no row of that id. */
  static Problem notFound(String kind, String id) {
    return new Problem(
            404,
            "Not found",
            "there is no %s '%s': the id is that of a list, URL-encoded".formatted(kind, id))
        .with("id", id);
  }

  private Sql select() {
    return Sql.of(
        table.columns().stream()
            .map(Column::selected)
            .collect(Collectors.joining(", ", "SELECT ", "")));
  }

  private List<Map<String, Object>> rows(Sql sql) {
    return database.rows(table.table(), sql, this::row);
  }

  private Map<String, Object> row(ResultSet row) throws SQLException {
    Map<String, Object> json = new LinkedHashMap<>();
    List<Column> columns = table.columns();
    for (int i = 0; i < columns.size(); i++) {
      json.put(columns.get(i).name(), columns.get(i).read(row, i + 1));
    }
    return json;
  }

  /** The key of a row, and the time that orders it. */
  private record Key(long millis, String service, String environment, String id) {}
}
