package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import dev.dorado.standalone.demo.GitHubHistory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person is erased from a Dorado that runs, and looked for in all that it keeps. Ada Winter
 * writes, pushes and merges in acme/widget, and Ravi Menon reviews. The tests tell one story, in
 * their order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ITErasePerson {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "a secret of the test";
  private static final String NAME = "Ada Winter";
  private static final String LOGIN = "ada-winter";
  private static final String ADDRESS = "1+ada-winter@users.noreply.github.com";
  private static final List<String> TABLES =
      List.of("deployments", "changes", "incidents", "corrections", "ci_runs");

  @TempDir private static Path data;

  private static Standalone dorado;
  private static Map<String, List<String>> facts;
  private static Map<TopicPartition, Long> written;

  @BeforeAll
  static void start() {
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of(
                "dorado.ingest.secrets.github", SECRET, "dorado.reprocess.poll-interval", "100ms"),
            line -> {});
  }

  @AfterAll
  static void stop() {
    dorado.close();
  }

  @Test
  @Order(1)
  void thePersonIsInEventsFactsAndKeptDeliveries() throws Exception {
    for (DemoDelivery delivery : history()) {
      assertThat(client().post(delivery).statusCode()).isEqualTo(202);
    }
    assertThat(client().post(unreadable()).statusCode()).isEqualTo(400);
    var ofABranch = client().post(ofABranch());
    assertThat(ofABranch.statusCode()).as(ofABranch.body()).isEqualTo(202);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                texts("SELECT id FROM dorado.changes WHERE contributor IS NOT NULL").size() == 3
                    && texts("SELECT id FROM dorado.deployments").size() == 3);

    assertThat(texts("SELECT title FROM dorado.changes")).anyMatch(title -> title.contains(NAME));
    assertThat(topicsWith(NAME))
        .contains("dorado.deliveries", "dorado.git.pushes", "dorado-streams-route-repartition");
    facts = facts();
    written = ends();
  }

  @Test
  @Order(2)
  void aDryRunCountsAndChangesNothing() throws Exception {
    String said = execute(0, "--dry-run", NAME, LOGIN, ADDRESS);

    assertThat(said)
        .contains("dorado.deliveries: ", "dorado.git.pushes: ", "dorado.git.pull-requests: ")
        .contains("3 deliveries would mean other events")
        .contains("it stays: ref: refs/heads/ada-winter/fix");
    assertThat(execute(1, NAME, LOGIN, ADDRESS)).contains("for good", "--yes");
    assertThat(ends()).isEqualTo(written);
    assertThat(execute(0, "Nobody Inparticular")).contains("No event and no kept delivery");
  }

  @Test
  @Order(3)
  void whatIsErasedIsInNoTopicAndNoTableAndFactsAreTheSame() throws Exception {
    assertThat(execute(0, "--yes", NAME, LOGIN, ADDRESS))
        .contains("generation 2 answers queries now", "generation 1 is deleted", "is erased");

    assertThat(topicsWith(NAME)).isEmpty();
    assertThat(topicsWith(ADDRESS)).isEmpty();
    assertThat(tablesWith(NAME)).isEmpty();
    assertThat(tablesWith(ADDRESS)).isEmpty();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(facts()).isEqualTo(facts));
    assertThat(texts("SELECT title FROM dorado.changes"))
        .anyMatch(title -> title.matches("Thanks erased-[0-9a-f]{8}-[123]"));
    List<Generation> all = new Generations(connections()).all();
    assertThat(all.stream().map(one -> one.state(all).label()))
        .containsExactly("dropped", "current");
  }

  @Test
  @Order(4)
  void itsBytesAreGoneFromTheFilesOfKafkaAndTheStreams() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(oldFiles()).isEmpty());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(filesWith(data.resolve("kafka"), NAME)).isEmpty();
              assertThat(filesWith(data.resolve("streams"), NAME)).isEmpty();
            });
  }

  @Test
  @Order(5)
  void deliveriesThatAreTranslatedAgainGiveTheSameFacts() throws Exception {
    var said = new StringWriter();
    ReprocessCommand.run(installed(), true, new Narration(new PrintWriter(said, true)));

    assertThat(said.toString())
        .contains("generation 3 answers queries now")
        .doesNotContain("give fewer events than they did");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(facts()).isEqualTo(facts));
    assertThat(topicsWith(NAME)).isEmpty();
  }

  private static List<DemoDelivery> history() {
    List<DemoDelivery> all =
        new ArrayList<>(
            GitHubHistory.of("acme", "widget")
                .push("2026-01-05T08:00:00Z", "c1".repeat(20), "2026-01-05T07:00:00Z")
                .deploy("2026-01-05T09:00:00Z", "2026-01-05T09:10:00Z", "c1".repeat(20))
                .open(
                    "2026-01-06T10:30:00Z",
                    "2026-01-06T11:00:00Z",
                    "f1".repeat(20),
                    "2026-01-06T10:00:00Z")
                .approve("2026-01-06T12:00:00Z")
                .squash("2026-01-06T13:00:00Z", "c2".repeat(20))
                .deploy("2026-01-06T14:00:00Z", "2026-01-06T14:10:00Z", "c2".repeat(20))
                .incident("2026-01-06T15:00:00Z")
                .resolve("2026-01-06T16:30:00Z")
                .deliveries());
    all.add(
        generic(
            """
            {"kind":"change","repository":"acme/ledger","branch":"main","sha":"%1$s",
             "committed_at":"2026-01-06T08:00:00Z","message":"Thanks Ada Winter",
             "author":"%2$s","files":["a"]},
            {"kind":"deployment","repository":"acme/ledger","environment":"production","sha":"%1$s",
             "status":"succeeded","started_at":"2026-01-06T09:00:00Z",
             "finished_at":"2026-01-06T09:30:00Z"}
            """
                .formatted("1ed9e4".repeat(7).substring(0, 40), ADDRESS)));
    return all;
  }

  /** What the branch is called says what the event is about. */
  private static DemoDelivery ofABranch() {
    return generic(
        """
        {"kind":"change","repository":"acme/ledger","branch":"ada-winter/fix","sha":"%s",
         "committed_at":"2026-01-07T08:00:00Z","author":"%s","files":["a"]}
        """
            .formatted("b4".repeat(20), ADDRESS));
  }

  /** GitHub's push without what it must have. */
  private static DemoDelivery unreadable() {
    return new DemoDelivery(
        Instant.EPOCH,
        "github",
        Map.of("X-GitHub-Event", "push", "X-GitHub-Delivery", "unreadable"),
        "payload=%7B%22pusher%22%3A%22Ada+Winter%22%7D");
  }

  private static DemoDelivery generic(String events) {
    return new DemoDelivery(
        Instant.EPOCH,
        "generic",
        Map.of("Content-Type", "application/json"),
        "{\"events\":[" + events + "]}");
  }

  /** The rows of all facts without the person, and without which version of a row it is. */
  private static Map<String, List<String>> facts() throws SQLException {
    Map<String, List<String>> facts = new TreeMap<>();
    for (String table : TABLES) {
      facts.put(
          table,
          texts(
                  "SELECT formatRow('JSONEachRow', * EXCEPT (row_version)) FROM dorado."
                      + table
                      + " ORDER BY service, id")
              .stream()
              .map(
                  row ->
                      row.replace(NAME, "somebody")
                          .replaceAll("erased-[0-9a-f]{8}-[123]", "somebody")
                          .replaceAll("\"contributor\":\"[0-9a-f]+\"", "\"contributor\":\"x\""))
              .toList());
    }
    return facts;
  }

  private static List<String> topicsWith(String text) throws Exception {
    List<String> found = new ArrayList<>();
    try (var admin = admin();
        var consumer =
            new KafkaConsumer<>(
                connections().kafkaClient(Map.of()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      for (String topic : admin.listTopics().names().get()) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        boolean isIn = false;
        while (ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
          for (var record : consumer.poll(Duration.ofMillis(100))) {
            isIn |= isIn(record.value(), text) || isIn(record.key(), text);
          }
        }
        if (isIn) {
          found.add(topic);
        }
      }
    }
    return found;
  }

  private static boolean isIn(byte[] bytes, String text) {
    return bytes != null
        && new String(bytes, UTF_8)
            .toLowerCase(Locale.ROOT)
            .contains(text.toLowerCase(Locale.ROOT));
  }

  private static List<String> tablesWith(String text) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String table :
        texts(
            """
            SELECT database || '.' || name FROM system.tables
            WHERE database LIKE 'dorado%' AND engine LIKE '%MergeTree'""")) {
      String rows =
          "SELECT count() FROM %s WHERE positionCaseInsensitiveUTF8(formatRow('JSONEachRow', *), '%s') > 0"
              .formatted(table, text);
      if (!texts(rows).equals(List.of("0"))) {
        found.add(table);
      }
    }
    return found;
  }

  /** Files of Kafka with records that were there before, of partitions that were written again. */
  private static List<Path> oldFiles() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("kafka"))) {
      return files
          .filter(
              file -> file.toString().matches(".*/dorado\\.(deliveries|git\\.pushes)-\\d/.*log"))
          .filter(
              file -> {
                String partition = file.getParent().getFileName().toString();
                int dash = partition.lastIndexOf('-');
                var of =
                    new TopicPartition(
                        partition.substring(0, dash),
                        Integer.parseInt(partition.substring(dash + 1)));
                long first = Long.parseLong(file.getFileName().toString().replace(".log", ""));
                return first < written.getOrDefault(of, 0L);
              })
          .toList();
    }
  }

  private static List<Path> filesWith(Path folder, String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (isIn(Files.readAllBytes(file), text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static Map<TopicPartition, Long> ends() {
    try (var consumer =
        new KafkaConsumer<>(
            connections().kafkaClient(Map.of()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      return consumer.endOffsets(
          Stream.of("dorado.deliveries", "dorado.git.pushes")
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList());
    }
  }

  private static String execute(int exitCode, String... arguments) {
    var said = new StringWriter();
    var line = new ArrayList<>(List.of("erase-person", "--data", data.toString()));
    line.addAll(List.of(arguments));
    int code =
        Dorado.commandLine()
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(line.toArray(String[]::new));
    assertThat(code).as(said.toString()).isEqualTo(exitCode);
    return said.toString();
  }

  private static Config installed() {
    return InstalledDorado.config(data);
  }

  private static Connections connections() {
    return InstalledDorado.connections(data);
  }

  private static Admin admin() {
    return InstalledDorado.admin(data);
  }

  private static List<String> texts(String sql) throws SQLException {
    return InstalledDorado.texts(data, sql);
  }

  private static DeliveryClient client() {
    return new DeliveryClient(dorado.url(), SECRET);
  }
}
