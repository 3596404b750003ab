package dev.dorado.api.goldenpath.estimate;

import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * What Dorado does not do: the coefficient of "has adopted" in a regression with effects of units
 * and blocks, and what it is made of (Goodman-Bacon 2021, theorem 1). For balanced panels.
 */
final class TwoWayFixedEffects {

  private TwoWayFixedEffects() {}

  static double of(Panel panel) {
    List<Unit> units = panel.units();
    int blocks = panel.blocks();
    double[] blockMeans = new double[blocks];
    double mean = 0;
    for (Unit unit : units) {
      for (int block = 0; block < blocks; block++) {
        blockMeans[block] += adopted(unit, block) / units.size();
        mean += adopted(unit, block) / units.size() / blocks;
      }
    }
    double numerator = 0;
    double denominator = 0;
    for (Unit unit : units) {
      double unitMean = share(unit.cohort(), blocks);
      for (int block = 0; block < blocks; block++) {
        double residual = adopted(unit, block) - unitMean - blockMeans[block] + mean;
        numerator += residual * unit.value(block);
        denominator += residual * residual;
      }
    }
    return numerator / denominator;
  }

  static Parts decomposed(Panel panel) {
    var earlier = new Sum();
    var later = new Sum();
    var never = new Sum();
    TreeSet<Integer> cohorts = new TreeSet<>();
    panel.units().forEach(unit -> cohorts.add(unit.cohort()));
    int blocks = panel.blocks();
    for (int one : cohorts) {
      for (int other : cohorts.tailSet(one, false)) {
        double sizes = size(panel, one) + size(panel, other);
        double part = size(panel, one) / sizes;
        double dOne = share(one, blocks);
        double dOther = share(other, blocks);
        double both = sizes * sizes * part * (1 - part);
        if (other == Unit.NEVER) {
          never.add(
              both * dOne * (1 - dOne), twoByTwo(panel, one, other, b -> b >= one, b -> b < one));
          continue;
        }
        earlier.add(
            both * (dOne - dOther) * (1 - dOne),
            twoByTwo(panel, one, other, b -> b >= one && b < other, b -> b < one));
        later.add(
            both * dOther * (dOne - dOther),
            twoByTwo(panel, other, one, b -> b >= other, b -> b >= one && b < other));
      }
    }
    double all = earlier.weight + later.weight + never.weight;
    return new Parts(earlier.part(all), later.part(all), never.part(all));
  }

  private static double twoByTwo(
      Panel panel, int adopters, int others, IntPredicate after, IntPredicate before) {
    return mean(panel, adopters, after)
        - mean(panel, adopters, before)
        - mean(panel, others, after)
        + mean(panel, others, before);
  }

  private static double mean(Panel panel, int cohort, IntPredicate isIn) {
    double sum = 0;
    int count = 0;
    for (Unit unit : panel.units()) {
      for (int block = 0; block < panel.blocks(); block++) {
        if (unit.cohort() == cohort && isIn.test(block)) {
          sum += unit.value(block);
          count++;
        }
      }
    }
    return sum / count;
  }

  private static double size(Panel panel, int cohort) {
    return panel.units().stream().filter(unit -> unit.cohort() == cohort).count();
  }

  private static double share(int cohort, int blocks) {
    return cohort == Unit.NEVER ? 0 : (double) (blocks - cohort) / blocks;
  }

  private static double adopted(Unit unit, int block) {
    return block >= unit.cohort() ? 1 : 0;
  }

  /** Its weight, and what it estimates. */
  record Part(double weight, double estimate) {}

  /** The comparisons that the coefficient is an average of. */
  record Parts(Part earlierAgainstLater, Part laterAgainstEarlier, Part againstNever) {}

  private static final class Sum {
    private double weight;
    private double weighted;

    void add(double more, double estimate) {
      weight += more;
      weighted += more * estimate;
    }

    Part part(double all) {
      return new Part(weight / all, weighted / weight);
    }
  }
}
