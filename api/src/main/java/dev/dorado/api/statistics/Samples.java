package dev.dorado.api.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Values that are collected one by one, then asked for quantiles. There is one definition of a
 * quantile: linear interpolation between the order statistics at (n − 1)·p (Hyndman and Fan's type
 * 7), so that the median of an even number of values is the mean of the middle two.
 *
 * <p>Of many values, the samples may hold only windows of the order: all values around the ranks
 * that will be asked for. The answers are the same as those of all values. Not thread-safe.
 */
public final class Samples {

  private static final int FIRST_CAPACITY = 16;
  private static final double[] NONE = {};

  private double[] values = NONE;
  private int size;
  private boolean sorted = true;
  private List<Window> windows = List.of();

  /**
   * Samples of {@code size} values, of which only {@code windows} are known.
   *
   * @throws UnknownRankException if a later question is about a rank outside the windows
   */
  public static Samples ofWindows(int size, List<Window> windows) {
    var samples = new Samples();
    samples.size = size;
    samples.windows = List.copyOf(windows);
    return samples;
  }

  /** Adds a value; it must be finite. */
  public void add(double value) {
    if (!windows.isEmpty()) {
      throw new IllegalStateException("a value cannot be added to windows of the order");
    }
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
    double position = (size - 1) * p;
    int below = (int) Math.floor(position);
    double low = at(below);
    double high = at(Math.min(below + 1, size - 1));
    return Optional.of(low + (position - below) * (high - low));
  }

  /**
   * The interval between two order statistics that holds the median with at least 95 % (David and
   * Nagaraja, Order Statistics, 7.1): it asks nothing of the distribution. Empty below six values,
   * for which there is none.
   */
  public Optional<ConfidenceInterval> medianBounds() {
    if (size == 0) {
      return Optional.empty();
    }
    int rank =
        BinomialDistribution.of(size, 0.5).inverseCumulativeProbability(ConfidenceInterval.TAIL);
    if (rank == 0) {
      return Optional.empty();
    }
    return Optional.of(new ConfidenceInterval(at(rank - 1), at(size - rank)));
  }

  /** The value at a rank: 0 is the least. */
  double at(int rank) {
    if (windows.isEmpty()) {
      sort();
      return values[rank];
    }
    for (Window window : windows) {
      if (rank >= window.first() && rank < window.first() + window.values().length) {
        return window.values()[rank - window.first()];
      }
    }
    throw new UnknownRankException(rank, size);
  }

  private void sort() {
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
  }

  /**
   * All values of a stretch of the order.
   *
   * @param first rank of the first of them: how many values are less
   * @param values in ascending order
   */
  @SuppressWarnings("ArrayRecordComponent") // Values by the ten thousand, read only here.
  public record Window(int first, double[] values) {

    /** Takes the values in any order. */
    public static Window of(int first, double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return new Window(first, sorted);
    }
  }

  /** A question about a rank that is in no window. */
  public static final class UnknownRankException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownRankException(int rank, int size) {
      super("rank %d of %d values is in no window".formatted(rank, size));
    }
  }
}
