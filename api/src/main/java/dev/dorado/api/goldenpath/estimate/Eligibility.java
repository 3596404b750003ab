package dev.dorado.api.goldenpath.estimate;

import java.util.Optional;

/**
 * Which adopters can be estimated: those that are observed for long enough around their adoption.
 */
public final class Eligibility {

  /** Fewest blocks before adoption. */
  public static final int FEWEST_BEFORE = 3;

  /** Fewest blocks after the block of adoption. */
  public static final int FEWEST_AFTER = 2;

  private Eligibility() {}

  /** Whether a unit would be an adopter of the estimate if it were in a cohort. */
  public static boolean isAdopter(Unit unit, int cohort) {
    return cohort != Unit.NEVER
        && cohort - unit.first() >= FEWEST_BEFORE
        && unit.end() - 1 - cohort >= FEWEST_AFTER;
  }

  /** Whether a unit is observed for long enough before its adoption, or never adopts. */
  static boolean isSeenBefore(Unit unit) {
    return unit.cohort() == Unit.NEVER || unit.cohort() - unit.first() >= FEWEST_BEFORE;
  }

  /** Why an adopter is left out, for people; empty if it is not, or never adopts. */
  public static Optional<String> reason(Unit unit) {
    int cohort = unit.cohort();
    if (cohort == Unit.NEVER || isAdopter(unit, cohort)) {
      return Optional.empty();
    }
    int before = cohort - unit.first();
    if (cohort < unit.first()) {
      return Optional.of(
          unit.first() == 0
              ? "it adopted the path before the period: take an earlier 'from'"
              : "it adopted the path before it was first observed, so nothing is known of it before adoption");
    }
    return Optional.of(
        before < FEWEST_BEFORE
            ? "it is observed for %s before its adoption: at least %d are needed"
                .formatted(blocks(before), FEWEST_BEFORE)
            : "it is observed for %s after its adoption: at least %d are needed"
                .formatted(blocks(Math.max(0, unit.end() - 1 - cohort)), FEWEST_AFTER));
  }

  private static String blocks(int count) {
    return count == 1 ? "1 block" : count + " blocks";
  }
}
