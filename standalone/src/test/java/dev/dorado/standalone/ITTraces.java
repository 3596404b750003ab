package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trace leads from a webhook to the fact, over all parts as {@code up} runs them. */
class ITTraces {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  @TempDir private static Path data;

  private static final Receiver receiver = new Receiver();
  private static Standalone dorado;

  @BeforeAll
  static void start() throws Exception {
    receiver.start();
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.tracing.endpoint", receiver.endpoint()),
            line -> {});
  }

  @AfterAll
  static void stop() {
    dorado.close();
    receiver.stop();
  }

  @Test
  void aTraceThatTheSenderBeganLeadsFromTheWebhookToTheFact() throws Exception {
    deploy("checkout", "00-%s-%s-01".formatted(TRACE, PARENT));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(receiver.names(TRACE))
                    .contains("POST /webhooks/{sender}", "send", "insert deployments"));
    Span fact = receiver.span(TRACE, "insert deployments").orElseThrow();
    assertThat(receiver.wayTo(fact))
        .startsWith("POST /webhooks/{sender}", "send", "merge")
        .containsSubsequence("route", "attribute", "insert deployments");
    Span webhook = receiver.span(TRACE, "POST /webhooks/{sender}").orElseThrow();
    assertThat(hex(webhook.getParentSpanId().toByteArray())).isEqualTo(PARENT);
    assertThat(attributes(webhook))
        .containsEntry("dorado.sender", "generic")
        .containsEntry("dorado.outcome", "accepted")
        .containsEntry("http.response.status_code", "202");
    assertThat(attributes(fact)).containsEntry("db.collection.name", "deployments");
    assertThat(receiver.services).contains("dorado-ingest", "dorado-streams");
  }

  @Test
  void withoutATraceOfTheSenderDoradoBeginsOne() throws Exception {
    deploy("cart", null);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        receiver.spans.stream()
                            .filter(span -> span.getName().equals("insert deployments"))
                            .map(receiver::wayTo))
                    .anySatisfy(
                        way -> assertThat(way).startsWith("POST /webhooks/{sender}", "send")));
  }

  @Test
  void whatTheSenderDoesNotSampleIsNotFollowed() throws Exception {
    String unsampled = "5bf92f3577b34da6a3ce929d0e0e4736";
    String later = "6bf92f3577b34da6a3ce929d0e0e4736";
    deploy("search", "00-%s-%s-00".formatted(unsampled, PARENT));
    deploy("search", "00-%s-%s-01".formatted(later, PARENT));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(receiver.names(later)).contains("insert deployments"));
    assertThat(receiver.names(unsampled)).isEmpty();
  }

  private static void deploy(String service, String traceparent) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(dorado.url() + "/webhooks/generic"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"events": [{"kind": "deployment", "service": "%s", "environment": "production",
                      "sha": "3f5b2c1a9d8e7f60112233445566778899aabbcc", "status": "succeeded",
                      "finished_at": "2026-03-01T12:05:00Z", "id": "%s"}]}
                    """
                        .formatted(service, service + traceparent)));
    if (traceparent != null) {
      request.header("traceparent", traceparent);
    }
    var answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  private static Map<String, String> attributes(Span span) {
    return span.getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, ITTraces::text));
  }

  private static String text(KeyValue attribute) {
    var value = attribute.getValue();
    return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** A receiver of OTLP over HTTP that keeps all spans. */
  private static final class Receiver {

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();
    private HttpServer server;

    void start() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/v1/traces", this::receive);
      server.start();
    }

    void stop() {
      server.stop(0);
    }

    String endpoint() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void receive(HttpExchange exchange) throws IOException {
      boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      try (exchange;
          InputStream raw = exchange.getRequestBody();
          InputStream body = isPacked ? new GZIPInputStream(raw) : raw) {
        for (var resource : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
          resource.getResource().getAttributesList().stream()
              .filter(attribute -> attribute.getKey().equals("service.name"))
              .forEach(attribute -> services.add(text(attribute)));
          resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        }
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
      }
    }

    Set<String> names(String trace) {
      return spans.stream()
          .filter(span -> hex(span.getTraceId().toByteArray()).equals(trace))
          .map(Span::getName)
          .collect(Collectors.toSet());
    }

    Optional<Span> span(String trace, String name) {
      return spans.stream()
          .filter(span -> hex(span.getTraceId().toByteArray()).equals(trace))
          .filter(span -> span.getName().equals(name))
          .findFirst();
    }

    /** The names of the spans that lead to one, as far as they have come. */
    List<String> wayTo(Span last) {
      List<String> way = new ArrayList<>();
      Optional<Span> next = Optional.of(last);
      while (next.isPresent()) {
        Span span = next.get();
        way.add(0, span.getName());
        next =
            spans.stream()
                .filter(other -> other.getTraceId().equals(span.getTraceId()))
                .filter(other -> other.getSpanId().equals(span.getParentSpanId()))
                .findFirst();
      }
      return way;
    }
  }
}
