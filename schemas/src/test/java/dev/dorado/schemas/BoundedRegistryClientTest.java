package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import dev.dorado.events.PushEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Against registries that hang or lead elsewhere. */
class BoundedRegistryClientTest {

  private static final Duration PATIENCE = Duration.ofMillis(800);

  @Test
  void aRegistryThatNeverAnswersIsAwayForEverybodyWhoAsks() throws Exception {
    var threads = Executors.newCachedThreadPool();
    // The system accepts for a socket that listens; nobody reads.
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var registry =
          new BoundedRegistryClient("http://127.0.0.1:" + silent.getLocalPort(), "", PATIENCE);
      var serde = new AvroSerde<>(Topics.PUSHES, registry);
      List<CompletableFuture<byte[]>> asking = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        asking.add(
            CompletableFuture.supplyAsync(
                () -> serde.serializer().serialize("any", new PushEvent()), threads));
      }
      for (var one : asking) {
        assertThatThrownBy(one::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(RegistryAwayException.class);
      }
      assertThatThrownBy(() -> registry.getSchemaById(1))
          .isInstanceOf(SocketTimeoutException.class);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRedirectIsNotFollowedSinceCredentialsWouldGoAlong() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer other = listen();
    HttpServer server = listen();
    try {
      other.createContext("/", exchange -> asked.add(exchange.getRequestURI().toString()));
      server.createContext(
          "/",
          exchange -> {
            exchange
                .getResponseHeaders()
                .add("Location", "http://127.0.0.1:%d/".formatted(other.getAddress().getPort()));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
          });
      var registry =
          new BoundedRegistryClient(
              "http://127.0.0.1:" + server.getAddress().getPort(),
              "Basic dTpw",
              Duration.ofSeconds(20));
      assertThatThrownBy(() -> registry.getSchemaById(1)).isInstanceOf(Exception.class);
      assertThat(asked).isEmpty();
    } finally {
      server.stop(0);
      other.stop(0);
    }
  }

  @Test
  void userAndPasswordAreSentAsBasicAuthentication() throws Exception {
    Set<String> logins = ConcurrentHashMap.newKeySet();
    HttpServer server = listen();
    try {
      server.createContext(
          "/",
          exchange -> {
            logins.addAll(
                exchange.getRequestHeaders().getOrDefault("Authorization", List.of("none")));
            byte[] body = "[\"a subject\"]".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      var connections =
          Connections.from(
              ConfigFactory.parseString(
                      "dorado.registry { url = \"http://127.0.0.1:%d\", user = u, password = p }"
                          .formatted(server.getAddress().getPort()))
                  .withFallback(ConfigFactory.load()));
      assertThat(connections.registryClient().getAllSubjects()).containsExactly("a subject");
      assertThat(logins).containsExactly("Basic dTpw");
      assertThat(connections.registrySubjects().headers().firstValue("Authorization"))
          .contains("Basic dTpw");
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }
}
