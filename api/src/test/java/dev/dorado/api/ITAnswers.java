package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import dev.dorado.server.HttpServer;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that are given again are those that would be computed again, whatever is written. */
final class ITAnswers {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant NOW = Instant.parse("2026-04-25T10:11:12Z");
  private static final String PERIOD = "from=2026-01-01&to=2026-04-20";
  private static final List<String> PATHS =
      List.of(
          "/summary?" + PERIOD,
          "/summary?group_by=team&" + PERIOD,
          "/series?interval=month&group_by=service&" + PERIOD,
          "/practices?" + PERIOD,
          "/practices?group_by=service&environment=production,staging&" + PERIOD,
          "/golden-path?from=2025-10-01&to=2026-04-20",
          "/services?" + PERIOD,
          "/teams?" + PERIOD,
          "/changes?limit=20&" + PERIOD,
          "/deployments?limit=20&format=csv&" + PERIOD,
          "/ingest?" + PERIOD,
          "/doctor?" + PERIOD);

  private final MovableClock clock = new MovableClock();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Connections connections;
  private TestRows rows;
  private HttpServer server;
  private HttpServer without;

  @BeforeEach
  void start() throws SQLException {
    connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    rows = new TestRows(connections);
    server = serve("dorado.api.answer-age = 1m", metrics);
    without =
        serve("dorado.api.answer-age = 0s", new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  @AfterEach
  void close() {
    server.close();
    without.close();
  }

  @Test
  void answersThatAreKeptAreThoseThatAreComputedAgain() throws Exception {
    var random = new Random(3);
    for (int round = 0; round < 6; round++) {
      write(random, round);
      for (String path : PATHS) {
        String fresh = get(without, path, null).body();
        assertThat(get(server, path, null).body()).as("round %d, %s", round, path).isEqualTo(fresh);
        assertThat(get(server, path, null).body()).as("kept, %s", path).isEqualTo(fresh);
      }
    }
  }

  @Test
  void answersFromSnapshotsAreThoseFromTheTablesThemselves() throws Exception {
    var random = new Random(6);
    for (int round = 0; round < 4; round++) {
      write(random, round);
    }
    List<String> fromSnapshots = new ArrayList<>();
    for (String path : PATHS) {
      fromSnapshots.add(get(without, path, null).body());
    }

    TestSnapshots.drop(connections);

    for (int i = 0; i < PATHS.size(); i++) {
      assertThat(get(without, PATHS.get(i), null).body())
          .as(PATHS.get(i))
          .isEqualTo(fromSnapshots.get(i));
    }
  }

  @Test
  void onlyWhatChangedIsComputedAgainAndOnlyIfItHasChanged() throws Exception {
    write(new Random(4), 0);
    String path = "/summary?" + PERIOD;
    HttpResponse<String> first = get(server, path, null);
    long queries = queries();

    assertThat(get(server, path, null).body()).isEqualTo(first.body());
    assertThat(queries()).isEqualTo(queries);

    clock.now = NOW.plus(Duration.ofMinutes(2));
    get(server, path, null);
    assertThat(queries()).as("the clock has gone on").isEqualTo(queries + 1);

    rows.deployment("shop", "new", "2026-04-01T10:00:00Z");
    rows.insert();
    assertThat(get(server, path, null).body()).isNotEqualTo(first.body());
  }

  @Test
  void whoHasTheAnswerIsToldSo() throws Exception {
    write(new Random(5), 0);
    String path = "/summary?" + PERIOD;
    String tag = get(server, path, null).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = get(server, path, "\"other\", " + tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();

    rows.deployment("shop", "new", "2026-04-02T10:00:00Z").with("failed", true);
    rows.insert();
    HttpResponse<String> changed = get(server, path, tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("ETag")).isPresent().get().isNotEqualTo(tag);
  }

  /** Rows of every kind, of which some are written again or retracted. */
  private void write(Random random, int round) throws SQLException {
    if (round == 0) {
      rows.catalog("shop", "1970-01-01T00:00:00Z", "payments").with("golden_path", "java");
      rows.catalog("till", "1970-01-01T00:00:00Z", "front");
    }
    for (int i = 0; i < 12; i++) {
      int number = random.nextInt(40);
      String service = number % 3 == 0 ? "shop" : "till";
      String time =
          Instant.parse("2026-01-05T10:00:00Z")
              .plus(Duration.ofHours(random.nextInt(2400)))
              .toString();
      List<TestRows.Row> written = new ArrayList<>();
      written.add(
          rows.deployment(service, "d" + number, time)
              .with("repository", "github.com/acme/" + service)
              .with("sha", "%040d".formatted(number))
              .with("failed", random.nextInt(4) == 0)
              .with("strategy", random.nextInt(3) == 0 ? "canary" : "rolling"));
      written.add(
          rows.change(service, "github.com/acme/%s#%d".formatted(service, number), time, "d")
              .with("environment", number % 5 == 0 ? "staging" : "production")
              .with("started_at", Instant.parse(time).minusSeconds(9_000 + random.nextInt(90_000)))
              .with("start_method", "commit")
              .with("pull_request", number)
              .with("lead_time", 10_000.0 + random.nextInt(9))
              .with("pickup", (double) random.nextInt(900))
              .with("contributor", "p" + number % 9)
              .with("bot", number % 11 == 0));
      written.add(
          rows.run(
              service,
              "r" + number,
              time,
              "%040d".formatted(number),
              random.nextBoolean() ? "success" : "failure"));
      if (i % 4 == 0) {
        written.add(rows.incident(service, "i" + number, time));
        rows.row("deliveries")
            .with("sender", "github")
            .with("id", "delivery " + number)
            .with("received_at", Instant.parse(time))
            .with("outcome", random.nextBoolean() ? "accepted" : "dead")
            .with("kind", "push")
            .with("row_version", round + 1);
      }
      for (TestRows.Row row : written) {
        row.with("row_version", round + 1).with("row_deleted", random.nextInt(6) == 0 ? 1 : 0);
      }
    }
    rows.insert();
  }

  private long queries() {
    return metrics.find("dorado.api.query").tag("query", "metric-changes").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private HttpServer serve(String settings, PrometheusMeterRegistry metrics) {
    var role =
        ApiRole.start(
            ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()),
            connections,
            true,
            metrics,
            clock);
    return HttpServer.start("127.0.0.1", 0, 1000, metrics, List.of(role));
  }

  private static HttpResponse<String> get(HttpServer server, String path, String tag)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/api/v1%s".formatted(server.port(), path)));
    if (tag != null) {
      request.header("If-None-Match", tag);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A clock that stands still until it is moved. */
  private static final class MovableClock extends Clock {

    private Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
