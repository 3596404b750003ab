package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.statistics.Samples;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ClickHouse returns of values, against all of them, for many sizes and with ties. */
class ITMedianWindows {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @Test
  void medianQuartileAndIntervalAreThoseOfAllValues() throws Exception {
    var connections =
        new Connections(
            "", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", clickHouse.database());
    String sql =
        """
        SELECT size, few_sorted, %s FROM (
          SELECT size, %s
          FROM (SELECT if(number < 40, number, number * 13) AS size FROM numbers(240))
        )"""
            .formatted(
                MedianWindows.selected("few"),
                MedianWindows.columns(
                    """
                    arrayMap(i -> toFloat64(cityHash64(i, size) % (10 + size % 700)), range(size))""",
                    "few"));
    int compared = 0;
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        var all = new Samples();
        for (double value : Column.doubles(rows, 2)) {
          all.add(value);
        }
        Samples windows = MedianWindows.samples(rows, 3);
        String of = "%d values".formatted(rows.getInt(1));
        assertThat(windows.size()).as(of).isEqualTo(rows.getInt(1));
        assertThat(windows.median()).as(of).isEqualTo(all.median());
        assertThat(windows.quantile(0.75)).as(of).isEqualTo(all.quantile(0.75));
        assertThat(windows.medianBounds()).as(of).isEqualTo(all.medianBounds());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(240);
  }
}
