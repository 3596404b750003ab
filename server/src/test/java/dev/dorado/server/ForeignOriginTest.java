package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page of another origin can make a browser send requests; none of them gets through. */
final class ForeignOriginTest {

  private HttpServer server;

  @BeforeEach
  void serve() {
    var role =
        Role.serving(
            config -> {
              for (String path : List.of("/api/v1/thing", "/webhooks/thing")) {
                config.routes.get(path, context -> context.result("read"));
                config.routes.post(path, context -> context.result("changed"));
              }
              config.routes.get("/", context -> context.result("page"));
            });
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            1000,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            List.of(role));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: https://evil.example",
        "Origin: http://127.0.0.1:1",
        "Origin: null",
        "Origin: http://"
      })
  void aForeignPageNeitherChangesNorExports(String header) {
    for (String path : List.of("/api/v1/thing", "/webhooks/thing")) {
      assertThat(exchange("POST", path, header).status()).isEqualTo(403);
      assertThat(exchange("GET", path, header).status()).isEqualTo(403);
    }
  }

  @Test
  void aForeignFormIsRefusedAlthoughItNavigates() {
    var answer =
        exchange("POST", "/api/v1/thing", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("Sec-Fetch-Site", "cross-site");
  }

  @Test
  void aLinkThatAReaderFollowsIsServed() {
    assertThat(
            exchange(
                    "GET",
                    "/api/v1/thing",
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Mode: navigate")
                .status())
        .isEqualTo(200);
    assertThat(exchange("GET", "/", "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
  }

  @Test
  void theOwnPageAndToolsAreServed() {
    assertThat(exchange("POST", "/api/v1/thing").status()).isEqualTo(200);
    assertThat(exchange("POST", "/api/v1/thing", "Sec-Fetch-Site: same-origin").status())
        .isEqualTo(200);
    assertThat(exchange("POST", "/api/v1/thing", "Sec-Fetch-Site: none").status()).isEqualTo(200);
    String own = "Origin: http://localhost:" + server.port();
    assertThat(exchange("POST", "/api/v1/thing", own).status()).isEqualTo(200);
  }

  @Test
  void whereABrowserSaysTheSiteAProxyMayChangeTheHost() {
    assertThat(
            exchange(
                    "POST",
                    "/api/v1/thing",
                    "Sec-Fetch-Site: same-origin",
                    "Origin: https://dorado.example")
                .status())
        .isEqualTo(200);
  }

  private Exchange exchange(String method, String path, String... headers) {
    return Exchange.send(server.port(), method, path, "", headers);
  }
}
