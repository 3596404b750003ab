package dev.dorado.api.queries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What is added to every query of somebody who may see some services only: ClickHouse leaves out
 * the rows of all others wherever a table is read, in subqueries too. A table that names no service
 * has no rows for them. So no query has to think of it, and a new table is closed until it has a
 * column {@code service}. Immutable.
 *
 * @param settings the end of a statement
 */
record RowFilter(String settings) {

  /**
   * The filter for some services, over all tables that there are.
   *
   * @param database of all rows
   */
  static RowFilter of(Database database, Set<String> services) {
    String own = condition(services);
    List<String> filters = new ArrayList<>();
    database.forEach(
        "tables",
        Sql.of(
            """
            SELECT database, name, (database, name) IN (
              SELECT database, table FROM system.columns
              WHERE database IN (?, ?) AND name = 'service')
            FROM system.tables WHERE database IN (?, ?)""",
            database.name(),
            database.common(),
            database.name(),
            database.common()),
        row ->
            filters.add(
                "'%s.%s': '%s'"
                    .formatted(
                        row.getString(1), row.getString(2), row.getBoolean(3) ? own : "false")));
    return new RowFilter(
        "SETTINGS additional_table_filters = {" + String.join(", ", filters) + "}");
  }

  /** Names as numbers of their bytes: whatever a name has, the statement has no more quotes. */
  private static String condition(Collection<String> services) {
    if (services.isEmpty()) {
      return "false";
    }
    var names = new StringJoiner(", ", "service IN (", ")");
    for (String service : services) {
      var bytes = new StringJoiner(", ", "char(", ")");
      for (byte one : service.getBytes(UTF_8)) {
        bytes.add(Integer.toString(Byte.toUnsignedInt(one)));
      }
      names.add(bytes.toString());
    }
    return names.toString();
  }
}
