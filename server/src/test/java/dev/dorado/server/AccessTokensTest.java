package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class AccessTokensTest {

  private static final String PROXY =
      "dorado.access.proxy { addresses = '127.0.0.1', correctors = bob, administrators = platform }";

  private HttpServer server;

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "reader-1, 200, 401",
    "reader-2, 200, 401",
    "admin, 200, 200",
    "wrong, 401, 401",
    "reader, 401, 401",
    "reader-11, 401, 401",
    "READER-1, 401, 401"
  })
  void aTokenOpensWhatItIsFor(String token, int reading, int administering) {
    serve("dorado.api.tokens = 'reader-1, reader-2', dorado.admin.tokens = admin", true);

    assertThat(get("/read", "Authorization: Bearer " + token).status()).isEqualTo(reading);
    assertThat(get("/write", "Authorization: Bearer " + token).status()).isEqualTo(administering);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Basic cmVhZGVyLTE=",
        "Authorization: reader-1",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "X-Token: reader-1"
      })
  void aTokenIsTakenFromTheBearerHeaderOnly(String header) {
    serve("dorado.api.tokens = reader-1", true);

    var answer = get("/read?token=reader-1", header);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().get("detail").asText()).contains("DORADO_API_TOKENS");
    assertThat(answer.body()).doesNotContain("reader-1");
  }

  @Test
  void theSchemeIsNotCaseSensitive() {
    serve("dorado.api.tokens = reader-1", false);

    assertThat(get("/read", "authorization: bearer reader-1").status()).isEqualTo(200);
  }

  @Test
  void withoutTokensAndOpenModeTheAnswerNamesTheVariableToSet() {
    serve("", false);

    var reading = get("/read");
    var writing = get("/write");

    assertThat(reading.status()).isEqualTo(403);
    assertThat(reading.json().get("variable").asText()).isEqualTo("DORADO_API_TOKENS");
    assertThat(writing.status()).isEqualTo(403);
    assertThat(writing.json().get("variable").asText()).isEqualTo("DORADO_ADMIN_TOKENS");
    assertThat(get("/read", "Authorization: Bearer ").status()).isEqualTo(403);
  }

  @Test
  void aSetOfReadersDoesNotOpenWritingToThem() {
    serve("dorado.api.tokens = reader-1", false);

    assertThat(get("/write", "Authorization: Bearer reader-1").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST"})
  void openModeServesWhoeverSpeaksToTheLocalHost(String host) {
    serve("", true);

    assertThat(get("/read", "Host: " + host).status()).isEqualTo(200);
    assertThat(get("/write", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dorado.example.com",
        "localhost.example.com",
        "evil.com:80",
        "127.0.0.1.nip.io",
        "192.168.1.5:8080",
        "localhost@evil.com"
      })
  void openModeRefusesAHostThatIsNotLocal(String host) {
    serve("", true);

    assertThat(get("/read", "Host: " + host).status()).isIn(400, 403);
    assertThat(get("/write", "Host: " + host).status()).isIn(400, 403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 10.0.0.1",
        "x-forwarded-for: 127.0.0.1",
        "X-Forwarded-Host: localhost",
        "X-Forwarded-Proto: https",
        "Forwarded: for=127.0.0.1",
        "X-Real-IP: 127.0.0.1",
        "Via: 1.1 proxy",
        "X-Forwarded-Server: proxy",
        "CF-Ray: 1",
        "Client-IP: 127.0.0.1",
        "X-Forwarded: for=127.0.0.1",
        "X-Scheme: https",
        "X-ProxyUser-Ip: 127.0.0.1",
        "CDN-Loop: cloudflare",
        "X-Azure-ClientIP: 127.0.0.1",
        "X-Vercel-Id: fra1::1",
        "X-AppEngine-User-IP: 127.0.0.1",
        "X-Envoy-External-Address: 10.0.0.1"
      })
  void openModeRefusesWhatComesThroughAProxyOrTunnel(String header) {
    serve("", true);

    assertThat(get("/read", header).status()).isEqualTo(403);
  }

  @Test
  void aPlainProxyThatAddsNoHeaderGetsNothingWithoutOpenMode() {
    serve("", false);

    // nginx' proxy_pass sends the address of its upstream as Host, and no forwarding header.
    assertThat(get("/read", "Host: 127.0.0.1:8080").status()).isEqualTo(403);
    assertThat(get("/write", "Host: 127.0.0.1:8080").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "ann, '', 200, 403, 403",
    "bob, '', 200, 200, 403",
    "ann, 'dev, platform', 200, 200, 200",
    "eve, 'dev', 200, 403, 403"
  })
  void whomATrustedProxyNamesMayWhatTheirNameOrGroupMay(
      String name, String groups, int reading, int correcting, int administering) {
    serve(PROXY + ", dorado.api.tokens = reader-1, dorado.admin.tokens = admin", false);
    String[] headers = {"X-Forwarded-User: " + name, "X-Forwarded-Groups: " + groups};

    assertThat(get("/read", headers).status()).isEqualTo(reading);
    assertThat(get("/correct", headers).status()).isEqualTo(correcting);
    assertThat(get("/write", headers).status()).isEqualTo(administering);
  }

  @Test
  void teamsAreOfTheTokenOrOfTheHeaderOfTheProxy(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.json");
    serve(
        PROXY.replace(" }", ", teams-header = X-Teams }")
            + ", dorado.access.tokens-file = '%s'".formatted(file),
        false);
    var tokens = new TokenFile(file, Clock.systemUTC());
    var some = tokens.create("some", AccessRole.READ, Optional.empty(), List.of("Payments"));
    var all = tokens.create("all", AccessRole.READ, Optional.empty());

    assertThat(get("/teams", "Authorization: Bearer " + some.secret()).body())
        .isEqualTo("[payments]");
    assertThat(get("/teams", "Authorization: Bearer " + all.secret()).body()).isEqualTo("all");
    var rotated = tokens.rotate(some.token().id(), Duration.ofHours(1)).orElseThrow();
    assertThat(get("/teams", "Authorization: Bearer " + rotated.secret()).body())
        .isEqualTo("[payments]");
    assertThat(get("/teams", "X-Forwarded-User: ann", "X-Teams: payments").body())
        .isEqualTo("[payments]");
    assertThat(get("/teams", "X-Forwarded-User: ann").body()).as("of no team").isEqualTo("[]");
    assertThat(get("/teams", "X-Forwarded-User: x", "X-Forwarded-Groups: platform").body())
        .isEqualTo("all");
    assertThatThrownBy(
            () -> tokens.create("x", AccessRole.ADMINISTER, Optional.empty(), List.of("payments")))
        .hasMessageContaining("can't be restricted to teams");
  }

  @Test
  void aFileOfTokensOfAnEarlierVersionRestrictsNobody(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.json");
    serve("dorado.access.tokens-file = '%s'".formatted(file), false);
    var made =
        new TokenFile(file, Clock.systemUTC()).create("a", AccessRole.READ, Optional.empty());
    Files.writeString(file, Files.readString(file).replaceAll(",\\s*\"teams\" : \\[ ]", ""));

    assertThat(Files.readString(file)).doesNotContain("teams");
    assertThat(get("/teams", "Authorization: Bearer " + made.secret()).body()).isEqualTo("all");
  }

  @Test
  void theHeaderOfAnyOtherPeerIsNobody() {
    serve(PROXY.replace("127.0.0.1", "10.1.0.0/16") + ", dorado.api.tokens = reader-1", false);

    assertThat(get("/read", "X-Forwarded-User: ann").status()).isEqualTo(401);
    assertThat(get("/read", "X-Forwarded-User: ann", "X-Forwarded-For: 10.1.2.3").status())
        .isEqualTo(401);
  }

  @Test
  void withoutAnAddressNoProxyIsTrusted() {
    serve("dorado.access.proxy.administrators = ann, dorado.api.tokens = reader-1", false);

    assertThat(get("/read", "X-Forwarded-User: ann").status()).isEqualTo(401);
  }

  @Test
  void aHeaderThatTheBrowserWroteBesideTheProxyIsRefused() {
    serve(PROXY, false);

    var twice = get("/read", "X-Forwarded-User: ann", "X-Forwarded-User: bob");
    assertThat(twice.status()).isEqualTo(401);
    assertThat(twice.json().get("detail").asText()).contains("X-Forwarded-User came 2 times");
    assertThat(get("/read", "X-Forwarded-User: ann", "Authorization: Basic YTpi").status())
        .as("the proxy's own login")
        .isEqualTo(200);
    assertThat(get("/read", "X-Forwarded-User:  ").status()).as("nobody").isEqualTo(403);
  }

  @Test
  void aTokenCountsBeforeTheHeader() {
    serve(PROXY + ", dorado.admin.tokens = admin", false);

    assertThat(get("/read", "X-Forwarded-User: ann", "Authorization: Bearer wrong").status())
        .isEqualTo(401);
    assertThat(get("/write", "X-Forwarded-User: ann", "Authorization: Bearer admin").status())
        .isEqualTo(200);
  }

  @Test
  void aNetworkThatIsNoneIsNamedWithItsSetting() {
    assertThatThrownBy(() -> serve("dorado.access.proxy.addresses = proxy.local", false))
        .hasMessageContaining("dorado.access.proxy.addresses has 'proxy.local'");
    serve("", false);
  }

  @Test
  void whoChangesAndWhoIsRefusedIsLoggedWithAddressPathAndReasonButWithoutTheToken() {
    var lines = new ListAppender<ILoggingEvent>();
    var log = (Logger) LoggerFactory.getLogger(AccessLog.NAME);
    lines.start();
    log.addAppender(lines);
    log.setLevel(Level.INFO);
    try {
      serve(PROXY + ", dorado.admin.tokens = admin", false);
      get("/write", "X-Forwarded-User: ann", "X-Forwarded-Groups: platform");
      get("/write", "X-Forwarded-User: eve");
      get("/read", "Authorization: Bearer stolen-token");
      for (int i = 0; i < 2 * AccessLog.MOST_REFUSALS; i++) {
        get("/read", "Authorization: Bearer stolen-token");
      }
    } finally {
      log.detachAppender(lines);
      log.setLevel(null);
    }
    List<String> messages = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(messages.get(0)).isEqualTo("GET /write by 'ann' of the proxy");
    assertThat(messages.get(1))
        .isEqualTo(
            "refused GET /write from 127.0.0.1 with 403: 'eve' of the proxy has the role read: expected administer");
    assertThat(messages.get(2)).startsWith("refused GET /read from 127.0.0.1 with 401: the token");
    assertThat(messages).hasSize(1 + AccessLog.MOST_REFUSALS);
    assertThat(String.join("", messages)).doesNotContain("stolen-token");
  }

  @Test
  void openModeEndsForReadersOnceATokenIsSet() {
    serve("dorado.api.tokens = reader-1", true);

    assertThat(get("/read").status()).isEqualTo(401);
  }

  @Test
  void everySecretIsComparedWholeWhicheverMatches() {
    serve("", false);
    var secrets = List.of("new-secret", "old-secret", "überlang");

    assertThat(secrets).allMatch(secret -> AccessTokens.matchesAny(secret, secrets));
    assertThat(List.of("", "new-secre", "new-secrett", "uberlang", "new-secret,old-secret"))
        .noneMatch(given -> AccessTokens.matchesAny(given, secrets));
    assertThat(AccessTokens.matchesAny("", List.of())).isFalse();
  }

  @Test
  void secretsAreSeparatedByCommasOrLinesAndAFileWins(@TempDir Path folder) throws IOException {
    serve("", false);
    Path file = Files.writeString(folder.resolve("tokens"), "one\ntwo,\n three\n");

    assertThat(AccessTokens.secrets(config("dorado.api.tokens = ' a,b , c'"), "dorado.api.tokens"))
        .containsExactly("a", "b", "c");
    assertThat(
            AccessTokens.secrets(
                config("dorado.api { tokens = other, tokens-file = '%s' }".formatted(file)),
                "dorado.api.tokens"))
        .containsExactly("one", "two", "three");
  }

  @Test
  void aFileOfTokensThatCannotBeReadIsSaid() {
    serve("", false);

    assertThatThrownBy(
            () -> AccessTokens.from(config("dorado.admin.tokens-file = /no/such/file"), true))
        .hasMessageContaining("dorado.admin.tokens-file")
        .hasMessageContaining("/no/such/file");
  }

  @ParameterizedTest
  @CsvSource({
    "READ, 200, 403, 403",
    "CORRECT, 200, 200, 403",
    "ADMINISTER, 200, 200, 200",
    "SEND, 403, 403, 403"
  })
  void aTokenOfTheFileMayWhatItsRoleMay(
      AccessRole role, int reading, int correcting, int administering, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("tokens.json");
    serve("dorado.access.tokens-file = '%s', dorado.admin.tokens = other".formatted(file), true);
    var made = new TokenFile(file, Clock.systemUTC()).create("ann", role, Optional.empty());
    String header = "Authorization: Bearer " + made.secret();

    assertThat(get("/read", header).status()).isEqualTo(reading);
    assertThat(get("/correct", header).status()).isEqualTo(correcting);
    assertThat(get("/write", header).status()).isEqualTo(administering);
    if (administering == 403) {
      assertThat(get("/write", header).json().get("detail").asText())
          .contains("'ann'", role.label(), "expected administer");
    }
  }

  @Test
  void aTokenOfTheFileThatIsRevokedIsRefusedAtOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.json");
    serve("dorado.access.tokens-file = '%s'".formatted(file), false);
    var tokens = new TokenFile(file, Clock.systemUTC());
    tokens.create("stays", AccessRole.READ, Optional.empty());
    var made = tokens.create("goes", AccessRole.READ, Optional.empty());
    String header = "Authorization: Bearer " + made.secret();

    assertThat(get("/read", header).status()).isEqualTo(200);
    tokens.revoke(made.token().id());
    assertThat(get("/read", header).status()).isEqualTo(401);
  }

  @Test
  void aTokenInTheFileClosesOpenMode(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.json");
    serve("dorado.access.tokens-file = '%s'".formatted(file), true);
    assertThat(get("/read").status()).isEqualTo(200);

    new TokenFile(file, Clock.systemUTC()).create("ann", AccessRole.ADMINISTER, Optional.empty());

    assertThat(get("/read").status()).isEqualTo(401);
    assertThat(get("/write").status()).isEqualTo(401);
  }

  private void serve(String settings, boolean openMode) {
    var tokens = AccessTokens.from(config(settings), openMode);
    var role =
        Role.serving(
            config -> {
              config.routes.get(
                  "/read",
                  context -> {
                    tokens.requireReader(context);
                    context.result("read");
                  });
              config.routes.get(
                  "/teams",
                  context ->
                      context.result(
                          tokens
                              .requireReader(context)
                              .teams()
                              .map(Object::toString)
                              .orElse("all")));
              config.routes.get(
                  "/correct",
                  context -> {
                    tokens.requireCorrector(context);
                    context.result("corrected");
                  });
              config.routes.get(
                  "/write",
                  context -> {
                    tokens.requireAdmin(context);
                    context.result("written");
                  });
            });
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            1000,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            List.of(role));
  }

  private static Config config(String settings) {
    return ConfigFactory.parseString(settings.replace('\'', '"'))
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private Exchange get(String path, String... headers) {
    return Exchange.get(server.port(), path, headers);
  }
}
