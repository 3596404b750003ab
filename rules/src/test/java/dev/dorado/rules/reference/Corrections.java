package dev.dorado.rules.reference;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.rules.reference.Shipping.Deployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What people say of the deployments and incidents of a service, against what the rules say. */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Corrections {

  /** Of each correction: in force, revoked, overruled or void. */
  final Map<CorrectionEvent, String> effects = new TreeMap<>(ORDER);

  private static final Comparator<CorrectionEvent> ORDER =
      Comparator.comparing(CorrectionEvent::getOccurredAt).thenComparing(CorrectionEvent::getId);

  private List<Deployment> deployments = List.of();
  private Set<String> incidents = Set.of();

  /**
   * One that a later one revokes is as if it had never been made; so is a revocation that is
   * revoked. What revokes nothing that was made before it is void.
   */
  Corrections(List<CorrectionEvent> made) {
    List<CorrectionEvent> newestFirst = new ArrayList<>(made);
    newestFirst.sort(ORDER.reversed());
    Set<String> revoked = new HashSet<>();
    for (var correction : newestFirst) {
      boolean revokesNothing =
          correction.getAction().equals("revoke")
              && made.stream()
                  .filter(other -> ORDER.compare(other, correction) < 0)
                  .noneMatch(other -> other.getCorrection().equals(correction.getRevokes()));
      if (revoked.contains(correction.getCorrection())) {
        effects.put(correction, "revoked");
      } else if (revokesNothing) {
        effects.put(correction, "void");
      } else {
        effects.put(correction, "in force");
        revoked.add(correction.getRevokes());
      }
    }
  }

  /** Whether one that nothing revokes excludes an attempt of a deployment. */
  boolean excludes(Deployment deployment) {
    return inForce("exclude").stream()
        .anyMatch(correction -> deployment.has(correction.getDeployment()));
  }

  /**
   * Of several on one question the latest, by (time, id), is in force. What is about nothing known
   * is void and answers no question.
   *
   * @param known all deployments and failed attempts, also those that are excluded
   * @param knownIncidents ids of all incidents
   */
  void decide(List<Deployment> known, Set<String> knownIncidents) {
    deployments = known;
    incidents = knownIncidents;
    Map<List<Object>, CorrectionEvent> latest = new HashMap<>();
    for (String action : List.of("exclude", "mark", "link", "unlink")) {
      inForce(action).stream().filter(c -> !isKnown(c)).forEach(c -> effects.put(c, "void"));
    }
    for (var correction : List.copyOf(effects.keySet())) {
      if (effects.get(correction).equals("in force")) {
        for (var question : questions(correction)) {
          var before = latest.put(question, correction);
          if (before != null) {
            effects.put(before, "overruled");
          }
        }
      }
    }
  }

  private boolean isKnown(CorrectionEvent correction) {
    boolean known = named(correction) != null;
    return switch (correction.getAction()) {
      case "mark" -> known && correction.getMark() != null;
      case "link", "unlink" -> known && incidents.contains("" + correction.getIncident());
      default -> known;
    };
  }

  /**
   * What became of one. What stands decides nothing while its deployment is excluded; of links and
   * failures, also while deployment or incident are not in production.
   *
   * @param classOf class of the environment of each incident
   */
  String effect(CorrectionEvent correction, Map<String, String> classOf) {
    boolean stands = effects.get(correction).equals("in force");
    String action = correction.getAction();
    if (!stands || action.equals("exclude") || action.equals("revoke")) {
      return effects.get(correction);
    }
    var deployment = named(correction);
    boolean isPlan = action.equals("mark") && correction.getMark().endsWith("planned");
    boolean elsewhere =
        !deployment.first().environmentClass.equals("production")
            || (action.endsWith("link")
                && !classOf.get(correction.getIncident()).equals("production"));
    return excludes(deployment) || (!isPlan && elsewhere) ? "ineffective" : "in force";
  }

  /**
   * Whether a deployment is excluded, failed, was planned; what an incident belongs to, and whether
   * it belongs to this one.
   */
  private List<List<Object>> questions(CorrectionEvent correction) {
    String incident = "incident " + correction.getIncident();
    return switch (correction.getAction()) {
      case "exclude" -> List.of(List.of("excluded", named(correction)));
      case "mark" ->
          correction.getMark().endsWith("failed")
              ? List.of(List.of("failed", meant(correction)))
              : List.of(List.of("planned", named(correction)));
      case "link" -> List.of(List.of(incident), List.of(incident, meant(correction)));
      case "unlink" -> List.of(List.of(incident, meant(correction)));
      default -> List.of();
    };
  }

  private List<CorrectionEvent> inForce(String action) {
    return effects.entrySet().stream()
        .filter(entry -> entry.getValue().equals("in force"))
        .map(Map.Entry::getKey)
        .filter(correction -> correction.getAction().equals(action))
        .toList();
  }

  /** The deployment of which the named attempt is a part, or null. */
  private Deployment named(CorrectionEvent correction) {
    return deployments.stream()
        .filter(deployment -> deployment.has(correction.getDeployment()))
        .findFirst()
        .orElse(null);
  }

  /** K2: what is said of the failure of a redeploy is said of what it repeats, unless excluded. */
  private Deployment meant(CorrectionEvent correction) {
    Deployment named = named(correction);
    return excludes(named) ? named : named.repeated();
  }

  /** A rollout is marked as a whole. */
  boolean marks(Deployment deployment, String mark) {
    return inForce("mark").stream()
        .filter(c -> mark.equals(c.getMark()))
        .map(c -> mark.endsWith("failed") ? meant(c) : named(c))
        .anyMatch(marked -> marked == deployment);
  }

  /** Which deployment an incident is linked to, or null. */
  Deployment linkOf(String incident) {
    return inForce("link").stream()
        .filter(correction -> incident.equals(correction.getIncident()))
        .map(this::meant)
        .findFirst()
        .orElse(null);
  }

  boolean unlinks(String incident, Deployment deployment) {
    return inForce("unlink").stream()
        .filter(correction -> incident.equals(correction.getIncident()))
        .anyMatch(c -> meant(c) == deployment);
  }
}
