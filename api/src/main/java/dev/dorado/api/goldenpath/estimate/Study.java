package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.goldenpath.estimate.Design.Comparison;
import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.api.goldenpath.estimate.Estimate.Cohort;
import dev.dorado.api.goldenpath.estimate.Estimate.Counts;
import dev.dorado.api.goldenpath.estimate.Estimate.Event;
import dev.dorado.api.goldenpath.estimate.Estimate.Headline;
import dev.dorado.api.goldenpath.estimate.Estimate.Interval;
import dev.dorado.api.goldenpath.estimate.Estimate.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The study of one outcome: what is refused, and the estimate with its inference.
 *
 * <ul>
 *   <li>Interval: θ ± t₀.₉₇₅(min(N₁, N₀) − 1) · se, with the jackknife over clusters.
 *   <li>p: dates of adoption permuted over clusters, θ ÷ se as the statistic.
 *   <li>Minimum detectable effect: (t₀.₉₇₅ + t₀.₈₀) · se (Bloom 1995).
 *   <li>Pre-trend: a Wald test over at most N₁ ÷ 3 leads, with its power.
 *   <li>Event study: the same adopters in all blocks, with a band that holds all at once.
 * </ul>
 *
 * Never two-way fixed effects: they compare adopters with earlier adopters (Goodman-Bacon 2021).
 * Not thread-safe.
 */
public final class Study {

  /** Blocks in which a team may prepare for the path. */
  public static final int ANTICIPATION = 1;

  /** The block of adoption, the migration itself, is not in the headline. */
  public static final int FIRST_POST = 1;

  private static final int FEWEST_CLUSTERS = 5;
  private static final int ENOUGH_CLUSTERS = 10;
  private static final double MOST_MISSING = 0.3;

  /** A smaller standard error is one of rounding. */
  private static final double NO_VARIATION = 1e-9;

  private static final double UPPER = 0.975;
  private static final double POWER = 0.8;
  private static final int ADOPTERS_PER_LEAD = 3;

  /** Blocks of the event study that this share of the adopters has are in it. */
  private static final double SHARE_OF_EVENTS = 0.8;

  private static final int MOST_EVENTS = 13;
  private static final int BAND_DRAWS = 999;
  private static final long SEED = 20_260_301L;

  /** Above as many cells in all draws together, there are fewer draws. */
  private static final double MOST_CELLS = 5e8;

  private static final int FEWEST_DRAWS = 199;

  private final List<Unit> asked;
  private final Panel panel;
  private final Design design;
  private final String cell;
  private final int mostDraws;
  private final String nouns;
  private final int[] cohorts;
  private final boolean[] adopters;
  private final GroupTimeEffects effects;

  private Study(Panel panel, Design design, String cell, int mostDraws) {
    this.asked = panel.units();
    // What adopted before it could be seen can neither be estimated nor compared with. In a
    // permutation it would be taken for something that is not on the path.
    this.panel =
        new Panel(asked.stream().filter(Eligibility::isSeenBefore).toList(), panel.clustering());
    this.design = requireNonNull(design);
    this.cell = requireNonNull(cell);
    this.mostDraws = mostDraws;
    this.nouns = this.panel.clustering() == Panel.Clustering.TEAM ? "teams" : "services";
    this.cohorts = this.panel.cohorts();
    this.adopters = adopters(cohorts);
    this.effects = new GroupTimeEffects(this.panel, design);
  }

  /**
   * The estimate.
   *
   * @param panel one outcome of all units
   * @param scale how the outcome changes
   * @param cell what a block needs to have a value, for people: "3 changes in 4 weeks"
   */
  public static Estimate of(Panel panel, Scale scale, String cell) {
    return of(panel, scale, cell, RandomizationTest.DRAWS);
  }

  /**
   * The estimate with another number of draws where assignments can't be enumerated, for
   * simulations of many panels.
   *
   * @param draws how many, 1 or more
   */
  public static Estimate of(Panel panel, Scale scale, String cell, int draws) {
    var design = new Design(ANTICIPATION, FIRST_POST, Comparison.NOT_YET_ADOPTED, scale);
    return new Study(panel, design, cell, draws).estimate();
  }

  private Estimate estimate() {
    if (asked.isEmpty()) {
      return Estimate.refused(
          "no service has %s: nothing can be compared".formatted(cell),
          new Counts(0, 0, 0, 0, Double.NaN, Double.NaN));
    }
    Aggregate group = effects.aggregate(cohorts, adopters, Weighting.group(design.firstPost()));
    Counts counts = counts(group);
    Optional<String> refusal = refusal(group, counts);
    if (refusal.isPresent()) {
      return Estimate.refused(refusal.get(), counts);
    }
    double p = pValue();
    int freedom = Math.min(group.adoptingClusters(), group.comparisonClusters()) - 1;
    var student = TDistribution.of(freedom);
    double critical = student.inverseCumulativeProbability(UPPER);
    double detectable =
        (critical + student.inverseCumulativeProbability(POWER)) * group.standardError();
    boolean isEstimated =
        Math.min(group.adoptingClusters(), group.comparisonClusters()) >= ENOUGH_CLUSTERS;
    return new Estimate(
        isEstimated ? Status.ESTIMATED : Status.EXPLORATORY,
        Optional.empty(),
        Optional.of(new Headline(interval(group, critical), p, detectable)),
        counts,
        preTrend(group.adoptingClusters()),
        byCohort(),
        isEstimated ? eventStudy() : List.of(),
        neverAdoptersOnly(),
        design.scale() == Scale.DIFFERENCE ? Optional.of(pooled()) : Optional.empty());
  }

  private boolean[] adopters(int[] assigned) {
    boolean[] eligible = new boolean[assigned.length];
    for (int unit = 0; unit < assigned.length; unit++) {
      eligible[unit] = Eligibility.isAdopter(panel.units().get(unit), assigned[unit]);
    }
    return eligible;
  }

  // What is refused

  private Optional<String> refusal(Aggregate group, Counts counts) {
    if (group.adoptingClusters() < FEWEST_CLUSTERS) {
      return Optional.of(tooFewAdopters(group.adoptingClusters()));
    }
    if (group.comparisonClusters() < FEWEST_CLUSTERS) {
      return Optional.of(
          "%d %s to compare with: at least %d are needed that have not adopted the path. Once nearly all have adopted, nothing is left to compare with"
              .formatted(group.comparisonClusters(), nouns, FEWEST_CLUSTERS));
    }
    if (isOneCohortInOneTeam()) {
      return Optional.of(
          "all adopters adopted at the same time and belong to one team, so the path cannot be told from anything else that happened to that team: adopters of another team or of another date are needed");
    }
    if (Math.max(counts.missingOfAdopters(), counts.missingOfComparisons()) > MOST_MISSING) {
      return Optional.of(
          "%.0f %% of the adopters' blocks and %.0f %% of the others' are without a value: at most %.0f %% may be. A block needs %s"
              .formatted(
                  100 * counts.missingOfAdopters(),
                  100 * counts.missingOfComparisons(),
                  100 * MOST_MISSING,
                  cell));
    }
    double error = group.standardError();
    return Double.isFinite(group.effect()) && Double.isFinite(error) && error > NO_VARIATION
        ? Optional.empty()
        : Optional.of(
            "the values are too few or do not vary, so there is no interval: a block needs %s"
                .formatted(cell));
  }

  private String tooFewAdopters(int adopting) {
    int before = 0;
    int after = 0;
    int noValue = 0;
    Set<String> all = new TreeSet<>();
    for (Unit unit : asked) {
      if (unit.cohort() == Unit.NEVER) {
        continue;
      }
      all.add(panel.clustering().cluster(unit));
      if (!Eligibility.isSeenBefore(unit)) {
        before++;
      } else if (!Eligibility.isAdopter(unit, unit.cohort())) {
        after++;
      } else {
        noValue += unit.has(design.base(unit.cohort())) ? 0 : 1;
      }
    }
    var reason =
        new StringBuilder(
            "%d of %d adopting %s can be estimated: at least %d are needed, each with %d blocks before and %d after its adoption"
                .formatted(
                    adopting,
                    all.size(),
                    nouns,
                    FEWEST_CLUSTERS,
                    Eligibility.FEWEST_BEFORE,
                    Eligibility.FEWEST_AFTER));
    List<String> details = new ArrayList<>();
    addDetail(
        details, before, "observed for too short a time before adoption, or declared earlier");
    addDetail(details, after, "observed for too short a time after adoption");
    addDetail(details, noValue, "without " + cell + " in the block that is compared with");
    if (!details.isEmpty()) {
      reason.append(" (services: ").append(String.join("; ", details)).append(')');
    }
    return reason.toString();
  }

  private static void addDetail(List<String> details, int count, String what) {
    if (count > 0) {
      details.add(count + " " + what);
    }
  }

  private boolean isOneCohortInOneTeam() {
    Set<String> found = new TreeSet<>();
    for (int unit = 0; unit < cohorts.length; unit++) {
      if (adopters[unit]) {
        found.add(cohorts[unit] + " " + panel.units().get(unit).team());
      }
    }
    // A service without a team stands for itself, so that one pair means one team.
    return found.size() == 1;
  }

  private Counts counts(Aggregate group) {
    boolean[] adopts = new boolean[panel.clusters()];
    for (int unit = 0; unit < cohorts.length; unit++) {
      adopts[panel.clusterOf(unit)] |= adopters[unit];
    }
    int comparisons = 0;
    long[] cells = new long[2];
    long[] missing = new long[2];
    for (int i = 0; i < cohorts.length; i++) {
      Unit unit = panel.units().get(i);
      boolean isComparison = !adopts[panel.clusterOf(i)] && design.compares(-1, cohorts[i], 0);
      if (!adopters[i] && !isComparison) {
        continue;
      }
      comparisons += isComparison ? 1 : 0;
      int arm = adopters[i] ? 0 : 1;
      int alive = Math.max(0, unit.end() - unit.first());
      cells[arm] += alive;
      missing[arm] += alive - unit.known();
    }
    return new Counts(
        group.adopters(),
        comparisons,
        group.adoptingClusters(),
        group.comparisonClusters(),
        (double) missing[0] / cells[0],
        (double) missing[1] / cells[1]);
  }

  // Inference

  private static Interval interval(Aggregate effect, double critical) {
    double half = critical * effect.standardError();
    return new Interval(effect.effect(), effect.effect() - half, effect.effect() + half);
  }

  /**
   * Permutes the clusters' dates. A cluster of several services has a list of them, which its
   * successor's services take in turn.
   */
  private double pValue() {
    List<List<Integer>> dates = panel.cohortsByCluster();
    Map<List<Integer>, Integer> labelOf = new HashMap<>();
    List<List<Integer>> lists = new ArrayList<>();
    int[] labels = new int[dates.size()];
    for (int cluster = 0; cluster < labels.length; cluster++) {
      List<Integer> list = withoutRepeats(dates.get(cluster));
      labels[cluster] =
          labelOf.computeIfAbsent(
              list,
              added -> {
                lists.add(added);
                return lists.size() - 1;
              });
    }
    int[] assigned = new int[cohorts.length];
    int[] position = new int[labels.length];
    double cells = 2.0 * panel.clusters() * panel.blocks() * new TreeSet<>(adopterCohorts()).size();
    int affordable = (int) Math.max(FEWEST_DRAWS, MOST_CELLS / Math.max(1, cells));
    int draws = Math.min(mostDraws, affordable);
    return RandomizationTest.pValue(
        labels,
        draws,
        SEED,
        assignment -> {
          Arrays.fill(position, 0);
          for (int unit = 0; unit < assigned.length; unit++) {
            int cluster = panel.clusterOf(unit);
            List<Integer> list = lists.get(assignment[cluster]);
            assigned[unit] = list.get(position[cluster]++ % list.size());
          }
          return effects
              .aggregate(assigned, adopters(assigned), Weighting.group(design.firstPost()))
              .studentised();
        });
  }

  private static List<Integer> withoutRepeats(List<Integer> dates) {
    return Set.copyOf(dates).size() == 1 ? List.of(dates.get(0)) : dates;
  }

  private List<Integer> adopterCohorts() {
    List<Integer> found = new ArrayList<>();
    for (int unit = 0; unit < cohorts.length; unit++) {
      if (adopters[unit]) {
        found.add(cohorts[unit]);
      }
    }
    return found;
  }

  private List<Cohort> byCohort() {
    List<Cohort> found = new ArrayList<>();
    for (int cohort : new TreeSet<>(adopterCohorts())) {
      boolean[] ofCohort = new boolean[cohorts.length];
      for (int unit = 0; unit < cohorts.length; unit++) {
        ofCohort[unit] = adopters[unit] && cohorts[unit] == cohort;
      }
      Aggregate effect = effects.aggregate(cohorts, ofCohort, Weighting.group(design.firstPost()));
      if (effect.adopters() > 0) {
        found.add(new Cohort(cohort, effect.adopters(), effect.effect()));
      }
    }
    return found;
  }

  private Optional<Interval> neverAdoptersOnly() {
    Aggregate effect =
        new GroupTimeEffects(panel, design.with(Comparison.NEVER_ADOPTED))
            .aggregate(cohorts, adopters, Weighting.group(design.firstPost()));
    int fewest = Math.min(effect.adoptingClusters(), effect.comparisonClusters());
    if (fewest < FEWEST_CLUSTERS || !Double.isFinite(effect.standardError())) {
      return Optional.empty();
    }
    return Optional.of(
        interval(effect, TDistribution.of(fewest - 1).inverseCumulativeProbability(UPPER)));
  }

  // Around adoption

  /** The earliest block, counted from adoption, that most adopters are observed in. */
  private int firstEvent() {
    return -ofMost(unit -> unit.cohort() - unit.first());
  }

  /** The last block, counted from adoption, that most adopters are observed in. */
  private int lastEvent() {
    return ofMost(unit -> unit.end() - 1 - unit.cohort());
  }

  private int ofMost(ToIntFunction<Unit> blocks) {
    int[] sorted =
        IntStream.range(0, cohorts.length)
            .filter(unit -> adopters[unit])
            .map(unit -> blocks.applyAsInt(panel.units().get(unit)))
            .sorted()
            .toArray();
    return Math.min(MOST_EVENTS, sorted[(int) Math.floor(sorted.length * (1 - SHARE_OF_EVENTS))]);
  }

  /** The adopters that are observed in all blocks from one to another, counted from adoption. */
  private boolean[] observed(int firstEvent, int lastEvent) {
    boolean[] observed = new boolean[cohorts.length];
    for (int i = 0; i < cohorts.length; i++) {
      Unit unit = panel.units().get(i);
      observed[i] =
          adopters[i]
              && cohorts[i] + firstEvent >= unit.first()
              && cohorts[i] + lastEvent <= unit.end() - 1;
    }
    return observed;
  }

  /**
   * Degrees of freedom of effects: one less than the clusters on the smaller side of any of them.
   */
  private static int freedom(Collection<Aggregate> effects) {
    return effects.stream()
            .mapToInt(effect -> Math.min(effect.adoptingClusters(), effect.comparisonClusters()))
            .min()
            .orElse(0)
        - 1;
  }

  /**
   * The test over the leads nearest to the base, each over the same adopters: those that are
   * observed in all of these blocks.
   */
  private Optional<PreTrend> preTrend(int adopting) {
    List<Aggregate> leads = new ArrayList<>();
    List<Double> distances = new ArrayList<>();
    int base = design.base(0);
    int most = Math.min(Math.max(1, adopting / ADOPTERS_PER_LEAD), NormalBox.MOST_DIMENSIONS);
    int first = Math.max(firstEvent(), base - most);
    boolean[] inside = observed(first, base);
    for (int event = base - 1; event >= first; event--) {
      Aggregate lead = effects.aggregate(cohorts, inside, Weighting.event(event));
      if (Double.isFinite(lead.effect())) {
        leads.add(lead);
        distances.add((double) event - base);
      }
    }
    return PreTrend.of(
        leads, distances.stream().mapToDouble(Double::doubleValue).toArray(), freedom(leads));
  }

  private List<Event> eventStudy() {
    int first = firstEvent();
    int last = lastEvent();
    boolean[] inside = observed(first, last);
    Map<Integer, Aggregate> byEvent = new TreeMap<>();
    for (int event = first; event <= last; event++) {
      Aggregate effect = effects.aggregate(cohorts, inside, Weighting.event(event));
      if (Double.isFinite(effect.effect()) && Double.isFinite(effect.standardError())) {
        byEvent.put(event, effect);
      }
    }
    int freedom = freedom(byEvent.values());
    if (freedom < 1) {
      return List.of();
    }
    double band = band(byEvent.values().stream().toList(), freedom);
    List<Event> events = new ArrayList<>();
    byEvent.forEach(
        (event, effect) -> events.add(new Event(event, interval(effect, band), effect.adopters())));
    return events;
  }

  /**
   * The factor of the standard errors that makes a band hold all effects at once with 95 %: the
   * multiplier bootstrap of the largest t over the influences of the clusters (Callaway and
   * Sant'Anna 2021, algorithm 1), with Rademacher's weights. Each draw is divided by √(χ²_ν ÷ ν),
   * as Student's t is, because the standard errors of few clusters are themselves uncertain.
   */
  private static double band(List<Aggregate> effects, int mostFreedom) {
    var random = new SplittableRandom(SEED);
    double[] largest = new double[BAND_DRAWS];
    double[] errors = effects.stream().mapToDouble(Aggregate::standardError).toArray();
    int freedom = Math.min(mostFreedom, Math.max(1, effectiveClusters(effects, errors) - 1));
    int clusters = effects.get(0).clusters();
    double scale = Math.sqrt((clusters - 1.0) / clusters);
    for (int draw = 0; draw < BAND_DRAWS; draw++) {
      double[] sums = new double[errors.length];
      for (int cluster = 0; cluster < clusters; cluster++) {
        int sign = random.nextBoolean() ? 1 : -1;
        for (int i = 0; i < sums.length; i++) {
          sums[i] += sign * effects.get(i).influence(cluster);
        }
      }
      for (int i = 0; i < sums.length; i++) {
        // The base differs from itself by nothing.
        if (errors[i] > NO_VARIATION) {
          largest[draw] = Math.max(largest[draw], scale * Math.abs(sums[i]) / errors[i]);
        }
      }
      largest[draw] /= Math.sqrt(chiSquared(random, freedom) / freedom);
    }
    Arrays.sort(largest);
    return largest[(int) Math.ceil(0.95 * BAND_DRAWS) - 1];
  }

  /**
   * How many clusters of equal influence would vary as much: (Σ c)² ÷ Σ c², where c is a cluster's
   * share of the variances. Of counts, a few large services may decide nearly alone.
   */
  private static int effectiveClusters(List<Aggregate> effects, double[] errors) {
    int clusters = effects.get(0).clusters();
    double sum = 0;
    double squares = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      double share = 0;
      for (int i = 0; i < errors.length; i++) {
        if (errors[i] > NO_VARIATION) {
          share += Math.pow(effects.get(i).influence(cluster) / errors[i], 2);
        }
      }
      sum += share;
      squares += share * share;
    }
    return (int) Math.round(sum * sum / squares);
  }

  private static double chiSquared(SplittableRandom random, int freedom) {
    double sum = 0;
    for (int i = 0; i < freedom; i++) {
      double normal = random.nextGaussian();
      sum += normal * normal;
    }
    return sum;
  }

  // The pooled version of a ratio

  /** The headline with each cell weighted by what it is a mean over. */
  private double pooled() {
    double sum = 0;
    int counted = 0;
    for (int cohort : new TreeSet<>(adopterCohorts())) {
      int base = design.base(cohort);
      double ofCohort = 0;
      int blocks = 0;
      for (int block = cohort + design.firstPost(); block < panel.blocks(); block++) {
        double effect =
            mean(cohort, true, block, block, base)
                - mean(cohort, true, base, block, base)
                - mean(cohort, false, block, block, base)
                + mean(cohort, false, base, block, base);
        if (Double.isFinite(effect)) {
          ofCohort += effect;
          blocks++;
        }
      }
      int size = 0;
      for (int unit = 0; unit < cohorts.length; unit++) {
        size += adopters[unit] && cohorts[unit] == cohort ? 1 : 0;
      }
      if (blocks > 0) {
        sum += size * ofCohort / blocks;
        counted += size;
      }
    }
    return sum / counted;
  }

  private double mean(int cohort, boolean ofAdopters, int of, int block, int base) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < cohorts.length; i++) {
      Unit unit = panel.units().get(i);
      boolean isIn =
          ofAdopters
              ? adopters[i] && cohorts[i] == cohort
              : design.compares(cohort, cohorts[i], Math.max(block, base));
      if (isIn && unit.has(block) && unit.has(base)) {
        sum += unit.weight(of) * unit.value(of);
        weights += unit.weight(of);
      }
    }
    return sum / weights;
  }
}
