package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvTest {

  @Test
  void noTextSteersATerminalOrForgesALine() throws IOException {
    String hostile = "\u001b[2Ja\r\nb\tc\u0000d\u009b31me\u007f🚀";
    String csv = csv(List.of("a", "b"), List.of(Map.of("a", hostile, "b", List.of(hostile))));
    assertThat(csv).contains(" [2Ja  b c d 31me 🚀");
    assertThat(csv.chars().filter(c -> Character.isISOControl(c) && c != '\r' && c != '\n'))
        .isEmpty();
    assertThat(csv.lines()).hasSize(2);
  }

  @Test
  void noTextIsAFormulaForASpreadsheet() throws IOException {
    for (String start : List.of("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) {
      String csv = csv(List.of("a", "b"), List.of(Map.of("a", start + "x()", "b", -1)));
      assertThat(csv)
          .as(start)
          .contains("'" + start.replaceAll("\\p{Cntrl}", " ") + "x()")
          .endsWith(",-1\r\n");
    }
    assertThat(csv(List.of("a"), List.of(Map.of("a", List.of("=x", "y"))))).contains("'=x; y");
  }

  @Test
  void aRowIsWrittenBeforeTheNextIsMade() throws IOException {
    var text = new StringBuilder();
    List<Map<String, Object>> rows =
        new AbstractList<>() {
          @Override
          public Map<String, Object> get(int index) {
            assertThat(text.toString().lines()).hasSize(1 + index);
            return Map.of("a", index);
          }

          @Override
          public int size() {
            return 3;
          }
        };

    Csv.write(List.of("a"), rows, text);

    assertThat(text.toString().lines()).containsExactly("a", "0", "1", "2");
  }

  private static String csv(List<String> head, List<Map<String, Object>> rows) throws IOException {
    var text = new StringBuilder();
    Csv.write(head, rows, text);
    return text.toString();
  }
}
