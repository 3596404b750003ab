package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generations of facts in an installation that runs, seen by the API. One story, in the order of
 * the tests: shop is deployed at 9:00, and an incident begins at 19:00. With a proximity window of
 * a day the deployment failed (F6); with one of an hour it did not.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ITReprocess {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int BEFORE = 30;
  private static final String MARCH = "from=2026-03-01&to=2026-04-01&limit=1000";

  @TempDir private static Path data;

  private static final HttpClient client = HttpClient.newHttpClient();
  private static Standalone dorado;

  @BeforeAll
  static void start() {
    dorado = up();
  }

  @AfterAll
  static void stop() {
    dorado.close();
  }

  @Test
  @Order(1)
  void byTheDefaultWindowTheDeploymentFailed() throws Exception {
    post(deployment("shop", "d1", "2026-03-02T09:00:00Z"));
    post(
        """
        {"kind":"incident","id":"i1","service":"shop","severity":"high",
          "started_at":"2026-03-02T19:00:00Z","resolved_at":"2026-03-02T20:00:00Z"}""");

    awaiting(() -> failed("shop"));
    assertThat(rows("shop").get(0).path("failure_rule").asText()).isEqualTo("F6");
  }

  @Test
  @Order(2)
  void underAnotherWindowItDidNotWhileDeliveriesKeepComing() throws Exception {
    var said = new StringWriter();
    var posting = new AtomicBoolean(true);
    var posted = new AtomicInteger();
    var answers = new ArrayList<Integer>();
    for (int number = posted.incrementAndGet(); number <= BEFORE; number++) {
      post(deployment("busy", "b" + number, "2026-03-03T00:%02d:00Z".formatted(number)));
      posted.set(number);
    }
    var sender =
        CompletableFuture.runAsync(
            () -> {
              while (posting.get()) {
                int number = posted.incrementAndGet();
                String at = "2026-03-%02dT%02d:00:00Z".formatted(3 + number / 24 % 28, number % 24);
                answers.add(post(deployment("busy", "b" + number, at)));
                rows("shop");
              }
            },
            task -> new Thread(task, "deliveries").start());

    ReprocessCommand.run(
        with("dorado.rules.proximity-window = 1h"),
        true,
        new Narration(new PrintWriter(said, true)));
    assertThat(rows("shop")).as("at once").hasSize(1);
    assertThat(failed("shop")).as("at once").isFalse();
    assertThat(rows("busy"))
        .as("at once, what was there before")
        .hasSizeGreaterThanOrEqualTo(BEFORE);
    posting.set(false);
    sender.join();

    assertThat(said.toString())
        .contains("deliveries are translated again", "generation 2 answers queries now");
    assertThat(answers).isNotEmpty().containsOnly(202);
    awaiting(() -> rows("busy").size() == posted.get());
    assertThat(rows("shop")).hasSize(1);
    assertThat(rows("shop").get(0).path("failure_rule").isNull()).isTrue();
    assertThat(states()).containsExactly("retired", "current");
  }

  @Test
  @Order(3)
  void theNewGenerationHasNothingThatIsNotOfItAndTheOldOneIsAsItWas() throws Exception {
    String ids =
        "SELECT service || ' ' || id || ' ' || failed FROM %s.deployments FINAL ORDER BY 1";
    List<String> current = texts(ids.formatted("dorado_g2"));

    assertThat(texts(ids.formatted("dorado"))).isEqualTo(current);
    assertThat(current).hasSize(1 + rows("busy").size()).contains("shop d1 false");
    assertThat(texts(ids.formatted("dorado_g1"))).contains("shop d1 true");
    assertThat(texts("SELECT id FROM dorado_g2.incidents FINAL")).containsExactly("i1");
    assertThat(texts("SELECT id FROM dorado.incidents WHERE deployment_id IS NOT NULL")).isEmpty();
  }

  @Test
  @Order(4)
  void anOldGenerationIsListedAndDroppedWithAllThatItHas() throws Exception {
    assertThat(execute("generations", "list"))
        .contains("1  retired", "2  current", "dorado_g2", "proximity-window: 1h, now 24h");
    assertThat(execute("generations", "drop", "2")).contains("generation 2 answers queries");
    try (var admin = admin()) {
      assertThat(admin.listTopics().names().get())
          .contains("dorado.facts.deployments", "dorado-streams-route-repartition");
    }

    assertThat(execute("generations", "drop", "1"))
        .as("nobody can be asked")
        .contains("generation 1 is deleted for good", "--yes");
    assertThat(states()).containsExactly("retired", "current");
    assertThat(execute("generations", "drop", "1", "--yes")).contains("generation 1 is deleted");

    try (var admin = admin()) {
      awaiting(
          () -> {
            Set<String> topics = admin.listTopics().names().get();
            return topics.stream()
                .noneMatch(
                    name ->
                        name.startsWith("dorado.facts.")
                            || Topics.isInternal(name, "dorado-streams"));
          });
      assertThat(admin.listTopics().names().get())
          .contains("dorado.g2.facts.deployments", "dorado-streams-g2-route-repartition");
      assertThat(admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get())
          .extracting(group -> group.groupId())
          .contains("dorado-streams-g2", "dorado-streams-g2-sink", "dorado-streams-deliveries-sink")
          .doesNotContain("dorado-streams", "dorado-streams-sink");
    }
    assertThat(connections().registryClient().getAllSubjects())
        .contains("dorado.g2.facts.deployments-value")
        .doesNotContain("dorado.facts.deployments-value");
    assertThat(texts("SELECT name FROM system.databases WHERE name LIKE 'dorado%' ORDER BY name"))
        .containsExactly("dorado", "dorado_g2");
    awaiting(() -> !data.resolve("streams/dorado-streams").toFile().exists());
    assertThat(execute("generations", "list")).doesNotContain("retired");
    assertThat(rows("shop")).hasSize(1);
  }

  @Test
  @Order(5)
  void aPreviewShowsWhichNumbersWouldChangeAndLeavesNothing() throws Exception {
    assertThat(execute("reprocess"))
        .as("nobody can be asked")
        .contains("facts are computed anew", "--yes");

    String said = execute("reprocess", "--preview", "--from", "2026-03-01", "--to", "2026-04-01");

    assertThat(said.replaceAll(" +", " "))
        .contains(
            "proximity-window: 1h, now 24h",
            "shop change_fail_rate 0.0000 (n 1) 1.0000 (n 1)",
            "generation 3 is deleted")
        .doesNotContain("busy");
    assertThat(failed("shop")).as("nothing is switched").isFalse();
    assertThat(states()).containsExactly("dropped", "current", "dropped");
    assertThat(texts("SELECT name FROM system.databases WHERE name LIKE 'dorado%' ORDER BY name"))
        .containsExactly("dorado", "dorado_g2");
  }

  @Test
  @Order(6)
  void anotherSettingAtTheNextStartBeginsAGenerationByItself() throws Exception {
    dorado.close();
    dorado = up();

    assertThat(rows("shop")).as("the old one answers meanwhile").hasSize(1);
    awaiting(() -> failed("shop"));
    assertThat(states()).containsExactly("dropped", "retired", "dropped", "current");

    post(deployment("shop", "d2", "2026-03-05T09:00:00Z"));
    awaiting(() -> rows("shop").size() == 2);
  }

  @Test
  @Order(7)
  void aProgramWithOlderRulesRefusesTheDataWithTheReason() throws Exception {
    try (var connection = connections().clickHouse();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO dorado.generations
          SELECT * REPLACE (1000000 AS rules, 'newer' AS code, row_version + 8 AS row_version)
          FROM dorado.generations FINAL WHERE number = 4""");
    }
    dorado.close();

    assertThatThrownBy(ITReprocess::up)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("newer version of Dorado")
        .hasMessageContaining("version 1000000 of the rules")
        .hasMessageContaining("restore a backup");
  }

  private static Standalone up() {
    return Standalone.start(
        data,
        "127.0.0.1",
        0,
        true,
        Map.of(
            "dorado.reprocess.poll-interval",
            "100ms",
            // So rarely that for moments nothing is under way, though much is to be done.
            "dorado.streams.flush-interval",
            "200ms"),
        line -> {});
  }

  private static String deployment(String service, String id, String finishedAt) {
    return """
        {"kind":"deployment","service":"%s","environment":"production","id":"%s","version":"%s",
          "status":"succeeded","finished_at":"%s"}"""
        .formatted(service, id, id, finishedAt);
  }

  private static int post(String event) {
    var request =
        HttpRequest.newBuilder(URI.create(dorado.url() + "/webhooks/generic"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"events\":[" + event + "]}"))
            .build();
    return send(request).statusCode();
  }

  private static boolean failed(String service) {
    return rows(service).stream().anyMatch(row -> row.path("failed").asBoolean());
  }

  private static List<JsonNode> rows(String service) {
    var response =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        "%s/api/v1/deployments?service=%s&%s"
                            .formatted(dorado.url(), service, MARCH)))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    try {
      List<JsonNode> rows = new ArrayList<>();
      Json.MAPPER.readTree(response.body()).path("items").forEach(rows::add);
      return rows;
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request.uri() + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What a command says, on whichever of its outputs. */
  private static String execute(String... arguments) {
    var said = new StringWriter();
    var line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--data", data.toString()));
    Dorado.commandLine()
        .setOut(new PrintWriter(said, true))
        .setErr(new PrintWriter(said, true))
        .execute(line.toArray(String[]::new));
    return said.toString();
  }

  private static Config with(String settings) {
    return ConfigFactory.parseString(settings).withFallback(installed()).resolve();
  }

  private static Connections connections() {
    return InstalledDorado.connections(data);
  }

  private static Config installed() {
    return InstalledDorado.config(data);
  }

  private static Admin admin() {
    return InstalledDorado.admin(data);
  }

  private static List<String> states() throws SQLException {
    List<Generation> all = new Generations(connections()).all();
    return all.stream().map(generation -> generation.state(all).label()).toList();
  }

  private static List<String> texts(String sql) throws SQLException {
    return InstalledDorado.texts(data, sql);
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
