package dev.dorado.api.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What the samples of two periods say about the difference between the periods. Immutable.
 *
 * @param bounds 95 % interval of the difference (present − before), in the unit of the number;
 *     empty if the samples are too small for one
 * @param weakness why the samples cannot show a difference, for people; empty if they could
 */
public record TwoSample(Optional<ConfidenceInterval> bounds, Optional<String> weakness) {

  /** Fewest rows of a period from which a difference is inferred. */
  public static final int FEWEST_ROWS = 10;

  /** Fewest days with rows of a period from which a difference is inferred. */
  public static final int FEWEST_DAYS = 5;

  public TwoSample {
    requireNonNull(bounds);
    requireNonNull(weakness);
  }

  /** Whether the samples show a difference: chance alone gives one in at most 5 % of all pairs. */
  public boolean isDifferent() {
    return weakness.isEmpty()
        && bounds.filter(interval -> interval.low() > 0 || interval.high() < 0).isPresent();
  }

  static TwoSample of(ConfidenceInterval bounds) {
    return new TwoSample(Optional.of(bounds), Optional.empty());
  }

  static TwoSample weak(Optional<ConfidenceInterval> bounds, String weakness) {
    return new TwoSample(bounds, Optional.of(weakness));
  }

  /** Names what is too small in either sample; empty if both are large enough. */
  static Optional<String> tooFew(long rows, long rowsBefore, long days, long daysBefore) {
    if (rows < FEWEST_ROWS || rowsBefore < FEWEST_ROWS) {
      return Optional.of(
          "%d and %d rows: at least %d are needed in each period"
              .formatted(rows, rowsBefore, FEWEST_ROWS));
    }
    if (days < FEWEST_DAYS || daysBefore < FEWEST_DAYS) {
      return Optional.of(
          "rows on %d and %d days: at least %d days are needed in each period"
              .formatted(days, daysBefore, FEWEST_DAYS));
    }
    return Optional.empty();
  }
}
