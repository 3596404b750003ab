package dev.dorado.streams.reference;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.streams.reference.Shipping.Deployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What people say of the deployments and incidents of a service, against what the rules say. */
final class Corrections {

  /** Of each correction: in force, revoked or overruled. */
  final Map<CorrectionEvent, String> effects = new TreeMap<>(ORDER);

  private static final Comparator<CorrectionEvent> ORDER =
      Comparator.comparing(CorrectionEvent::getOccurredAt).thenComparing(CorrectionEvent::getId);

  /**
   * Of one subject the latest by (time, id) is in force. One that a later one revokes is as if it
   * had never been made; so is a revocation that is revoked.
   */
  Corrections(List<CorrectionEvent> made) {
    List<CorrectionEvent> newestFirst = new ArrayList<>(made);
    newestFirst.sort(ORDER.reversed());
    Set<String> revoked = new HashSet<>();
    Set<String> decided = new HashSet<>();
    for (var correction : newestFirst) {
      if (revoked.contains(correction.getCorrection())) {
        effects.put(correction, "revoked");
      } else if (!decided.add(subject(correction))) {
        effects.put(correction, "overruled");
      } else {
        effects.put(correction, "in force");
        revoked.add(correction.getRevokes());
      }
    }
  }

  /** A link of an incident, whether a deployment failed or was planned, its exclusion. */
  private static String subject(CorrectionEvent correction) {
    return switch (correction.getAction()) {
      case "link", "unlink" -> "link of " + correction.getIncident();
      case "mark" ->
          (String.valueOf(correction.getMark()).endsWith("failed") ? "failure of " : "plan of ")
              + correction.getDeployment();
      case "exclude" -> "exclusion of " + correction.getDeployment();
      default -> "revocation of " + correction.getRevokes();
    };
  }

  private List<CorrectionEvent> inForce(String action) {
    return effects.entrySet().stream()
        .filter(entry -> entry.getValue().equals("in force"))
        .map(Map.Entry::getKey)
        .filter(correction -> correction.getAction().equals(action))
        .toList();
  }

  boolean marks(Deployment deployment, String mark) {
    return inForce("mark").stream()
        .anyMatch(c -> mark.equals(c.getMark()) && isOf(deployment, c.getDeployment()));
  }

  boolean excludes(Deployment deployment) {
    return inForce("exclude").stream().anyMatch(c -> isOf(deployment, c.getDeployment()));
  }

  /** Which deployment an incident is linked to, or null. */
  String linkOf(String incident) {
    return inForce("link").stream()
        .filter(correction -> Objects.equals(correction.getIncident(), incident))
        .map(CorrectionEvent::getDeployment)
        .findFirst()
        .orElse(null);
  }

  boolean unlinks(String incident, Deployment deployment) {
    return inForce("unlink").stream()
        .filter(correction -> Objects.equals(correction.getIncident(), incident))
        .anyMatch(c -> c.getDeployment() == null || isOf(deployment, c.getDeployment()));
  }

  /** A deployment is named by any attempt of its rollout. */
  static boolean isOf(Deployment deployment, String id) {
    return deployment.members().stream().anyMatch(member -> member.id.equals(id));
  }
}
