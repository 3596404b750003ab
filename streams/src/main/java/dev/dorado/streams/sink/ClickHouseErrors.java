package dev.dorado.streams.sink;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Map;

/**
 * What an error of ClickHouse concerns: it may pass, or every row has it. Any other is taken for
 * one of the row that it names.
 */
final class ClickHouseErrors {

  /** Errors that may go away by themselves, by ClickHouse's code. */
  private static final Map<Integer, String> MAY_PASS =
      Map.ofEntries(
          Map.entry(3, "UNEXPECTED_END_OF_FILE"),
          Map.entry(107, "FILE_DOESNT_EXIST"),
          Map.entry(159, "TIMEOUT_EXCEEDED"),
          Map.entry(164, "READONLY"),
          Map.entry(202, "TOO_MANY_SIMULTANEOUS_QUERIES"),
          Map.entry(203, "NO_FREE_CONNECTION"),
          Map.entry(209, "SOCKET_TIMEOUT"),
          Map.entry(210, "NETWORK_ERROR"),
          Map.entry(225, "NO_ZOOKEEPER"),
          Map.entry(241, "MEMORY_LIMIT_EXCEEDED"),
          Map.entry(242, "TABLE_IS_READ_ONLY"),
          Map.entry(243, "NOT_ENOUGH_SPACE"),
          Map.entry(252, "TOO_MANY_PARTS"),
          Map.entry(285, "TOO_FEW_LIVE_REPLICAS"),
          Map.entry(319, "UNKNOWN_STATUS_OF_INSERT"),
          Map.entry(425, "SYSTEM_ERROR"),
          Map.entry(999, "KEEPER_EXCEPTION"));

  /** Errors that concern the table, the statement or the user, so that every row has them. */
  private static final Map<Integer, String> OF_EVERY_ROW =
      Map.ofEntries(
          Map.entry(16, "NO_SUCH_COLUMN_IN_TABLE"),
          Map.entry(20, "NUMBER_OF_COLUMNS_DOESNT_MATCH"),
          Map.entry(47, "UNKNOWN_IDENTIFIER"),
          Map.entry(48, "NOT_IMPLEMENTED"),
          Map.entry(60, "UNKNOWN_TABLE"),
          Map.entry(81, "UNKNOWN_DATABASE"),
          Map.entry(192, "UNKNOWN_USER"),
          Map.entry(193, "WRONG_PASSWORD"),
          Map.entry(194, "REQUIRED_PASSWORD"),
          Map.entry(201, "QUOTA_EXCEEDED"),
          Map.entry(497, "ACCESS_DENIED"),
          Map.entry(516, "AUTHENTICATION_FAILED"));

  private ClickHouseErrors() {}

  /** Whether another row would be refused as well. */
  static boolean concernEveryRow(SQLException error) {
    return OF_EVERY_ROW.containsKey(error.getErrorCode());
  }

  /** Whether the same insert may succeed later. */
  static boolean mayPass(SQLException error) {
    if (error instanceof SQLTransientException || MAY_PASS.containsKey(error.getErrorCode())) {
      return true;
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException || isConnectionFailure(cause)) {
        return true;
      }
    }
    return false;
  }

  /** The driver's client has exceptions of its own for a server that is away. */
  private static boolean isConnectionFailure(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    return name.equals("ConnectionInitiationException") || name.equals("DataTransferException");
  }
}
