package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITEmbeddedClickHouse {
  @TempDir static Path folder;
  private static EmbeddedClickHouse clickHouse;

  @BeforeAll
  static void start() {
    clickHouse = EmbeddedClickHouse.start(folder, 0);
  }

  @AfterAll
  static void stop() {
    clickHouse.close();
  }

  @Test
  void theLatestVersionOfARowIsWhatFinalReads() throws SQLException {
    String database = database("versions");
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE deployments (id String, version UInt64, sha String) ENGINE = ReplacingMergeTree(version) ORDER BY id");
      insert(
          connection,
          "INSERT INTO deployments (id, version, sha) VALUES (?, ?, ?)",
          List.of("a", 1, "old"));
      insert(
          connection,
          "INSERT INTO deployments (id, version, sha) VALUES (?, ?, ?)",
          List.of("a", 2, "new"));
      insert(
          connection,
          "INSERT INTO deployments (id, version, sha) VALUES (?, ?, ?)",
          List.of("a", 1, "replayed"));

      assertThat(strings(connection, "SELECT sha FROM deployments FINAL")).containsExactly("new");
    }
  }

  @Test
  void tenThousandRowsGoInAsOneBatch() throws SQLException {
    String database = database("batch");
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE commits (n UInt32, message String) ENGINE = MergeTree ORDER BY n");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO commits (n, message) VALUES (?, ?)")) {
        for (int i = 0; i < 10_000; i++) {
          insert.setInt(1, i);
          insert.setString(2, "it's; a \"message\"\n\nwith \\ all -- of /* it */ № " + i);
          insert.addBatch();
        }
        insert.executeBatch();
      }

      assertThat(
              strings(
                  connection,
                  "SELECT concat(toString(count()), ' ', toString(sum(n))) FROM commits"))
          .containsExactly("10000 49995000");
      assertThat(strings(connection, "SELECT message FROM commits WHERE n = 77"))
          .containsExactly("it's; a \"message\"\n\nwith \\ all -- of /* it */ № 77");
    }
  }

  @Test
  void timesKeepTheirMillisecondsAndArraysTheirItems() throws SQLException {
    String database = database("types");
    LocalDateTime time = LocalDateTime.of(2026, 3, 29, 2, 30, 0, 123_000_000);
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE t (at DateTime64(3, 'UTC'), ids Array(String), lead Nullable(Float64)) ENGINE = MergeTree ORDER BY at");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO t (at, ids, lead) VALUES (?, ?, ?)")) {
        insert.setObject(1, time.atOffset(ZoneOffset.UTC));
        insert.setArray(2, connection.createArrayOf("String", new Object[] {"a", "it's"}));
        insert.setObject(3, null);
        insert.executeUpdate();
      }

      try (ResultSet rows =
          statement.executeQuery("SELECT at, ids, lead, toUnixTimestamp64Milli(at) FROM t")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getObject(1, LocalDateTime.class)).isEqualTo(time);
        assertThat((Object[]) rows.getArray(2).getArray()).containsExactly("a", "it's");
        assertThat(rows.getObject(3)).isNull();
        assertThat(rows.getLong(4)).isEqualTo(time.toInstant(ZoneOffset.UTC).toEpochMilli());
      }
    }
  }

  @Test
  void aPreparedSelectGetsItsParameters() throws SQLException {
    try (Connection connection = connect("default");
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT concat(?, '-', toString(number)) FROM numbers(10) WHERE number >= ?")) {
      select.setString(1, "it's");
      select.setInt(2, 9);
      try (ResultSet rows = select.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("it's-9");
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  void errorsArriveWithTheCodeOfClickHouse() throws SQLException {
    try (Connection connection = connect("default");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM nowhere"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(60))
          .hasMessageContaining("nowhere");
      assertThatThrownBy(() -> statement.executeQuery("SELEC 1"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(62));
    }
  }

  @Test
  void anUnknownDatabaseIsAnError() throws SQLException {
    try (Connection connection = connect("nobody_made_it");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
          .hasMessageContaining("nobody_made_it");
    }
  }

  @Test
  void twoConnectionsRunAtOnceInTheirOwnDatabases() throws Exception {
    String left = database("left");
    String right = database("right");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CountDownLatch both = new CountDownLatch(2);
      List<Future<String>> answers = new ArrayList<>();
      for (String database : List.of(left, right)) {
        answers.add(
            threads.submit(
                () -> {
                  try (Connection connection = connect(database);
                      Statement statement = connection.createStatement()) {
                    both.countDown();
                    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
                    statement.execute("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");
                    for (int i = 0; i < 20; i++) {
                      statement.execute("INSERT INTO t SELECT number FROM numbers(1000)");
                    }
                    return strings(
                            connection,
                            "SELECT concat(currentDatabase(), ' ', toString(count())) FROM t")
                        .get(0);
                  }
                }));
      }

      assertThat(answers.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(left + " 20000");
      assertThat(answers.get(1).get(60, TimeUnit.SECONDS)).isEqualTo(right + " 20000");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void rowsAreThereAfterTheEngineWasReopened() throws SQLException {
    String database = database("kept");
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");
      statement.execute("INSERT INTO t VALUES (42)");
    }

    clickHouse.close();
    clickHouse = EmbeddedClickHouse.start(folder, 0);

    try (Connection connection = connect(database)) {
      assertThat(strings(connection, "SELECT toString(n) FROM t")).containsExactly("42");
    }
  }

  @Test
  void dataOverHttpMayHaveBlankLinesAndSemicolons() throws Exception {
    String database = database("http");
    post("database=" + database, "CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY tuple()");

    assertThat(
            post(
                    "database=" + database + "&query=" + encoded("INSERT INTO t FORMAT TSV"),
                    "a\n\nb; SELECT 1\n")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            post(
                    "database=" + database,
                    "INSERT INTO t (s) FORMAT JSONEachRow\n{\"s\":\"c\"}\n\n{\"s\":\"d\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            post("database=" + database, "INSERT INTO t FORMAT Nonsense\na")
                .headers()
                .firstValue("X-ClickHouse-Exception-Code"))
        .contains("73");

    assertThat(
            post("database=" + database, "SELECT s FROM t ORDER BY s FORMAT JSONCompactEachRow")
                .body())
        .isEqualTo("[\"\"]\n[\"a\"]\n[\"b; SELECT 1\"]\n[\"c\"]\n[\"d\"]\n");
  }

  @Test
  void aStatementMayBeLargerThanWebServersUsuallyAllow() throws Exception {
    String database = database("large");
    post("database=" + database, "CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY tuple()");

    assertThat(
            post("database=" + database, "INSERT INTO t VALUES ('" + "x".repeat(20_000_000) + "')")
                .statusCode())
        .isEqualTo(200);

    assertThat(post("database=" + database, "SELECT length(s) FROM t").body())
        .isEqualTo("20000000\n");
    assertThat(post("database=" + database, "SELECT s FROM t").body()).hasSize(20_000_001);
  }

  @Test
  void parametersAndSettingsOfTheUrlReachTheStatementAndNoOther() throws Exception {
    assertThat(
            post(
                    "param_name=" + encoded("it's") + "&param_n=7&max_threads=3",
                    "SELECT {name:String}, {n:UInt8}, getSetting('max_threads')")
                .body())
        .isEqualTo("it\\'s\t7\t3\n");
    assertThat(post("", "SELECT changed FROM system.settings WHERE name = 'max_threads'").body())
        .isEqualTo("0\n");
    assertThat(
            post("no_such_setting=1", "SELECT 1")
                .headers()
                .firstValue("X-ClickHouse-Exception-Code"))
        .contains("115");
  }

  @Test
  void aWebPageIsRefused() throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(clickHouse.url() + "/"))
                .header("Origin", "https://elsewhere.example")
                .header("X-ClickHouse-Key", clickHouse.password())
                .POST(HttpRequest.BodyPublishers.ofString("SELECT 1")));

    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void whoDoesNotHaveThePasswordOfThisStartGetsNothing() throws Exception {
    for (String given : List.of("", "default", clickHouse.password() + "0")) {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(URI.create(clickHouse.url() + "/"))
                  .header("X-ClickHouse-User", "default")
                  .header("X-ClickHouse-Key", given)
                  .POST(HttpRequest.BodyPublishers.ofString("SELECT 1")));

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.headers().firstValue("X-ClickHouse-Exception-Code")).contains("516");
      assertThat(answer.body()).doesNotContain(clickHouse.password());
    }
  }

  @Test
  void filesAddressesAndOtherServersAreOutOfReach() throws Exception {
    for (String sql :
        List.of(
            "SELECT * FROM file('/proc/self/environ', 'LineAsString')",
            "SELECT file('/etc/passwd')",
            "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
            "INSERT INTO FUNCTION file('/tmp/written.csv') SELECT 1",
            "SELECT * FROM executable('id', 'TabSeparated', 'a String')",
            "SELECT * FROM s3('http://127.0.0.1:1/', 'LineAsString')")) {
      HttpResponse<String> answer = post("", sql);

      assertThat(answer.headers().firstValue("X-ClickHouse-Exception-Code"))
          .as(sql)
          .contains("497");
    }
  }

  @Test
  void aSecondEngineInTheProcessIsRefusedWithTheReason(@TempDir Path other) {
    assertThatThrownBy(() -> EmbeddedClickHouse.start(other, 0))
        .isInstanceOf(EmbeddedPartException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(other.toString());
  }

  @Test
  void theFolderInUseIsNamed() {
    assertThatThrownBy(() -> EmbeddedClickHouse.start(folder, 0))
        .isInstanceOf(EmbeddedPartException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void nullPointersAreStillCaughtBesideTheEngine() {
    // The JVM turns a SIGSEGV into a NullPointerException; an engine that takes the signal makes
    // this loop hang.
    int caught = 0;
    String[] texts = new String[100_000];
    for (String text : texts) {
      try {
        caught += text.length();
      } catch (NullPointerException e) {
        caught++;
      }
    }
    assertThat(caught).isEqualTo(texts.length);
  }

  private static String database(String name) {
    clickHouse.createDatabase(name);
    return name;
  }

  private static Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(clickHouse.jdbcUrl(database));
  }

  private static void insert(Connection connection, String sql, List<?> values)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        insert.setObject(i + 1, values.get(i));
      }
      insert.executeUpdate();
    }
  }

  private static List<String> strings(Connection connection, String sql) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  private static HttpResponse<String> post(String parameters, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(clickHouse.url() + "/?" + parameters))
            .header("X-ClickHouse-Key", clickHouse.password())
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
