package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.catalog.CatalogPollSettings;
import dev.dorado.ingest.catalog.CatalogPolling;
import dev.dorado.ingest.catalog.CatalogReader;
import dev.dorado.ingest.catalog.KafkaCatalogLedger;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.HttpServer;
import dev.dorado.server.Json;
import dev.dorado.server.ServerSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ingest role on a port of its own, and how tests speak to it. */
final class IngestServer implements AutoCloseable {

  static final String GITHUB_SECRET = "It's a Secret to Everybody";
  static final String GENERIC_SECRET = "generic-secret";
  static final String ADMIN_TOKEN = "admin-token";

  private final HttpServer server;
  private final PrometheusMeterRegistry metrics;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(60)).build();

  private IngestServer(HttpServer server, PrometheusMeterRegistry metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  /** With secrets for github and generic, none for cdevents, and {@code publisher} as Kafka. */
  static IngestServer withSecrets(Publisher publisher) {
    return start(config(secrets()), publisher, false);
  }

  /** Without any secret or token, in open mode. */
  static IngestServer open(Publisher publisher) {
    return start(config(Map.of()), publisher, true);
  }

  static IngestServer start(Config config, Publisher publisher, boolean openMode) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var role =
        IngestRole.start(
            config,
            IngestSettings.from(config),
            openMode,
            new IngestMetrics(metrics),
            publisher,
            publisher instanceof RecordingPublisher kafka
                ? new RecordedArchive(kafka)
                : new KafkaDeliveryArchive(Connections.from(config)),
            new RejectedRetries(Connections.from(config)),
            publisher instanceof RecordingPublisher kafka
                ? kafka
                : new CatalogOwners(Connections.from(config), Clock.systemUTC()),
            CatalogPolling.start(
                CatalogPollSettings.from(config),
                new CatalogReader(new RepositoryName("github.com")),
                new KafkaCatalogLedger(Connections.from(config)),
                publisher::publish,
                metrics,
                Clock.systemUTC()),
            new IngestChecks(Connections.from(config)),
            Clock.systemUTC());
    return start(role, ServerSettings.from(config), metrics);
  }

  static IngestServer start(IngestRole role, PrometheusMeterRegistry metrics) {
    return start(role, ServerSettings.defaults(), metrics);
  }

  private static IngestServer start(
      IngestRole role, ServerSettings bounds, PrometheusMeterRegistry metrics) {
    return new IngestServer(
        HttpServer.start("127.0.0.1", 0, Topics.MAX_DELIVERY_BYTES, bounds, metrics, List.of(role)),
        metrics);
  }

  static Map<String, String> secrets() {
    return Map.of(
        "dorado.ingest.secrets.github", GITHUB_SECRET + ",previous",
        "dorado.ingest.secrets.generic", GENERIC_SECRET,
        "dorado.admin.tokens", ADMIN_TOKEN);
  }

  static Config config(Map<String, String> changes) {
    return ConfigFactory.parseMap(changes).withFallback(ConfigFactory.defaultReference()).resolve();
  }

  /** Posts a delivery of GitHub, signed. */
  Answer github(Payload payload) {
    String signature = "sha256=" + HmacAuthenticator.hex(GITHUB_SECRET, payload.bytes());
    return post("github", payload.header("X-Hub-Signature-256", signature));
  }

  Answer generic(Payload payload) {
    return post("generic", payload.header("Authorization", "Bearer " + GENERIC_SECRET));
  }

  Answer post(String sender, Payload payload) {
    return send("POST", "/webhooks/" + sender, payload.headers(), payload.bytes());
  }

  int port() {
    return server.port();
  }

  Answer putCatalog(String yaml) {
    return send(
        "PUT",
        "/api/v1/catalog",
        Map.of("Authorization", "Bearer " + ADMIN_TOKEN),
        yaml.getBytes(UTF_8));
  }

  Answer send(String method, String path, Map<String, String> headers, byte[] body) {
    return send(method, path, headers, HttpRequest.BodyPublishers.ofByteArray(body));
  }

  Answer send(
      String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body) {
    var response = answer(method, path, headers, body);
    Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response.headers().map().forEach((name, values) -> answered.put(name, values.get(0)));
    try {
      return new Answer(response.statusCode(), answered, Json.MAPPER.readTree(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }

  /**
   * What is answered to a body that says how long it is, before any of it is sent: a client that is
   * still sending may find the connection closed before it has read the answer.
   */
  Answer postLengthAlone(String path, int bytes) {
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(head.formatted(path, ADMIN_TOKEN, bytes).getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int status = Integer.parseInt(answer.substring("HTTP/1.1 ".length()).substring(0, 3));
      return new Answer(
          status, Map.of(), Json.MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n"))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a GET answers that is not JSON. */
  String text(String path, Map<String, String> headers) {
    return answer("GET", path, headers, HttpRequest.BodyPublishers.noBody()).body();
  }

  private HttpResponse<String> answer(
      String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofMinutes(2))
            .method(method, body);
    headers.forEach(request::header);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The sum of a counter over all tags but those given, as {@code sender="github"}. */
  double counted(String name, String... tags) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> List.of(tags).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    server.close();
  }

  /** What was answered. */
  record Answer(int status, Map<String, String> headers, JsonNode body) {
    String detail() {
      return body.path("detail").asText();
    }
  }
}
