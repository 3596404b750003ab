package dev.dorado.standalone;

import static dev.dorado.standalone.RemoteDorado.parameter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code dorado dead-letters … --rejected}: the records that could not be processed. */
final class RejectedLetters {

  private final RemoteDorado dorado;
  private final PrintWriter out;

  /**
   * @param dorado has the records
   * @param out for people
   */
  RejectedLetters(RemoteDorado dorado, PrintWriter out) {
    this.dorado = dorado;
    this.out = out;
  }

  /**
   * Records are of no sender.
   *
   * @throws ParameterException if {@code sender} is not null
   */
  static void requireNoSender(CommandSpec spec, String sender) {
    if (sender != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--sender is '%s', and --rejected names records of no sender: leave one of them out"
              .formatted(sender));
    }
  }

  /** Names the newest, at most {@code limit}. */
  void list(int limit, boolean asJson) {
    JsonNode rejected = dorado.get(dorado.api(), "/api/v1/rejected?limit=" + limit);
    if (asJson) {
      out.println(VisibleText.lines(rejected.toPrettyString()));
    } else if (rejected.path("items").isEmpty()) {
      out.println("No record is set aside.");
    } else {
      print(rejected.path("items"));
    }
    out.flush();
  }

  private void print(JsonNode items) {
    var table = new TextTable("SET ASIDE", "BYTES", "ID", "WHERE");
    for (JsonNode item : items) {
      table.row(
          item.path("rejected_at").asText(),
          item.path("bytes").asText(),
          item.path("id").asText(),
          item.path("place").asText() + " " + item.path("name").asText());
    }
    var lines = table.lines().iterator();
    out.println(lines.next());
    for (JsonNode item : items) {
      out.println(lines.next());
      DeadLettersCommand.explain(out, item.path("reason"));
    }
    out.println();
    out.println("'dorado dead-letters retry --rejected ID…' hands in again.");
  }

  /**
   * Hands records in again.
   *
   * @param ids which; empty: all that count, or those with a reason
   * @param reason text of the reasons; null: all
   * @return whether none of them is left out
   */
  boolean retry(List<String> ids, String reason) throws IOException {
    List<String> wanted = ids.isEmpty() ? selection(reason) : ids;
    if (wanted.isEmpty()) {
      out.println("No such record is set aside.");
      out.flush();
      return true;
    }
    Map<String, Integer> outcomes = new TreeMap<>();
    Map<String, Integer> failures = new TreeMap<>();
    try (var progress = FeedProgress.of("retried", wanted.size(), new Narration(out))) {
      for (int from = 0; from < wanted.size(); from += DeadLettersCommand.BATCH) {
        List<String> batch =
            wanted.subList(from, Math.min(from + DeadLettersCommand.BATCH, wanted.size()));
        byte[] body = Json.MAPPER.writeValueAsBytes(Map.of("ids", batch));
        for (JsonNode result :
            dorado
                .send("POST", "/api/v1/rejected/retry", "application/json", body)
                .path("results")) {
          String outcome = result.path("outcome").asText();
          outcomes.merge(outcome, 1, Integer::sum);
          if (outcome.equals("impossible") || outcome.equals("missing")) {
            failures.merge(
                VisibleText.format("%s: %s", outcome, result.path("reason").asText()),
                1,
                Integer::sum);
          }
          progress.step();
        }
      }
    }
    print(wanted.size(), outcomes, failures);
    return failures.isEmpty();
  }

  private void print(int records, Map<String, Integer> outcomes, Map<String, Integer> failures) {
    out.printf(
        "%d records: %d handed in again, %d superseded by newer ones, %d retried before, %d left out.%n",
        records,
        outcomes.getOrDefault("retried", 0),
        outcomes.getOrDefault("superseded", 0),
        outcomes.getOrDefault("done", 0),
        failures.values().stream().mapToInt(Integer::intValue).sum());
    failures.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(failure -> out.printf("%6d  %s%n", failure.getValue(), failure.getKey()));
    if (outcomes.containsKey("retried")) {
      out.println("What still cannot be processed is set aside again within seconds.");
    }
    out.flush();
  }

  private List<String> selection(String reason) {
    List<String> ids = new ArrayList<>();
    String next = "";
    while (next != null) {
      JsonNode page =
          dorado.get(
              dorado.api(),
              "/api/v1/rejected?limit=" + DeadLettersCommand.PAGE + parameter("cursor", next));
      for (JsonNode item : page.path("items")) {
        if (reason == null || item.path("reason").asText().contains(reason)) {
          ids.add(item.path("id").asText());
        }
      }
      next = DeadLettersCommand.textOf(page, "next");
    }
    return ids;
  }
}
