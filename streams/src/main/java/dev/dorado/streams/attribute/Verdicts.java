package dev.dorado.streams.attribute;

import dev.dorado.events.CorrectionEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the corrections by people say in the end (rules F2, W1). Each is in force unless a later one
 * takes it back; of several on the same question the latest, by time and id, decides.
 *
 * @param deployments of each deployment that they are about
 * @param incidents of each incident that they are about
 * @param effects of each correction by its id: what became of it
 */
record Verdicts(
    Map<String, OnDeployment> deployments,
    Map<String, OnIncident> incidents,
    Map<String, Effect> effects) {

  static final Verdicts NONE = new Verdicts(Map.of(), Map.of(), Map.of());

  private static final Comparator<CorrectionEvent> ORDER =
      Comparator.comparing(CorrectionEvent::getOccurredAt)
          .thenComparing(CorrectionEvent::getCorrection);

  /**
   * On a deployment. Null: no correction says.
   *
   * @param excluded why it is excluded
   * @param planned whether it was planned
   * @param failed whether it failed
   * @param said which correction says so and why, for people, by what it says
   * @param corrections all that are about it
   */
  record OnDeployment(
      String excluded,
      Boolean planned,
      Boolean failed,
      Map<String, String> said,
      List<String> corrections) {

    static final OnDeployment NONE = new OnDeployment(null, null, null, Map.of(), List.of());
  }

  /**
   * On an incident.
   *
   * @param linked deployment that it is linked to, or null
   * @param barred deployments that it is not linked to
   * @param unlinked whether it is linked to none at all
   * @param said which correction says so and why, for people, by the deployment
   * @param corrections all that are about it
   */
  record OnIncident(
      String linked,
      Set<String> barred,
      boolean unlinked,
      Map<String, String> said,
      List<String> corrections) {

    static final OnIncident NONE = new OnIncident(null, Set.of(), false, Map.of(), List.of());

    boolean bars(String deployment) {
      return unlinked || barred.contains(deployment);
    }
  }

  /**
   * What became of a correction.
   *
   * @param name in force, revoked or overruled
   * @param reason why, for people; null while in force
   */
  record Effect(String name, String reason) {
    static final Effect IN_FORCE = new Effect("in force", null);
  }

  /** What {@code corrections}, in any order, say in the end. */
  static Verdicts of(List<CorrectionEvent> corrections) {
    if (corrections.isEmpty()) {
      return NONE;
    }
    List<CorrectionEvent> inOrder = corrections.stream().sorted(ORDER).toList();
    Map<String, Effect> effects = new TreeMap<>();
    Map<String, String> revokedBy = revoked(inOrder);
    Map<String, CorrectionEvent> decides = new LinkedHashMap<>();
    for (var correction : inOrder) {
      String id = correction.getCorrection();
      String revoking = revokedBy.get(id);
      if (revoking != null) {
        effects.put(id, new Effect("revoked", "correction %s takes it back".formatted(revoking)));
        continue;
      }
      effects.put(id, Effect.IN_FORCE);
      for (String question : questions(correction)) {
        var overruled = decides.put(question, correction);
        if (overruled != null) {
          effects.put(
              overruled.getCorrection(),
              new Effect("overruled", "correction %s came later".formatted(id)));
        }
      }
    }
    Map<String, OnDeployment> deployments = new HashMap<>();
    Map<String, OnIncident> incidents = new HashMap<>();
    var standing = new HashSet<>(decides.values());
    inOrder.stream()
        .map(CorrectionEvent::getDeployment)
        .filter(id -> id != null)
        .distinct()
        .forEach(id -> deployments.put(id, onDeployment(id, inOrder, standing)));
    inOrder.stream()
        .map(CorrectionEvent::getIncident)
        .filter(id -> id != null)
        .distinct()
        .forEach(id -> incidents.put(id, onIncident(id, inOrder, standing)));
    return new Verdicts(deployments, incidents, effects);
  }

  /**
   * Of each correction that is taken back, by which; one that is itself taken back takes nothing.
   */
  private static Map<String, String> revoked(List<CorrectionEvent> inOrder) {
    Map<String, String> revokedBy = new HashMap<>();
    for (int i = inOrder.size() - 1; i >= 0; i--) {
      var correction = inOrder.get(i);
      if (correction.getAction().equals("revoke")
          && correction.getRevokes() != null
          && !revokedBy.containsKey(correction.getCorrection())
          && isBefore(correction.getRevokes(), i, inOrder)) {
        revokedBy.put(correction.getRevokes(), correction.getCorrection());
      }
    }
    return revokedBy;
  }

  private static boolean isBefore(String id, int end, List<CorrectionEvent> inOrder) {
    return inOrder.subList(0, end).stream().anyMatch(other -> other.getCorrection().equals(id));
  }

  /** The questions that a correction answers; the latest answer to each stands. */
  private static List<String> questions(CorrectionEvent correction) {
    String deployment = correction.getDeployment();
    if (correction.getAction().equals("mark") && correction.getMark() == null) {
      return List.of();
    }
    return switch (correction.getAction()) {
      case "exclude" -> List.of("exclude " + deployment);
      case "mark" ->
          List.of((correction.getMark().endsWith("planned") ? "planned " : "failed ") + deployment);
      case "link", "unlink" -> List.of("link " + correction.getIncident());
      default -> List.of();
    };
  }

  private static OnDeployment onDeployment(
      String id, List<CorrectionEvent> inOrder, Set<CorrectionEvent> standing) {
    String excluded = null;
    Boolean planned = null;
    Boolean failed = null;
    Map<String, String> said = new TreeMap<>();
    List<String> corrections = new ArrayList<>();
    for (var correction : inOrder) {
      if (!id.equals(correction.getDeployment())) {
        continue;
      }
      corrections.add(correction.getCorrection());
      if (!standing.contains(correction)) {
        continue;
      }
      String words = words(correction);
      if (correction.getAction().equals("exclude")) {
        excluded = words;
      } else if (correction.getAction().equals("mark")) {
        String mark = correction.getMark();
        if (mark.endsWith("planned")) {
          planned = mark.equals("planned");
          said.put("planned", words);
        } else {
          failed = mark.equals("failed");
          said.put("failed", words);
        }
      }
    }
    return new OnDeployment(excluded, planned, failed, said, corrections);
  }

  private static OnIncident onIncident(
      String id, List<CorrectionEvent> inOrder, Set<CorrectionEvent> standing) {
    String linked = null;
    Set<String> barred = new HashSet<>();
    boolean unlinked = false;
    Map<String, String> said = new TreeMap<>();
    List<String> corrections = new ArrayList<>();
    for (var correction : inOrder) {
      if (!id.equals(correction.getIncident())) {
        continue;
      }
      corrections.add(correction.getCorrection());
      if (!standing.contains(correction)) {
        continue;
      }
      String deployment = correction.getDeployment();
      said.put(deployment == null ? "" : deployment, words(correction));
      if (correction.getAction().equals("link")) {
        linked = deployment;
      } else if (deployment == null) {
        unlinked = true;
      } else {
        barred.add(deployment);
      }
    }
    return new OnIncident(linked, barred, unlinked, said, corrections);
  }

  private static String words(CorrectionEvent correction) {
    return "correction %s: %s".formatted(correction.getCorrection(), correction.getReason());
  }
}
