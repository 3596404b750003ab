package dev.dorado.standalone;

import static dev.dorado.standalone.RemoteDorado.parameter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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

  /**
   * Names the newest, at most {@code limit}.
   *
   * @param isDismissed those that were dismissed, instead of those that count
   */
  void list(int limit, boolean isDismissed, boolean asJson) {
    JsonNode rejected =
        dorado.get(
            dorado.api(),
            "/api/v1/rejected?limit=" + limit + (isDismissed ? "&dismissed=true" : ""));
    if (asJson) {
      out.println(VisibleText.lines(rejected.toPrettyString()));
    } else if (rejected.path("items").isEmpty()) {
      out.println(isDismissed ? "No record is dismissed." : "No record is set aside.");
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
    out.println(
        "'dorado dead-letters retry --rejected ID…' hands in again; 'dismiss --rejected ID… --reason WHY' gives up on what nothing helps.");
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
      return printNone();
    }
    Outcomes outcomes = send("retry", "retried", wanted, Map.of());
    out.printf(
        "%d records: %d handed in again, %d superseded by newer ones, %d retried or dismissed before, %d left out.%n",
        wanted.size(),
        outcomes.count("retried"),
        outcomes.count("superseded"),
        outcomes.count("done"),
        outcomes.failed());
    printFailures(outcomes);
    if (outcomes.count("retried") > 0) {
      out.println("What still cannot be processed is set aside again within seconds.");
    }
    out.flush();
    return outcomes.failed() == 0;
  }

  /**
   * Dismisses records, so that they count no longer.
   *
   * @param ids which; empty: all that count
   * @param reason why
   * @return whether none of them is left out
   */
  boolean dismiss(List<String> ids, String reason) throws IOException {
    List<String> wanted = ids.isEmpty() ? selection(null) : ids;
    if (wanted.isEmpty()) {
      return printNone();
    }
    Outcomes outcomes = send("dismiss", "dismissed", wanted, Map.of("reason", reason));
    out.printf(
        "%d records: %d dismissed, %d retried or dismissed before, %d left out.%n",
        wanted.size(), outcomes.count("dismissed"), outcomes.count("done"), outcomes.failed());
    printFailures(outcomes);
    out.println("'dorado dead-letters list --rejected --dismissed' names what was dismissed.");
    out.flush();
    return outcomes.failed() == 0;
  }

  private boolean printNone() {
    out.println("No such record is set aside.");
    out.flush();
    return true;
  }

  /** How many records each outcome has, and why some were left out. */
  private record Outcomes(Map<String, Integer> counts, Map<String, Integer> failures) {

    Outcomes() {
      this(new TreeMap<>(), new TreeMap<>());
    }

    void add(String outcome, String reason) {
      counts.merge(outcome, 1, Integer::sum);
      if (outcome.equals("impossible") || outcome.equals("missing")) {
        failures.merge(VisibleText.format("%s: %s", outcome, reason), 1, Integer::sum);
      }
    }

    int count(String outcome) {
      return counts.getOrDefault(outcome, 0);
    }

    int failed() {
      return failures.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Asks for what an administrator may do with records, in batches.
   *
   * @param action last part of the path
   * @param done what it does to them, for people
   * @param body what each request says beside the ids
   */
  private Outcomes send(String action, String done, List<String> ids, Map<String, Object> body)
      throws IOException {
    var outcomes = new Outcomes();
    try (var progress = FeedProgress.of(done, ids.size(), new Narration(out))) {
      for (int from = 0; from < ids.size(); from += DeadLettersCommand.BATCH) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put(
            "ids", ids.subList(from, Math.min(from + DeadLettersCommand.BATCH, ids.size())));
        request.putAll(body);
        for (JsonNode result :
            dorado
                .send(
                    "POST",
                    "/api/v1/rejected/" + action,
                    "application/json",
                    Json.MAPPER.writeValueAsBytes(request))
                .path("results")) {
          outcomes.add(result.path("outcome").asText(), result.path("reason").asText());
          progress.step();
        }
      }
    }
    return outcomes;
  }

  private void printFailures(Outcomes outcomes) {
    outcomes.failures().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(failure -> out.printf("%6d  %s%n", failure.getValue(), failure.getKey()));
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
