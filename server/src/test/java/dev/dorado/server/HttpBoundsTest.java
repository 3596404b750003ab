package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does not let anybody take from others. */
@Timeout(120)
final class HttpBoundsTest {

  private static final int MAX_BODY = 32 * 1024;
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final String HEAD = "POST /webhooks/echo HTTP/1.1\r\nHost: localhost\r\n";

  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void deliveriesAndHealthAreAnsweredWhile300SlowConnectionsAreOpen() {
    int port = start(bounds(500, 2, LONG, 1, LONG, 4 * 1024 * 1024));
    for (int i = 0; i < 150; i++) {
      connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
      connect(port, HEAD + "X-Slow: ");
    }
    await("dorado_server_connections", 300);
    await("dorado_server_bodies_bytes", 150 * 4096);

    for (int i = 0; i < 200; i++) {
      assertThat(Exchange.send(port, "POST", "/webhooks/echo", "delivery " + i).body())
          .isEqualTo("delivery " + i);
    }
    assertThat(Exchange.get(port, "/health/live").status()).isEqualTo(200);
    assertThat(Exchange.get(port, "/health/ready").status()).isEqualTo(200);
    assertThat(metric("dorado_server_connections")).isGreaterThanOrEqualTo(300);
  }

  @Test
  void healthAndMetricsAreAnsweredWhileAllThreadsAreTaken() {
    var taken = new CountDownLatch(2);
    var end = new CountDownLatch(1);
    open.add(end::countDown);
    int port =
        start(
            bounds(100, 2, LONG, 1, LONG, MAX_BODY),
            config ->
                config.routes.get(
                    "/api/slow",
                    context -> {
                      taken.countDown();
                      end.await();
                    }));
    for (int i = 0; i < 5; i++) {
      connect(port, "GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    await(taken);

    assertThat(Exchange.get(port, "/health/live").status()).isEqualTo(200);
    assertThat(Exchange.get(port, "/health/ready").status()).isEqualTo(200);
    assertThat(Exchange.get(port, "/metrics").status()).isEqualTo(200);
    end.countDown();
  }

  @Test
  void whoReadsThePageSlowlyHoldsNoThreadOfDeliveriesAndTheApi() {
    var taken = new CountDownLatch(2);
    int port =
        start(
            settings(),
            config ->
                config.routes.get(
                    "/large",
                    context -> {
                      taken.countDown();
                      context.result(new byte[20_000_000]);
                    }));
    for (int i = 0; i < 10; i++) {
      connect(port, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    await(taken);

    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "served").body()).isEqualTo("served");
    assertThat(Exchange.get(port, "/api/v1/things/1").body()).isEqualTo("1");
    assertThat(Exchange.get(port, "/health/live").status()).isEqualTo(200);
  }

  @Test
  void aBodyThatComesTooSlowlyEndsWith408() {
    int port = start(bounds(100, 2, LONG, 1000, SHORT, MAX_BODY));

    var answer = connect(port, HEAD + "Content-Length: 1000\r\n\r\nx").answer();

    assertThat(answer)
        .startsWith("HTTP/1.1 408 ")
        .contains("1 bytes of the body came", "dorado.server.body-rate")
        .containsIgnoringCase("Connection: close");
    await("dorado_server_refused_total{reason=\"slow-body\"}", 1);
    await("dorado_server_bodies_bytes", 0);
  }

  @Test
  void aChunkedBodyThatComesTooSlowlyEndsWith408Too() {
    int port = start(bounds(100, 2, LONG, 1000, SHORT, MAX_BODY));

    var answer = connect(port, HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n").answer();

    assertThat(answer).startsWith("HTTP/1.1 408 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P",
        "POST /webhooks/echo HTTP/1.1\r\n",
        "POST /webhooks/echo HTTP/1.1\r\nHost: localhost"
      })
  void aHeadThatComesTooSlowlyEndsWith408(String begun) {
    int port = start(bounds(100, 2, SHORT, 1, LONG, MAX_BODY));

    assertThat(connect(port, begun).answer()).startsWith("HTTP/1.1 408 ");
    await("dorado_server_connections_closed_total{reason=\"slow-head\"}", 1);
  }

  @Test
  void beyondTheMostConnectionsTheOneIsClosedThatHasBeenWithoutARequestTheLongest() {
    int port = start(bounds(3, 2, LONG, 1, LONG, MAX_BODY));
    var oldest = connect(port, "");
    await("dorado_server_connections", 1);
    connect(port, "GET /never");
    await("dorado_server_connections", 2);
    connect(port, "");
    await("dorado_server_connections", 3);

    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "x").status()).isEqualTo(200);
    assertThat(oldest.answer()).isEmpty();
    await("dorado_server_connections_closed_total{reason=\"limit\"}", 1);
  }

  @Test
  void whereAllConnectionsHaveARequestANewOneIsClosed() {
    int port = start(bounds(2, 2, LONG, 1, LONG, MAX_BODY));
    connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    await("dorado_server_bodies_bytes", 2 * 4096);

    assertThat(connect(port, "").answer()).isEmpty();
  }

  @Test
  void beyondTheConnectionsOfAPeerARequestIsAnswered429() {
    int port = start(ofEachPeer(2));
    connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    await("dorado_server_bodies_bytes", 2 * 4096);

    var answer = connect(port, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();

    assertThat(answer)
        .startsWith("HTTP/1.1 429 ")
        .contains("dorado.server.connections-by-peer", "dorado.server.proxies")
        .containsIgnoringCase("Retry-After: 5")
        .containsIgnoringCase("Connection: close");
    await("dorado_server_refused_total{reason=\"peer\"}", 1);
  }

  @Test
  void ofAPeerTheConnectionIsClosedThatHasBeenWithoutARequestTheLongest() {
    int port = start(ofEachPeer(2));
    var oldest = connect(port, "");
    await("dorado_server_connections", 1);
    connect(port, "");
    await("dorado_server_connections", 2);

    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "x").status()).isEqualTo(200);
    assertThat(oldest.answer()).isEmpty();
    await("dorado_server_connections_closed_total{reason=\"peer-limit\"}", 1);
  }

  @Test
  void connectionsBeyondThoseOfAPeerDoNotPileUp() {
    int port = start(ofEachPeer(1));
    connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    await("dorado_server_bodies_bytes", 4096);
    for (int i = 0; i < 50; i++) {
      connect(port, "");
    }
    await("dorado_server_connections_closed_total{reason=\"peer-limit\"}", 50 - 16);
    await("dorado_server_connections", 1 + 16);
  }

  @Test
  void connectionsOfAProxyAreNotCountedAsOnePeers() {
    int port = start(bounds(100, 1, "127.0.0.0/8, ::1", 2, LONG, 1, LONG, MAX_BODY, 1, LONG));
    for (int i = 0; i < 5; i++) {
      connect(port, HEAD + "Content-Length: 1000\r\n\r\nx");
    }
    await("dorado_server_bodies_bytes", 5 * 4096);

    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "x").status()).isEqualTo(200);
  }

  @Test
  void whoReadsAnAnswerTooSlowlyIsCutOff() {
    var taken = new CountDownLatch(2);
    int port =
        start(
            bounds(100, 100, "", 2, LONG, 1, LONG, MAX_BODY, 1000, SHORT),
            config ->
                config.routes.get(
                    "/api/export",
                    context -> {
                      taken.countDown();
                      context.result(new byte[50_000_000]);
                    }));
    String request = "GET /api/export HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // They take both threads of the API, and read a byte.
    assertThat(connect(port, request).next()).isEqualTo('H');
    assertThat(connect(port, request).next()).isEqualTo('H');
    await(taken);

    assertThat(Exchange.get(port, "/api/v1/things/1").body()).isEqualTo("1");
    await("dorado_server_connections_closed_total{reason=\"slow-reader\"}", 2);
    await("dorado_server_connections", 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: %1$d\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n%1$x\r\n%2$s"})
  void aBodyLongerThanAllMemoryOfBodiesIsAnswered413(String form) {
    int port = start(bounds(100, 2, LONG, 1, LONG, MAX_BODY / 2));
    int length = MAX_BODY / 2 + 1;

    var answer = connect(port, HEAD + form.formatted(length, "x".repeat(length))).answer();

    assertThat(answer)
        .startsWith("HTTP/1.1 413 ")
        .contains("expected at most " + MAX_BODY / 2 + " bytes", "dorado.server.bodies-in-memory");
    await("dorado_server_refused_total{reason=\"size\"}", 1);
    await("dorado_server_bodies_bytes", 0);
  }

  @Test
  void rolesLearnWhatIsRefusedBeforeARouteSeesIt() {
    List<String> refused = new CopyOnWriteArrayList<>();
    var role =
        new HttpRole() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public void configure(JavalinConfig config) {}

          @Override
          public List<Check> checks() {
            return List.of();
          }

          @Override
          public void refused(String path, Problem problem) {
            refused.add(path + " " + problem.status());
          }

          @Override
          public void close() {}
        };
    int port = serve(bounds(100, 2, LONG, 1000, SHORT, MAX_BODY), role);

    assertThat(connect(port, HEAD + "Content-Length: 1000\r\n\r\nx").answer())
        .startsWith("HTTP/1.1 408 ");
    assertThat(Exchange.send(port, "INVENTED", "/webhooks/echo", "").status()).isEqualTo(501);
    assertThat(Exchange.get(port, "/no/route").status()).isEqualTo(404);
    assertThat(refused).containsExactly("/webhooks/echo 408", "/webhooks/echo 501");
  }

  @Test
  void aBodyTakesMemoryAsItComesNotAsItStates() {
    int port = start(bounds(100, 2, LONG, 1, LONG, 50 * 4096));
    for (int i = 0; i < 40; i++) {
      connect(port, HEAD + "Content-Length: 32000\r\n\r\nx");
    }

    await("dorado_server_bodies_bytes", 40 * 4096);
    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "served").body()).isEqualTo("served");
  }

  @Test
  void beyondTheMemoryOfBodiesABodyIsRefusedUntilAnotherIsAnswered() {
    int port = start(bounds(100, 2, LONG, 1, LONG, MAX_BODY));
    var first =
        connect(
            port, HEAD + "Connection: close\r\nContent-Length: 20001\r\n\r\n" + "x".repeat(20_000));
    await("dorado_server_bodies_bytes", 32 * 1024);

    var refused = Exchange.send(port, "POST", "/webhooks/echo", "no room");
    first.send("x");

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.head()).containsIgnoringCase("Retry-After: 5");
    assertThat(refused.json().get("detail").asText()).contains("dorado.server.bodies-in-memory");
    assertThat(first.answer()).startsWith("HTTP/1.1 200 ").endsWith("x".repeat(20_001));
    await("dorado_server_bodies_bytes", 0);
    assertThat(Exchange.send(port, "POST", "/webhooks/echo", "room").body()).isEqualTo("room");
    assertThat(metric("dorado_server_refused_total{reason=\"memory\"}")).isEqualTo(1);
  }

  @Test
  void aBodyOfAnyLengthUpToTheLimitArrivesWhole() {
    int port = start(settings());
    for (int length : List.of(0, 1, 4095, 4096, 4097, 8192, 8193, MAX_BODY - 1, MAX_BODY)) {
      String body = "0123456789".repeat(length / 10 + 1).substring(0, length);
      assertThat(Exchange.send(port, "POST", "/webhooks/echo", body).body()).isEqualTo(body);
      await("dorado_server_bodies_bytes", 0);
    }
  }

  @Test
  void aBodyThatSaysNotHowLongItIsIsRefusedOnceItIsTooLong() {
    int port = start(bounds(100, 2, LONG, 1, LONG, 4 * MAX_BODY));
    String tooLong = "%x\r\n%s\r\n".formatted(MAX_BODY + 1, "x".repeat(MAX_BODY + 1));

    var answer = connect(port, HEAD + "Transfer-Encoding: chunked\r\n\r\n" + tooLong).answer();

    assertThat(answer).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void aRoleMayTakeLessOrMoreOnAPathThanTheServer() {
    var role =
        new HttpRole() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public void configure(JavalinConfig config) {
            config.routes.post(
                "/long",
                context ->
                    context.result(
                        Integer.toString(context.req().getInputStream().readAllBytes().length)));
          }

          @Override
          public Map<String, Integer> bodyLimits() {
            return Map.of("/long", 2 * MAX_BODY);
          }

          @Override
          public List<Check> checks() {
            return List.of();
          }

          @Override
          public void close() {}
        };
    var settings = bounds(100, 2, LONG, 1, LONG, 4 * MAX_BODY);
    int port = serve(settings, role);

    assertThat(Exchange.send(port, "POST", "/long", "x".repeat(2 * MAX_BODY)).body())
        .isEqualTo(Integer.toString(2 * MAX_BODY));
  }

  @Test
  void webSocketsAreRefusedAndNoSessionIsEverMade() {
    int port =
        start(
            settings(),
            config -> config.routes.get("/session", context -> context.req().getSession()));

    for (String header : List.of("Upgrade: websocket", "Sec-WebSocket-Version: 13")) {
      var answer =
          Exchange.get(
              port, "/health/live", header, "Connection: Upgrade", "Sec-WebSocket-Key: AAAA");
      assertThat(answer.status()).isEqualTo(400);
    }
    assertThat(Exchange.get(port, "/session").status()).isEqualTo(500);
    assertThat(Exchange.get(port, "/session").head()).doesNotContainIgnoringCase("Set-Cookie");
  }

  @Test
  void anotherUpgradeIsIgnoredAsHttpSays() {
    // Java's own client asks for it in every request.
    var request =
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
            + "Connection: Upgrade, HTTP2-Settings, close\r\n"
            + "Upgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n\r\n";

    assertThat(connect(start(settings()), request).answer()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void inventedMethodsAreOneLabel() {
    int port = start(settings());
    for (int i = 0; i < 30; i++) {
      assertThat(Exchange.send(port, "INVENTED" + i, "/webhooks/echo", "").status()).isEqualTo(501);
    }
    assertThat(Exchange.send(port, "TRACE", "/webhooks/echo", "").status()).isEqualTo(501);

    String shown = Exchange.get(port, "/metrics").body();

    assertThat(shown)
        .contains(
            "http_server_requests_seconds_count{method=\"other\",route=\"none\",status=\"501\"} 31")
        .doesNotContain("INVENTED", "TRACE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health%2flive",
        "/health%2Flive",
        "/%C0%AFhealth/live",
        "/health%C0%AFlive",
        "/api/v1%C0%AFthings/1",
        "/api/v1/things/%E0%80%AF",
        "/api/v1/things/%ff",
        "/health/%2e%2e/metrics",
        "/api/v1/things/%2e%2e",
        "/health/..;/metrics",
        "/health//live",
        "/health/live%",
        "/health/%u0041",
        "/health\\live",
        "/health%5clive",
        "/health%00",
        "/api/v1/things/%00"
      })
  void aPathThatMayBeReadInTwoWaysIsRefused(String path) {
    var answer = Exchange.get(start(settings()), path);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
    assertThat(answer.json().get("status").asInt()).isEqualTo(400);
  }

  @Test
  void anIdMayHaveSlashesAndPercentSigns() {
    int port = start(settings());

    assertThat(Exchange.get(port, "/api/v1/things/github.com%2Facme%2Fshop%231").body())
        .isEqualTo("github.com/acme/shop#1");
    assertThat(Exchange.get(port, "/api/v1/things/100%25%5C").body()).isEqualTo("100%\\");
  }

  @Test
  void everyAnswerHasTheSecurityHeaders() {
    int port = start(settings());
    List<String> heads = new ArrayList<>();
    heads.add(Exchange.get(port, "/health/live").head());
    heads.add(Exchange.get(port, "/metrics").head());
    heads.add(Exchange.get(port, "/no/such/path").head());
    heads.add(Exchange.send(port, "POST", "/webhooks/echo", "x").head());
    heads.add(Exchange.send(port, "POST", "/webhooks/echo", "x".repeat(MAX_BODY + 1)).head());
    heads.add(Exchange.send(port, "INVENTED", "/webhooks/echo", "").head());
    heads.add(Exchange.get(port, "/health%2flive").head());
    heads.add(Exchange.get(port, "/health/%2e%2e/").head());
    heads.add(Exchange.get(port, "/fails").head());
    heads.add(connect(port, "GET / HTTP/1.1\r\n\r\n").answer());
    heads.add(connect(port, "nonsense\r\n\r\n").answer());

    assertThat(heads)
        .allSatisfy(
            head ->
                assertThat(head)
                    .containsIgnoringCase("X-Content-Type-Options: nosniff\r\n")
                    .containsIgnoringCase("Referrer-Policy: no-referrer\r\n")
                    .containsIgnoringCase("Content-Security-Policy: frame-ancestors 'none'\r\n")
                    .containsIgnoringCase("Cross-Origin-Resource-Policy: same-origin\r\n")
                    .containsIgnoringCase("Cache-Control: no-store\r\n"));
  }

  @Test
  void aRouteMayHaveItsOwnPolicy() {
    int port =
        start(
            settings(),
            config ->
                config.routes.get(
                    "/page", context -> context.header("Cache-Control", "no-cache").result("")));

    assertThat(Exchange.get(port, "/page").head())
        .containsIgnoringCase("Cache-Control: no-cache")
        .doesNotContainIgnoringCase("no-store");
  }

  private static ServerSettings bounds(
      int connections,
      int threads,
      Duration head,
      long bodyRate,
      Duration bodyWindow,
      long bodies) {
    return bounds(
        connections,
        connections,
        "127.0.0.0/8,::1",
        threads,
        head,
        bodyRate,
        bodyWindow,
        bodies,
        1,
        LONG);
  }

  private static ServerSettings ofEachPeer(int connections) {
    return bounds(500, connections, "", 2, LONG, 1, LONG, MAX_BODY, 1, LONG);
  }

  private static ServerSettings bounds(
      int connections,
      int connectionsByPeer,
      String proxies,
      int threads,
      Duration head,
      long bodyRate,
      Duration bodyWindow,
      long bodies,
      long answerRate,
      Duration answerWindow) {
    return new ServerSettings(
        connections,
        connectionsByPeer,
        Peers.withProxies(proxies),
        threads,
        head,
        bodyRate,
        bodyWindow,
        bodies,
        answerRate,
        answerWindow);
  }

  private static ServerSettings settings() {
    return bounds(100, 2, LONG, 1, LONG, MAX_BODY);
  }

  private int start(ServerSettings settings) {
    return start(settings, config -> {});
  }

  private int start(
      ServerSettings settings, java.util.function.Consumer<JavalinConfig> moreRoutes) {
    return serve(
        settings,
        Role.serving(
            config -> {
              config.routes.post(
                  "/webhooks/echo", context -> context.result(context.bodyAsBytes()));
              config.routes.get(
                  "/api/v1/things/{id}", context -> context.result(context.pathParam("id")));
              config.routes.get(
                  "/fails",
                  context -> {
                    throw new IllegalStateException("as the test wants");
                  });
              moreRoutes.accept(config);
            }));
  }

  private int serve(ServerSettings settings, HttpRole role) {
    var server = HttpServer.start("127.0.0.1", 0, MAX_BODY, settings, metrics, List.of(role));
    open.add(server);
    return server.port();
  }

  private RawConnection connect(int port, String bytes) {
    var connection = RawConnection.sending(port, bytes);
    open.add(connection);
    return connection;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void await(String metric, double value) {
    while (metric(metric) != value) {
      assertThat(Thread.interrupted())
          .as("%s is %s in time: expected %s", metric, metric(metric), value)
          .isFalse();
    }
  }

  private double metric(String name) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
