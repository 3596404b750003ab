package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers write steers no terminal and begins no line, wherever it is shown. */
class VisibleTextTest {

  /** Clears the screen, begins lines, steers by C1, turns the direction of writing round. */
  private static final String HOSTILE =
      "a\u001b[2Jb\r\n2026-01-01T00:00:00Z ERROR forged\u009b31m\u202eexe\u2028z\u007f\u0000";

  private static final String FORGED = "2026-01-01T00:00:00Z ERROR";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void whatSteersIsShownAndTheRestStays() {
    assertThat(VisibleText.of(HOSTILE))
        .isEqualTo(
            "a\\u001b[2Jb\\r\\n2026-01-01T00:00:00Z ERROR forged\\u009b31m\\u202eexe\\u2028z\\u007f\\u0000");
    assertThat(VisibleText.of("Zoë Müller 山田 👩‍💻 עברית")).isEqualTo("Zoë Müller 山田 👩‍💻 עברית");
    assertThat(VisibleText.lines("a\nb\rc")).isEqualTo("a\nb\\rc");
    assertThat(VisibleText.block("a\r\nb\nc")).isEqualTo("a\n  b\n  c");
    assertThat(VisibleText.format("%d of %s%n", 3, "x\ny"))
        .isEqualTo("3 of x\\ny" + System.lineSeparator());
  }

  @Test
  void jsonMeansTheSameAfterwards() throws Exception {
    String json = Json.MAPPER.writeValueAsString(Map.of("text", HOSTILE));
    JsonNode read = Json.MAPPER.readTree(VisibleText.lines(json));
    assertThat(read.path("text").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void everyCommandShowsIt() throws Exception {
    JsonNode hostile = Json.MAPPER.valueToTree(HOSTILE);
    String letter =
        """
        {"count": 1, "sender": %1$s, "kind": %1$s, "reason": %1$s, "id": %1$s, "bytes": 1,
         "received_at": %1$s, "last_at": %1$s, "offset": 1}"""
            .formatted(hostile);
    try (var dorado = new AnsweringDorado()) {
      dorado
          .on(
              "GET /api/v1/dead-letters",
              200,
              "{\"reasons\":[%1$s],\"items\":[%1$s],\"next\":null}".formatted(letter))
          .on(
              "GET /api/v1/deliveries",
              200,
              """
              {"sender": %1$s, "id": %1$s, "reason": %1$s, "headers": {%1$s: %1$s}, "body": %1$s}"""
                  .formatted(hostile))
          .on(
              "POST /api/v1/deliveries/retry",
              200,
              "{\"results\":[{\"sender\":%1$s,\"outcome\":\"dead\",\"reason\":%1$s}]}"
                  .formatted(hostile))
          .on(
              "GET /api/v1/rejected",
              200,
              """
              {"items": [{"id": %1$s, "place": %1$s, "name": %1$s, "reason": %1$s,
                          "rejected_at": %1$s}], "next": null}"""
                  .formatted(hostile))
          .on(
              "POST /api/v1/rejected/retry",
              200,
              "{\"results\":[{\"id\":%1$s,\"outcome\":\"missing\",\"reason\":%1$s}]}"
                  .formatted(hostile))
          .on(
              "POST /api/v1/rejected/dismiss",
              200,
              "{\"results\":[{\"id\":%1$s,\"outcome\":\"missing\",\"reason\":%1$s}]}"
                  .formatted(hostile))
          .on(
              "GET /api/v1/deliveries/export",
              200,
              "{\"body\":%s}\n{\"exported\":1}\n".formatted(hostile))
          .on(
              "GET /api/v1/setup",
              200,
              """
              {"senders": [{"sender": %1$s, "secrets": 1}],
               "catalog": [{"source": %1$s, "entries": 1, "error": %1$s, "problems": [%1$s],
                            "warnings": [%1$s]}]}"""
                  .formatted(hostile))
          .on(
              "GET /api/v1/ingest",
              200,
              """
              {"senders": [{"sender": %1$s, "repositories": []}],
               "advice": [{"area": %1$s, "subject": %1$s, "problem": %1$s, "remedy": %1$s}]}"""
                  .formatted(hostile))
          .on(
              "GET /api/v1/doctor",
              200,
              """
              {"services": [{"id": %1$s, "team": %1$s, "in_catalog": true, "refused": 1,
                "sources": [{"source": %1$s, "environment": %1$s, "deployments": 1}],
                "candidates": [{"source": %1$s, "name": %1$s, "environment": %1$s, "count": 1}]}]}"""
                  .formatted(hostile))
          .on(
              "PUT /api/v1/catalog",
              202,
              """
              {"accepted": 1, "ignored": [{"reason": %1$s}], "notes": [%1$s], "warnings": [%1$s]}"""
                  .formatted(hostile))
          .on("PUT /api/v1/catalog", 422, "{\"problems\":[{\"message\":%s}]}".formatted(hostile))
          .on("PUT /api/v1/catalog", 400, "{\"detail\":%s}".formatted(hostile));
      for (List<String> command :
          List.of(
              List.of("dead-letters", "list"),
              List.of("dead-letters", "list", "--json"),
              List.of("dead-letters", "show", "a/b", "--json"),
              List.of("dead-letters", "retry", "--all"),
              List.of("dead-letters", "list", "--rejected"),
              List.of("dead-letters", "list", "--rejected", "--json"),
              List.of("dead-letters", "retry", "--rejected", "--all"),
              List.of("dead-letters", "dismiss", "--rejected", "--all", "--reason", "a test"),
              List.of("doctor"),
              List.of("doctor", "--json"),
              List.of("catalog", "apply", "pom.xml"),
              List.of("catalog", "apply", "pom.xml"),
              List.of("catalog", "apply", "pom.xml"))) {
        execute(dorado, command);
        assertThat(out.toString() + err)
            .as(command.toString())
            .containsIgnoringCase("\\u001b[2Jb")
            .doesNotContain("\u001b", "\r", "\u009b", "\u202e", "\u2028", "\u007f", "\u0000");
        assertThat((out.toString() + err).lines())
            .as(command.toString())
            .noneMatch(line -> line.startsWith(FORGED));
      }
      // A body is shown with its lines, as it came.
      execute(dorado, List.of("dead-letters", "show", "a/b"));
      assertThat(out.toString()).contains("\\u001b[2Jb").doesNotContain("\u001b", "\u009b", "\r");
    }
  }

  @Test
  void noErrorOfARemoteServerForgesALine() throws Exception {
    try (var dorado = new AnsweringDorado()) {
      dorado.on("GET /api/v1/dead-letters", 500, "no JSON " + HOSTILE);
      execute(dorado, List.of("dead-letters", "list"));
      assertThat(err.toString()).contains("\\u001b[2Jb").doesNotContain("\u001b");
      assertThat(err.toString().lines()).noneMatch(line -> line.startsWith(FORGED));
    }
  }

  @Test
  void noMessageAndNoExceptionForgesALineOfTheLog(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("dorado.log");
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("dorado.log.file", file.toString());
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/dorado-logback-file.xml"));
    context
        .getLogger("test")
        .error("said {}", HOSTILE, new IllegalStateException(HOSTILE, new Exception(HOSTILE)));
    context.getLogger("test").info("next");
    context.stop();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0)).contains("ERROR", "said a\\u001b[2Jb\\r\\n" + FORGED);
    assertThat(lines.get(lines.size() - 1)).endsWith("test next");
    assertThat(lines.subList(1, lines.size() - 1))
        .allMatch(line -> line.startsWith("  "))
        .anyMatch(line -> line.contains("Caused by: java.lang.Exception"))
        .anyMatch(line -> line.contains("VisibleTextTest"));
    assertThat(Files.readString(file)).doesNotContain("\u001b", "\r", "\u009b", "\u202e");
  }

  @Test
  void bothLogsAreWrittenSo() throws Exception {
    for (String name : List.of("dorado-logback-console.xml", "dorado-logback-file.xml")) {
      try (var in = getClass().getResourceAsStream("/" + name)) {
        assertThat(new String(in.readAllBytes(), UTF_8))
            .contains("%visible%n%visibleTrace</pattern>")
            .doesNotContain("%msg", "%m%n");
      }
    }
  }

  private void execute(AnsweringDorado dorado, List<String> command) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new ArrayList<>(command);
    arguments.add("--url");
    arguments.add(dorado.url());
    int unused =
        Dorado.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
  }
}
