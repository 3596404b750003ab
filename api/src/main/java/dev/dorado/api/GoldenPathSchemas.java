package dev.dorado.api;

import static dev.dorado.api.Schemas.array;
import static dev.dorado.api.Schemas.choice;
import static dev.dorado.api.Schemas.count;
import static dev.dorado.api.Schemas.flag;
import static dev.dorado.api.Schemas.number;
import static dev.dorado.api.Schemas.object;
import static dev.dorado.api.Schemas.ordered;
import static dev.dorado.api.Schemas.text;
import static dev.dorado.api.Schemas.texts;
import static dev.dorado.api.Schemas.time;

import dev.dorado.api.goldenpath.Blocks;
import dev.dorado.api.goldenpath.FirstDeployments;
import dev.dorado.api.goldenpath.Outcome;
import dev.dorado.api.goldenpath.estimate.Estimate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shape of the answer about the golden path, and of its parts as CSV. */
final class GoldenPathSchemas {

  private static final String FIRST_DEPLOYMENT = "first_deployment";

  /** The parts that CSV can give. */
  static final List<String> PARTS =
      List.of(
          "effects", "event_study", "cohorts", "adoption", "balance", "excluded", FIRST_DEPLOYMENT);

  private static final Map<String, Object> ADOPTION =
      object(
          ordered(
              "time", time("Start of the block; the numbers are those of its end."),
              "services", count("Services that have deployed or shipped a change by then."),
              "services_on_path", count("Those on the path."),
              "teams", count("Their teams."),
              "teams_on_path", count("Teams with a service on the path."),
              "deployments_share",
                  number("Share of the block's deployments by services on the path, 0 to 1."),
              "left", count("Services that were on the path and no longer are.")));

  private static final Map<String, Object> COHORT =
      object(
          ordered(
              "time", time("Start of the block of adoption."),
              "n", count("Adopters."),
              "estimate", number("Effect on them.")));

  private static final Map<String, Object> EVENT =
      object(
          ordered(
              "block", count("Blocks since adoption; below 0 before it."),
              "estimate", number("Effect in that block; 0 in the base by construction."),
              "low", number("Lower end of a band that holds all blocks at once with 95 %."),
              "high", number("Upper end."),
              "n", count("Adopters: the same in all blocks, but for those without a value.")));

  private static final Map<String, Object> EFFECT =
      object(
          ordered(
              "outcome", choice("Metric.", Outcome.names().toArray(String[]::new)),
              "unit",
                  choice(
                      "ratio: the part by which the outcome changes, -0.3 is 30 % less; points: a"
                          + " difference of ratios, -0.03 is 3 percentage points less.",
                      "ratio", "points"),
              "status",
                  choice(
                      "estimated: 10 clusters or more on each side; exploratory: 5 to 9; refused: no"
                          + " estimate, for the reason given.",
                      Arrays.stream(Estimate.Status.values())
                          .map(Estimate.Status::json)
                          .toArray(String[]::new)),
              "reason", text("Why it is refused, and what would be needed; null if it is not."),
              "estimate", number("Mean effect on adopters after the block of adoption."),
              "low", number("Lower end of its 95 % interval."),
              "high", number("Upper end."),
              "p_value",
                  number(
                      "Of the permutation of adoption dates; exact for no effect at all if timing is"
                          + " as good as random."),
              "n_adopting", count("Services that adopted and are in the estimate."),
              "n_comparison", count("Services that they are compared with."),
              "minimum_detectable",
                  number("Size of an improvement that would be found with a probability of 80 %."),
              "pre_trend",
                  object(
                      ordered(
                          "p_value",
                              number(
                                  "Whether adopters developed differently before adoption. A large"
                                      + " value does not show that they did not."),
                          "detectable_slope",
                              number(
                                  "Difference in trends, per block, that would have been seen with a"
                                      + " probability of 80 %."))),
              "cohorts", array(COHORT, "By block of adoption."),
              "event_study",
                  array(EVENT, "By block since adoption; only where status is estimated."),
              "never_adopters_only",
                  object(
                      ordered(
                          "estimate", number("Against services that never adopt, alone."),
                          "low", number("Lower end of its 95 % interval."),
                          "high", number("Upper end."))),
              "primary", flag("It was named beforehand (dorado.api.golden-path-outcome)."),
              "p_holm", number("The p-value adjusted for all estimated outcomes (Holm)."),
              "verdict",
                  text(
                      "What it says, in words. With the primary outcome p_value decides, else p_holm."),
              "pooled",
                  number(
                      "The estimate with blocks weighted by their deployments or changes; null where"
                          + " the unit is ratio."),
              "clusters_adopting", count("Clusters with adopters."),
              "clusters_comparison", count("Clusters without."),
              "missing",
                  object(
                      ordered(
                          "adopting", number("Share of the adopters' blocks without a value."),
                          "comparison", number("The same of the others."))),
              "levels",
                  object(
                      ordered(
                          "adopting_before", level("adopters, before adoption"),
                          "adopting_after", level("adopters, after it"),
                          "comparison_before", level("the others, in the same blocks as before"),
                          "comparison_after", level("the others, in the same blocks as after")))));

  private static final Map<String, Object> BALANCE =
      object(
          ordered(
              "outcome", choice("Metric.", Outcome.names().toArray(String[]::new)),
              "adopting", level("adopters, before adoption"),
              "comparison", level("the others, in the same blocks")));

  private static final Map<String, Object> EXCLUDED =
      object(
          ordered(
              "service", text("Service."),
              "reason", text("Why it, or what part of it, is left out.")));

  private static final Map<String, Object> POINT =
      object(
          ordered(
              "days", number("Days since the first commit."),
              "share", number("Share that had not been deployed by then, 0 to 1 (Kaplan-Meier)."),
              "low", number("Lower end of its 95 % interval."),
              "high", number("Upper end."),
              "at_risk", count("How many were followed until then and not deployed before.")));

  private static final Map<String, Object> CURVE =
      object(
          ordered(
              "n", count("How many; null of too few contributors to stay anonymous."),
              "events", count("How many were deployed."),
              "median_days", number("Days by which half were deployed; null if they are not yet."),
              "points", array(POINT, "By days.")));

  static final Map<String, Object> ANSWER =
      object(
          ordered(
              "path",
              text("Golden path; null: any of several."),
              "from",
              time("Start of the first block."),
              "to",
              time("End of the last block."),
              "block_days",
              count(
                  "Days of a block: %d. Rates have blocks of three times as many."
                      .formatted(Blocks.DAYS)),
              "cluster",
              choice("What is one observation.", "service", "team"),
              "adoption",
              array(ADOPTION, "By block, oldest first."),
              "effects",
              array(EFFECT, "By outcome."),
              "balance",
              array(BALANCE, "How adopters differed from the others before adoption."),
              "excluded",
              array(EXCLUDED, "What is left out, by service."),
              FIRST_DEPLOYMENT,
              object(
                  ordered(
                      "services",
                          object(
                              ordered(
                                  "on", CURVE,
                                  "off", CURVE,
                                  "log_rank_p",
                                      number(
                                          "Whether new services on the path and off it differ:"
                                              + " an association."))),
                      "contributors",
                          object(
                              ordered(
                                  "before", CURVE,
                                  "after", CURVE,
                                  "log_rank_p",
                                      number(
                                          "Whether new contributors of adopting services"
                                              + " before and after adoption differ: an"
                                              + " association."))))),
              "onboarding_claim",
              object(
                  ordered(
                      "low", number("Reduction that others claim, at least: 0.3 is 30 %."),
                      "high", number("At most."),
                      "text", text("The claim in a sentence. It is somebody else's."))),
              "paths",
              texts("All golden paths of the catalog.")));

  private static final Map<String, Map<String, Object>> ROWS =
      Map.of(
          "adoption",
          ADOPTION,
          "effects",
          EFFECT,
          "event_study",
          EVENT,
          "cohorts",
          COHORT,
          "balance",
          BALANCE,
          "excluded",
          EXCLUDED,
          FIRST_DEPLOYMENT,
          POINT);

  private GoldenPathSchemas() {}

  /** A part of an answer as rows; those of effects have the outcome before them. */
  static Answer part(Map<String, Object> answer, String part) {
    List<String> head = Schemas.flatNames(ROWS.get(part));
    if (answer.get(part) instanceof List<?> rows) {
      return Answer.ofRows(answer, head, rows.stream().map(row -> named((Map<?, ?>) row)).toList());
    }
    if (answer.get(part) instanceof Map<?, ?> curves) {
      head.addAll(0, List.of("of", "group"));
      return Answer.ofRows(answer, head, FirstDeployments.rows(curves));
    }
    head.add(0, "outcome");
    List<Map<String, Object>> rows =
        ((List<?>) answer.get("effects"))
            .stream()
                .map(effect -> (Map<?, ?>) effect)
                .flatMap(
                    effect ->
                        ((List<?>) effect.get(part))
                            .stream()
                                .map(
                                    row -> {
                                      Map<String, Object> flat = named((Map<?, ?>) row);
                                      flat.put("outcome", effect.get("outcome"));
                                      return flat;
                                    }))
                .toList();
    return Answer.ofRows(answer, head, rows);
  }

  private static Map<String, Object> named(Map<?, ?> row) {
    Map<String, Object> named = new LinkedHashMap<>();
    row.forEach((name, value) -> named.put((String) name, value));
    return named;
  }

  private static Map<String, Object> level(String whose) {
    return number(
        "Of %s: median of the blocks' medians in seconds for lead times, deployments in a block, or mean ratio."
            .formatted(whose));
  }
}
