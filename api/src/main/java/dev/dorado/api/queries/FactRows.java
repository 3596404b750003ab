package dev.dorado.api.queries;

import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import dev.dorado.server.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Rows of a fact table as JSON objects, newest first. */
final class FactRows {

  private static final Filter ANY =
      new Filter(List.of(), List.of(), List.of(), List.of(), List.of());
  private static final int KEY_LENGTH = 4;

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
    Sql sql =
        select()
            .then(
                table.from(
                    database.name(),
                    query.filter(),
                    TalliesQuery.between(
                        time,
                        query.period().from().toEpochMilli(),
                        query.period().to().toEpochMilli()),
                    condition));
    String key = "(%s, service, environment, id)".formatted(Column.millis(time));
    if (query.cursor() != null) {
      List<String> last = query.cursor().key();
      sql =
          sql.then(
              "AND " + key + " < (?, ?, ?, ?)",
              query.cursor().millis(KEY_LENGTH),
              last.get(1),
              last.get(2),
              last.get(3));
    }
    sql =
        sql.then(
            "ORDER BY %s DESC, service DESC, environment DESC, id DESC LIMIT ?"
                .formatted(Column.millis(time)),
            query.limit() + 1);
    return Page.byTime(rows(sql), query.limit(), name, "service", "environment", "id");
  }

  /** All rows that {@code condition} holds for, newest first. */
  List<Map<String, Object>> where(Sql condition) {
    return rows(
        select()
            .then(table.from(database.name(), ANY, condition))
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
}
