package dev.dorado.rules.derive;

/** How columns grow: arrays that have room for a few more than there are. */
final class Columns {

  private static final int LARGE = 1 << 14;

  private Columns() {}

  /** How much room to make for more than {@code count}: half as much again; of many, a quarter. */
  static int grown(int count) {
    return count + (count < LARGE ? count >> 1 : count >> 2);
  }
}
