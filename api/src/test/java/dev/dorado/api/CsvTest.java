package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvTest {

  @Test
  void noTextSteersATerminalOrForgesALine() {
    String hostile = "\u001b[2Ja\r\nb\tc\u0000d\u009b31me\u007f🚀";
    String csv = Csv.of(List.of("a", "b"), List.of(Map.of("a", hostile, "b", List.of(hostile))));
    assertThat(csv).contains(" [2Ja  b c d 31me 🚀");
    assertThat(csv.chars().filter(c -> Character.isISOControl(c) && c != '\r' && c != '\n'))
        .isEmpty();
    assertThat(csv.lines()).hasSize(2);
  }

  @Test
  void noTextIsAFormulaForASpreadsheet() {
    for (String start : List.of("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) {
      String csv = Csv.of(List.of("a", "b"), List.of(Map.of("a", start + "x()", "b", -1)));
      assertThat(csv)
          .as(start)
          .contains("'" + start.replaceAll("\\p{Cntrl}", " ") + "x()")
          .endsWith(",-1\r\n");
    }
    assertThat(Csv.of(List.of("a"), List.of(Map.of("a", List.of("=x", "y"))))).contains("'=x; y");
  }
}
