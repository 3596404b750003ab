package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

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
 * <p>A permutation changes only the clusters that adopt, so the sums of the others are kept. Reuses
 * its arrays: for one thread.
 */
final class GroupTimeEffects {

  /** With a single cluster to compare with, nothing is left when that is left out. */
  private static final int FEWEST_COMPARISONS = 2;

  private final Panel panel;
  private final Design design;
  private final int blocks;
  private final int clusters;
  private final int[] clusterOf;
  private final int[][] unitsOf;
  private final double[][] values;
  private final boolean isDifference;

  // Of the weighting that was asked for last.
  private Weighting weighting;
  private Pairs pairs;
  private Comparisons never;
  private final List<Row> spareRows = new ArrayList<>();
  private final Map<Integer, double[]> comparedBy = new HashMap<>();

  GroupTimeEffects(Panel panel, Design design) {
    this.panel = requireNonNull(panel);
    this.design = requireNonNull(design);
    this.blocks = panel.blocks();
    this.clusters = panel.clusters();
    this.isDifference = design.scale() == Scale.DIFFERENCE;
    this.clusterOf = new int[panel.units().size()];
    this.values = new double[clusterOf.length][blocks];
    int[] sizes = new int[clusters];
    for (int unit = 0; unit < clusterOf.length; unit++) {
      clusterOf[unit] = panel.clusterOf(unit);
      sizes[clusterOf[unit]]++;
      for (int block = 0; block < blocks; block++) {
        values[unit][block] = panel.units().get(unit).value(block);
      }
    }
    this.unitsOf = new int[clusters][];
    for (int cluster = 0; cluster < clusters; cluster++) {
      unitsOf[cluster] = new int[sizes[cluster]];
    }
    for (int unit = clusterOf.length - 1; unit >= 0; unit--) {
      unitsOf[clusterOf[unit]][--sizes[clusterOf[unit]]] = unit;
    }
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
   * @param cohorts the cohort of each unit, one of those of the panel
   * @param adopters which units are adopters in the average; others may still compare
   */
  Aggregate aggregate(int[] cohorts, boolean[] adopters, Weighting asked) {
    if (!asked.equals(weighting)) {
      weighting = asked;
      pairs = pairs(asked);
      never = comparisonsOfNever();
      spareRows.clear();
      comparedBy.clear();
    }
    Comparisons comparisons = comparisons(cohorts);
    boolean[] isComparable = comparisons.comparable(isDifference);
    var adoption = new Adoption(clusters, pairs.count());
    for (int unit = 0; unit < clusterOf.length; unit++) {
      if (adopters[unit]) {
        addAdopter(unit, cohorts[unit], isComparable, adoption);
      }
    }
    return sum(comparisons, adoption);
  }

  private Pairs pairs(Weighting of) {
    int[][] index = new int[blocks][blocks];
    List<int[]> found = new ArrayList<>();
    Set<Integer> all = new HashSet<>();
    panel.units().forEach(unit -> all.add(unit.cohort()));
    for (int cohort = 0; cohort < blocks; cohort++) {
      Arrays.fill(index[cohort], -1);
      int base = design.base(cohort);
      if (!all.contains(cohort) || base < 0) {
        continue;
      }
      int last = of.lastBlock(cohort, blocks);
      for (int block = of.firstBlock(cohort); block <= last; block++) {
        index[cohort][block] = found.size();
        found.add(new int[] {cohort, block, base, Math.max(block, base)});
      }
    }
    return new Pairs(index, found.toArray(int[][]::new));
  }

  /** What each cluster would compare with if none of its units ever adopted. */
  private Comparisons comparisonsOfNever() {
    var comparisons = new Comparisons(clusters, pairs.count());
    for (int cluster = 0; cluster < clusters; cluster++) {
      var row = new Row(pairs.count());
      for (int unit : unitsOf[cluster]) {
        addComparison(row, unit, Unit.NEVER);
      }
      comparisons.set(cluster, row);
    }
    return comparisons;
  }

  /**
   * Only clusters that adopt differ from those that never do. One whose units are all in a cohort
   * compares with what it would if it never adopted, as long as that cohort has not adopted.
   */
  private Comparisons comparisons(int[] cohorts) {
    var comparisons = new Comparisons(never);
    int spare = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      int cohort = cohorts[unitsOf[cluster][0]];
      boolean adopts = false;
      boolean isUniform = true;
      for (int unit : unitsOf[cluster]) {
        adopts |= cohorts[unit] != Unit.NEVER;
        isUniform &= cohorts[unit] == cohort;
      }
      if (!adopts) {
        continue;
      }
      if (spare == spareRows.size()) {
        spareRows.add(new Row(pairs.count()));
      }
      Row row = spareRows.get(spare++);
      if (isUniform) {
        row.set(never.rows[cluster], comparedBy.computeIfAbsent(cohort, this::comparedBy));
      } else {
        row.clear();
        for (int unit : unitsOf[cluster]) {
          addComparison(row, unit, cohorts[unit]);
        }
      }
      comparisons.set(cluster, row);
    }
    return comparisons;
  }

  /** 1 for each pair that a unit of a cohort is a comparison for, else 0. */
  private double[] comparedBy(int cohort) {
    double[] compared = new double[pairs.count()];
    for (int pair = 0; pair < compared.length; pair++) {
      compared[pair] = design.compares(pairs.cohort(pair), cohort, pairs.last(pair)) ? 1 : 0;
    }
    return compared;
  }

  private void addComparison(Row row, int unit, int cohort) {
    double[] outcomes = values[unit];
    for (int pair = 0; pair < pairs.count(); pair++) {
      double base = outcomes[pairs.base(pair)];
      double outcome = outcomes[pairs.block(pair)];
      if (!Double.isNaN(base)
          && !Double.isNaN(outcome)
          && design.compares(pairs.cohort(pair), cohort, pairs.last(pair))) {
        row.change[pair] += isDifference ? outcome - base : outcome;
        row.divisor[pair] += isDifference ? 1 : base;
      }
    }
  }

  private void addAdopter(int unit, int cohort, boolean[] isComparable, Adoption adoption) {
    int baseBlock = design.base(cohort);
    if (baseBlock < 0 || Double.isNaN(values[unit][baseBlock])) {
      return;
    }
    double base = values[unit][baseBlock];
    int last = weighting.lastBlock(cohort, blocks);
    int compared = 0;
    for (int block = weighting.firstBlock(cohort); block <= last; block++) {
      compared += isCompared(unit, pairs.index(cohort, block), block, isComparable) ? 1 : 0;
    }
    if (compared == 0) {
      return;
    }
    adoption.adopters++;
    int cluster = clusterOf[unit];
    double each = weighting.byAdopter() ? 1.0 / compared : 1;
    for (int block = weighting.firstBlock(cohort); block <= last; block++) {
      int pair = pairs.index(cohort, block);
      if (isCompared(unit, pair, block, isComparable)) {
        double outcome = values[unit][block];
        adoption.add(
            cluster,
            pair,
            each,
            each * (isDifference ? outcome - base : outcome),
            each * (isDifference ? 1 : base));
      }
    }
  }

  private boolean isCompared(int unit, int pair, int block, boolean[] isComparable) {
    return pair >= 0 && isComparable[pair] && !Double.isNaN(values[unit][block]);
  }

  private Aggregate sum(Comparisons comparisons, Adoption adoption) {
    int[] used = adoption.usedPairs();
    double[] weights = adoption.weights;
    double[] changes = comparisons.changes;
    double[] divisors = comparisons.divisors;
    double[] ratios = new double[used.length];
    // The change of the sum without a cluster that divides by 1, as nearly all do.
    double[] withoutOne = new double[used.length];
    double expected = 0;
    for (int i = 0; i < used.length; i++) {
      int pair = used[i];
      ratios[i] = changes[pair] / divisors[pair];
      withoutOne[i] = weights[pair] / (divisors[pair] - 1);
      expected += weights[pair] * ratios[i];
    }
    double numerator = Arrays.stream(adoption.numerators).sum();
    double count = Arrays.stream(adoption.counts).sum();
    double[] without = new double[clusters];
    int adopting = 0;
    int comparing = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      Row row = comparisons.rows[cluster];
      double[] own = adoption.weightsOf[cluster];
      double rest = expected;
      boolean compares = false;
      for (int i = 0; i < used.length; i++) {
        int pair = used[i];
        double divisor = row.divisor[pair];
        compares |= divisor > 0;
        if (own != null) {
          rest +=
              (weights[pair] - own[pair])
                      * (changes[pair] - row.change[pair])
                      / (divisors[pair] - divisor)
                  - weights[pair] * ratios[i];
        } else if (divisor == 1) {
          rest += withoutOne[i] * (ratios[i] - row.change[pair]);
        } else if (divisor != 0 || row.change[pair] != 0) {
          rest +=
              weights[pair] * (divisor * ratios[i] - row.change[pair]) / (divisors[pair] - divisor);
        }
      }
      adopting += own != null ? 1 : 0;
      comparing += own == null && compares ? 1 : 0;
      without[cluster] =
          effect(numerator - adoption.numerators[cluster], count - adoption.counts[cluster], rest);
    }
    return new Aggregate(
        effect(numerator, count, expected), without, adoption.adopters, adopting, comparing);
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

  /**
   * Cohorts with their blocks.
   *
   * @param index the pair of a cohort and a block; −1 if there is none
   * @param all of each pair the cohort, the block, the base and the later of these
   */
  private record Pairs(int[][] index, int[][] all) {
    int count() {
      return all.length;
    }

    int index(int cohort, int block) {
      return index[cohort][block];
    }

    int cohort(int pair) {
      return all[pair][0];
    }

    int block(int pair) {
      return all[pair][1];
    }

    int base(int pair) {
      return all[pair][2];
    }

    int last(int pair) {
      return all[pair][3];
    }
  }

  /** What a cluster adds to the comparison of each pair. */
  private static final class Row {
    private final double[] change;
    private final double[] divisor;

    Row(int pairs) {
      change = new double[pairs];
      divisor = new double[pairs];
    }

    void set(Row other, double[] factors) {
      for (int pair = 0; pair < factors.length; pair++) {
        change[pair] = factors[pair] * other.change[pair];
        divisor[pair] = factors[pair] * other.divisor[pair];
      }
    }

    void clear() {
      Arrays.fill(change, 0);
      Arrays.fill(divisor, 0);
    }
  }

  /** The rows of all clusters, and their sums. */
  private static final class Comparisons {
    private final Row[] rows;
    private final double[] changes;
    private final double[] divisors;
    // How many clusters have some of it.
    private final int[] changing;
    private final int[] dividing;

    Comparisons(int clusters, int pairs) {
      rows = new Row[clusters];
      changes = new double[pairs];
      divisors = new double[pairs];
      changing = new int[pairs];
      dividing = new int[pairs];
    }

    Comparisons(Comparisons other) {
      rows = other.rows.clone();
      changes = other.changes.clone();
      divisors = other.divisors.clone();
      changing = other.changing.clone();
      dividing = other.dividing.clone();
    }

    void set(int cluster, Row row) {
      if (rows[cluster] != null) {
        add(rows[cluster], -1);
      }
      rows[cluster] = row;
      add(row, 1);
    }

    private void add(Row row, int sign) {
      for (int pair = 0; pair < changes.length; pair++) {
        changes[pair] += sign * row.change[pair];
        divisors[pair] += sign * row.divisor[pair];
        changing[pair] += row.change[pair] > 0 ? sign : 0;
        dividing[pair] += row.divisor[pair] > 0 ? sign : 0;
      }
    }

    boolean[] comparable(boolean isDifference) {
      boolean[] comparable = new boolean[changes.length];
      for (int pair = 0; pair < comparable.length; pair++) {
        comparable[pair] =
            dividing[pair] >= FEWEST_COMPARISONS
                && (isDifference || changing[pair] >= FEWEST_COMPARISONS);
      }
      return comparable;
    }
  }

  /** What adopters add up to, by cluster and by pair. */
  private static final class Adoption {
    private final double[] numerators;
    private final double[] counts;
    private final double[] weights;
    // Null of clusters without adopters.
    private final double[][] weightsOf;
    private int adopters;

    Adoption(int clusters, int pairs) {
      numerators = new double[clusters];
      counts = new double[clusters];
      weights = new double[pairs];
      weightsOf = new double[clusters][];
    }

    void add(int cluster, int pair, double count, double numerator, double weight) {
      if (weightsOf[cluster] == null) {
        weightsOf[cluster] = new double[weights.length];
      }
      numerators[cluster] += numerator;
      counts[cluster] += count;
      weights[pair] += weight;
      weightsOf[cluster][pair] += weight;
    }

    int[] usedPairs() {
      return IntStream.range(0, weights.length).filter(pair -> weights[pair] > 0).toArray();
    }
  }
}
