package dev.dorado.rules.attribute;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Table;
import java.util.List;

/** Which deployments corrections exclude. Who names one attempt of a rollout excludes all of it. */
final class Exclusions {

  private static final String WHOLE = "";

  private final Rollouts rollouts;
  private final Table<String, String> excluded;
  private final Derived<String, Boolean, Corrections.Answers<String>> answers;

  Exclusions(
      Derivation derivation,
      Table<String, Boolean> whole,
      Corrections corrections,
      Rollouts rollouts) {
    this.rollouts = rollouts;
    excluded = derivation.table();
    answers =
        derivation.each(
            "exclusions",
            whole,
            (key, none) -> corrections.answers(this::questions),
            (key, given, rows) ->
                given
                    .standing()
                    .forEach(
                        (deployment, correction) ->
                            rows.add(excluded, deployment, Corrections.words(correction))),
            excluded);
  }

  /** Why a deployment is excluded, for people; null if it is not. */
  String reason(String deployment) {
    return excluded.get(deployment);
  }

  /** Maps each overruled exclusion to the id of the later one. */
  String overruledBy(CorrectionEvent correction) {
    return answers.get(WHOLE).overruledBy().get(correction.getCorrection());
  }

  private List<String> questions(CorrectionEvent correction) {
    boolean excludes =
        correction.getAction().equals("exclude") && correction.getDeployment() != null;
    String deployment = excludes ? rollouts.idOf(correction.getDeployment()) : null;
    return deployment == null ? List.of() : List.of(deployment);
  }
}
