package dev.dorado.api.metrics;

import dev.dorado.api.goldenpath.estimate.Holm;
import dev.dorado.api.statistics.RankCorrelation;
import dev.dorado.api.statistics.RankCorrelation.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which practices go together with which instability (rule P2): the rank correlation of each pair
 * over the whole months of groups, such as teams. Never which of them is the cause.
 */
public final class PracticeCorrelations {

  /** A month of a group counts with so many rows of the practice, and deployments or changes. */
  public static final int FEWEST_ROWS = 5;

  /** With fewer months of groups there is no correlation. */
  public static final int FEWEST_MONTHS = 20;

  /** With fewer groups there is none either. */
  public static final int FEWEST_GROUPS = 4;

  private static final double SIGNIFICANT = 0.05;

  /** What is compared with each practice, as the words of a sentence. */
  private static final Map<MetricName, String> OUTCOMES =
      Map.of(
          MetricName.CHANGE_FAIL_RATE, "change fail rate",
          MetricName.DEPLOYMENT_REWORK_RATE, "deployment rework rate",
          MetricName.CHANGE_REWORK_RATE, "change rework rate");

  /** What more of each practice is, as the subject of a sentence. */
  private static final Map<Practice, String> MORE =
      Map.ofEntries(
          Map.entry(Practice.BRANCH_AGE, "Older branches"),
          Map.entry(Practice.MERGES_PER_DAY, "More merges a day"),
          Map.entry(Practice.CI_DURATION_DEFAULT_BRANCH, "Longer CI runs on the default branch"),
          Map.entry(Practice.CI_DURATION_PULL_REQUESTS, "Longer CI runs on pull requests"),
          Map.entry(Practice.CI_UNDER_10_MINUTES, "More CI runs under 10 minutes"),
          Map.entry(Practice.DEPLOYED_ON_FAILED_CI, "More deployments in spite of failed CI runs"),
          Map.entry(Practice.PROGRESSIVE_DELIVERY, "More progressive delivery"),
          Map.entry(Practice.BATCH_SIZE, "Larger batches"),
          Map.entry(Practice.REVIEW_PICKUP, "Longer waits for the first review"),
          Map.entry(Practice.REVIEW_TIME, "Longer reviews"));

  private PracticeCorrelations() {}

  /** The practices that are compared, in the order of {@link Practice}. */
  public static List<Practice> practices() {
    return List.of(Practice.values()).stream().filter(MORE::containsKey).toList();
  }

  /** The metrics that they are compared with. */
  public static List<MetricName> outcomes() {
    return List.of(MetricName.values()).stream().filter(OUTCOMES::containsKey).toList();
  }

  /** The possible values of {@code status}. */
  public static List<String> statuses() {
    return List.of(Status.values()).stream().map(Status::json).toList();
  }

  /**
   * The correlations as JSON objects.
   *
   * @param months flat rows with the values of practices and metrics by name, each with {@code _n}
   * @param group the name in a row of what has months, as {@code team}
   */
  public static List<Map<String, Object>> json(List<Map<String, Object>> months, String group) {
    List<Compared> all = new ArrayList<>();
    for (Practice practice : practices()) {
      for (MetricName outcome : outcomes()) {
        all.add(Compared.of(practice, outcome, months, group));
      }
    }
    List<Compared> estimated = all.stream().filter(one -> one.found().isPresent()).toList();
    List<Double> adjusted =
        Holm.adjusted(estimated.stream().map(one -> one.found().get().pValue()).toList());
    return all.stream()
        .map(
            one -> {
              int at = estimated.indexOf(one);
              return one.json(group, at < 0 ? null : adjusted.get(at), estimated.size());
            })
        .toList();
  }

  private enum Status {
    GOES_TOGETHER,
    MAY_BE_CHANCE,
    CANNOT_TELL,
    TOO_FEW,
    NO_VARIATION;

    String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A practice and an outcome.
   *
   * @param months months of groups in which both are known well enough
   * @param groups their groups
   */
  private record Compared(
      Practice practice,
      MetricName outcome,
      int months,
      int groups,
      boolean isEnough,
      Optional<RankCorrelation> found) {

    static Compared of(
        Practice practice, MetricName outcome, List<Map<String, Object>> rows, String group) {
      List<Pair> pairs =
          rows.stream()
              .filter(row -> Boolean.FALSE.equals(row.get("incomplete")) && row.get(group) != null)
              .filter(row -> isKnown(row, practice.json()) && isKnown(row, outcome.json()))
              .map(
                  row ->
                      new Pair(
                          (String) row.get(group),
                          ((Number) row.get(practice.json())).doubleValue(),
                          ((Number) row.get(outcome.json())).doubleValue()))
              .toList();
      int groups = (int) pairs.stream().map(Pair::cluster).distinct().count();
      boolean isEnough = pairs.size() >= FEWEST_MONTHS && groups >= FEWEST_GROUPS;
      return new Compared(
          practice,
          outcome,
          pairs.size(),
          groups,
          isEnough,
          isEnough ? RankCorrelation.of(pairs) : Optional.empty());
    }

    private static boolean isKnown(Map<String, Object> row, String name) {
      return row.get(name) != null && ((Number) row.get(name + "_n")).longValue() >= FEWEST_ROWS;
    }

    Map<String, Object> json(String group, Double adjusted, int compared) {
      Status status = status(adjusted);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("practice", practice.json());
      json.put("outcome", outcome.json());
      json.put("status", status.json());
      json.put("correlation", found.map(RankCorrelation::rho).orElse(null));
      json.put("low", found.map(it -> it.bounds().low()).orElse(null));
      json.put("high", found.map(it -> it.bounds().high()).orElse(null));
      json.put("p_value", found.map(RankCorrelation::pValue).orElse(null));
      json.put("p_holm", adjusted);
      json.put("n", months);
      json.put("groups", groups);
      json.put("text", text(status, group, compared));
      return json;
    }

    private Status status(Double adjusted) {
      if (!isEnough) {
        return Status.TOO_FEW;
      }
      if (found.isEmpty()) {
        return Status.NO_VARIATION;
      }
      if (Objects.requireNonNull(adjusted) < SIGNIFICANT) {
        return Status.GOES_TOGETHER;
      }
      return found.get().pValue() < SIGNIFICANT ? Status.MAY_BE_CHANCE : Status.CANNOT_TELL;
    }

    private String text(Status status, String group, int compared) {
      String more = MORE.get(practice);
      String rate = OUTCOMES.get(outcome);
      String one = group.replace('_', ' ');
      String counted = "n = %d %s-months of %d %ss".formatted(months, one, groups, one);
      return switch (status) {
        case TOO_FEW ->
            "Too few: %s. It takes %d %s-months of %d %ss with %d rows of each."
                .formatted(counted, FEWEST_MONTHS, one, FEWEST_GROUPS, one, FEWEST_ROWS);
        case NO_VARIATION ->
            "Nothing to compare: one of the two is the same everywhere, %s.".formatted(counted);
        case GOES_TOGETHER -> "%s, %s, %s.".formatted(direction(more, rate), interval(), counted);
        case MAY_BE_CHANCE ->
            "%s, %s, %s; but of %d pairs some look so by chance."
                .formatted(direction(more, rate), interval(), counted, compared);
        case CANNOT_TELL ->
            "Cannot tell whether %s go together with the %s: %s, %s."
                .formatted(
                    more.substring(0, 1).toLowerCase(Locale.ROOT) + more.substring(1),
                    rate,
                    interval(),
                    counted)
                .replace("more progressive delivery go ", "more progressive delivery goes ");
      };
    }

    private String direction(String more, String rate) {
      boolean isHigher = found.orElseThrow().rho() > 0;
      return "%s %s together with a %s %s"
          .formatted(
              more,
              practice == Practice.PROGRESSIVE_DELIVERY ? "goes" : "go",
              isHigher ? "higher" : "lower",
              rate);
    }

    private String interval() {
      RankCorrelation it = found.orElseThrow();
      return "rank correlation %s (%s to %s)"
          .formatted(number(it.rho()), number(it.bounds().low()), number(it.bounds().high()));
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.2f", value)
          .replace('-', '−')
          .replaceFirst("^−0[.]00$", "0.00");
    }
  }
}
