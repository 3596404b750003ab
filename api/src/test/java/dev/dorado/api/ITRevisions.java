package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Migrations;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said of numbers that were published, once their facts are revised. */
@TestMethodOrder(MethodName.class) // The last one switches to another generation.
final class ITRevisions {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final String FEBRUARY = "/api/v1/revisions?from=2026-02-01&to=2026-03-01";

  private static Connections connections;
  private static TestApi api;
  private static TestRows rows;
  private static Instant published;

  /** February is published, and then facts of it are revised, some of them twice. */
  @BeforeAll
  static void publishAndRevise() throws SQLException {
    connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    TestSnapshots.recordRevisions(connections);
    rows = new TestRows(connections);
    rows.catalog("shop", "1970-01-01T00:00:00Z", "payments");
    rows.catalog("blog", "1970-01-01T00:00:00Z", "media");
    rows.deployment("shop", "fine", "2026-02-02T10:00:00Z");
    rows.deployment("shop", "again", "2026-02-03T10:00:00Z");
    rows.deployment("shop", "twice", "2026-02-04T10:00:00Z");
    rows.deployment("shop", "open", "2026-02-05T10:00:00Z")
        .with("failed", true)
        .with("impact_started_at", Instant.parse("2026-02-05T11:00:00Z"));
    rows.deployment("blog", "taken back", "2026-02-06T10:00:00Z");
    rows.change("shop", "acme/shop#1", "2026-02-02T10:00:00Z", "fine").with("lead_time", 60.0);
    rows.change("shop", "acme/shop#2", "2026-02-02T10:00:00Z", "fine").with("lead_time", 90.0);
    rows.insert();
    TestSnapshots.recordRevisions(connections);
    published = now();

    rows.deployment("shop", "twice", "2026-02-04T10:00:00Z")
        .with("row_version", 2)
        .with("rework", true);
    rows.deployment("shop", "again", "2026-02-03T10:00:00Z").with("row_version", 2);
    rows.deployment("shop", "for a while", "2026-02-07T10:00:00Z");
    rows.insert();
    TestSnapshots.recordRevisions(connections);

    rows.deployment("shop", "fine", "2026-02-02T10:00:00Z")
        .with("row_version", 2)
        .with("failed", true)
        .with("corrections", List.of("c1"));
    rows.deployment("shop", "twice", "2026-02-04T10:00:00Z")
        .with("row_version", 3)
        .with("rework", true)
        .with("failed", true);
    rows.deployment("shop", "for a while", "2026-02-07T10:00:00Z").retracted();
    rows.deployment("blog", "taken back", "2026-02-06T10:00:00Z").retracted();
    rows.deployment("blog", "late", "2026-02-08T10:00:00Z");
    rows.deployment("blog", "of March", "2026-03-08T10:00:00Z");
    // The failure ended after February was published, and the deployment failed all the same.
    rows.deployment("shop", "open", "2026-02-05T10:00:00Z")
        .with("row_version", 2)
        .with("failed", true)
        .with("impact_started_at", Instant.parse("2026-02-05T11:00:00Z"))
        .with("recovered_at", published.plusSeconds(3600));
    rows.change("shop", "acme/shop#2", "2026-02-02T10:00:00Z", "fine")
        .with("row_version", 2)
        .with("lead_time", 120.0);
    rows.insert();
    TestSnapshots.recordRevisions(connections);
    api = TestApi.start(connections, published.plusSeconds(7200));
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @Test
  void aFactIsOneItemWithWhatItWasAndWhatItIs() {
    JsonNode answer = since(published);

    assertThat(lines(answer))
        .containsExactlyInAnyOrder(
            "shop fine changed correction [c1] failed false>true",
            "shop twice changed events [] failed false>true, rework false>true",
            "blog taken back removed events []",
            "blog late added events []",
            "shop acme/shop#2 changed events [] lead_time 90.0>120.0");
    assertThat(answer.get("total").asInt()).isEqualTo(5);
    assertThat(answer.get("recorded_until").isNull()).isFalse();
  }

  @Test
  void anItemNamesTheMetricsThatDependOnIt() {
    JsonNode answer = since(published);

    assertThat(metrics(answer, "fine"))
        .containsExactly("change_fail_rate", "failed_deployment_recovery_time");
    assertThat(metrics(answer, "acme/shop#2")).containsExactly("change_lead_time");
    assertThat(metrics(answer, "late"))
        .containsExactly(
            "deployment_frequency",
            "change_fail_rate",
            "deployment_rework_rate",
            "rollout_success_rate");
  }

  @Test
  void filtersChooseAsTheyDoForNumbers() {
    String at = FEBRUARY + "&since=" + published;
    assertThat(lines(api.json(at + "&service=blog"))).hasSize(2);
    assertThat(lines(api.json(at + "&team=payments"))).hasSize(3);
    assertThat(lines(api.json(at + "&repository=acme/shop"))).hasSize(1);
    assertThat(lines(api.json(at + "&environment=staging"))).isEmpty();
    assertThat(
            lines(api.json("/api/v1/revisions?from=2026-03-01&to=2026-04-01&since=" + published)))
        .containsExactly("blog of March added events []");
  }

  @Test
  void pagesHaveEachItemOnce() {
    List<String> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = api.json(FEBRUARY + "&since=" + published + "&limit=2" + cursor);
      all.addAll(lines(page));
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asText();
    } while (!cursor.isEmpty());

    assertThat(all).containsExactlyElementsOf(lines(since(published)));
  }

  @Test
  void asCsvADifferenceIsALine() {
    String csv = api.get(FEBRUARY + "&format=csv&service=shop&since=" + published).body();

    assertThat(csv.lines().findFirst())
        .contains(
            "kind,id,service,team,repository,time,revision,seen_at,cause,corrections,metrics,"
                + "field,before,after");
    assertThat(csv.lines().filter(line -> line.startsWith("deployment,twice")))
        .hasSize(2)
        .anyMatch(line -> line.endsWith(",rework,false,true"));
  }

  @Test
  void beforeTheFirstRecordNothingIsClaimed() throws SQLException {
    JsonNode answer = since(Instant.parse("2026-03-01T00:00:00Z"));

    assertThat(Instant.parse(answer.get("recorded_from").asText())).isBefore(published);
    assertThat(lines(answer)).containsExactlyElementsOf(lines(since(published)));
    assertThat(lines(since(now()))).isEmpty();
  }

  @Test
  void zAnotherGenerationIsListedOnlyWhereItDiffers() throws SQLException {
    Instant before = now();
    var generations = new Generations(connections);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection, 2);
      for (String table : List.of("deployments", "changes", "catalog")) {
        statement.execute(
            "INSERT INTO %2$s.%3$s SELECT * REPLACE (row_version + 70 AS row_version%4$s) FROM %1$s.%3$s FINAL"
                .formatted(
                    connections.database(1),
                    connections.database(2),
                    table,
                    table.equals("deployments") ? ", id = 'again' AS failed" : ""));
      }
    }
    generations.switchTo(generations.begin(2, "{}", "two", 5, false));
    TestSnapshots.recordRevisions(connections);

    assertThat(lines(since(before)))
        .as("of the facts of February, those that had failed and the one that fails now")
        .containsExactlyInAnyOrder(
            "shop again changed reprocessing [] failed false>true",
            "shop fine changed reprocessing [] failed true>false",
            "shop twice changed reprocessing [] failed true>false",
            "shop open changed reprocessing [] failed true>false");
  }

  private static JsonNode since(Instant time) {
    return api.json(FEBRUARY + "&since=" + time);
  }

  private static List<String> metrics(JsonNode answer, String id) {
    List<String> metrics = new ArrayList<>();
    for (JsonNode item : answer.get("items")) {
      if (item.get("id").asText().equals(id)) {
        item.get("metrics").forEach(metric -> metrics.add(metric.asText()));
      }
    }
    return metrics;
  }

  /** The items as lines; of what was added or removed without its values. */
  private static List<String> lines(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    for (JsonNode item : answer.get("items")) {
      List<String> corrections = new ArrayList<>();
      item.get("corrections").forEach(id -> corrections.add(id.asText()));
      List<String> differences = new ArrayList<>();
      for (JsonNode difference : item.get("differences")) {
        if (item.get("revision").asText().equals("changed")) {
          differences.add(
              "%s %s>%s"
                  .formatted(
                      difference.get("field").asText(),
                      difference.get("before").asText(),
                      difference.get("after").asText()));
        }
      }
      lines.add(
          "%s %s %s %s %s %s"
              .formatted(
                  item.get("service").asText(),
                  item.get("id").asText(),
                  item.get("revision").asText(),
                  item.get("cause").asText(),
                  corrections,
                  String.join(", ", differences))
              .strip());
    }
    return lines;
  }

  /** By ClickHouse's clock, which the time of a revision is of. */
  private static Instant now() throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT toUnixTimestamp64Milli(now64(3))")) {
      row.next();
      return Instant.ofEpochMilli(row.getLong(1));
    }
  }
}
