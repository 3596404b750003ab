package dev.dorado.api.web;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.ApiRole;
import dev.dorado.api.TestSnapshots;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import dev.dorado.server.HttpServer;
import dev.dorado.server.Json;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The real api with its page, on a port of its own, over a database of the embedded ClickHouse. */
final class PageUnderTest implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final Connections connections;
  private final HttpServer server;

  private PageUnderTest(Connections connections, HttpServer server) {
    this.connections = connections;
    this.server = server;
  }

  /** In open mode: without a token, for this machine alone. */
  static PageUnderTest start(String jdbcUrl, String database) {
    return start(jdbcUrl, database, ConfigFactory.load(), true);
  }

  /** For those who send {@code token}. */
  static PageUnderTest startWithToken(String jdbcUrl, String database, String token) {
    var config =
        ConfigFactory.parseMap(Map.of("dorado.api.tokens", token))
            .withFallback(ConfigFactory.load());
    return start(jdbcUrl, database, config, false);
  }

  /** For people who log in, with these settings of the login; the page's own is added. */
  static PageUnderTest startWithLogin(
      String jdbcUrl, String database, Map<String, String> settings) {
    int port = freePort();
    var config =
        ConfigFactory.parseMap(settings)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of("dorado.access.oidc.page", "http://127.0.0.1:" + port)))
            .withFallback(ConfigFactory.load());
    return start(jdbcUrl, database, config, false, port);
  }

  /** The address of the page is a setting, so that the port must be known before it is there. */
  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PageUnderTest start(
      String jdbcUrl, String database, Config config, boolean openMode) {
    return start(jdbcUrl, database, config, openMode, 0);
  }

  private static PageUnderTest start(
      String jdbcUrl, String database, Config config, boolean openMode, int port) {
    var connections =
        new Connections("", 1, (short) 1, "", jdbcUrl, "default", "", requireNonNull(database));
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var role = ApiRole.start(config, connections, openMode, metrics);
    var server = HttpServer.start("127.0.0.1", port, 100_000, metrics, List.of(role));
    return new PageUnderTest(connections, server);
  }

  /** Makes the tables. */
  PageUnderTest migrated() throws SQLException {
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    return this;
  }

  /** Writes a row as the sink would; times as ISO 8601. */
  void insert(String table, Map<String, ?> row) throws SQLException, IOException {
    insertAll(table, List.of(row));
  }

  /** Writes rows of one table together. */
  void insertAll(String table, List<? extends Map<String, ?>> rows)
      throws SQLException, IOException {
    var lines = new StringBuilder();
    for (Map<String, ?> row : rows) {
      lines.append(Json.MAPPER.writeValueAsString(row)).append('\n');
    }
    var sql =
        "INSERT INTO %s.%s SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow %s"
            .formatted(
                List.of("deliveries", "refusals", "flags", "measurements").contains(table)
                    ? connections.database()
                    : connections.database(1),
                table,
                lines);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Has ClickHouse look for revisions, as it does every hour. */
  void recordRevisions() throws SQLException {
    TestSnapshots.recordRevisions(connections);
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  /** The answer of the API to what the page asks as well. */
  JsonNode api(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(address() + "/api/v1/" + path)).build();
    var response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode() + ": " + response.body());
    }
    return Json.MAPPER.readTree(response.body());
  }

  @Override
  public void close() {
    server.close();
  }
}
