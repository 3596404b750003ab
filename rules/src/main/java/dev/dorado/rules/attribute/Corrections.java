package dev.dorado.rules.attribute;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The corrections of a service in the order in which they were made, and what takes them back. */
final class Corrections {

  private static final String WHOLE = "";

  private static final Comparator<CorrectionEvent> ORDER =
      Comparator.comparing(CorrectionEvent::getOccurredAt)
          .thenComparing(CorrectionEvent::getCorrection);

  private final Derived<String, Boolean, Made> made;

  /**
   * @param inOrder all corrections
   * @param revokedBy of each that is taken back, the id of the revocation
   */
  private record Made(List<CorrectionEvent> inOrder, Map<String, String> revokedBy) {}

  /**
   * The answers to questions of which each has one that stands: the latest.
   *
   * @param <Q> a question; compared with {@code equals}
   * @param standing of each question the correction that answers it
   * @param overruledBy of each correction that a later one overrules, the id of that
   */
  record Answers<Q>(Map<Q, CorrectionEvent> standing, Map<String, String> overruledBy) {

    /** Whether no later correction answers one of its questions otherwise. */
    boolean stand(CorrectionEvent correction) {
      return !overruledBy.containsKey(correction.getCorrection());
    }
  }

  /**
   * @param whole a table with the entry {@code ""}
   * @param corrections all corrections of the service
   */
  Corrections(
      Derivation derivation,
      Table<String, Boolean> whole,
      Table<String, CorrectionEvent> corrections) {
    made =
        derivation.each(
            "revoked correction",
            whole,
            (key, none) -> {
              List<CorrectionEvent> inOrder = new ArrayList<>();
              corrections.all().forEach(entry -> inOrder.add(entry.getValue()));
              inOrder.sort(ORDER);
              return new Made(List.copyOf(inOrder), revokedBy(inOrder));
            });
  }

  /** All of them, in their order. */
  List<CorrectionEvent> inOrder() {
    return made.get(WHOLE).inOrder();
  }

  /** The revocation that takes a correction back; null if none does. */
  String revokedBy(CorrectionEvent correction) {
    return made.get(WHOLE).revokedBy().get(correction.getCorrection());
  }

  /** Whether a correction with this id was made before another. */
  boolean isBefore(String id, CorrectionEvent other) {
    return inOrder().stream()
        .takeWhile(correction -> !correction.equals(other))
        .anyMatch(correction -> correction.getCorrection().equals(id));
  }

  /**
   * Of those that nothing takes back, the latest answer to each question.
   *
   * @param <Q> a question; compared with {@code equals}
   * @param questions what a correction answers; nothing if it is void
   */
  <Q> Answers<Q> answers(Function<CorrectionEvent, List<Q>> questions) {
    Map<Q, CorrectionEvent> standing = new HashMap<>();
    Map<String, String> overruledBy = new HashMap<>();
    for (var correction : inOrder()) {
      if (revokedBy(correction) == null) {
        for (Q question : questions.apply(correction)) {
          var overruled = standing.put(question, correction);
          if (overruled != null) {
            overruledBy.putIfAbsent(overruled.getCorrection(), correction.getCorrection());
          }
        }
      }
    }
    return new Answers<>(standing, overruledBy);
  }

  /** A correction for people. */
  static String words(CorrectionEvent correction) {
    return "correction %s: %s".formatted(correction.getCorrection(), correction.getReason());
  }

  /**
   * Of each correction that is taken back, by which; one that is itself taken back takes nothing.
   */
  private static Map<String, String> revokedBy(List<CorrectionEvent> inOrder) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < inOrder.size(); i++) {
      places.putIfAbsent(inOrder.get(i).getCorrection(), i);
    }
    Map<String, String> revokedBy = new HashMap<>();
    for (int i = inOrder.size() - 1; i >= 0; i--) {
      var correction = inOrder.get(i);
      boolean revokes =
          correction.getAction().equals("revoke")
              && places.getOrDefault(correction.getRevokes(), i) < i
              && !revokedBy.containsKey(correction.getCorrection());
      if (revokes) {
        revokedBy.put(correction.getRevokes(), correction.getCorrection());
      }
    }
    return revokedBy;
  }
}
