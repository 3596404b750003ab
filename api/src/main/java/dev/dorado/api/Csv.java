package dev.dorado.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Rows as CSV (RFC 4180) with a head line. Nested members are joined with _, the values of a list
 * with "; ", and null is empty. A control character in a text is a space.
 */
final class Csv {

  /** A spreadsheet takes a text that begins so for a formula; titles are written by strangers. */
  private static final String FORMULA_STARTS = "=+-@\t\r\n＝＋－＠";

  private Csv() {}

  /** Writes each row as it comes, so that those of a long answer are never in memory together. */
  static void write(List<String> head, Iterable<Map<String, Object>> rows, Appendable text)
      throws IOException {
    var printer = new CSVPrinter(text, CSVFormat.RFC4180);
    printer.printRecord(head);
    for (var row : rows) {
      Map<String, Object> flat = new LinkedHashMap<>();
      flatten(flat, "", row);
      List<Object> cells = new ArrayList<>(head.size());
      head.forEach(name -> cells.add(flat.get(name)));
      printer.printRecord(cells);
    }
  }

  private static void flatten(Map<String, Object> flat, String prefix, Map<?, ?> row) {
    row.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> nested) {
            flatten(flat, prefix + name + "_", nested);
          } else if (value instanceof Collection<?> list) {
            flat.put(
                prefix + name,
                harmless(list.stream().map(String::valueOf).collect(Collectors.joining("; "))));
          } else {
            flat.put(prefix + name, value instanceof String text ? harmless(text) : value);
          }
        });
  }

  /** No formula for a spreadsheet, and nothing that steers a terminal or forges a line on it. */
  private static String harmless(String text) {
    String plain = withoutControls(text);
    return !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + plain : plain;
  }

  private static String withoutControls(String text) {
    return text.chars().noneMatch(Character::isISOControl)
        ? text
        : text.chars()
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }
}
