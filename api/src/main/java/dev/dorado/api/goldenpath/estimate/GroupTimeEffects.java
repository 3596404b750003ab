package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The effect of adoption in block g on block t, and averages of such effects, with what each is
 * without each cluster.
 *
 * <p>For a difference (Callaway and Sant'Anna 2021, equation 2.9, without covariates)
 *
 * <pre>ATT(g,t) = mean_g(Y_t − Y_b) − mean_C(Y_t − Y_b),  b = g − 1 − δ</pre>
 *
 * where C(g,t) are the units that have not adopted by t + δ. For a proportion the counterfactual of
 * an adopter is its base times the change of the comparison, the closed form of the saturated
 * Poisson regression (Wooldridge 2023, "Simple approaches to nonlinear difference-in-differences"):
 *
 * <pre>θ(g,t) = ln ΣY_t ÷ Σ[Y_b · (C_t ÷ C_b)]</pre>
 *
 * Both are Σ numerators against Σ W(g,t) · A(g,t) ÷ C(g,t), so that one sum over clusters gives the
 * effect without each of them. A block in which fewer than two clusters compare is left out.
 *
 * <p>Reuses its arrays: for one thread.
 */
final class GroupTimeEffects {

  /** With a single cluster to compare with, nothing is left when that is left out. */
  private static final int FEWEST_COMPARISONS = 2;

  private final Panel panel;
  private final Design design;
  private final int[] clusterOf;
  private final double[][] values;
  private final boolean isDifference;
  private final int blocks;
  private final int clusters;

  private final int[][] pairOf;
  private int[] pairCohort = new int[0];
  private int[] pairBlock = new int[0];
  private int[] pairBase = new int[0];
  // A comparison has not adopted up to this block.
  private int[] pairLast = new int[0];
  private int pairs;
  // By cluster and pair: what the comparison changed by, what it is divided by, adopters' weight.
  private double[] change = new double[0];
  private double[] divisor = new double[0];
  private double[] weight = new double[0];
  private boolean[] isComparable = new boolean[0];

  GroupTimeEffects(Panel panel, Design design) {
    this.panel = requireNonNull(panel);
    this.design = requireNonNull(design);
    this.blocks = panel.blocks();
    this.clusters = panel.clusters();
    this.clusterOf = new int[panel.units().size()];
    this.values = new double[clusterOf.length][blocks];
    this.isDifference = design.scale() == Scale.DIFFERENCE;
    for (int unit = 0; unit < clusterOf.length; unit++) {
      clusterOf[unit] = panel.clusterOf(unit);
      for (int block = 0; block < blocks; block++) {
        values[unit][block] = panel.units().get(unit).value(block);
      }
    }
    this.pairOf = new int[blocks][blocks];
  }

  /**
   * The effect of a cohort in a block against a base, over the panel's own cohorts.
   *
   * @param base the block that is compared with; the design's own is g − 1 − δ
   */
  double effect(int cohort, int block, int base) {
    double adopters = 0;
    double adopterBases = 0;
    double comparison = 0;
    double comparisonBases = 0;
    for (Unit unit : panel.units()) {
      if (!unit.has(block) || !unit.has(base)) {
        continue;
      }
      double numerator = numerator(unit, block, base);
      double denominator = denominator(unit, base);
      if (unit.cohort() == cohort) {
        adopters += numerator;
        adopterBases += denominator;
      } else if (design.compares(cohort, unit.cohort(), Math.max(block, base))) {
        comparison += numerator;
        comparisonBases += denominator;
      }
    }
    double expected = adopterBases * comparison / comparisonBases;
    return design.scale() == Scale.DIFFERENCE
        ? (adopters - expected) / adopterBases
        : Math.log(adopters / expected);
  }

  /**
   * An average of effects.
   *
   * @param cohorts the cohort of each unit
   * @param adopters which units are adopters in the average; others may still compare
   */
  Aggregate aggregate(int[] cohorts, boolean[] adopters, Weighting weighting) {
    listPairs(cohorts, adopters, weighting);
    addComparisons(cohorts);
    double[] numerators = new double[clusters];
    double[] counts = new double[clusters];
    boolean[] adopts = new boolean[clusters];
    int used = 0;
    for (int unit = 0; unit < clusterOf.length; unit++) {
      if (adopters[unit] && addAdopter(unit, cohorts[unit], weighting, numerators, counts)) {
        adopts[clusterOf[unit]] = true;
        used++;
      }
    }
    return sum(numerators, counts, adopts, used);
  }

  private void listPairs(int[] cohorts, boolean[] adopters, Weighting weighting) {
    Set<Integer> adopting = new HashSet<>();
    for (int unit = 0; unit < cohorts.length; unit++) {
      if (adopters[unit]) {
        adopting.add(cohorts[unit]);
      }
    }
    if (pairCohort.length < adopting.size() * blocks) {
      int most = adopting.size() * blocks;
      pairCohort = new int[most];
      pairBlock = new int[most];
      pairBase = new int[most];
      pairLast = new int[most];
      isComparable = new boolean[most];
      change = new double[most * clusters];
      divisor = new double[most * clusters];
      weight = new double[most * clusters];
    }
    pairs = 0;
    for (int cohort = 0; cohort < blocks; cohort++) {
      Arrays.fill(pairOf[cohort], -1);
      int base = design.base(cohort);
      if (!adopting.contains(cohort) || base < 0) {
        continue;
      }
      int last = weighting.lastBlock(cohort, blocks);
      for (int block = weighting.firstBlock(cohort); block <= last; block++) {
        pairOf[cohort][block] = pairs;
        pairCohort[pairs] = cohort;
        pairBlock[pairs] = block;
        pairBase[pairs] = base;
        pairLast[pairs] = Math.max(block, base);
        pairs++;
      }
    }
    Arrays.fill(change, 0, pairs * clusters, 0);
    Arrays.fill(divisor, 0, pairs * clusters, 0);
    Arrays.fill(weight, 0, pairs * clusters, 0);
  }

  private void addComparisons(int[] cohorts) {
    for (int unit = 0; unit < clusterOf.length; unit++) {
      double[] outcomes = values[unit];
      int cohort = cohorts[unit];
      int row = clusterOf[unit] * pairs;
      for (int pair = 0; pair < pairs; pair++) {
        double base = outcomes[pairBase[pair]];
        double outcome = outcomes[pairBlock[pair]];
        // Only NaN differs from itself.
        if (base == base
            && outcome == outcome
            && design.compares(pairCohort[pair], cohort, pairLast[pair])) {
          change[row + pair] += isDifference ? outcome - base : outcome;
          divisor[row + pair] += isDifference ? 1 : base;
        }
      }
    }
    int[] divisors = new int[pairs];
    int[] changes = new int[pairs];
    for (int cluster = 0; cluster < clusters; cluster++) {
      int row = cluster * pairs;
      for (int pair = 0; pair < pairs; pair++) {
        divisors[pair] += divisor[row + pair] > 0 ? 1 : 0;
        changes[pair] += change[row + pair] > 0 ? 1 : 0;
      }
    }
    for (int pair = 0; pair < pairs; pair++) {
      isComparable[pair] =
          divisors[pair] >= FEWEST_COMPARISONS
              && (isDifference || changes[pair] >= FEWEST_COMPARISONS);
    }
  }

  /** Whether the adopter could be compared in any block. */
  private boolean addAdopter(
      int unit, int cohort, Weighting weighting, double[] numerators, double[] counts) {
    int baseBlock = design.base(cohort);
    if (baseBlock < 0 || Double.isNaN(values[unit][baseBlock])) {
      return false;
    }
    double base = values[unit][baseBlock];
    int first = weighting.firstBlock(cohort);
    int last = weighting.lastBlock(cohort, blocks);
    int compared = 0;
    for (int block = first; block <= last; block++) {
      compared += isCompared(unit, cohort, block) ? 1 : 0;
    }
    if (compared == 0) {
      return false;
    }
    int cluster = clusterOf[unit];
    double each = weighting.byAdopter() ? 1.0 / compared : 1;
    for (int block = first; block <= last; block++) {
      if (isCompared(unit, cohort, block)) {
        double outcome = values[unit][block];
        numerators[cluster] += each * (isDifference ? outcome - base : outcome);
        weight[cluster * pairs + pairOf[cohort][block]] += each * (isDifference ? 1 : base);
        counts[cluster] += each;
      }
    }
    return true;
  }

  private boolean isCompared(int unit, int cohort, int block) {
    int pair = pairOf[cohort][block];
    return pair >= 0 && isComparable[pair] && !Double.isNaN(values[unit][block]);
  }

  private Aggregate sum(double[] numerators, double[] counts, boolean[] adopts, int used) {
    double[] changes = new double[pairs];
    double[] divisors = new double[pairs];
    double[] weights = new double[pairs];
    int comparing = 0;
    int adopting = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      boolean compares = false;
      for (int pair = 0; pair < pairs; pair++) {
        int cell = cluster * pairs + pair;
        changes[pair] += change[cell];
        divisors[pair] += divisor[cell];
        weights[pair] += weight[cell];
        compares |= divisor[cell] > 0;
      }
      adopting += adopts[cluster] ? 1 : 0;
      comparing += compares && !adopts[cluster] ? 1 : 0;
    }
    double numerator = Arrays.stream(numerators).sum();
    double count = Arrays.stream(counts).sum();
    double expected = 0;
    for (int pair = 0; pair < pairs; pair++) {
      expected += weights[pair] == 0 ? 0 : weights[pair] * changes[pair] / divisors[pair];
    }
    double[] without = new double[clusters];
    for (int cluster = 0; cluster < clusters; cluster++) {
      // What the cluster changes: most pairs are as with all.
      double rest = expected;
      for (int pair = 0; pair < pairs; pair++) {
        int cell = cluster * pairs + pair;
        if (weights[pair] > 0 && (divisor[cell] != 0 || weight[cell] != 0)) {
          rest +=
              (weights[pair] - weight[cell])
                      * (changes[pair] - change[cell])
                      / (divisors[pair] - divisor[cell])
                  - weights[pair] * changes[pair] / divisors[pair];
        }
      }
      without[cluster] = effect(numerator - numerators[cluster], count - counts[cluster], rest);
    }
    return new Aggregate(effect(numerator, count, expected), without, used, adopting, comparing);
  }

  private double effect(double numerator, double count, double expected) {
    return design.scale() == Scale.DIFFERENCE
        ? (numerator - expected) / count
        : Math.log(numerator / expected);
  }

  private double numerator(Unit unit, int block, int base) {
    return design.scale() == Scale.DIFFERENCE
        ? unit.value(block) - unit.value(base)
        : unit.value(block);
  }

  private double denominator(Unit unit, int base) {
    return design.scale() == Scale.DIFFERENCE ? 1 : unit.value(base);
  }
}
