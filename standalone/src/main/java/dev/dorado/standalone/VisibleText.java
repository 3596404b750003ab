package dev.dorado.standalone;

import java.util.Arrays;

/**
 * Text from outside, made harmless for terminals and logs: characters that steer a terminal, begin
 * a line or turn the direction of writing become visible escapes, as {@code \n} and {@code \u001b}.
 * Other characters stay as they are. Stateless.
 */
final class VisibleText {

  private static final String CONTINUATION = "\n  ";

  private VisibleText() {}

  /** On one line. */
  static String of(String text) {
    return escaped(text, false);
  }

  /**
   * With its line feeds: for text that is shown as it came, or JSON, which means the same
   * afterwards.
   */
  static String lines(String text) {
    return escaped(text, true);
  }

  /** With its line feeds, but only the first line begins at the margin: none can be forged. */
  static String block(String text) {
    return escaped(text.replace("\r\n", "\n"), true).replace("\n", CONTINUATION);
  }

  /** As {@link String#format(String, Object...)}, with texts among the values on one line. */
  static String format(String format, Object... values) {
    return format.formatted(
        Arrays.stream(values)
            .map(value -> value instanceof String text ? of(text) : value)
            .toArray());
  }

  private static String escaped(String text, boolean keepLineFeeds) {
    StringBuilder visible = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = isInvisible(c) && !(keepLineFeeds && c == '\n');
      if (escape && visible == null) {
        visible = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (escape) {
        visible.append(escape(c));
      } else if (visible != null) {
        visible.append(c);
      }
    }
    return visible == null ? text : visible.toString();
  }

  /** Controls (C0, DEL, C1), separators of lines and paragraphs, and controls of direction. */
  private static boolean isInvisible(char c) {
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }

  private static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted((int) c);
    };
  }
}
