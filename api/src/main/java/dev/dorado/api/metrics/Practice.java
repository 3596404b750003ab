package dev.dorado.api.metrics;

import java.util.Locale;
import java.util.Map;

/**
 * The practices beside the metrics (rules P1 and P2), each with its unit and what stands beside.
 */
@SuppressWarnings("ImmutableEnumChecker") // The maps are those of Map.of.
public enum Practice {
  CI_DURATION_DEFAULT_BRANCH(
      "seconds",
      "Median duration of CI runs on the default branch that succeeded or failed (rule P2). n:"
          + " those runs.",
      Map.of("p75", Texts.P75)),
  CI_DURATION_PULL_REQUESTS(
      "seconds",
      "Median duration of CI runs on pull requests that succeeded or failed (rule P2). n: those"
          + " runs.",
      Map.of("p75", Texts.P75)),
  CI_SUCCESS_DEFAULT_BRANCH(
      "ratio",
      "CI runs on the default branch that succeeded ÷ those that succeeded or failed (rule P2). n:"
          + " the latter.",
      Map.of("other", Texts.OTHER)),
  CI_SUCCESS_PULL_REQUESTS(
      "ratio",
      "CI runs on pull requests that succeeded ÷ those that succeeded or failed (rule P2). n: the"
          + " latter.",
      Map.of("other", Texts.OTHER)),
  CI_UNDER_10_MINUTES(
      "ratio",
      "CI runs on the default branch and on pull requests that took less than 10 minutes ÷ those"
          + " that succeeded or failed (rule P2). n: the latter.",
      Map.of()),
  BRANCH_AGE(
      "seconds",
      "Median from a pull request's first commit to its merge, over those merged in the period,"
          + " bots' left out (rule P2). n: pull requests, each once for every service.",
      Map.of("p75", Texts.P75)),
  MERGES_PER_DAY(
      "per_day",
      "Changes merged to the branch that is deployed, by calendar day, bots' left out (rule P2). n:"
          + " those changes, each once.",
      Map.of()),
  REVIEW_PICKUP(
      "seconds",
      "Median from the opening of a pull request, or from when it stopped being a draft, to the"
          + " first review by another person, over those merged in the period, bots' left out"
          + " (rules L2, P2). n: pull requests that were reviewed.",
      Map.of("p75", Texts.P75)),
  REVIEW_TIME(
      "seconds",
      "Median from the first review of a pull request to its merge, over those merged in the"
          + " period, bots' left out (rules L2, P2). n: pull requests that were reviewed.",
      Map.of("p75", Texts.P75)),
  DEPLOYED_ON_FAILED_CI(
      "ratio",
      "Deployments before which the last run of a workflow on their commit had failed ÷ deployments"
          + " whose commit had runs on the default branch (rule P2). 0 where tests block. n: the"
          + " latter.",
      Map.of()),
  PROGRESSIVE_DELIVERY(
      "ratio",
      "Deployments that were shifted step by step (canary, A/B), and flags that were turned on, ÷"
          + " deployments and flags turned on (rule P2). Null while nobody has ever stated a"
          + " strategy or a flag. n: all of these.",
      Map.of(
          "canaries", "deployments that were shifted step by step",
          "flags", "flags that were turned on")),
  BATCH_SIZE(
      "changes",
      "Median of the changes that a forward deployment ships (rule P2). n: those deployments whose"
          + " head is known.",
      Map.of("p75", "three quarters shipped fewer, or as many")),
  CONTRIBUTOR_FIRST_DEPLOYMENT(
      "seconds",
      "Median (Kaplan-Meier) from a contributor's first commit to the first deployment that shipped"
          + " a change of theirs, over those whose first commit is in the period (rule P1). n:"
          + " contributors; null with the rest if they are too few to be nobody in particular.",
      Map.of(
          "censored", "those of whom nothing has been deployed yet",
          "left_out", "those seen in a repository's first 90 days, or before its baseline")),
  SERVICE_FIRST_DEPLOYMENT(
      "seconds",
      "Median (Kaplan-Meier) from a service's first commit to its first deployment, over those"
          + " whose first commit is in the period (rule P1). n: services.",
      Map.of(
          "censored", "those that have not been deployed yet",
          "left_out", "those whose first deployment is unknown or older than their first commit"));

  private final String unit;
  private final String description;
  private final Map<String, String> beside;

  Practice(String unit, String description, Map<String, String> beside) {
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

  /** What is said beside the value: member and meaning. */
  public Map<String, String> beside() {
    return beside;
  }

  private static final class Texts {
    private static final String P75 = "three quarters were quicker, seconds";
    private static final String OTHER = "runs that neither succeeded nor failed, left out";
  }
}
