package dev.dorado.rules.attribute;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.route.Environments;
import dev.dorado.steps.RoutedIncident;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the corrections by people say in the end (rules F2, W1), and what became of each. What is
 * said of an attempt is said of its deployment; whether that failed and what incidents belong to
 * it, of what a redeploy repeats (K2).
 */
final class Verdicts {

  private static final String WHOLE = "";

  private final String service;
  private final Corrections corrections;
  private final Exclusions exclusions;
  private final Rollouts rollouts;
  private final Ledgers ledgers;
  private final Table<String, RoutedIncident> incidents;
  private final Table<String, OnDeployment> onDeployments;
  private final Table<String, OnIncident> onIncidents;
  private final Derived<String, Boolean, Said> said;

  /**
   * On a deployment. Null: no correction says.
   *
   * @param planned whether it was planned
   * @param failed whether it failed, or what repeats it
   * @param said which correction says so and why, for people, by what it says
   * @param corrections all that are about it
   */
  record OnDeployment(
      Boolean planned, Boolean failed, Map<String, String> said, List<String> corrections) {

    static final OnDeployment NONE = new OnDeployment(null, null, Map.of(), List.of());

    private OnDeployment with(CorrectionEvent correction) {
      boolean isPlan = isPlan(correction);
      Map<String, String> more = new TreeMap<>(said);
      more.put(isPlan ? "planned" : "failed", Corrections.words(correction));
      String mark = correction.getMark();
      return isPlan
          ? new OnDeployment(mark.equals("planned"), failed, more, corrections)
          : new OnDeployment(planned, mark.equals("failed"), more, corrections);
    }

    private OnDeployment with(String correction) {
      return new OnDeployment(planned, failed, said, and(corrections, correction));
    }
  }

  /**
   * On an incident.
   *
   * @param linked deployment that it is linked to, or null
   * @param said which correction says so and why, for people, by the deployment that it is linked
   *     to or not linked to
   * @param corrections all that are about it
   */
  record OnIncident(String linked, Map<String, String> said, List<String> corrections) {

    static final OnIncident NONE = new OnIncident(null, Map.of(), List.of());

    /** Whether a correction says that it does not belong to a deployment. */
    boolean bars(String deployment) {
      return said.containsKey(deployment) && !deployment.equals(linked);
    }

    private OnIncident with(CorrectionEvent correction, String deployment) {
      Map<String, String> more = new TreeMap<>(said);
      more.put(deployment, Corrections.words(correction));
      boolean links = correction.getAction().equals("link");
      return new OnIncident(links ? deployment : linked, more, corrections);
    }

    private OnIncident with(String correction) {
      return new OnIncident(linked, said, and(corrections, correction));
    }
  }

  /**
   * What became of a correction.
   *
   * @param name in force, ineffective, revoked, overruled or void
   * @param reason why, for people; null while in force
   */
  record Effect(String name, String reason) {

    /** Whether it answers its question, even if that decides nothing now. */
    private boolean stands() {
      return name.equals("in force") || name.equals("ineffective");
    }
  }

  private record Said(
      Map<String, OnDeployment> deployments,
      Map<String, OnIncident> incidents,
      Map<String, Effect> effects) {}

  /**
   * @param whole a table with the entry {@code ""}
   * @param incidents all incidents of the service
   */
  Verdicts(
      Derivation derivation,
      Table<String, Boolean> whole,
      String service,
      Corrections corrections,
      Exclusions exclusions,
      Rollouts rollouts,
      Ledgers ledgers,
      Table<String, RoutedIncident> incidents) {
    this.service = service;
    this.corrections = corrections;
    this.exclusions = exclusions;
    this.rollouts = rollouts;
    this.ledgers = ledgers;
    this.incidents = incidents;
    onDeployments = derivation.table();
    onIncidents = derivation.table();
    said =
        derivation.each(
            "verdicts of corrections",
            whole,
            (key, none) -> said(),
            (key, all, rows) -> {
              all.deployments().forEach((id, verdict) -> rows.add(onDeployments, id, verdict));
              all.incidents().forEach((id, verdict) -> rows.add(onIncidents, id, verdict));
            },
            onDeployments,
            onIncidents);
  }

  /** What corrections say of a deployment. */
  OnDeployment onDeployment(String id) {
    OnDeployment verdict = onDeployments.get(id);
    return verdict == null ? OnDeployment.NONE : verdict;
  }

  /** What corrections say of an incident. */
  OnIncident onIncident(String id) {
    OnIncident verdict = onIncidents.get(id);
    return verdict == null ? OnIncident.NONE : verdict;
  }

  /** What became of a correction. */
  Effect effect(CorrectionEvent correction) {
    return said.get(WHOLE).effects().get(correction.getCorrection());
  }

  private Said said() {
    var answers = corrections.answers(this::questions);
    Map<String, OnDeployment> deployments = new HashMap<>();
    Map<String, OnIncident> ofIncidents = new HashMap<>();
    Map<String, Effect> effects = new HashMap<>();
    for (var correction : corrections.inOrder()) {
      String id = correction.getCorrection();
      Effect effect = effect(correction, answers);
      effects.put(id, effect);
      boolean stands = effect.stands();
      for (String about : about(correction)) {
        var known = deployments.getOrDefault(about, OnDeployment.NONE).with(id);
        boolean says = stands && about.equals(marked(correction));
        deployments.put(about, says ? known.with(correction) : known);
      }
      String incident = correction.getIncident();
      if (incident != null) {
        var known = ofIncidents.getOrDefault(incident, OnIncident.NONE).with(id);
        ofIncidents.put(incident, stands ? known.with(correction, target(correction)) : known);
      }
    }
    return new Said(deployments, ofIncidents, effects);
  }

  private Effect effect(CorrectionEvent correction, Corrections.Answers<Key> answers) {
    String revoking = corrections.revokedBy(correction);
    if (revoking != null) {
      return new Effect("revoked", "correction %s takes it back".formatted(revoking));
    }
    String unknown = unknown(correction);
    if (unknown != null) {
      return new Effect("void", unknown);
    }
    String later = answers.overruledBy().get(correction.getCorrection());
    later = later == null ? exclusions.overruledBy(correction) : later;
    if (later != null) {
      return new Effect("overruled", "correction %s came later".formatted(later));
    }
    String obstacle = obstacle(correction);
    return obstacle == null ? new Effect("in force", null) : new Effect("ineffective", obstacle);
  }

  /** Why a correction that stands decides nothing, for people; null if it decides something. */
  private String obstacle(CorrectionEvent correction) {
    String action = correction.getAction();
    boolean isLink = action.equals("link") || action.equals("unlink");
    if (!isLink && !action.equals("mark")) {
      return null;
    }
    String deployment = rollouts.idOf(correction.getDeployment());
    String exclusion = exclusions.reason(deployment);
    if (exclusion != null) {
      return "deployment %s is excluded by %s".formatted(deployment, exclusion);
    }
    if (!isLink && isPlan(correction)) {
      return null;
    }
    if (!ledgers.byId().get(deployment).isInProduction()) {
      return "deployment %s is not in production, where alone deployments fail"
          .formatted(deployment);
    }
    return isLink && !isInProduction(incidents.get(correction.getIncident()))
        ? "incident %s is not in production, where alone deployments fail"
            .formatted(correction.getIncident())
        : null;
  }

  private static boolean isInProduction(RoutedIncident incident) {
    return incident.getEnvironmentClass().equals(Environments.PRODUCTION);
  }

  /** The questions that a correction answers beside what is excluded; none if it is void. */
  private List<Key> questions(CorrectionEvent correction) {
    if (unknown(correction) != null) {
      return List.of();
    }
    String incident = correction.getIncident();
    return switch (correction.getAction()) {
      case "mark" -> List.of(Key.of(isPlan(correction) ? "planned" : "failed", marked(correction)));
      case "link" ->
          List.of(
              Key.of("belongs to", incident),
              Key.of("belongs there", incident, target(correction)));
      case "unlink" -> List.of(Key.of("belongs there", incident, target(correction)));
      default -> List.of();
    };
  }

  /** What a correction is about and nobody knows (yet), for people; null if all is known. */
  private String unknown(CorrectionEvent correction) {
    String action = correction.getAction();
    if (action.equals("revoke")) {
      String revoked = correction.getRevokes();
      return corrections.isBefore(revoked, correction)
          ? null
          : "no earlier correction %s of %s is known".formatted(revoked, service);
    }
    String deployment = correction.getDeployment();
    if (deployment == null || rollouts.idOf(deployment) == null) {
      return "no deployment %s of %s is known".formatted(deployment, service);
    }
    String incident = correction.getIncident();
    boolean links = action.equals("link") || action.equals("unlink");
    if (links && (incident == null || incidents.get(incident) == null)) {
      return "no incident %s of %s is known".formatted(incident, service);
    }
    return action.equals("mark") && correction.getMark() == null ? "it has no mark" : null;
  }

  /** The deployments that a correction is about: the named one, and that which it marks. */
  private Set<String> about(CorrectionEvent correction) {
    Set<String> about = new LinkedHashSet<>();
    String named = correction.getDeployment();
    String deployment = named == null ? null : rollouts.idOf(named);
    if (deployment != null) {
      about.add(deployment);
      String marked = marked(correction);
      about.add(marked == null ? deployment : marked);
    }
    return about;
  }

  /** The deployment that a correction marks; null if it marks none. */
  private String marked(CorrectionEvent correction) {
    if (correction.getMark() == null || !correction.getAction().equals("mark")) {
      return null;
    }
    return isPlan(correction) ? rollouts.idOf(correction.getDeployment()) : target(correction);
  }

  /** The deployment that is named, or what it repeats; null if it is not known. */
  private String target(CorrectionEvent correction) {
    String named = correction.getDeployment();
    String id = named == null ? null : rollouts.idOf(named);
    Deployment deployment = id == null ? null : ledgers.byId().get(id);
    return deployment == null ? id : ledgers.repeated(deployment).id();
  }

  private static boolean isPlan(CorrectionEvent correction) {
    return correction.getMark().endsWith("planned");
  }

  private static List<String> and(List<String> some, String more) {
    List<String> all = new ArrayList<>(some);
    all.add(more);
    return List.copyOf(all);
  }
}
