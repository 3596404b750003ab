package dev.dorado.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.server.HttpServer;
import dev.dorado.server.Json;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** The api on a port of its own, and a client of it. */
final class TestApi implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;

  private TestApi(HttpServer server) {
    this.server = server;
  }

  /** In open mode, at a time that does not pass. */
  static TestApi start(Connections connections, Instant now) {
    return start(connections, now, ConfigFactory.load(), true);
  }

  static TestApi start(Connections connections, Instant now, Config config, boolean openMode) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var role =
        ApiRole.start(config, connections, openMode, metrics, Clock.fixed(now, ZoneOffset.UTC));
    return new TestApi(HttpServer.start("127.0.0.1", 0, 1000, metrics, List.of(role)));
  }

  /** Connections to a ClickHouse alone. */
  static Connections clickHouse(String url, String database) {
    return new Connections("", 1, (short) 1, "", url, "default", "", database);
  }

  /** The body of an answer that must be 200. */
  JsonNode json(String path) {
    return body(get(path), 200);
  }

  /** The problem of an answer that must have the status. */
  JsonNode problem(String path, int status) {
    return body(get(path), status);
  }

  HttpResponse<String> get(String path) {
    return get(path, Map.of());
  }

  HttpResponse<String> get(String path, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    headers.forEach(request::header);
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode body(HttpResponse<String> response, int status) {
    if (response.statusCode() != status) {
      throw new AssertionError(
          "%s answered %d, not %d: %s"
              .formatted(response.uri(), response.statusCode(), status, response.body()));
    }
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
