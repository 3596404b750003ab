package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import dev.dorado.standalone.AnsweringDorado.Asked;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that speak to a running Dorado. */
class OperatingCommandsTest {

  private static final String DEAD_LETTERS =
      """
      {"reasons": [{"count": 2, "sender": "github", "kind": "push", "reason": "$.ref is missing",
                    "first_at": "2026-03-01T10:00:00Z", "last_at": "2026-03-02T10:00:00Z"}],
       "items": [
         {"sender": "github", "id": "a", "received_at": "2026-03-02T10:00:00Z", "kind": "push",
          "reason": "$.ref is missing", "bytes": 12, "offset": 7},
         {"sender": "github", "id": "b/c", "received_at": "2026-03-01T10:00:00Z", "kind": "push",
          "reason": "$.after is missing", "bytes": 1234, "offset": 9}], "next": null}
      """;
  private static final String REJECTED =
      """
      {"items": [
         {"id": "a1", "place": "step", "name": "route", "key": "k", "reason": "the rule throws",
          "rejected_at": "2026-03-02T10:00:00Z", "bytes": 12, "generation": 1, "obstacle": null},
         {"id": "b2", "place": "sink", "name": "deliveries", "key": "k", "reason": "too long",
          "rejected_at": "2026-03-01T10:00:00Z", "bytes": 1234, "generation": null,
          "obstacle": "its bytes are not kept"}], "next": null}
      """;
  private static final String NONE = "{\"reasons\":[],\"items\":[],\"next\":null}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AnsweringDorado dorado = new AnsweringDorado();

  @AfterEach
  void close() {
    dorado.close();
  }

  @Test
  void aCatalogIsAppliedFromSeveralFilesAtOnce(@TempDir Path folder) throws IOException {
    dorado.on(
        "PUT /api/v1/catalog",
        202,
        """
        {"accepted": 2, "ignored": [{"entity": "API x", "reason": "entities of kind API are no services"}],
         "notes": ["Component a is owned by the user ann"],
         "warnings": ["Component a, line 1: annotation 'dorado.dev/x' is not known"]}
        """);
    Path a = Files.writeString(folder.resolve("a.yaml"), "kind: Component");
    Path b = Files.writeString(folder.resolve("b.yaml"), "kind: User");
    assertThat(execute("catalog", "apply", a.toString(), b.toString())).isZero();
    JsonNode files = Json.MAPPER.readTree(last().body()).get("files");
    assertThat(files).hasSize(2);
    assertThat(files.get(0).get("name").asText()).isEqualTo(a.toString());
    assertThat(files.get(1).get("content").asText()).isEqualTo("kind: User");
    assertThat(out.toString())
        .contains(
            "2 services",
            "1 ignored: entities of kind API",
            "Note: Component a",
            "Warning: Component a, line 1: annotation 'dorado.dev/x'");
  }

  @Test
  void allThatIsWrongWithACatalogIsListed(@TempDir Path folder) throws IOException {
    dorado.on(
        "PUT /api/v1/catalog",
        422,
        """
        {"detail": "first (and 1 more)", "problems": [
          {"message": "Component a, a.yaml, line 5: metadata.name is missing"},
          {"message": "Component b, a.yaml, line 9: spec.owner is an object"}]}
        """);
    Path file = Files.writeString(folder.resolve("a.yaml"), "kind: Component");
    assertThat(execute("catalog", "apply", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("line 5: metadata.name", "line 9: spec.owner", "2 problems; nothing was applied");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(execute("catalog", "apply", "no-such.yaml")).isEqualTo(1);
    assertThat(err.toString()).contains("no-such.yaml can't be read");
  }

  @Test
  void deadLettersAreCountedAndNamed() {
    dorado.on("GET /api/v1/dead-letters", 200, DEAD_LETTERS);
    assertThat(execute("dead-letters", "list", "--sender", "github")).isZero();
    assertThat(last().query()).contains("sender=github", "limit=20");
    assertThat(out.toString().lines().map(String::strip))
        .contains(
            "2 of github push, the last at 2026-03-02T10:00:00Z",
            "$.ref is missing",
            "RECEIVED              BYTES  DELIVERY",
            "2026-03-01T10:00:00Z   1234  github/b/c",
            "$.after is missing");
  }

  @Test
  void aLongReasonOfADeadLetterFitsATerminal() {
    dorado.on(
        "GET /api/v1/dead-letters",
        200,
        DEAD_LETTERS.replace("$.ref is missing", "what was expected is not there ".repeat(9)));
    assertThat(execute("dead-letters", "list")).isZero();
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void withoutDeadLettersTheListSaysSo() {
    dorado.on("GET /api/v1/dead-letters", 200, NONE);
    assertThat(execute("dead-letters", "list")).isZero();
    assertThat(out.toString()).contains("no dead letters");
  }

  @Test
  void oneIsShownWithItsBodyFromThePlaceThatTheListKnows() {
    dorado
        .on("GET /api/v1/dead-letters", 200, DEAD_LETTERS)
        .on(
            "GET /api/v1/deliveries",
            200,
            """
            {"sender": "github", "id": "b/c", "outcome": "dead", "reason": "$.after is missing",
             "kind": null, "headers": {"x-github-event": "push"}, "body": "{\\"ref\\":1}"}
            """);
    assertThat(execute("dead-letters", "show", "github/b/c")).isZero();
    assertThat(last().query()).contains("offset=9", "sender=github", "id=b/c");
    assertThat(out.toString())
        .contains("$.after is missing", "x-github-event: push", "\"ref\" : 1")
        .doesNotContain("null");
  }

  @Test
  void aSelectionIsRetriedPageByPageAndWhatIsStillDeadIsSaidWithItsReason() {
    dorado
        .on(
            "GET /api/v1/dead-letters",
            200,
            DEAD_LETTERS.replace("\"next\": null", "\"next\": \"n\""))
        .on("GET /api/v1/dead-letters", 200, DEAD_LETTERS)
        .on(
            "POST /api/v1/deliveries/retry",
            200,
            """
            {"results": [{"sender": "github", "id": "a", "outcome": "accepted", "reason": null},
              {"sender": "github", "id": "a", "outcome": "dead", "reason": "$.ref is missing"}]}
            """);
    assertThat(execute("dead-letters", "retry", "--reason", "ref is")).isEqualTo(1);
    assertThat(dorado.asked.get(2).query()).contains("cursor=n");
    assertThat(last().body()).contains("\"id\":\"a\"", "\"offset\":7").doesNotContain("b/c");
    assertThat(out.toString())
        .contains("2 deliveries: 1 accepted, 0 ignored, 1 still dead")
        .contains("1  github  dead: $.ref is missing");
  }

  @Test
  void aRetryOfWhatIsNamedNeedsNoList() {
    dorado.on(
        "POST /api/v1/deliveries/retry",
        200,
        "{\"results\":[{\"sender\":\"github\",\"id\":\"a\",\"outcome\":\"accepted\"}]}");
    assertThat(execute("dead-letters", "retry", "github/a")).isZero();
    assertThat(dorado.asked).hasSize(1);
    assertThat(last().body()).contains("\"sender\":\"github\",\"id\":\"a\",\"offset\":0");
  }

  @Test
  void aRetryWithoutASelectionIsRefusedAndSoIsOneWithBoth() {
    assertThat(execute("dead-letters", "retry")).isEqualTo(2);
    assertThat(execute("dead-letters", "retry", "--all", "github/a")).isEqualTo(2);
    assertThat(execute("dead-letters", "show", "github")).isEqualTo(2);
    assertThat(err.toString()).contains("--all", "SENDER/ID");
    assertThat(dorado.asked).isEmpty();
  }

  @Test
  void rejectedRecordsAreNamedWithTheirReason() {
    dorado.on("GET /api/v1/rejected", 200, REJECTED);
    assertThat(execute("dead-letters", "list", "--rejected", "--limit", "5")).isZero();
    assertThat(last().query()).isEqualTo("limit=5");
    assertThat(out.toString().lines().map(String::strip))
        .contains("2026-03-02T10:00:00Z     12  a1  step route", "the rule throws");
    assertThat(execute("dead-letters", "list", "--rejected", "--json")).isZero();
    assertThat(out.toString()).contains("\"id\" : \"b2\"");
  }

  @Test
  void withoutRejectedRecordsTheListSaysSo() {
    dorado.on("GET /api/v1/rejected", 200, "{\"items\":[],\"next\":null}");
    assertThat(execute("dead-letters", "list", "--rejected")).isZero();
    assertThat(execute("dead-letters", "retry", "--rejected", "--all")).isZero();
    assertThat(out.toString()).contains("No record is set aside", "No such record is set aside");
  }

  @Test
  void rejectedRecordsAreRetriedAndWhatCannotBeIsSaidWithWhatHelps() {
    dorado
        .on("GET /api/v1/rejected", 200, REJECTED.replace("\"next\": null", "\"next\": \"n\""))
        .on("GET /api/v1/rejected", 200, "{\"items\":[],\"next\":null}")
        .on(
            "POST /api/v1/rejected/retry",
            200,
            """
            {"results": [{"id": "a1", "outcome": "retried", "reason": "written"},
              {"id": "b2", "outcome": "impossible", "reason": "use './dorado reprocess'"}]}
            """)
        .on(
            "POST /api/v1/rejected/retry",
            200,
            "{\"results\": [{\"id\": \"a1\", \"outcome\": \"done\"}]}");
    assertThat(execute("dead-letters", "retry", "--rejected", "--all")).isEqualTo(1);
    assertThat(dorado.asked).extracting(Asked::query).contains("limit=500&cursor=n");
    assertThat(last().body()).isEqualTo("{\"ids\":[\"a1\",\"b2\"]}");
    assertThat(out.toString())
        .contains("2 records: 1 handed in again, 0 superseded", "1 left out")
        .contains("1  impossible: use './dorado reprocess'", "set aside again within seconds");
    assertThat(execute("dead-letters", "retry", "--rejected", "a1")).isZero();
    assertThat(out.toString()).contains("1 retried or dismissed before");
  }

  @Test
  void rejectedRecordsAreDismissedWithAReasonAndListedApart() {
    dorado
        .on("GET /api/v1/rejected", 200, REJECTED)
        .on(
            "POST /api/v1/rejected/dismiss",
            200,
            """
            {"results": [{"id": "a1", "outcome": "dismissed", "reason": "it counts no longer"},
              {"id": "b2", "outcome": "missing", "reason": "no such record was set aside"}]}
            """);
    assertThat(execute("dead-letters", "dismiss", "--rejected", "--all", "--reason", "a test"))
        .isEqualTo(1);
    assertThat(last().body()).isEqualTo("{\"ids\":[\"a1\",\"b2\"],\"reason\":\"a test\"}");
    assertThat(out.toString())
        .contains("2 records: 1 dismissed, 0 retried or dismissed before, 1 left out")
        .contains("1  missing: no such record was set aside", "list --rejected --dismissed");
    assertThat(execute("dead-letters", "list", "--rejected", "--dismissed")).isZero();
    assertThat(last().query()).isEqualTo("limit=20&dismissed=true");
  }

  @Test
  void whatIsDismissedAndWhyMustBeSaid() {
    assertThat(execute("dead-letters", "dismiss", "--rejected", "--all")).isEqualTo(2);
    assertThat(execute("dead-letters", "dismiss", "--rejected", "--reason", "a test")).isEqualTo(2);
    assertThat(execute("dead-letters", "dismiss", "a1", "--reason", "a test")).isEqualTo(2);
    assertThat(execute("dead-letters", "dismiss", "--rejected", "a1", "--reason", " "))
        .isEqualTo(2);
    assertThat(execute("dead-letters", "list", "--dismissed")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Say what to dismiss", "--reason is empty", "expected --rejected --dismissed");
    assertThat(dorado.asked).isEmpty();
  }

  @Test
  void rejectedRecordsHaveNoSender() {
    assertThat(execute("dead-letters", "list", "--rejected", "--sender", "github")).isEqualTo(2);
    assertThat(execute("dead-letters", "retry", "--rejected", "--sender", "github")).isEqualTo(2);
    assertThat(execute("dead-letters", "retry", "--rejected")).isEqualTo(2);
    assertThat(err.toString()).contains("records of no sender", "Say what to retry");
    assertThat(dorado.asked).isEmpty();
  }

  @Test
  void whatIsExportedIsReplayedLineByLine(@TempDir Path folder) throws IOException {
    String lines = "{\"sender\":\"a\"}\n\n{\"sender\":\"b\"}\n";
    dorado
        .on("GET /api/v1/deliveries/export", 200, lines + "{\"exported\":3}\n")
        .on(
            "POST /api/v1/deliveries/replay",
            200,
            "{\"results\":[{\"outcome\":\"accepted\"},{\"outcome\":\"ignored\",\"reason\":\"a ping\"}]}");
    Path file = folder.resolve("deliveries.jsonl");
    assertThat(execute("deliveries", "export", "--outcome", "accepted", "-o", file.toString()))
        .isZero();
    assertThat(last().query()).contains("outcome=accepted");
    assertThat(execute("replay", file.toString())).isZero();
    assertThat(last().body()).isEqualTo(lines);
    assertThat(out.toString()).contains("2 deliveries: 1 accepted, 1 ignored");
  }

  @Test
  void anExportThatBreaksOffIsNotTakenForAWholeOne(@TempDir Path folder) {
    dorado.on("GET /api/v1/deliveries/export", 200, "{\"sender\":\"a\"}\n{\"sender\":\"b\"}\n");
    String file = folder.resolve("deliveries.jsonl").toString();
    assertThat(execute("deliveries", "export", "-o", file)).isEqualTo(1);
    assertThat(err.toString()).contains("broke off after 1 deliveries");
  }

  @Test
  void aReplayThatIsRefusedNamesTheFileAndTheLine(@TempDir Path folder) throws IOException {
    dorado.on("POST /api/v1/deliveries/replay", 400, "{\"detail\":\"line 2 is no delivery\"}");
    Path file = Files.writeString(folder.resolve("deliveries.jsonl"), "{}\n{}\n");
    assertThat(execute("replay", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(file + ", from its line 1 on", "line 2 is no delivery");
  }

  @Test
  void aRefusalAndAnAbsentDoradoAreSaidInWords() {
    dorado.on("GET /api/v1/dead-letters", 401, "{\"detail\":\"send a token\"}");
    assertThat(execute("dead-letters", "list")).isEqualTo(1);
    assertThat(err.toString()).contains("answered 401: send a token");
    dorado.close();
    assertThat(execute("dead-letters", "list")).isEqualTo(1);
    assertThat(err.toString()).contains("no Dorado answers at " + dorado.url(), "--url");
    assertThat(
            Dorado.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("doctor", "--url", "nowhere"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("--url is 'nowhere'", "http://localhost:8080");
  }

  @Test
  void theDoctorAsksAllRolesAndEndsWithOneIfThereIsSomethingToDo() {
    dorado
        .on("GET /api/v1/access", 200, "{\"read\":true,\"administer\":true,\"senders\":[]}")
        .on("GET /api/v1/setup", 200, "{\"open\":true,\"senders\":[]}")
        .on("GET /api/v1/ingest", 200, "{\"senders\":[]}")
        .on(
            "GET /api/v1/ingest",
            200,
            "{\"senders\":[],\"advice\":[{\"area\":\"dead letters\",\"subject\":\"github\","
                + "\"problem\":\"1 delivery could not be translated: x\","
                + "\"remedy\":\"./dorado dead-letters list names them\"}]}")
        .on("GET /api/v1/doctor", 200, "{\"services\":[],\"clocks\":[]}")
        .on("GET /api/v1/dead-letters", 200, NONE)
        .on("GET /api/v1/dead-letters", 200, DEAD_LETTERS);
    assertThat(execute("doctor")).isZero();
    assertThat(out.toString()).contains("Nothing to do.");
    assertThat(execute("doctor", "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"fine\" : false", "./dorado dead-letters list");
  }

  @Test
  void numbersThatAnOptionCannotTakeAreRefusedWithTheRange() {
    var refused =
        Map.of(
            List.of("doctor", "--days", "0"), "--days is 0: expected 1 to 3650",
            List.of("doctor", "--days", "-7"), "--days is -7: expected 1 to 3650",
            List.of("doctor", "--days", "99999"), "--days is 99999: expected 1 to 3650",
            List.of("doctor", "--days", "99999999999"), "'99999999999' is not an int",
            List.of("dead-letters", "list", "--limit", "0"), "--limit is 0: expected 1 to 1000",
            List.of("dead-letters", "list", "--limit", "1001"), "expected 1 to 1000");
    refused.forEach(
        (arguments, text) -> {
          assertThat(execute(arguments.toArray(String[]::new))).as("%s", arguments).isEqualTo(2);
          assertThat(err.toString()).contains(text);
        });
    assertThat(dorado.asked).isEmpty();
    for (var arguments :
        List.of(
            List.of("up", "--port", "-1"),
            List.of("demo", "--port", "65536"),
            List.of("api", "--port", "70000"),
            List.of("migrate", "--wait", "-1"))) {
      assertThat(
              Dorado.commandLine()
                  .setErr(new PrintWriter(err, true))
                  .execute(arguments.toArray(String[]::new)))
          .as("%s", arguments)
          .isEqualTo(2);
      assertThat(err.toString())
          .contains("%s is %s: expected 0 to ".formatted(arguments.get(1), arguments.get(2)));
    }
  }

  private Asked last() {
    return dorado.asked.get(dorado.asked.size() - 1);
  }

  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--url", dorado.url()));
    return Dorado.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
