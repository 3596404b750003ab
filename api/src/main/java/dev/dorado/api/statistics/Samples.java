package dev.dorado.api.statistics;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Values that are collected one by one, then asked for quantiles. There is one definition of a
 * quantile: linear interpolation between the order statistics at (n − 1)·p (Hyndman and Fan's type
 * 7), so that the median of an even number of values is the mean of the middle two. Not
 * thread-safe.
 */
public final class Samples {

  private static final int FIRST_CAPACITY = 16;
  private static final double[] NONE = {};

  private double[] values = NONE;
  private int size;
  private boolean sorted = true;

  /** Adds a value; it must be finite. */
  public void add(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is no value".formatted(value));
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(FIRST_CAPACITY, size * 2));
    }
    values[size++] = value;
    sorted = false;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The middle; empty without values. */
  public Optional<Double> median() {
    return quantile(0.5);
  }

  /**
   * The value below which the share {@code p} lies; empty without values.
   *
   * @param p from 0 to 1
   */
  public Optional<Double> quantile(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("%s is no share".formatted(p));
    }
    if (size == 0) {
      return Optional.empty();
    }
    sort();
    double position = (size - 1) * p;
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, size - 1);
    double fraction = position - below;
    return Optional.of(values[below] + fraction * (values[above] - values[below]));
  }

  /**
   * The interval between two order statistics that holds the median with at least 95 % (David and
   * Nagaraja, Order Statistics, 7.1): it asks nothing of the distribution. Empty below six values,
   * for which there is none.
   */
  public Optional<Bounds> medianBounds() {
    if (size == 0) {
      return Optional.empty();
    }
    int rank = BinomialDistribution.of(size, 0.5).inverseCumulativeProbability(Bounds.TAIL);
    if (rank == 0) {
      return Optional.empty();
    }
    sort();
    return Optional.of(new Bounds(values[rank - 1], values[size - rank]));
  }

  private void sort() {
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
  }
}
