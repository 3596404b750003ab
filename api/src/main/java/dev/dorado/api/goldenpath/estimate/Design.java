package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

/**
 * Which differences are taken. Immutable.
 *
 * @param anticipation blocks before adoption in which a team may already prepare for it (δ): the
 *     base of cohort g is the block g − 1 − δ
 * @param firstPost the first block after adoption that counts, 0 for the block of adoption itself
 * @param comparison who adopters are compared with
 * @param scale how an outcome changes
 */
public record Design(int anticipation, int firstPost, Comparison comparison, Scale scale) {

  /** Who adopters are compared with. */
  public enum Comparison {
    /** Units that have not adopted, nor do so within the anticipation. */
    NOT_YET_ADOPTED,
    /** Units that never adopt. */
    NEVER_ADOPTED
  }

  /** How an outcome changes, and what an effect is. */
  public enum Scale {
    /** By a sum: the effect is a difference of means. */
    DIFFERENCE,
    /** By a factor: the effect is the logarithm of a ratio of sums, as of counts. */
    PROPORTION
  }

  public Design {
    requireNonNull(comparison);
    requireNonNull(scale);
    if (anticipation < 0 || firstPost < 0) {
      throw new IllegalArgumentException(
          "anticipation %d and first block %d: expected 0 or more"
              .formatted(anticipation, firstPost));
    }
  }

  /** The base of a cohort. */
  int base(int cohort) {
    return cohort - 1 - anticipation;
  }

  /** Whether a unit of cohort {@code other} is a comparison for {@code cohort} up to a block. */
  boolean compares(int cohort, int other, int lastBlock) {
    if (other == Unit.NEVER) {
      return true;
    }
    return comparison == Comparison.NOT_YET_ADOPTED
        && other != cohort
        && other > lastBlock + anticipation;
  }

  Design with(Comparison other) {
    return new Design(anticipation, firstPost, other, scale);
  }
}
