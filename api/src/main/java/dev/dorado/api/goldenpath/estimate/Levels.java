package dev.dorado.api.goldenpath.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * How high an outcome was for adopters and for those they are compared with, before adoption and
 * after. It describes; the estimate takes differences. NaN where there is no value.
 *
 * @param adoptingBefore of adopters, up to the base of their cohort
 * @param adoptingAfter of adopters, after the block of adoption
 * @param comparisonBefore of the others, in the same blocks
 * @param comparisonAfter of the others, in the same blocks
 */
public record Levels(
    double adoptingBefore, double adoptingAfter, double comparisonBefore, double comparisonAfter) {

  /** The number that stands for many cells. */
  public enum Summary {
    /** Their median. */
    MEDIAN,
    /** Their mean. */
    MEAN;

    private double of(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      if (sorted.length == 0) {
        return Double.NaN;
      }
      int middle = sorted.length / 2;
      return this == MEAN
          ? Arrays.stream(sorted).average().getAsDouble()
          : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }

  /** The levels of a panel under the design of {@link Study}. */
  public static Levels of(Panel panel, Summary summary) {
    var design =
        new Design(
            Study.ANTICIPATION,
            Study.FIRST_POST,
            Design.Comparison.NOT_YET_ADOPTED,
            Design.Scale.DIFFERENCE);
    TreeSet<Integer> cohorts = new TreeSet<>();
    for (Unit unit : panel.units()) {
      if (Eligibility.isAdopter(unit, unit.cohort())) {
        cohorts.add(unit.cohort());
      }
    }
    List<Double> adoptingBefore = new ArrayList<>();
    List<Double> adoptingAfter = new ArrayList<>();
    List<Double> comparisonBefore = new ArrayList<>();
    List<Double> comparisonAfter = new ArrayList<>();
    for (int cohort : cohorts) {
      for (Unit unit : panel.units()) {
        for (int block = 0; block < panel.blocks(); block++) {
          boolean isBefore = block <= design.base(cohort);
          if (!unit.has(block) || !isBefore && block < cohort + design.firstPost()) {
            continue;
          }
          if (unit.cohort() == cohort) {
            if (Eligibility.isAdopter(unit, cohort)) {
              (isBefore ? adoptingBefore : adoptingAfter).add(unit.value(block));
            }
          } else if (design.compares(cohort, unit.cohort(), Math.max(block, design.base(cohort)))) {
            (isBefore ? comparisonBefore : comparisonAfter).add(unit.value(block));
          }
        }
      }
    }
    return new Levels(
        summary.of(adoptingBefore),
        summary.of(adoptingAfter),
        summary.of(comparisonBefore),
        summary.of(comparisonAfter));
  }
}
