package dev.dorado.api.statistics;

import java.util.ArrayList;
import java.util.Comparator;
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

  private final List<Value> values = new ArrayList<>();
  private final Samples samples = new Samples();

  /**
   * Adds a value; it must be finite.
   *
   * @param day its day, in days since 1970
   */
  public void add(long day, double value) {
    samples.add(value);
    values.add(new Value(day, value));
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
    if (values.isEmpty() || before.values.isEmpty()) {
      return TwoSample.weak(Optional.empty(), "no rows in one of the periods");
    }
    Map<Long, Double> days = signs();
    Map<Long, Double> daysBefore = before.signs();
    double inflation =
        SquareAndAdd.inflation(
            spread(days, values.size()) + spread(daysBefore, before.values.size()),
            (values.size() + before.values.size()) / 4.0);
    double critical =
        SquareAndAdd.criticalValue(inflation, Math.min(days.size(), daysBefore.size()) - 1);
    Optional<Bounds> bounds = bounds(critical, inflation);
    Optional<Bounds> boundsBefore = before.bounds(critical, inflation);
    Optional<Bounds> difference =
        bounds.isEmpty() || boundsBefore.isEmpty()
            ? Optional.empty()
            : Optional.of(
                SquareAndAdd.difference(
                    samples.median().orElseThrow(),
                    bounds.get(),
                    before.samples.median().orElseThrow(),
                    boundsBefore.get()));
    Optional<String> tooFew =
        TwoSample.tooFew(values.size(), before.values.size(), days.size(), daysBefore.size());
    if (tooFew.isPresent()) {
      return TwoSample.weak(difference, tooFew.get());
    }
    return difference
        .map(TwoSample::of)
        .orElseGet(
            () -> TwoSample.weak(Optional.empty(), "too few independent days for an interval"));
  }

  private Optional<Bounds> bounds(double critical, double inflation) {
    double half = critical * Math.sqrt(inflation / (4.0 * values.size()));
    double rank = (values.size() + 1) * (0.5 - half);
    if (rank < 1) {
      return Optional.empty();
    }
    List<Value> sorted = values.stream().sorted(Comparator.comparing(Value::value)).toList();
    return Optional.of(new Bounds(at(sorted, rank), at(sorted, values.size() + 1 - rank)));
  }

  /** The value at a rank from 1, between two order statistics for a broken one. */
  private static double at(List<Value> sorted, double rank) {
    int below = (int) Math.floor(rank);
    double low = sorted.get(below - 1).value();
    double high = sorted.get(Math.min(below, sorted.size() - 1)).value();
    return low + (rank - below) * (high - low);
  }

  private Map<Long, Double> signs() {
    double median = samples.median().orElseThrow();
    Map<Long, Double> days = new HashMap<>();
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
