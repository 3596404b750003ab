package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** What became of deliveries that were taken once more, counted by outcome and reason. */
final class Redelivered {

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final Map<String, Integer> failures = new TreeMap<>();
  private int total;

  /** Adds the results of an answer; returns how many there were. */
  int add(JsonNode answer) {
    int before = total;
    for (JsonNode result : answer.path("results")) {
      String outcome = result.path("outcome").asText();
      total++;
      outcomes.merge(outcome, 1, Integer::sum);
      if (!isTaken(outcome)) {
        String reason = result.path("reason").asText("for no reason that it tells");
        failures.merge(
            VisibleText.format("%s  %s: %s", result.path("sender").asText(), outcome, reason),
            1,
            Integer::sum);
      }
    }
    return total - before;
  }

  int total() {
    return total;
  }

  /** Whether each of them is accepted or ignored now. */
  boolean allTaken() {
    return failures.isEmpty();
  }

  /** Says it, most frequent reasons first. */
  void print(PrintWriter out) {
    out.printf(
        "%d deliveries: %d accepted, %d ignored, %d still dead or not taken.%n",
        total,
        outcomes.getOrDefault("accepted", 0),
        outcomes.getOrDefault("ignored", 0),
        failures.values().stream().mapToInt(Integer::intValue).sum());
    failures.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(failure -> out.printf("%6d  %s%n", failure.getValue(), failure.getKey()));
    out.flush();
  }

  private static boolean isTaken(String outcome) {
    return outcome.equals("accepted") || outcome.equals("ignored");
  }
}
