package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dorado.server.OutboundHttp.OtherServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OutboundHttpTest {

  private final OutboundHttp http =
      OutboundHttp.within(Duration.ofSeconds(20), Duration.ofSeconds(20));
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private HttpServer other;

  @BeforeEach
  void start() throws IOException {
    other = listen("other");
    server = listen("server");
    server.createContext("/there", exchange -> redirect(exchange, 302, address(other) + "/x"));
    server.createContext("/moved", exchange -> redirect(exchange, 308, "/here"));
    server.createContext("/found", exchange -> redirect(exchange, 302, "/here"));
    server.createContext("/loop", exchange -> redirect(exchange, 302, "/loop"));
    server.createContext(
        "/half",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitEnd();
        });
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    other.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aBodyThatIsTooLongIsGivenUp() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(address(server) + "/here")).build();

    assertThat(http.send(request, OutboundHttp.bytesUpTo(4)).body()).asString().isEqualTo("fine");
    assertThatThrownBy(() -> http.send(request, OutboundHttp.bytesUpTo(3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the answer is longer than 3 bytes");
  }

  @Test
  void aRedirectToAnotherServerIsNotFollowed() {
    assertThatThrownBy(() -> get("/there"))
        .isInstanceOf(OtherServerException.class)
        .hasMessage(
            "%s/there leads to %s/x, which is another server and must not get the token",
            address(server), address(other));
    assertThat(seen).isEmpty();
  }

  @Test
  void aRedirectOnTheSameServerIsFollowedWithTheToken() throws Exception {
    assertThat(get("/moved").statusCode()).isEqualTo(200);
    assertThat(get("/found").statusCode()).isEqualTo(200);
    assertThat(seen).containsExactly("server GET /here secret", "server GET /here secret");
  }

  @Test
  void aPostIsRepeatedOnlyWhereTheStatusSaysSo() throws Exception {
    assertThat(post("/moved").statusCode()).isEqualTo(200);
    assertThat(post("/found").statusCode()).isEqualTo(302);
    assertThat(seen).containsExactly("server POST /here secret");
  }

  @Test
  void redirectsInACircleEnd() throws Exception {
    assertThat(get("/loop").statusCode()).isEqualTo(302);
  }

  @Test
  void aServerThatAcceptsAndNeverAnswersIsGivenUp() throws Exception {
    // The system accepts for a socket that listens; nobody reads.
    try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:%d/".formatted(silent.getLocalPort()));
      var impatient = OutboundHttp.within(Duration.ofSeconds(20), Duration.ofMillis(200));
      assertThatThrownBy(() -> impatient.send(request(address).build(), BodyHandlers.ofString()))
          .isInstanceOf(HttpTimeoutException.class)
          .hasMessage("no complete answer from %s within 0.2 s", address);
    }
  }

  @Test
  void aBodyThatStopsHalfwayIsGivenUp() {
    var impatient = OutboundHttp.within(Duration.ofSeconds(20), Duration.ofMillis(500));
    URI address = URI.create(address(server) + "/half");
    assertThatThrownBy(() -> impatient.send(request(address).build(), BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void aServerIsSchemeHostAndPort() {
    URI address = URI.create("https://example.org/x");
    assertThat(OutboundHttp.isSameServer(address, URI.create("HTTPS://Example.org:443/y")))
        .isTrue();
    for (String different :
        List.of(
            "http://example.org/x",
            "https://example.org:444/x",
            "https://api.example.org/x",
            "https://example.org@elsewhere.example/x")) {
      assertThat(OutboundHttp.isSameServer(address, URI.create(different))).as(different).isFalse();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(URI.create(address(server) + path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path) throws Exception {
    var request =
        request(URI.create(address(server) + path))
            .POST(HttpRequest.BodyPublishers.ofString("body"));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address).header("Authorization", "secret");
  }

  private HttpServer listen(String name) throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    made.setExecutor(threads);
    made.createContext(
        "/",
        exchange -> {
          seen.add(
              "%s %s %s %s"
                  .formatted(
                      name,
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] body = "fine".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    made.start();
    return made;
  }

  private static void redirect(HttpExchange exchange, int status, String location)
      throws IOException {
    exchange.getResponseHeaders().add("Location", location);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
