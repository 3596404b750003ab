package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.digest.DigestSender;
import dev.dorado.api.queries.ClickHouse;
import dev.dorado.api.queries.DigestLedger;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import dev.dorado.server.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Digests of the week from 2 March 2026 go to a webhook on this machine, over the real tables. */
final class ITDigest {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant MONDAY = Instant.parse("2026-03-09T08:00:00Z");
  private static final int NO_ANSWER = 0;

  private static Connections connections;
  private static ClickHouse tables;

  private final ConcurrentLinkedDeque<Integer> answers = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<String> posted = new ConcurrentLinkedDeque<>();
  private final TestClock clock = new TestClock();
  private HttpServer webhook;

  @BeforeAll
  static void writeTwoWeeks() throws SQLException {
    connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    var rows = new TestRows(connections);
    rows.catalog("shop", "1970-01-01T00:00:00Z", "payments");
    rows.catalog("blog", "1970-01-01T00:00:00Z", "media");
    for (int i = 0; i < 40; i++) {
      rows.deployment("shop", "before" + i, "2026-02-2%dT10:00:00Z".formatted(3 + i % 5));
      rows.deployment("shop", "now" + i, "2026-03-0%dT10:00:00Z".formatted(2 + i % 5))
          .with("failed", i % 2 == 0);
    }
    rows.insert();
    var config = ConfigFactory.load();
    var settings = ApiSettings.from(config);
    tables = settings.clickHouse(connections, new SimpleMeterRegistry());
  }

  @AfterAll
  static void close() {
    tables.close();
  }

  @BeforeEach
  void listen() throws Exception {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      // Made anew, since a truncated table still knows the tokens: as if nothing had been sent.
      String table = connections.database() + ".digests";
      statement.execute("CREATE TABLE %1$s_new AS %1$s".formatted(table));
      statement.execute("EXCHANGE TABLES %1$s AND %1$s_new".formatted(table));
      statement.execute("DROP TABLE %s_new SYNC".formatted(table));
    }
    webhook = listening(0);
  }

  @AfterEach
  void stopListening() {
    webhook.stop(0);
  }

  @Test
  void aDigestSaysWhatChangedByMoreThanChanceFirstAndWhereToSeeIt() {
    sender("").sendDue();

    assertThat(posted).hasSize(1);
    String text = text(posted.getFirst());
    assertThat(text.lines().limit(3))
        .containsExactly(
            "*Delivery of all teams, 2 Mar 2026 – 8 Mar 2026*",
            "By more than chance, 1 metric got worse and none got better than in the week before.",
            "• *Change fail rate* 50.0 % (the week before 0.0 %, n = 40), worse by more than"
                + " chance; n = 40");
    assertThat(text)
        .contains("• *Deployment frequency* 40.0 a week (the week before 40.0 a week, n = 40),")
        .contains("• *Change lead time* no data; n = 0")
        .endsWith(
            "<https://dorado.example.com/?period=custom&from=2026-03-02&to=2026-03-08|See it in"
                + " Dorado>");
    try (var api = TestApi.start(connections, MONDAY, config(""), true)) {
      JsonNode answer = api.json("/api/v1/digest");
      assertThat(answer.get("text").asText()).isEqualTo(text);
      assertThat(answer.at("/lines/0/verdict").asText()).isEqualTo("worse");
      assertThat(api.json("/api/v1/digest?team=media").get("lead").asText())
          .isEqualTo("Nothing was deployed in this week or the one before.");
    }
  }

  @Test
  void aTeamGetsItsOwn() {
    sender("media=").sendDue();

    assertThat(text(posted.getFirst()))
        .startsWith("*Delivery of media, 2 Mar 2026 – 8 Mar 2026*")
        .contains("• *Deployment frequency* 0.0 a week")
        .contains("&team=media|");
  }

  @Test
  void itIsSentOnceWhoeverLooksAndHoweverOftenAProcessIsStarted() throws Exception {
    int processes = 4;
    var pool = Executors.newFixedThreadPool(processes);
    var ready = new CountDownLatch(processes);
    List<Future<?>> looks = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      var sender = sender("");
      looks.add(
          pool.submit(
              () -> {
                ready.countDown();
                ready.await();
                sender.sendDue();
                return null;
              }));
    }
    for (var look : looks) {
      look.get();
    }
    pool.shutdown();
    assertThat(posted).hasSize(1);

    for (int days = 0; days < 7; days++) {
      clock.now = MONDAY.plus(Duration.ofDays(days));
      sender("").sendDue();
    }
    assertThat(posted).hasSize(1);

    clock.now = MONDAY.plus(Duration.ofDays(7));
    sender("").sendDue();
    assertThat(posted).hasSize(2);
    assertThat(text(posted.getLast())).contains("9 Mar 2026 – 15 Mar 2026");
  }

  @Test
  void whatIsNotTakenIsTriedAgainAfterPausesThatGrow() {
    answers.addAll(List.of(500, 429));
    sender("").sendDue();
    sender("").sendDue();
    assertThat(posted).as("not at once").hasSize(1);

    clock.now = MONDAY.plusSeconds(60);
    sender("").sendDue();
    assertThat(posted).hasSize(2);
    clock.now = MONDAY.plusSeconds(60 + 60);
    sender("").sendDue();
    assertThat(posted).hasSize(2);
    clock.now = MONDAY.plusSeconds(60 + 120);
    sender("").sendDue();
    assertThat(posted).hasSize(3);

    clock.now = MONDAY.plus(Duration.ofDays(1));
    sender("").sendDue();
    assertThat(posted).as("it was taken").hasSize(3);
  }

  @Test
  void whereNobodyListensItIsTriedAgain() throws Exception {
    int port = webhook.getAddress().getPort();
    webhook.stop(0);
    sender("").sendDue();

    webhook = listening(port);
    clock.now = MONDAY.plusSeconds(60);
    sender("").sendDue();

    assertThat(posted).hasSize(1);
  }

  @Test
  void whatMayHaveArrivedIsNotSentAgain() {
    answers.add(NO_ANSWER);
    sender("").sendDue();
    clock.now = MONDAY.plus(Duration.ofDays(1));
    sender("").sendDue();

    assertThat(posted).hasSize(1);
  }

  @Test
  void whatAProcessHadClaimedWhenItEndedIsNotSentAgain() {
    var dead = new DigestLedger(tables, "dead");
    assertThat(dead.claim(LocalDate.parse("2026-03-02"), "all teams", 1, MONDAY)).isTrue();

    sender("").sendDue();

    assertThat(posted).isEmpty();
  }

  private DigestSender sender(String team) {
    var settings = ApiSettings.from(config(team));
    return new DigestSender(
        settings.digest(),
        new DigestLedger(tables, UUID.randomUUID().toString()),
        (week, of) -> settings.digest(tables.current(), week, of, clock.instant()),
        clock);
  }

  private Config config(String team) {
    String address = "%shttp://127.0.0.1:%d/secret".formatted(team, webhook.getAddress().getPort());
    return ConfigFactory.parseMap(
            Map.of(
                "dorado.digest.webhooks",
                address,
                "dorado.digest.page",
                "https://dorado.example.com"))
        .withFallback(ConfigFactory.load());
  }

  private HttpServer listening(int port) throws IOException {
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/secret", this::take);
    server.start();
    return server;
  }

  private void take(HttpExchange exchange) throws IOException {
    posted.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Integer status = answers.poll();
    if (status == null || status != NO_ANSWER) {
      exchange.sendResponseHeaders(status == null ? 200 : status, -1);
    }
    exchange.close();
  }

  private static String text(String body) {
    try {
      return Json.MAPPER.readTree(body).get("text").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(body, e);
    }
  }

  /** A clock that a test sets. */
  private static final class TestClock extends Clock {
    private volatile Instant now = MONDAY;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
