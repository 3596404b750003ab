package dev.dorado.api.metrics;

import dev.dorado.api.statistics.Bounds;
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
  private final Samples branchAge = new Samples();
  private final Samples batchSize = new Samples();
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

  /** A pull request that was merged so many seconds after its first commit. */
  public void addBranch(double seconds) {
    branchAge.add(seconds);
  }

  /** A forward deployment that shipped so many changes. */
  public void addBatch(long changes) {
    batchSize.add((double) changes);
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

  private Map<String, Object> json(Practice practice) {
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
      Optional<Bounds> bounds,
      Map<String, Object> beside) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", value.orElse(null));
    json.put("unit", practice.unit());
    json.put("n", n);
    json.put("low", bounds.map(Bounds::low).orElse(null));
    json.put("high", bounds.map(Bounds::high).orElse(null));
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
