package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import dev.dorado.standalone.demo.GitHubHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone is backed up while deliveries come, and restored into another folder. The tests tell
 * one story, in their order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ITBackup {

  private static final String SECRET = "a secret of the test";
  private static final String MONTH = "from=2026-01-01&to=2026-02-01&limit=1000";
  private static final String C1 = "c1".repeat(20);
  private static final String C2 = "c2".repeat(20);
  private static final List<String> LISTS =
      List.of(
          "/api/v1/deployments?service=acme/widget&" + MONTH,
          "/api/v1/changes?service=acme/widget&" + MONTH,
          "/api/v1/incidents?service=acme/widget&" + MONTH,
          "/api/v1/summary?service=acme/widget&" + MONTH);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private static Path source;
  private static Path backup;
  private static Path restored;
  private static Standalone dorado;
  private static Map<String, JsonNode> facts;
  private static List<String> busyBefore;

  @BeforeAll
  static void start() {
    source = folder.resolve("source");
    backup = folder.resolve("dorado.backup");
    restored = folder.resolve("restored");
    dorado = up(source);
  }

  @AfterAll
  static void stop() {
    if (dorado != null) {
      dorado.close();
    }
  }

  @Test
  @Order(1)
  void itIsWrittenWhileDeliveriesCome() throws Exception {
    for (DemoDelivery delivery : history()) {
      assertThat(client().post(delivery).statusCode()).isEqualTo(202);
    }
    assertThat(client().post(unreadable()).statusCode()).isEqualTo(422);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                ask(LISTS.get(0)).path("items").size() == 3
                    && ask(LISTS.get(1)).path("items").size() == 2
                    && ask(LISTS.get(0)).at("/items").findValuesAsText("recovered_at").stream()
                        .anyMatch(time -> !time.equals("null")));
    facts = facts();

    var acknowledged = new CopyOnWriteArrayList<String>();
    var posting = new AtomicBoolean(true);
    var sender =
        CompletableFuture.runAsync(
            () -> {
              for (int number = 1; posting.get(); number++) {
                post("b" + number);
                acknowledged.add("b" + number);
              }
            },
            task -> new Thread(task, "deliveries").start());
    await().until(() -> acknowledged.size() >= 20);
    busyBefore = List.copyOf(acknowledged);

    assertThat(execute(0, "backup", backup.toString(), "--data", source.toString()))
        .contains("dorado.deployments: ", backup + " is complete");
    assertThat(acknowledged).as("deliveries went on").hasSizeGreaterThan(busyBefore.size());
    posting.set(false);
    sender.join();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    assertThat(execute(1, "backup", backup.toString(), "--data", source.toString()))
        .contains(backup.toString(), "is there already", "--yes");
  }

  @Test
  @Order(2)
  void whatIsDamagedOrForeignIsRefusedWithTheReason() throws Exception {
    byte[] bytes = Files.readAllBytes(backup);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    assertRefused("a bit flipped", flipped, "is damaged");
    assertRefused("cut off", Arrays.copyOf(bytes, bytes.length / 2), "its end is missing");
    assertRefused("no archive", "dorado".getBytes(UTF_8), "is no backup of Dorado");

    assertRefused("another archive", changed("manifest.json", null), "is no backup of Dorado");
    assertRefused(
        "of a newer version", changed("manifest.json", json -> json.put("format", 2)), "layout 2");
    assertRefused(
        "of topics that are not known",
        changed(
            "manifest.json", json -> ((ObjectNode) json.path("topics")).putObject("dorado.new")),
        "dorado.new");
    assertRefused(
        "of servers", changed("manifest.json", json -> json.put("partitions", 6)), "6 partitions");
    assertRefused(
        "a part is missing",
        changed("topics/dorado.deployments", null),
        "lacks topics/dorado.deployments");
    assertThat(execute(1, "restore", folder + "/none", "--data", restored.toString()))
        .contains("there is no backup " + folder + "/none");
  }

  @Test
  @Order(3)
  void whatIsThereIsNeverReplacedUnasked() throws Exception {
    assertThat(execute(1, "restore", backup.toString(), "--data", source.toString()))
        .as("one that runs")
        .contains("another Dorado", source.toString());
    Path used = Files.createDirectory(folder.resolve("used"));
    Files.writeString(used.resolve("access.conf"), "what was there");
    assertThat(execute(1, "restore", backup.toString(), "--data", used.toString()))
        .contains(used + " has data", "--yes");
    assertThat(used.resolve("access.conf")).hasContent("what was there");
    assertThat(used.resolve("kafka")).doesNotExist();

    assertThat(execute(0, "restore", backup.toString(), "--data", used.toString(), "--yes"))
        .contains("used.before-restore");
    assertThat(folder.resolve("used.before-restore/access.conf")).hasContent("what was there");
    assertThat(used.resolve("access.conf")).hasSameTextualContentAs(source.resolve("access.conf"));
  }

  @Test
  @Order(4)
  void whatIsRestoredGivesTheSameFactsOfAllThatWasAnsweredBefore() throws Exception {
    dorado.close();
    dorado = null;
    assertThat(execute(0, "restore", backup.toString(), "--data", restored.toString()))
        .contains("the backup is whole", "is restored", "./dorado up")
        .doesNotContain("Warning");
    for (String file : List.of("access.conf", "contributor-key")) {
      assertThat(restored.resolve(file)).hasSameTextualContentAs(source.resolve(file));
    }

    dorado = up(restored);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(facts()).isEqualTo(facts));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(busy()).containsAll(busyBefore));
    assertThat(
            execute(
                0, "dead-letters", "list", "--url", dorado.url(), "--data", restored.toString()))
        .contains("1 of github push");
  }

  @Test
  @Order(5)
  void whatIsRestoredGoesOn() throws Exception {
    post("after");
    await().atMost(Duration.ofSeconds(60)).until(() -> busy().contains("after"));
  }

  private static Standalone up(Path data) {
    return Standalone.start(
        data,
        "127.0.0.1",
        0,
        false,
        Map.of("dorado.ingest.secrets.github", SECRET, "dorado.ingest.secrets.generic", SECRET),
        line -> {});
  }

  private static List<DemoDelivery> history() {
    return GitHubHistory.of("acme", "widget")
        .push("2026-01-05T08:00:00Z", C1, "2026-01-05T07:00:00Z")
        .deploy("2026-01-05T09:00:00Z", "2026-01-05T09:10:00Z", C1)
        .push("2026-01-06T08:00:00Z", C2, "2026-01-06T07:00:00Z")
        .deploy("2026-01-06T14:00:00Z", "2026-01-06T14:10:00Z", C2)
        .incident("2026-01-06T15:00:00Z")
        .deploy("2026-01-06T16:00:00Z", "2026-01-06T16:10:00Z", C1)
        .resolve("2026-01-06T16:30:00Z")
        .deliveries();
  }

  /** GitHub's push without what it must have. */
  private static DemoDelivery unreadable() {
    return new DemoDelivery(
        Instant.EPOCH,
        "github",
        Map.of("X-GitHub-Event", "push", "X-GitHub-Delivery", "unreadable"),
        "{\"repository\":{\"full_name\":\"acme/widget\"}}");
  }

  private static void post(String id) {
    String event =
        """
        {"events":[{"kind":"deployment","service":"busy","environment":"production","id":"%1$s",
          "version":"%1$s","status":"succeeded","finished_at":"2026-01-10T00:00:00Z"}]}"""
            .formatted(id);
    try {
      var delivery =
          new DemoDelivery(
              Instant.EPOCH, "generic", Map.of("Content-Type", "application/json"), event);
      assertThat(client().post(delivery).statusCode()).isEqualTo(202);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Map<String, JsonNode> facts() throws Exception {
    Map<String, JsonNode> all = new TreeMap<>();
    for (String list : LISTS) {
      all.put(list, ask(list));
    }
    return all;
  }

  private static List<String> busy() throws Exception {
    List<String> ids = new ArrayList<>();
    ask("/api/v1/deployments?service=busy&" + MONTH)
        .path("items")
        .forEach(row -> ids.add(row.path("id").asText()));
    return ids;
  }

  private static JsonNode ask(String pathAndQuery) throws Exception {
    String token = dorado.access().administratorToken().orElseThrow();
    var request =
        HttpRequest.newBuilder(URI.create(dorado.url() + pathAndQuery))
            .header("Authorization", "Bearer " + token)
            .build();
    var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.MAPPER.readTree(response.body());
  }

  private static void assertRefused(String what, byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("refused.backup"), bytes);
    assertThat(execute(1, "restore", file.toString(), "--data", restored.toString()))
        .as(what)
        .contains(file.toString(), reason);
    assertThat(restored).as(what).doesNotExist();
  }

  /** The backup with another entry in the place of one; without it if there is no change. */
  private static byte[] changed(String name, Consumer<ObjectNode> change) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var from = new ZipFile(backup.toFile());
        var to = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : from.stream().map(ZipEntry.class::cast).toList()) {
        byte[] content = from.getInputStream(entry).readAllBytes();
        if (!entry.getName().equals(name)) {
          write(to, entry.getName(), content);
        } else if (change != null) {
          var json = (ObjectNode) Json.MAPPER.readTree(content);
          change.accept(json);
          write(to, name, Json.MAPPER.writeValueAsBytes(json));
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  /** What a command says, on whichever of its outputs. */
  private static String execute(int exitCode, String... arguments) {
    var said = new StringWriter();
    int code =
        Dorado.commandLine()
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(arguments);
    assertThat(code).as(said.toString()).isEqualTo(exitCode);
    return said.toString();
  }

  private static DeliveryClient client() {
    return new DeliveryClient(dorado.url(), SECRET);
  }
}
