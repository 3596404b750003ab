package dev.dorado.api.goldenpath;

import dev.dorado.api.goldenpath.PathEffects.OutcomeEffect;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Estimate.Headline;
import dev.dorado.api.goldenpath.estimate.Estimate.Interval;
import dev.dorado.api.goldenpath.estimate.Holm;
import dev.dorado.api.goldenpath.estimate.PreTrend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The effects as the members of an answer. */
public final class EffectsJson {

  private EffectsJson() {}

  /**
   * The effects, in the order of the outcomes.
   *
   * @param primary the outcome that was named beforehand: its p-value needs no adjustment
   */
  public static List<Map<String, Object>> effects(
      PathEffects study, List<OutcomeEffect> effects, Outcome primary) {
    List<Double> pValues = new ArrayList<>();
    effects.forEach(
        effect -> effect.estimate().headline().map(Headline::pValue).ifPresent(pValues::add));
    List<Double> adjusted = new ArrayList<>(Holm.adjusted(pValues));
    List<Map<String, Object>> json = new ArrayList<>();
    for (OutcomeEffect effect : effects) {
      Double holm = effect.estimate().headline().isPresent() ? adjusted.remove(0) : null;
      json.add(effect(study, effect, holm, effect.outcome() == primary));
    }
    return json;
  }

  /** How adopters and the others differed before adoption. */
  public static List<Map<String, Object>> balance(List<OutcomeEffect> effects) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (OutcomeEffect effect : effects) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("outcome", effect.outcome().json());
      row.put("adopting", known(effect.levels().adoptingBefore()));
      row.put("comparison", known(effect.levels().comparisonBefore()));
      rows.add(row);
    }
    return rows;
  }

  /** How far adoption came. */
  public static List<Map<String, Object>> adoption(List<PathEffects.Adoption> adoption) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (var block : adoption) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("time", block.time());
      row.put("services", block.services());
      row.put("services_on_path", block.servicesOnPath());
      row.put("teams", block.teams());
      row.put("teams_on_path", block.teamsOnPath());
      row.put("deployments_share", block.deploymentsShare().orElse(null));
      row.put("left", block.left());
      rows.add(row);
    }
    return rows;
  }

  /** Who is left out. */
  public static List<Map<String, Object>> excluded(List<PathEffects.Exclusion> excluded) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (var exclusion : excluded) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("service", exclusion.service());
      row.put("reason", exclusion.reason());
      rows.add(row);
    }
    return rows;
  }

  private static Map<String, Object> effect(
      PathEffects study, OutcomeEffect effect, Double holm, boolean isPrimary) {
    Outcome outcome = effect.outcome();
    Estimate estimate = effect.estimate();
    Optional<Headline> headline = estimate.headline();
    Double p = headline.map(Headline::pValue).orElse(null);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("outcome", outcome.json());
    json.put("unit", outcome.isRatio() ? "ratio" : "points");
    json.put("status", estimate.status().json());
    json.put("reason", estimate.reason().orElse(null));
    putInterval(json, outcome, headline.map(Headline::interval));
    json.put("p_value", p);
    json.put("n_adopting", estimate.counts().adopters());
    json.put("n_comparison", estimate.counts().comparisons());
    json.put(
        "minimum_detectable",
        headline
            .map(known -> Verdict.improvement(outcome, known.minimumDetectable()))
            .orElse(null));
    Map<String, Object> preTrend = new LinkedHashMap<>();
    preTrend.put("p_value", estimate.preTrend().map(PreTrend::pValue).orElse(null));
    preTrend.put(
        "detectable_slope",
        estimate
            .preTrend()
            .map(test -> Verdict.effect(outcome, test.detectableSlope()))
            .orElse(null));
    json.put("pre_trend", preTrend);
    json.put("cohorts", cohorts(study, outcome, estimate));
    json.put("event_study", events(outcome, estimate));
    Map<String, Object> never = new LinkedHashMap<>();
    putInterval(never, outcome, estimate.neverAdoptersOnly());
    json.put("never_adopters_only", never);
    json.put("primary", isPrimary);
    json.put("p_holm", holm);
    boolean isAdjusted = !isPrimary && holm != null;
    json.put(
        "verdict",
        Verdict.of(effect, isAdjusted ? holm : or(p, 1), isAdjusted, study.clustering()));
    json.put(
        "pooled",
        estimate
            .pooled()
            .filter(difference -> !outcome.isRatio())
            .map(EffectsJson::known)
            .orElse(null));
    json.put("clusters_adopting", estimate.counts().adoptingClusters());
    json.put("clusters_comparison", estimate.counts().comparisonClusters());
    Map<String, Object> missing = new LinkedHashMap<>();
    missing.put("adopting", known(estimate.counts().missingOfAdopters()));
    missing.put("comparison", known(estimate.counts().missingOfComparisons()));
    json.put("missing", missing);
    json.put("levels", levels(effect));
    return json;
  }

  private static Map<String, Object> levels(OutcomeEffect effect) {
    Map<String, Object> levels = new LinkedHashMap<>();
    levels.put("adopting_before", known(effect.levels().adoptingBefore()));
    levels.put("adopting_after", known(effect.levels().adoptingAfter()));
    levels.put("comparison_before", known(effect.levels().comparisonBefore()));
    levels.put("comparison_after", known(effect.levels().comparisonAfter()));
    return levels;
  }

  private static List<Map<String, Object>> cohorts(
      PathEffects study, Outcome outcome, Estimate estimate) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (var cohort : estimate.cohorts()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("time", study.startOf(outcome, cohort.block()));
      row.put("n", cohort.adopters());
      row.put("estimate", known(Verdict.effect(outcome, cohort.effect())));
      rows.add(row);
    }
    return rows;
  }

  private static List<Map<String, Object>> events(Outcome outcome, Estimate estimate) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (var event : estimate.eventStudy()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("block", event.block());
      putInterval(row, outcome, Optional.of(event.interval()));
      row.put("n", event.adopters());
      rows.add(row);
    }
    return rows;
  }

  private static void putInterval(
      Map<String, Object> json, Outcome outcome, Optional<Interval> interval) {
    json.put("estimate", interval.map(of -> Verdict.effect(outcome, of.effect())).orElse(null));
    json.put("low", interval.map(of -> Verdict.effect(outcome, of.low())).orElse(null));
    json.put("high", interval.map(of -> Verdict.effect(outcome, of.high())).orElse(null));
  }

  private static Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static double or(Double value, double otherwise) {
    return value == null ? otherwise : value;
  }
}
