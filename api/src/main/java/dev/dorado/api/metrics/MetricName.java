package dev.dorado.api.metrics;

import java.util.Locale;
import java.util.Map;

/** The metrics, each with its unit, the rule that it follows, and what is said beside it. */
@SuppressWarnings("ImmutableEnumChecker") // The maps are those of Map.of.
public enum MetricName {
  DEPLOYMENT_FREQUENCY(
      "per day",
      "Deployments ÷ calendar days (rule G3). n: deployments (rule K2).",
      Map.of(
          "days", "calendar days of the period",
          "days_per_week", "median, over its whole ISO weeks, of the days with deployments")),
  CHANGE_LEAD_TIME(
      "seconds",
      "Median from first commit to production (rules L1, L3), bots' changes left out (E5). n:"
          + " changes with a lead time.",
      Map.of(
          "p75", "three quarters were quicker, seconds",
          "p90", "nine tenths were quicker, seconds",
          "stages", "median of each stage, seconds (rule L2)",
          "bots", "shipped changes by bots, left out",
          "unknown", "shipped changes whose lead time is unknown, left out")),
  CHANGE_FAIL_RATE(
      "ratio",
      "Failed deployments ÷ deployments (rule F7). n: deployments.",
      Map.of(
          "failed", "failed deployments",
          "immature", "deployments so young that an incident may still be linked to them",
          "incidents", "incidents that began in the period",
          "unlinked_incidents", "those that no rule links to a deployment",
          "unlinked_incidents_share", "their share, 0 to 1; null without incidents")),
  FAILED_DEPLOYMENT_RECOVERY_TIME(
      "seconds",
      "Median from impact to recovery over failures that ended in the period (rules R1, R2). n:"
          + " those failures.",
      Map.of(
          "open", "failures that are open at the end of the period (rule R3)",
          "oldest_open", "age of the oldest of them, seconds; null if there is none",
          "time_to_detect", "median from deployment to impact, seconds",
          "deployment_to_recovery", "median from deployment to recovery, seconds")),
  DEPLOYMENT_REWORK_RATE(
      "ratio",
      "Deployments that were rework ÷ deployments (rule W1). n: deployments.",
      Map.of(
          "rework", "deployments that were rework",
          "probable", "deployments that probably were, not in the rate")),
  CHANGE_REWORK_RATE(
      "ratio",
      "Reactive changes ÷ shipped changes (rule W2). n: shipped changes.",
      Map.of("reactive", "reactive changes")),
  ROLLOUT_SUCCESS_RATE(
      "ratio",
      "Attempts that succeeded ÷ attempts (rule S10). n: attempts.",
      Map.of("failed", "attempts that failed"));

  private final String unit;
  private final String description;
  private final Map<String, String> beside;

  MetricName(String unit, String description, Map<String, String> beside) {
    this.unit = unit;
    this.description = description;
    this.beside = beside;
  }

  /** The name in answers. */
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Unit of the value and its bounds. */
  public String unit() {
    return unit;
  }

  /** What it is, for people, with the rule. */
  public String description() {
    return description;
  }

  /** Whether a larger value is better. */
  public boolean isMoreBetter() {
    return this == DEPLOYMENT_FREQUENCY || this == ROLLOUT_SUCCESS_RATE;
  }

  /** What is said beside the value: member and meaning. */
  public Map<String, String> beside() {
    return beside;
  }
}
