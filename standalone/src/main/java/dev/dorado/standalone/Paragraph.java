package dev.dorado.standalone;

import java.util.ArrayList;
import java.util.List;

/** Text for a terminal of 80 columns. */
final class Paragraph {

  private static final int WIDTH = 80;
  static final String INDENT = " ".repeat(5);

  private Paragraph() {}

  /**
   * Lines of words, all but the first indented; what has no blank in it stays whole, to be copied.
   *
   * @param first what the first line begins with
   */
  static List<String> lines(String first, String text) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder(first);
    boolean isEmpty = true;
    for (String part : text.strip().split("\\s+", -1)) {
      String word = VisibleText.of(part);
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(INDENT);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
