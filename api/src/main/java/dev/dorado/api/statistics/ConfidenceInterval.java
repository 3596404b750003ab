package dev.dorado.api.statistics;

/**
 * What a number lies between with 95 % confidence.
 *
 * @param low lower bound, in the unit of the number
 * @param high upper bound
 */
public record ConfidenceInterval(double low, double high) {

  /** The probability that is left out on each side. */
  static final double TAIL = 0.025;

  public ConfidenceInterval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("the bounds are %s to %s".formatted(low, high));
    }
  }

  /** Both bounds divided by {@code divisor}, which is above 0. */
  public ConfidenceInterval dividedBy(double divisor) {
    return new ConfidenceInterval(low / divisor, high / divisor);
  }
}
