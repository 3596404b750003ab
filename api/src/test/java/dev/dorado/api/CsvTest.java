package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvTest {

  @Test
  void noTextIsAFormulaForASpreadsheet() {
    for (String start : List.of("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) {
      String csv = Csv.of(List.of("a", "b"), List.of(Map.of("a", start + "x()", "b", -1)));
      assertThat(csv).as(start).contains("'" + start + "x()").endsWith(",-1\r\n");
    }
    assertThat(Csv.of(List.of("a"), List.of(Map.of("a", List.of("=x", "y"))))).contains("'=x; y");
  }
}
