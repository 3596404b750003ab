package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpServerTest {

  private static final long MAX_BODY = 1000;

  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void close() {
    servers.forEach(HttpServer::close);
  }

  @Test
  void aServerIsLiveWhateverItsDependenciesAre() {
    int port = start(Role.checking(new Check("kafka", () -> "kafka is away")));

    var answer = Exchange.get(port, "/health/live");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(json("{\"status\":\"UP\"}"));
  }

  @Test
  void aServerIsReadyWhenAllChecksOfAllRolesAreWell() {
    int port =
        start(
            Role.checking(new Check("kafka", () -> null)),
            Role.checking(new Check("clickhouse", () -> null)));

    var answer = Exchange.get(port, "/health/ready");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            json(
                "{'status':'UP','roles':['test','test'],'checks':[{'name':'kafka','healthy':true,'problem':null},{'name':'clickhouse','healthy':true,'problem':null}]}"
                    .replace('\'', '"')));
  }

  @Test
  void aDegradedServerIsReadyAndNamesWhatDegradesIt() {
    int port = start(Role.checking(Check.degrading("rejected", () -> "1 record is set aside")));

    var answer = Exchange.get(port, "/health/ready");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            json(
                "{'status':'DEGRADED','roles':['test'],'checks':[{'name':'rejected','healthy':true,'problem':'1 record is set aside'}]}"
                    .replace('\'', '"')));
  }

  @Test
  void aServerThatIsNotReadyNamesWhatIsWrongAndWithWhat() {
    int port =
        start(
            Role.checking(
                new Check("kafka", () -> null),
                new Check("clickhouse", () -> "waiting for the tables: run './dorado migrate'"),
                new Check(
                    "schema-registry",
                    () -> {
                      throw new IOException("connection refused");
                    }),
                new Check(
                    "sink",
                    () -> {
                      throw new IllegalStateException();
                    })));

    var answer = Exchange.get(port, "/health/ready");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().get("status").asText()).isEqualTo("DOWN");
    assertThat(answer.json().get("checks").findValuesAsText("problem"))
        .containsExactly(
            "null",
            "waiting for the tables: run './dorado migrate'",
            "connection refused",
            "java.lang.IllegalStateException");
  }

  @Test
  void aDependencyThatTwoRolesShareIsAskedOnce() {
    List<String> asked = new ArrayList<>();
    var check =
        new Check(
            "kafka",
            () -> {
              asked.add("kafka");
              return null;
            });
    int port = start(Role.checking(check), Role.checking(check));

    var answer = Exchange.get(port, "/health/ready");

    assertThat(answer.json().get("checks")).hasSize(1);
    assertThat(asked).hasSize(1);
  }

  @Test
  void metricsAreInPrometheusFormatWithRequestsByRouteNotByPath() {
    int port =
        start(
            Role.serving(
                config -> config.routes.get("/things/{id}", context -> context.result("one"))));
    Exchange.get(port, "/things/1");
    Exchange.get(port, "/things/2");
    Exchange.get(port, "/nothing/3");

    var answer = Exchange.get(port, "/metrics");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).containsIgnoringCase("Content-Type: text/plain");
    assertThat(answer.body())
        .containsPattern(
            "http_server_requests_seconds_count\\{method=\"GET\",route=\"/things/\\{id}\",status=\"200\"[^}]*} 2")
        .containsPattern("http_server_requests_seconds_count\\{[^}]*status=\"404\"[^}]*} 1")
        .contains("jvm_memory_used_bytes", "process_uptime_seconds", "# TYPE")
        .doesNotContain("/nothing/3");
  }

  @Test
  void aProblemIsAnsweredAsProblemJsonWithItsMembers() {
    int port =
        start(
            Role.serving(
                config ->
                    config.routes.get(
                        "/summary",
                        context -> {
                          throw Problem.badParameter("tz", "Mars", "a time zone");
                        })));

    var answer = Exchange.get(port, "/summary");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
    assertThat(answer.body())
        .isEqualTo(
            "{'type':'about:blank','title':'Bad parameter','status':400,'detail':'the parameter `tz` is `Mars`: expected a time zone','parameter':'tz','value':'Mars','expected':'a time zone'}"
                .replace('\'', '"')
                .replace('`', '\''));
  }

  @Test
  void aPathThatIsNotThereIsAProblemThatNamesIt() {
    var answer = Exchange.get(start(Role.serving(config -> {})), "/no/such/path");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
    assertThat(answer.json().get("status").asInt()).isEqualTo(404);
    assertThat(answer.json().get("detail").asText()).contains("/no/such/path");
  }

  @Test
  void anUnexpectedExceptionIsAProblemThatTellsNothingOfTheInside() {
    int port =
        start(
            Role.serving(
                config ->
                    config.routes.get(
                        "/fails",
                        context -> {
                          throw new IllegalStateException("the password is 12345");
                        })));

    var answer = Exchange.get(port, "/fails");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
    assertThat(answer.json().get("detail").asText()).contains("log");
    assertThat(answer.body()).doesNotContain("12345", "IllegalStateException");
    assertThat(Exchange.get(port, "/metrics").body()).contains("route=\"/fails\",status=\"500\"");
  }

  @Test
  void aBodyThatIsTooLongIsAProblem() {
    int port =
        start(
            Role.serving(
                config ->
                    config.routes.post("/echo", context -> context.result(context.bodyAsBytes()))));

    assertThat(Exchange.send(port, "POST", "/echo", "x".repeat(999)).status()).isEqualTo(200);
    var answer = Exchange.send(port, "POST", "/echo", "x".repeat(1001));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().get("status").asInt()).isEqualTo(413);
  }

  @Test
  void jsonHasInstantsInIsoFormatAndNulls() {
    int port =
        start(
            Role.serving(
                config ->
                    config.routes.get(
                        "/json",
                        context ->
                            context.json(
                                java.util.Arrays.asList(
                                    Instant.parse("2026-03-01T12:00:00Z"), null)))));

    assertThat(Exchange.get(port, "/json").body()).isEqualTo("[\"2026-03-01T12:00:00Z\",null]");
  }

  @Test
  void aPortInUseIsSaidWithWhatToDo() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  HttpServer.start(
                      "127.0.0.1", port, MAX_BODY, metrics, List.of(Role.serving(config -> {}))))
          .isInstanceOf(HttpServer.PortInUseException.class)
          .hasMessageContaining("port " + port)
          .hasMessageContaining("--port");
    }
  }

  @Test
  void closingClosesTheRolesLastFirst() {
    List<String> closed = new ArrayList<>();
    var server =
        HttpServer.start(
            "127.0.0.1",
            0,
            MAX_BODY,
            metrics,
            List.of(
                new Role("first", List.of(), config -> {}, () -> closed.add("first")),
                new Role("second", List.of(), config -> {}, () -> closed.add("second"))));
    int port = server.port();

    server.close();

    assertThat(closed).containsExactly("second", "first");
    assertThatThrownBy(() -> Exchange.get(port, "/health/live")).hasMessageContaining("refused");
  }

  @Test
  void requestsThatAreUnderWayAreAnsweredBeforeTheRolesClose() throws Exception {
    var begun = new CountDownLatch(1);
    var durable = new CompletableFuture<Void>();
    List<String> closed = new ArrayList<>();
    var role =
        new Role(
            "ingest",
            List.of(),
            config ->
                config.routes.post(
                    "/webhooks/{sender}",
                    context -> {
                      context.future(
                          () -> durable.thenRun(() -> context.status(202).result("accepted")));
                      begun.countDown();
                    }),
            () -> closed.add("ingest"));
    var server = HttpServer.start("127.0.0.1", 0, MAX_BODY, metrics, List.of(role));
    int port = server.port();
    var delivery =
        CompletableFuture.supplyAsync(
            () -> Exchange.send(port, "POST", "/webhooks/github", "{}"), HttpServerTest::start);
    begun.await();

    var close = CompletableFuture.runAsync(server::close, HttpServerTest::start);
    await(() -> isRefused(port));
    assertThat(closed).isEmpty();
    durable.complete(null);

    assertThat(delivery.get().status()).isEqualTo(202);
    close.get();
    assertThat(closed).containsExactly("ingest");
  }

  @Test
  void aRequestThatIsNeverAnsweredDoesNotKeepTheRolesFromClosing() throws Exception {
    var begun = new CountDownLatch(1);
    List<String> closed = new ArrayList<>();
    var role =
        new Role(
            "api",
            List.of(),
            config ->
                config.routes.get(
                    "/api/v1/long",
                    context -> {
                      context.future(CompletableFuture::new);
                      begun.countDown();
                    }),
            () -> closed.add("api"));
    var server = HttpServer.start("127.0.0.1", 0, MAX_BODY, metrics, List.of(role));
    try (var request =
        RawConnection.sending(server.port(), "GET /api/v1/long HTTP/1.1\r\nHost: a\r\n\r\n")) {
      begun.await();

      server.close();
    }

    assertThat(closed).containsExactly("api");
  }

  /** A thread of its own: each of these waits for another. */
  private static void start(Runnable task) {
    new Thread(task).start();
  }

  private static boolean isRefused(int port) {
    try (var connection = RawConnection.sending(port, "")) {
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private int start(HttpRole... roles) {
    var server = HttpServer.start("127.0.0.1", 0, MAX_BODY, metrics, List.of(roles));
    servers.add(server);
    return server.port();
  }

  private static Object json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Test
  void aProblemKeepsTheOrderOfItsMembers() {
    assertThat(new Problem(422, "Missing", "no sha").with("b", 1).with("a", 2).body().entrySet())
        .extracting(Map.Entry::getKey)
        .containsExactly("type", "title", "status", "detail", "b", "a");
  }
}
