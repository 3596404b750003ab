package dev.dorado.embedded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ClickHouse refused a statement; the message is ClickHouse's own, {@code Code: 60. DB::Exception:
 * …}.
 */
final class ClickHouseException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("\\ACode: (\\d+)\\.");
  private static final int UNKNOWN_EXCEPTION = 1002;

  /** SUPPORT_IS_DISABLED. */
  private static final int NOT_SUPPORTED = 344;

  private final int code;

  ClickHouseException(String message) {
    super(message);
    Matcher matcher = CODE.matcher(message);
    this.code = matcher.find() ? Integer.parseInt(matcher.group(1)) : UNKNOWN_EXCEPTION;
  }

  /** For what a server can and the embedded engine, or its endpoint, can't. */
  static ClickHouseException notSupported(String what) {
    return new ClickHouseException(
        "Code: "
            + NOT_SUPPORTED
            + ". DB::Exception: The embedded ClickHouse: "
            + what
            + ". (SUPPORT_IS_DISABLED)");
  }

  /** ClickHouse's number of the error. */
  int code() {
    return code;
  }
}
