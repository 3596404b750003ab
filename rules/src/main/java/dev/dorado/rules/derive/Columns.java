package dev.dorado.rules.derive;

/** The growth of arrays that serve as columns. */
final class Columns {

  private static final int LARGE = 1 << 14;

  private Columns() {}

  /** Returns the next capacity after {@code count}: half as much again, or a quarter if large. */
  static int grown(int count) {
    return count + (count < LARGE ? count >> 1 : count >> 2);
  }
}
