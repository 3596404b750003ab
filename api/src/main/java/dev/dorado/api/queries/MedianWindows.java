package dev.dorado.api.queries;

import dev.dorado.api.statistics.Samples;
import dev.dorado.api.statistics.Samples.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Values of which ClickHouse returns only those around the median and the third quartile, so that
 * both, and the interval of the median, are the same as those of all values.
 */
final class MedianWindows {

  /** How many columns {@link #columns} are. */
  static final int COLUMNS = 5;

  private MedianWindows() {}

  /**
   * The columns of the values of a group.
   *
   * <p>The interval's ranks are within 0.98 · √n + 1 of the middle (half a binomial's spread).
   *
   * @param values SQL of an array of numbers
   * @param name a name for it, once in a query
   */
  static String columns(String values, String name) {
    return """
        arraySort(%1$s) AS %2$s_sorted,
        toInt64(length(%2$s_sorted)) AS %2$s_size,
        toInt64(greatest(0, floor(%2$s_size / 2 - 1.2 * sqrt(%2$s_size) - 2))) AS %2$s_low,
        toInt64(greatest(0, floor((%2$s_size - 1) * 0.75))) AS %2$s_quartile"""
        .formatted(values, name);
  }

  /** The columns to select of a query that has {@link #columns}. */
  static String selected(String name) {
    return """
        %1$s_size, %1$s_low,
        arraySlice(%1$s_sorted, %1$s_low + 1, toInt64(ceil(2.4 * sqrt(%1$s_size))) + 5),
        %1$s_quartile, arraySlice(%1$s_sorted, %1$s_quartile + 1, 2)"""
        .formatted(name);
  }

  /** The samples in the columns of {@link #selected} that begin at {@code first}. */
  static Samples samples(ResultSet row, int first) throws SQLException {
    int size = row.getInt(first);
    if (size == 0) {
      return new Samples();
    }
    return Samples.ofWindows(
        size,
        List.of(
            Window.of(row.getInt(first + 1), Column.doubles(row, first + 2)),
            Window.of(row.getInt(first + 3), Column.doubles(row, first + 4))));
  }
}
