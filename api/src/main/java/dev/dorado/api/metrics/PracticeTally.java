package dev.dorado.api.metrics;

import dev.dorado.api.statistics.ConfidenceInterval;
import dev.dorado.api.statistics.Counts;
import dev.dorado.api.statistics.KaplanMeier;
import dev.dorado.api.statistics.Ratio;
import dev.dorado.api.statistics.Samples;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is known of the practices of one group in one period. Not thread-safe. */
public final class PracticeTally {

  private static final double TEN_MINUTES = 600;

  /** Where a CI run ran. */
  public enum Place {
    /** On the default branch. */
    DEFAULT_BRANCH,
    /** On a pull request. */
    PULL_REQUEST
  }

  private final int fewestContributors;
  private final Runs onDefaultBranch = new Runs();
  private final Runs onPullRequests = new Runs();
  private Samples branchAge = new Samples();
  private Samples reviewPickup = new Samples();
  private Samples reviewTime = new Samples();
  private Samples batchSize = new Samples();
  private long merges;
  private double days;
  private long deployments;
  private long canaries;
  private long flags;
  private boolean isStrategyKnown;
  private long onRunCommits;
  private long onFailedRuns;
  private final Firsts contributors = new Firsts();
  private final Firsts services = new Firsts();

  /**
   * Nothing yet.
   *
   * @param fewestContributors with fewer contributors, nothing is said of them (rule P1)
   */
  public PracticeTally(int fewestContributors) {
    this.fewestContributors = fewestContributors;
  }

  /**
   * A CI run that is over.
   *
   * @param succeeded whether it succeeded or failed; empty if neither
   * @param seconds how long it took; empty if unknown
   */
  public void addRun(Place place, Optional<Boolean> succeeded, Optional<Double> seconds) {
    Runs runs = place == Place.DEFAULT_BRANCH ? onDefaultBranch : onPullRequests;
    if (succeeded.isEmpty()) {
      runs.others++;
      return;
    }
    runs.done++;
    runs.succeeded += succeeded.get() ? 1 : 0;
    seconds.filter(duration -> duration >= 0).ifPresent(runs.durations::add);
    seconds
        .filter(duration -> duration >= 0 && duration < TEN_MINUTES)
        .ifPresent(quick -> runs.quick++);
  }

  /**
   * The pull requests that were merged.
   *
   * @param age seconds from first commit to merge, of those for which it is known
   * @param pickup seconds to the first review, of those that were reviewed
   * @param review seconds from there to the merge
   */
  public void setPullRequests(Samples age, Samples pickup, Samples review) {
    branchAge = age;
    reviewPickup = pickup;
    reviewTime = review;
  }

  /**
   * The changes that were merged.
   *
   * @param changes how many
   * @param inDays calendar days of the period
   */
  public void setMerges(long changes, double inDays) {
    merges = changes;
    days = inDays;
  }

  /**
   * The deployments.
   *
   * @param batches how many changes each forward one shipped, where that is known
   * @param all how many there were
   * @param stepwise those that were shifted step by step
   */
  public void setDeployments(Samples batches, long all, long stepwise) {
    batchSize = batches;
    deployments = all;
    canaries = stepwise;
  }

  /** Some flags were turned on. */
  public void addFlags(long turnedOn) {
    flags += turnedOn;
  }

  /** Somebody has stated how traffic is shifted: without that, no share of it is known. */
  public void setStrategyKnown() {
    isStrategyKnown = true;
  }

  /**
   * The deployments whose commit had CI runs.
   *
   * @param all how many there were
   * @param failed those before which the last run of a workflow had failed
   */
  public void setDeploymentsAfterRuns(long all, long failed) {
    onRunCommits = all;
    onFailedRuns = failed;
  }

  /** A contributor who was new in the period. */
  public void addContributor(First first) {
    contributors.add(first);
  }

  /** A service that was new in the period. */
  public void addService(First first) {
    services.add(first);
  }

  /** The practices as a JSON object. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Practice practice : Practice.values()) {
      json.put(practice.json(), json(practice));
    }
    return json;
  }

  /** A practice as a JSON object: value, unit, n, low, high and what stands beside. */
  public Map<String, Object> json(Practice practice) {
    return switch (practice) {
      case CI_DURATION_DEFAULT_BRANCH -> median(practice, onDefaultBranch.durations);
      case CI_DURATION_PULL_REQUESTS -> median(practice, onPullRequests.durations);
      case CI_SUCCESS_DEFAULT_BRANCH -> success(practice, onDefaultBranch);
      case CI_SUCCESS_PULL_REQUESTS -> success(practice, onPullRequests);
      case CI_UNDER_10_MINUTES ->
          ratio(
              practice,
              onDefaultBranch.quick + onPullRequests.quick,
              onDefaultBranch.durations.size() + onPullRequests.durations.size(),
              Map.of());
      case BRANCH_AGE -> median(practice, branchAge);
      case MERGES_PER_DAY -> merges(practice);
      case REVIEW_PICKUP -> median(practice, reviewPickup);
      case REVIEW_TIME -> median(practice, reviewTime);
      case DEPLOYED_ON_FAILED_CI -> ratio(practice, onFailedRuns, onRunCommits, Map.of());
      case PROGRESSIVE_DELIVERY -> progressive(practice);
      case BATCH_SIZE -> median(practice, batchSize);
      case CONTRIBUTOR_FIRST_DEPLOYMENT -> firsts(practice, contributors, fewestContributors);
      case SERVICE_FIRST_DEPLOYMENT -> firsts(practice, services, 0);
    };
  }

  private static Map<String, Object> success(Practice practice, Runs runs) {
    boolean any = runs.done + runs.others > 0;
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("other", any ? runs.others : null);
    return ratio(practice, runs.succeeded, runs.done, beside);
  }

  private static Map<String, Object> ratio(
      Practice practice, long part, long whole, Map<String, Object> beside) {
    return practice(practice, Ratio.of(part, whole), whole, Ratio.wilson(part, whole), beside);
  }

  private Map<String, Object> merges(Practice practice) {
    if (merges == 0) {
      return practice(practice, Optional.empty(), 0L, Optional.empty(), Map.of());
    }
    ConfidenceInterval counts = Counts.poisson(merges);
    return practice(
        practice,
        Optional.of(merges / days),
        merges,
        Optional.of(new ConfidenceInterval(counts.low() / days, counts.high() / days)),
        Map.of());
  }

  private Map<String, Object> progressive(Practice practice) {
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("canaries", isStrategyKnown ? canaries : null);
    beside.put("flags", isStrategyKnown ? flags : null);
    return isStrategyKnown
        ? ratio(practice, canaries + flags, deployments + flags, beside)
        : practice(practice, Optional.empty(), 0L, Optional.empty(), beside);
  }

  private static Map<String, Object> median(Practice practice, Samples samples) {
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("p75", samples.quantile(0.75).orElse(null));
    return practice(
        practice, samples.median(), (long) samples.size(), samples.medianBounds(), beside);
  }

  private static Map<String, Object> firsts(Practice practice, Firsts firsts, int fewest) {
    Map<String, Object> beside = new LinkedHashMap<>();
    KaplanMeier times = firsts.times;
    // Of a few it would be known who they are: then not even their number is told.
    if (times.size() < fewest) {
      beside.put("censored", null);
      beside.put("left_out", null);
      return practice(practice, Optional.empty(), null, Optional.empty(), beside);
    }
    beside.put("censored", times.censored());
    beside.put("left_out", firsts.leftOut);
    return practice(practice, times.median(), (long) times.size(), times.medianBounds(), beside);
  }

  private static Map<String, Object> practice(
      Practice practice,
      Optional<Double> value,
      Long n,
      Optional<ConfidenceInterval> bounds,
      Map<String, Object> beside) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", value.orElse(null));
    json.put("unit", practice.unit());
    json.put("n", n);
    json.put("low", bounds.map(ConfidenceInterval::low).orElse(null));
    json.put("high", bounds.map(ConfidenceInterval::high).orElse(null));
    json.putAll(new TreeMap<>(beside));
    return json;
  }

  /**
   * How long somebody or something new took to be deployed the first time.
   *
   * @param leftOut it cannot be known, or says nothing of how long it takes now
   * @param seconds until the first deployment, or until now if there was none
   * @param deployed whether there was one
   */
  public record First(boolean leftOut, double seconds, boolean deployed) {}

  private static final class Runs {
    private int done;
    private int succeeded;
    private int others;
    private int quick;
    private final Samples durations = new Samples();
  }

  private static final class Firsts {
    private int leftOut;
    private final KaplanMeier times = new KaplanMeier();

    void add(First first) {
      if (first.leftOut()) {
        leftOut++;
      } else if (first.deployed()) {
        times.add(first.seconds());
      } else {
        times.addCensored(first.seconds());
      }
    }
  }
}
