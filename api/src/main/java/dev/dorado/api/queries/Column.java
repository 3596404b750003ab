package dev.dorado.api.queries;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A column of an answer.
 *
 * @param name name in the answer
 * @param type what it holds; it may be null, but for flags and lists
 * @param expression SQL that gives it
 * @param description what it means, for people
 */
public record Column(String name, Type type, String expression, String description) {

  /** What a column holds. */
  public enum Type {
    /** Text. */
    TEXT,
    /** A list of texts. */
    TEXTS,
    /** A time, read as milliseconds since 1970. */
    TIME,
    /** A whole number. */
    COUNT,
    /** A number of seconds or the like. */
    NUMBER,
    /** True or false. */
    FLAG
  }

  static Column text(String name, String description) {
    return new Column(name, Type.TEXT, name, description);
  }

  static Column texts(String name, String description) {
    return new Column(name, Type.TEXTS, name, description);
  }

  static Column time(String name, String description) {
    return new Column(name, Type.TIME, name, description);
  }

  /** A time that SQL other than the name gives. */
  static Column time(String name, String expression, String description) {
    return new Column(name, Type.TIME, expression, description);
  }

  static Column count(String name, String description) {
    return new Column(name, Type.COUNT, name, description);
  }

  static Column number(String name, String description) {
    return new Column(name, Type.NUMBER, name, description);
  }

  static Column flag(String name, String description) {
    return new Column(name, Type.FLAG, name, description);
  }

  /** What stands in the list after SELECT. */
  String selected() {
    // Milliseconds leave no doubt about zones, whatever the driver makes of a DateTime64.
    return type == Type.TIME ? millis(expression) : expression;
  }

  /** The value at {@code index} (from 1) of {@code row}. */
  Object read(ResultSet row, int index) throws SQLException {
    return switch (type) {
      case TEXT -> row.getString(index);
      case TEXTS -> texts(row, index);
      case TIME -> time(row, index);
      case COUNT -> {
        long value = row.getLong(index);
        yield row.wasNull() ? null : (Object) value;
      }
      case NUMBER -> number(row, index);
      case FLAG -> row.getBoolean(index);
    };
  }

  static String millis(String expression) {
    return "toUnixTimestamp64Milli(" + expression + ")";
  }

  static Instant time(ResultSet row, int index) throws SQLException {
    long millis = row.getLong(index);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  static Double number(ResultSet row, int index) throws SQLException {
    double value = row.getDouble(index);
    return row.wasNull() ? null : value;
  }

  /** The whole numbers of an array. */
  static long[] longs(ResultSet row, int index) throws SQLException {
    Object array = row.getArray(index).getArray();
    return array instanceof long[] longs
        ? longs
        : Arrays.stream((Object[]) array)
            .mapToLong(value -> ((Number) value).longValue())
            .toArray();
  }

  /** The numbers of an array. */
  static double[] doubles(ResultSet row, int index) throws SQLException {
    Object array = row.getArray(index).getArray();
    return array instanceof double[] doubles
        ? doubles
        : Arrays.stream((Object[]) array)
            .mapToDouble(value -> ((Number) value).doubleValue())
            .toArray();
  }

  static List<String> texts(ResultSet row, int index) throws SQLException {
    Array array = row.getArray(index);
    return array == null
        ? List.of()
        : Arrays.stream((Object[]) array.getArray())
            .filter(Objects::nonNull)
            .map(Object::toString)
            .toList();
  }
}
