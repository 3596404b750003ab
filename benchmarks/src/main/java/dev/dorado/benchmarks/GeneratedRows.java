package dev.dorado.benchmarks;

import dev.dorado.schemas.Connections;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The facts of some services, as ClickHouse has them. Stateless. */
final class GeneratedRows {

  private static final List<String> TABLES = List.of("deployments", "changes", "incidents");

  private GeneratedRows() {}

  /**
   * Every row of every table as text, without what only says when it was written.
   *
   * @param prefix what the services' names begin with
   */
  static Map<String, List<String>> all(Connections connections, String prefix) throws SQLException {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String table : TABLES) {
      all.put(
          table,
          texts(
              connections,
              """
              SELECT toJSONString(tuple(* EXCEPT (row_version, row_deleted))) AS row
              FROM `%s`.%s FINAL WHERE startsWith(service, '%s') ORDER BY row
              """
                  .formatted(connections.database(1), table, prefix)));
    }
    return all;
  }

  /** How often each thing that was delivered is in the facts. */
  static Times times(Connections connections, String prefix) throws SQLException {
    String database = connections.database(1);
    List<Long> deployments =
        numbers(
            connections,
            "SELECT count() FROM `%s`.deployments FINAL WHERE startsWith(service, '%s') GROUP BY service, sha"
                .formatted(database, prefix));
    List<Long> changes =
        numbers(
            connections,
            "SELECT count() FROM `%s`.changes FINAL WHERE startsWith(service, '%s') GROUP BY service, sha"
                .formatted(database, prefix));
    List<Long> incidents =
        numbers(
            connections,
            "SELECT count() FROM `%s`.incidents FINAL WHERE startsWith(service, '%s') GROUP BY service, id"
                .formatted(database, prefix));
    long doubled =
        List.of(deployments, changes, incidents).stream()
            .flatMap(List::stream)
            .mapToLong(count -> count - 1)
            .sum();
    return new Times(deployments.size(), changes.size(), incidents.size(), doubled);
  }

  /** How many rows of deployments ClickHouse has, older ones of the same deployment included. */
  static long inserted(Connections connections) throws SQLException {
    return numbers(
            connections, "SELECT count() FROM `%s`.deployments".formatted(connections.database(1)))
        .get(0);
  }

  private static List<Long> numbers(Connections connections, String query) throws SQLException {
    return texts(connections, query).stream().map(Long::valueOf).toList();
  }

  private static List<String> texts(Connections connections, String query) throws SQLException {
    try (var clickHouse = connections.clickHouse();
        var statement = clickHouse.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  /**
   * What is there, and how often.
   *
   * @param deployments different ones
   * @param changes different ones
   * @param incidents different ones
   * @param doubled rows beyond the first of each
   */
  record Times(long deployments, long changes, long incidents, long doubled) {}
}
