package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement as it comes over HTTP, and, apart from it, the data of an {@code INSERT … FORMAT x}:
 * the engine reads a text with data in it as a script, and takes a blank line in the data for its
 * end.
 *
 * @param sql the statement; without its FORMAT if there is data
 * @param insert the data, if it is an insert of such
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record ClickHouseStatement(byte[] sql, Optional<Data> insert) {
  /** Data is looked for behind the statement's head only; no statement's head is longer. */
  private static final int LONGEST_HEAD = 64 * 1024;

  private static final Pattern INSERT_WITH_DATA =
      Pattern.compile(
          "\\A(\\s*INSERT\\s+INTO\\b(?:`[^`]*+`|\"[^\"]*+\"|\\b(?!(?:VALUES|SELECT|FORMAT|WITH)\\b)\\w++|[^'`\"\\w]++)*+)"
              + "\\bFORMAT\\s+(\\w++)[ \\t]*+(?:\\r?\\n|\\z)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FORMAT_AT_END =
      Pattern.compile(
          "\\bFORMAT\\s+(\\w+)\\s*(?:SETTINGS\\b[^;]*)?;?\\s*\\z", Pattern.CASE_INSENSITIVE);

  /**
   * Data to insert.
   *
   * @param format ClickHouse's name of it
   * @param bytes what holds it, from {@code offset} to its end
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Data(String format, byte[] bytes, int offset) {
    int length() {
      return bytes.length - offset;
    }
  }

  /**
   * As HTTP's interface of ClickHouse does it: the parameter {@code query}, a line end, the body;
   * or the body alone.
   *
   * @param query of the URL, may be empty
   */
  static ClickHouseStatement of(String query, byte[] body) {
    if (query.isBlank()) {
      return split(body);
    }
    byte[] head = query.getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + 1 + body.length);
    all[head.length] = '\n';
    System.arraycopy(body, 0, all, head.length + 1, body.length);
    return split(all);
  }

  /** The format that the statement itself asks for at its end, if it does. */
  Optional<String> format() {
    int from = Math.max(0, sql.length - 1024);
    Matcher matcher = FORMAT_AT_END.matcher(new String(sql, from, sql.length - from, ISO_8859_1));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static ClickHouseStatement split(byte[] text) {
    // One character for each byte, so that places in the one are places in the other.
    String head = new String(text, 0, Math.min(text.length, LONGEST_HEAD), ISO_8859_1);
    Matcher matcher = INSERT_WITH_DATA.matcher(head);
    if (!matcher.find() || matcher.group(2).equalsIgnoreCase("VALUES")) {
      return new ClickHouseStatement(text, Optional.empty());
    }
    return new ClickHouseStatement(
        Arrays.copyOf(text, matcher.end(1)),
        Optional.of(new Data(matcher.group(2), text, matcher.end())));
  }
}
