package dev.dorado.api.metrics;

import static dev.dorado.api.metrics.MetricName.CHANGE_FAIL_RATE;
import static dev.dorado.api.metrics.MetricName.CHANGE_LEAD_TIME;
import static dev.dorado.api.metrics.MetricName.CHANGE_REWORK_RATE;
import static dev.dorado.api.metrics.MetricName.DEPLOYMENT_FREQUENCY;
import static dev.dorado.api.metrics.MetricName.DEPLOYMENT_REWORK_RATE;
import static dev.dorado.api.metrics.MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME;
import static dev.dorado.api.metrics.MetricName.ROLLOUT_SUCCESS_RATE;

import dev.dorado.api.statistics.ConfidenceInterval;
import dev.dorado.api.statistics.Counts;
import dev.dorado.api.statistics.Ratio;
import dev.dorado.api.statistics.Samples;
import dev.dorado.api.statistics.TwoSample;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The metrics as functions of a tally. */
public final class Metrics {

  private Metrics() {}

  /**
   * The metric.
   *
   * @param known whether the group exists: then no deployment is a frequency of 0, not an unknown
   */
  public static Metric of(MetricName name, Tally tally, boolean known) {
    return switch (name) {
      case DEPLOYMENT_FREQUENCY -> deploymentFrequency(tally, known);
      case CHANGE_LEAD_TIME -> changeLeadTime(tally);
      case CHANGE_FAIL_RATE -> changeFailRate(tally);
      case FAILED_DEPLOYMENT_RECOVERY_TIME -> recoveryTime(tally);
      case DEPLOYMENT_REWORK_RATE ->
          ratio(
              DEPLOYMENT_REWORK_RATE,
              tally.rework,
              tally.deployments,
              Map.of("rework", tally.rework, "probable", tally.probableRework));
      case CHANGE_REWORK_RATE ->
          ratio(
              CHANGE_REWORK_RATE,
              tally.reactive,
              tally.changes,
              Map.of("reactive", tally.reactive));
      case ROLLOUT_SUCCESS_RATE ->
          ratio(
              ROLLOUT_SUCCESS_RATE,
              tally.attempts - tally.failedAttempts,
              tally.attempts,
              Map.of("failed", tally.failedAttempts));
    };
  }

  /** The tier of a metric of {@code tally}, as far as the evidence allows one. */
  public static Rating rating(
      Metric metric, Tally tally, DoraBenchmarks benchmarks, Evidence evidence) {
    Optional<Benchmark> benchmark = benchmarks.of(metric.name());
    if (benchmark.isEmpty()) {
      return Rating.none("no benchmark is known for this metric");
    }
    if (benchmark.get().bands().isEmpty()) {
      return Rating.none(benchmark.get().note());
    }
    if (metric.value().isEmpty()) {
      return Rating.none("no data");
    }
    Optional<String> missing = missing(metric, tally, evidence);
    if (missing.isPresent()) {
      return Rating.none(missing.get());
    }
    Optional<Tier> tier = tier(metric, tally, benchmarks);
    return tier.isEmpty()
        ? Rating.none("the period is too short: the tiers of the frequency are about whole weeks")
        : new Rating(tier, tiers(metric, tally, benchmarks), Optional.empty());
  }

  /** What is missing for a tier; empty if nothing is. */
  private static Optional<String> missing(Metric metric, Tally tally, Evidence evidence) {
    if (!evidence.isProduction()) {
      return Optional.of("the tiers are defined for production only");
    }
    return switch (metric.name()) {
      case DEPLOYMENT_FREQUENCY ->
          evidence.firstDeployment().isPresent()
              ? Optional.empty()
              : Optional.of(
                  "no deployment is known yet: it may not deploy, or nothing may report it");
      case CHANGE_FAIL_RATE, FAILED_DEPLOYMENT_RECOVERY_TIME ->
          evidence.hasIncidentSource()
              ? Optional.empty()
              : Optional.of(
                  "no incident source is known: connect an incident tool or labelled issues, or"
                      + " report failures with the deployments");
      case CHANGE_LEAD_TIME ->
          tally.unknownLeadTime <= metric.n()
              ? Optional.empty()
              : Optional.of(
                  "the lead time of %d of %d changes is unknown"
                      .formatted(tally.unknownLeadTime, tally.unknownLeadTime + metric.n()));
      case DEPLOYMENT_REWORK_RATE, CHANGE_REWORK_RATE, ROLLOUT_SUCCESS_RATE -> Optional.empty();
    };
  }

  /**
   * How a metric changed from the period before.
   *
   * @param tally what {@code metric} is of
   * @param before the metric of the period before
   * @param tallyBefore what {@code before} is of
   */
  public static MetricChange change(
      Metric metric, Tally tally, Metric before, Tally tallyBefore, Evidence evidence) {
    MetricName name = metric.name();
    MetricChange.Method method =
        switch (name) {
          case DEPLOYMENT_FREQUENCY -> MetricChange.Method.RATES;
          case CHANGE_LEAD_TIME, FAILED_DEPLOYMENT_RECOVERY_TIME -> MetricChange.Method.MEDIANS;
          default -> MetricChange.Method.PROPORTIONS;
        };
    if (metric.value().isEmpty() || before.value().isEmpty()) {
      return MetricChange.unknown(
          method, metric.value().isEmpty() ? "no data" : "no data in the period before");
    }
    TwoSample samples =
        switch (name) {
          case DEPLOYMENT_FREQUENCY ->
              tally.deploymentsByDay().comparedWith(tallyBefore.deploymentsByDay());
          case CHANGE_LEAD_TIME -> tally.leadTime.comparedWith(tallyBefore.leadTime);
          case FAILED_DEPLOYMENT_RECOVERY_TIME -> tally.recovery.comparedWith(tallyBefore.recovery);
          case CHANGE_FAIL_RATE -> tally.failures.comparedWith(tallyBefore.failures);
          case DEPLOYMENT_REWORK_RATE -> tally.reworks.comparedWith(tallyBefore.reworks);
          case CHANGE_REWORK_RATE -> tally.reactions.comparedWith(tallyBefore.reactions);
          case ROLLOUT_SUCCESS_RATE -> tally.rollouts.comparedWith(tallyBefore.rollouts);
        };
    if (name == DEPLOYMENT_FREQUENCY) {
      Instant first = evidence.firstDeployment().orElse(Instant.MAX);
      if (!first.isBefore(tally.period().from())) {
        return MetricChange.unknown(method, "no deployment is known before the period");
      }
      if (first.isAfter(tallyBefore.period().from())) {
        samples =
            new TwoSample(
                samples.bounds(),
                Optional.of(
                    "the first deployment that is known finished at %s, after the start of the period before"
                        .formatted(first)));
      }
    }
    return MetricChange.of(name, method, metric.value().get() - before.value().get(), samples);
  }

  /** The tier of a metric of {@code tally}; empty if the value is unknown or the year has none. */
  static Optional<Tier> tier(Metric metric, Tally tally, DoraBenchmarks benchmarks) {
    return metric.name() == DEPLOYMENT_FREQUENCY
        ? metric
            .value()
            .flatMap(
                value ->
                    benchmarks.tierOfFrequency(value, tally.daysPerWeek(), tally.period().days()))
        : metric.value().flatMap(value -> benchmarks.tier(metric.name(), value));
  }

  /**
   * The tiers that the interval of a metric reaches over, best first: one where the number is sure
   * enough for its tier. Empty without a tier, and without an interval, since there are too few
   * rows to say. The bands of a frequency are about weeks, of which its interval says nothing:
   * there it is the tier.
   */
  static List<Tier> tiers(Metric metric, Tally tally, DoraBenchmarks benchmarks) {
    Optional<Tier> tier = tier(metric, tally, benchmarks);
    if (tier.isEmpty() || metric.name() == DEPLOYMENT_FREQUENCY) {
      return tier.stream().toList();
    }
    return metric
        .bounds()
        .map(bounds -> tiers(metric.name(), bounds, benchmarks))
        .orElseGet(List::of);
  }

  /** A larger value of any of these metrics is worse. */
  private static List<Tier> tiers(
      MetricName name, ConfidenceInterval bounds, DoraBenchmarks benchmarks) {
    Tier best = benchmarks.tier(name, bounds.low()).orElseThrow();
    Tier worst = benchmarks.tier(name, bounds.high()).orElseThrow();
    return benchmarks.of(name).orElseThrow().bands().stream()
        .map(Benchmark.Band::tier)
        .filter(tier -> tier.compareTo(best) >= 0 && tier.compareTo(worst) <= 0)
        .toList();
  }

  private static Metric deploymentFrequency(Tally tally, boolean known) {
    double days = tally.period().days();
    boolean hasValue = known || tally.deployments > 0;
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("days", days);
    beside.put("days_per_week", hasValue ? tally.daysPerWeek().orElse(null) : null);
    return new Metric(
        DEPLOYMENT_FREQUENCY,
        hasValue ? Optional.of(tally.deployments / days) : Optional.empty(),
        tally.deployments,
        hasValue
            ? Optional.of(Counts.poisson(tally.deployments).dividedBy(days))
            : Optional.<ConfidenceInterval>empty(),
        beside);
  }

  private static Metric changeLeadTime(Tally tally) {
    Map<String, Object> stages = new LinkedHashMap<>();
    stages.put("coding", tally.coding.median().orElse(null));
    stages.put("pickup", tally.pickup.median().orElse(null));
    stages.put("review", tally.review.median().orElse(null));
    stages.put("deploy", tally.deploy.median().orElse(null));
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("p75", tally.leadTime.samples().quantile(0.75).orElse(null));
    beside.put("p90", tally.leadTime.samples().quantile(0.90).orElse(null));
    beside.put("stages", stages);
    beside.put("bots", tally.bots);
    beside.put("unknown", tally.unknownLeadTime);
    return median(CHANGE_LEAD_TIME, tally.leadTime.samples(), beside);
  }

  private static Metric changeFailRate(Tally tally) {
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("failed", tally.failed);
    beside.put("immature", tally.immature);
    beside.put("incidents", tally.incidents);
    beside.put("unlinked_incidents", tally.unlinkedIncidents);
    beside.put(
        "unlinked_incidents_share",
        Ratio.of(tally.unlinkedIncidents, tally.incidents).orElse(null));
    return ratio(CHANGE_FAIL_RATE, tally.failed, tally.deployments, beside);
  }

  private static Metric recoveryTime(Tally tally) {
    Map<String, Object> beside = new LinkedHashMap<>();
    beside.put("open", tally.open);
    beside.put(
        "oldest_open", tally.oldestOpen == null ? null : tally.oldestOpen.toMillis() / 1000.0);
    beside.put("time_to_detect", tally.detection.median().orElse(null));
    beside.put("deployment_to_recovery", tally.deploymentToRecovery.median().orElse(null));
    return median(FAILED_DEPLOYMENT_RECOVERY_TIME, tally.recovery.samples(), beside);
  }

  private static Metric median(MetricName name, Samples samples, Map<String, Object> beside) {
    return new Metric(name, samples.median(), samples.size(), samples.medianBounds(), beside);
  }

  private static Metric ratio(MetricName name, long part, long whole, Map<String, Object> beside) {
    return new Metric(name, Ratio.of(part, whole), whole, Ratio.wilson(part, whole), beside);
  }
}
