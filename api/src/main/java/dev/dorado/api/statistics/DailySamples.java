package dev.dorado.api.statistics;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values, collected by day, and the comparison of their median with that of another period. Values
 * of one day are one cluster: a deployment ships several changes, an incident ends several
 * failures. Not thread-safe.
 */
public final class DailySamples {

  private final Samples samples;
  private final List<Value> values = new ArrayList<>();

  /** For each day, how many more values lie above the known ones than below. */
  private final Map<Long, Long> surplus = new HashMap<>();

  /** No values yet. */
  public DailySamples() {
    this(new Samples());
  }

  /**
   * Values whose order is known already; {@link #addDay} adds what is known of each day.
   *
   * @param samples all values
   */
  public DailySamples(Samples samples) {
    this.samples = requireNonNull(samples);
  }

  /**
   * Adds a value; it must be finite.
   *
   * @param day its day, in days since 1970
   */
  public void add(long day, double value) {
    samples.add(value);
    values.add(new Value(day, value));
  }

  /**
   * Adds a day of samples that are known already.
   *
   * @param day its day, in days since 1970
   * @param below how many of its values are less than all of {@code around}, and than the median
   * @param above how many are greater
   * @param around the rest of its values
   */
  public void addDay(long day, long below, long above, double[] around) {
    surplus.merge(day, above - below, Long::sum);
    for (double value : around) {
      values.add(new Value(day, value));
    }
  }

  /** The values without their days. */
  public Samples samples() {
    return samples;
  }

  /**
   * Estimates the difference of the two medians, not a shift of the distributions. The interval of
   * each median inverts that of the share of values below it (Woodruff 1952, Journal of the
   * American Statistical Association 47:635–646): it reaches from the quantile at ½ − c·√(D/4n) to
   * that at ½ + c·√(D/4n), between order statistics r at r ÷ (n + 1). {@link SquareAndAdd} combines
   * the two. D is the design effect of the days, at least 1, pooled over both periods:
   *
   * <pre>D = Σ k/(k − 1) Σ s² ÷ Σ n/4</pre>
   *
   * where s is, of a day, half the number of values below the median minus half that above it. With
   * D above 1, c is Student's quantile with (days of the period with fewer) − 1 degrees of freedom,
   * else the normal one. Nothing is assumed of the values' distribution; ties widen the interval.
   */
  public TwoSample comparedWith(DailySamples before) {
    int size = samples.size();
    int sizeBefore = before.samples.size();
    if (size == 0 || sizeBefore == 0) {
      return TwoSample.weak(Optional.empty(), "no rows in one of the periods");
    }
    Map<Long, Double> days = signs();
    Map<Long, Double> daysBefore = before.signs();
    double inflation =
        SquareAndAdd.inflation(
            spread(days, size) + spread(daysBefore, sizeBefore), (size + sizeBefore) / 4.0);
    double critical =
        SquareAndAdd.criticalValue(inflation, Math.min(days.size(), daysBefore.size()) - 1);
    Optional<ConfidenceInterval> bounds = bounds(critical, inflation);
    Optional<ConfidenceInterval> boundsBefore = before.bounds(critical, inflation);
    Optional<ConfidenceInterval> difference =
        bounds.isEmpty() || boundsBefore.isEmpty()
            ? Optional.empty()
            : Optional.of(
                SquareAndAdd.difference(
                    samples.median().orElseThrow(),
                    bounds.get(),
                    before.samples.median().orElseThrow(),
                    boundsBefore.get()));
    Optional<String> tooFew = TwoSample.tooFew(size, sizeBefore, days.size(), daysBefore.size());
    if (tooFew.isPresent()) {
      return TwoSample.weak(difference, tooFew.get());
    }
    return difference
        .map(TwoSample::of)
        .orElseGet(
            () -> TwoSample.weak(Optional.empty(), "too few independent days for an interval"));
  }

  private Optional<ConfidenceInterval> bounds(double critical, double inflation) {
    int size = samples.size();
    double half = critical * Math.sqrt(inflation / (4.0 * size));
    double rank = (size + 1) * (0.5 - half);
    if (rank < 1) {
      return Optional.empty();
    }
    return Optional.of(new ConfidenceInterval(at(rank), at(size + 1 - rank)));
  }

  /** The value at a rank from 1, between two order statistics for a broken one. */
  private double at(double rank) {
    int below = (int) Math.floor(rank);
    double low = samples.at(below - 1);
    double high = samples.at(Math.min(below, samples.size() - 1));
    return low + (rank - below) * (high - low);
  }

  private Map<Long, Double> signs() {
    double median = samples.median().orElseThrow();
    Map<Long, Double> days = new HashMap<>();
    surplus.forEach((day, more) -> days.put(day, more / 2.0));
    for (Value value : values) {
      days.merge(value.day(), Math.signum(value.value() - median) / 2, Double::sum);
    }
    return days;
  }

  private static double spread(Map<Long, Double> days, int rows) {
    double sum = days.values().stream().mapToDouble(sign -> sign * sign).sum();
    // One row a day is no cluster: then the spread is that of independent rows, without correction.
    return days.size() == rows || days.size() == 1 ? sum : sum * days.size() / (days.size() - 1);
  }

  private record Value(long day, double value) {}
}
