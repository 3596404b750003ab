package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClickHouseStatementTest {
  @Test
  void dataIsSplitFromItsInsert() {
    ClickHouseStatement statement =
        of("", "INSERT INTO d.t (`format`, b) FORMAT TSV\nx\ty\n\nz\tä\n");

    assertThat(new String(statement.sql(), UTF_8)).isEqualTo("INSERT INTO d.t (`format`, b) ");
    assertThat(data(statement)).isEqualTo("TSV:x\ty\n\nz\tä\n");
  }

  @Test
  void dataInTheBodyBelongsToTheInsertOfTheUrl() {
    assertThat(
            data(
                of(
                    "insert into t settings async_insert = 0 format RowBinary",
                    "\n \u0000FORMAT CSV\n")))
        .isEqualTo("RowBinary:\n \u0000FORMAT CSV\n");
  }

  @Test
  void anInsertWithoutDataHasNone() {
    assertThat(data(of("", "INSERT INTO t FORMAT CSV"))).isEqualTo("CSV:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 FORMAT CSV",
        "INSERT INTO t VALUES (' FORMAT CSV\n1')",
        "INSERT INTO t (a) VALUES (1)",
        "INSERT INTO t FORMAT Values\n(1)",
        "INSERT INTO t SELECT 1 AS a FORMAT CSV\n",
        "CREATE TABLE t (a String) ENGINE = Memory",
        ""
      })
  void otherStatementsStayWhole(String sql) {
    ClickHouseStatement statement = of("", sql);

    assertThat(statement.insert()).isEmpty();
    assertThat(new String(statement.sql(), UTF_8)).isEqualTo(sql);
  }

  @Test
  void theFormatAtTheEndIsKnown() {
    assertThat(of("", "SELECT 1\nFORMAT JSONEachRow SETTINGS max_threads = 1;\n").format())
        .contains("JSONEachRow");
    assertThat(of("", "SELECT format FROM t").format()).isEmpty();
  }

  @Test
  void aLongInsertOfValuesIsReadAtOnce() {
    String values = "INSERT INTO t VALUES " + "(1,'a'),".repeat(100_000) + "(2,'b')";

    assertThat(of("", values).insert()).isEmpty();
  }

  private static ClickHouseStatement of(String query, String body) {
    return ClickHouseStatement.of(query, body.getBytes(UTF_8));
  }

  private static String data(ClickHouseStatement statement) {
    ClickHouseStatement.Data data = statement.insert().orElseThrow();
    return data.format() + ":" + new String(data.bytes(), data.offset(), data.length(), UTF_8);
  }
}
