package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Why a deployment failed (rule F1), and what ended it.
 *
 * @param deployment the deployment
 * @param rule F2, F3, F4, F6 or F5: the first, in this order, that answered
 * @param method how the rule was applied, for people
 * @param confidence high, medium or low
 * @param evidence ids of what made it fail
 * @param incidents the incidents that are linked to it, in their order
 * @param rejected what was passed over, and by which rule, for people
 * @param remedies deployments that ended it; they decide only if there are no incidents
 * @param recovery when the impact began and ended
 */
record Failure(
    Deployment deployment,
    Rule rule,
    String method,
    String confidence,
    List<String> evidence,
    List<Incident> incidents,
    List<String> rejected,
    List<Remedy> remedies,
    Recovery recovery) {

  /**
   * A deployment that ended a failure.
   *
   * @param by the deployment
   * @param kind rollback, revert, hotfix or next deployment
   */
  record Remedy(Deployment by, String kind) {}

  /** What a rule answers. */
  record Reason(Rule rule, String method, String confidence, String evidence) {}

  /**
   * The failure that {@code reasons} tell of.
   *
   * @param reasons at least one, in the order in which the rules are asked
   */
  static Failure of(
      Deployment deployment,
      List<Reason> reasons,
      List<Links.Linked> linked,
      List<Remedy> remedies,
      Recovery recovery) {
    var first = reasons.get(0);
    var evidence = new TreeSet<String>();
    reasons.forEach(reason -> evidence.add(reason.evidence()));
    List<Incident> incidents = new ArrayList<>();
    List<String> rejected = new ArrayList<>();
    for (var link : linked) {
      incidents.add(link.incident());
      evidence.add(link.incident().id());
      rejected.addAll(link.link().rejected());
    }
    return new Failure(
        deployment,
        first.rule(),
        first.method(),
        first.confidence(),
        List.copyOf(evidence),
        incidents,
        rejected,
        remedies,
        recovery);
  }

  /** The same with further remedies. */
  Failure with(List<Remedy> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Remedy> all = new ArrayList<>(remedies);
    all.addAll(more);
    return new Failure(
        deployment,
        rule,
        method,
        confidence,
        evidence,
        incidents,
        rejected,
        all,
        incidents.isEmpty() ? Recovery.byRemedy(deployment, all) : recovery);
  }
}
