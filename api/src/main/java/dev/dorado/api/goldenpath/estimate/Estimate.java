package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a panel says of the effect on an outcome. Numbers are on the scale of the effect: a
 * difference, or the logarithm of a ratio. Immutable.
 *
 * @param status how far the panel carries
 * @param reason why it is refused, and what would be needed; empty if it is not
 * @param headline the effect; empty if it is refused
 * @param counts who is compared with whom
 * @param preTrend whether adopters differed before; empty if that can't be tested
 * @param cohorts the effect by cohort, earliest first
 * @param eventStudy the effect by block since adoption; empty unless the status is estimated
 * @param neverAdoptersOnly the effect against those alone that never adopt; empty if there are too
 *     few of them
 * @param pooled the effect with cells weighted by what they are means over; empty for a proportion
 */
public record Estimate(
    Status status,
    Optional<String> reason,
    Optional<Headline> headline,
    Counts counts,
    Optional<PreTrend> preTrend,
    List<Cohort> cohorts,
    List<Event> eventStudy,
    Optional<Interval> neverAdoptersOnly,
    Optional<Double> pooled) {

  /** How far a panel carries. */
  public enum Status {
    /** Ten clusters or more on each side. */
    ESTIMATED,
    /** Five to nine: the headline alone. */
    EXPLORATORY,
    /** No estimate. */
    REFUSED;

    /** The name in answers. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Estimate {
    requireNonNull(status);
    requireNonNull(reason);
    requireNonNull(headline);
    requireNonNull(counts);
    requireNonNull(preTrend);
    cohorts = List.copyOf(cohorts);
    eventStudy = List.copyOf(eventStudy);
    requireNonNull(neverAdoptersOnly);
    requireNonNull(pooled);
  }

  static Estimate refused(String reason, Counts counts) {
    return new Estimate(
        Status.REFUSED,
        Optional.of(reason),
        Optional.empty(),
        counts,
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** An effect with its 95 % interval. */
  public record Interval(double effect, double low, double high) {}

  /**
   * The effect of adoption.
   *
   * @param interval the effect
   * @param pValue of the permutation test, two-sided
   * @param minimumDetectable the size of an effect that would be found with a probability of 80 %
   */
  public record Headline(Interval interval, double pValue, double minimumDetectable) {}

  /**
   * Who is compared with whom.
   *
   * @param adopters units that adopted and are in the estimate
   * @param comparisons units of clusters without such adopters
   * @param adoptingClusters clusters with adopters
   * @param comparisonClusters clusters without
   * @param missingOfAdopters share of the adopters' blocks without a value
   * @param missingOfComparisons the same of the comparisons; NaN if there are none
   */
  public record Counts(
      int adopters,
      int comparisons,
      int adoptingClusters,
      int comparisonClusters,
      double missingOfAdopters,
      double missingOfComparisons) {}

  /**
   * The effect on those that adopted in a block.
   *
   * @param block the block of adoption
   * @param adopters how many are in the estimate
   * @param effect NaN if it can't be compared
   */
  public record Cohort(int block, int adopters, double effect) {}

  /**
   * The effect some blocks after adoption.
   *
   * @param block blocks since adoption; below 0 before it
   * @param interval the effect, with a band that holds all events at once with 95 %
   * @param adopters how many are in it
   */
  public record Event(int block, Interval interval, int adopters) {}
}
