package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who did what on a Dorado, from requests and commands to the answer of the api. */
class ITAuditTrail {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path data;

  private static final HttpClient client = HttpClient.newHttpClient();
  private static Standalone dorado;

  @BeforeAll
  static void start() {
    dorado = Standalone.start(data, "127.0.0.1", 0, false, Map.of(), line -> {});
  }

  @AfterAll
  static void stop() {
    dorado.close();
  }

  @Test
  void whatPeopleCommandsAndStrangersDoIsAnsweredToAdministrators() throws Exception {
    String admin = dorado.access().administratorToken().orElseThrow();
    String entity = "{\"kind\":\"Component\",\"metadata\":{\"name\":\"shop\"}}";
    assertThat(send("PUT", "/api/v1/catalog", admin, entity)).isEqualTo(202);
    String correction =
        "{\"action\":\"exclude\",\"service\":\"shop\",\"deployment\":\"d\",\"reason\":\"r\"}";
    assertThat(send("POST", "/api/v1/corrections", admin, correction)).isEqualTo(202);
    assertThat(send("GET", "/api/v1/summary", "stolen", "")).isEqualTo(401);
    String made = execute("tokens", "create", "grafana", "--role", "read");
    assertThat(made).doesNotContain("lacks");
    execute("tokens", "revoke", made.substring(0, 8));
    execute("reprocess", "--yes");
    execute("generations", "drop", "1", "--yes");
    execute("backup", data.resolveSibling("audit.backup").toString(), "--yes");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(audit(admin).findValuesAsText("action"))
                    .contains(
                        "catalog",
                        "correct",
                        "GET /api/v1/summary",
                        "tokens-create",
                        "tokens-revoke",
                        "reprocess",
                        "generations-drop",
                        "backup"));

    JsonNode entries = audit(admin);
    assertThat(entry(entries, "correct").get("actor").asText())
        .isEqualTo("a token of DORADO_ADMIN_TOKENS");
    assertThat(entry(entries, "tokens-create").get("subject").asText()).isEqualTo("grafana, read");
    assertThat(entry(entries, "tokens-create").get("role").asText()).isEqualTo("shell");
    assertThat(entry(entries, "tokens-create").get("actor").asText())
        .isEqualTo(System.getProperty("user.name"));
    assertThat(entry(entries, "generations-drop").get("subject").asText())
        .isEqualTo("generation 1");
    assertThat(entry(entries, "GET /api/v1/summary").get("outcome").asText()).isEqualTo("refused");
    assertThat(entries.toString()).doesNotContain("stolen", admin);
  }

  private static JsonNode entry(JsonNode entries, String action) {
    return StreamSupport.stream(entries.spliterator(), false)
        .filter(entry -> entry.get("action").asText().equals(action))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode audit(String token) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(dorado.url() + "/api/v1/audit"))
            .header("Authorization", "Bearer " + token)
            .build();
    return Json.MAPPER
        .readTree(client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body())
        .get("items");
  }

  private static int send(String method, String path, String token, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(dorado.url() + path))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String execute(String... arguments) {
    var said = new StringWriter();
    List<String> line =
        Stream.concat(Stream.of(arguments), Stream.of("--data", data.toString())).toList();
    int status =
        Dorado.commandLine()
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(line.toArray(String[]::new));
    assertThat(status).as(said.toString()).isZero();
    return said.toString();
  }
}
