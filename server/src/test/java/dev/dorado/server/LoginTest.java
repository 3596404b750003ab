package dev.dorado.server;

import static dev.dorado.server.TestIssuer.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.server.TestIssuer.Fault;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins of people on the page, at an issuer on this machine. */
final class LoginTest {

  private static final String PAGE = "http://dorado.example.com/";
  private static final String OWN_PAGE = "Origin: http://dorado.example.com";

  private final SettableClock clock = new SettableClock();
  private final Browser browser = new Browser();
  private TestIssuer issuer = TestIssuer.start();
  private HttpServer server;

  @AfterEach
  void close() {
    issuer.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whoLogsInMayReadAndIsNamedToThePage() {
    serve("");
    assertThat(browser.get("/read").status()).isEqualTo(401);

    var shown = browser.logIn("?team=payments&period=30");

    assertThat(shown.status()).isEqualTo(303);
    assertThat(header(shown, "Location")).isEqualTo(PAGE + "?team=payments&period=30");
    assertThat(browser.get("/read").body()).isEqualTo("read");
    assertThat(browser.get("/correct").status()).isEqualTo(403);
    var session = browser.get("/api/v1/session").json();
    assertThat(session.get("name").asText()).isEqualTo("ann");
    assertThat(session.get("role").asText()).isEqualTo("read");
    assertThat(session.get("login").asBoolean()).isTrue();
    assertThat(session.get("logout").asBoolean()).isTrue();
  }

  @Test
  void cookiesAreKeptFromScriptsAndForeignPagesAndEndByThemselves() {
    serve("");

    var begun = browser.get("/login");
    var shown = browser.follow(header(begun, "Location"));

    assertThat(setCookie(begun, "dorado_login="))
        .contains("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax")
        .doesNotContain("Secure");
    assertThat(setCookie(shown, "dorado_session="))
        .contains("; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax");
    assertThat(setCookie(shown, "dorado_login=")).contains("Max-Age=0");
  }

  @Test
  void overTlsCookiesAreForTlsAndThisHostAlone() {
    serve("dorado.access.oidc.page = 'https://dorado.example.com'");

    var shown = browser.logIn("");

    assertThat(setCookie(shown, "__Host-dorado_session=")).endsWith("; Secure");
    assertThat(browser.get("/read").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aTokenThatIsNotFromTheIssuerForThisLoginLogsNobodyIn(Fault fault) {
    serve("");
    issuer.fault = fault;

    var refused = browser.logIn("");

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).contains("Login failed", "ID token is not valid");
    assertThat(refused.head()).doesNotContain("dorado_session");
    assertThat(browser.get("/read").status()).isEqualTo(401);
  }

  @Test
  void aKeyThatTheIssuerHasReplacedIsLearnt() {
    serve("");
    assertThat(browser.logIn("").status()).isEqualTo(303);
    issuer.rotateKeys();

    assertThat(new Browser().logIn("").status()).isEqualTo(303);
  }

  @Test
  void anAnswerWithAnotherStateIsRefused() {
    serve("");
    String answer = TestIssuer.loggedIn(header(browser.get("/login"), "Location"));

    var refused = browser.get(path(answer.replaceFirst("state=.*", "state=made-up")));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("this browser began no such login");
    assertThat(browser.get(path(answer)).status()).as("it is over").isEqualTo(400);
  }

  @Test
  void nobodyIsLoggedInAsSomebodyElseByALinkWithACode() {
    serve("");
    var attacker = new Browser();
    String answer = TestIssuer.loggedIn(header(attacker.get("/login"), "Location"));

    assertThat(browser.get(path(answer)).status()).as("without a login").isEqualTo(400);
    browser.get("/login");
    assertThat(browser.get(path(answer)).status()).as("in another login").isEqualTo(400);
    assertThat(browser.get("/read").status()).isEqualTo(401);
  }

  @Test
  void aCodeIsTakenOnce() {
    serve("");
    var begun = browser.get("/login");
    String kept = browser.cookies.get("dorado_login");
    String answer = TestIssuer.loggedIn(header(begun, "Location"));
    assertThat(browser.get(path(answer)).status()).isEqualTo(303);

    var again = new Browser();
    again.cookies.put("dorado_login", kept);

    assertThat(again.get(path(answer)).body()).contains("it refuses the code: invalid_grant");
    assertThat(again.get("/read").status()).isEqualTo(401);
  }

  @Test
  void aSessionThatWasGivenToABrowserIsNotTheOneOfWhoLogsIn() {
    serve("");
    browser.logIn("");
    String before = browser.cookies.get("dorado_session");

    browser.logIn("");

    assertThat(browser.cookies.get("dorado_session")).isNotEqualTo(before);
    var other = new Browser();
    for (String made : List.of("fixed", "a.b.c.d.e", loginCookie(), withAnotherSecret())) {
      other.cookies.put("dorado_session", made);
      assertThat(other.get("/read").status()).as(made).isEqualTo(401);
    }
  }

  private String loginCookie() {
    var another = new Browser();
    another.get("/login");
    return another.cookies.get("dorado_login");
  }

  private String withAnotherSecret() {
    String secret = "another-secret-of-a-client-0123456789";
    var settings = settings("dorado.access.oidc.client-secret = '%s'".formatted(secret));
    var sessions = new LoginSessions(settings, clock);
    var role =
        Role.serving(
            config ->
                config.routes.get(
                    "/",
                    it ->
                        sessions.begin(
                            it, new Caller("ann", Caller.Source.LOGIN, AccessRole.ADMINISTER))));
    try (var made = start(role)) {
      return setCookie(Exchange.get(made.port(), "/"), "dorado_session=")
          .replaceFirst("^[^=]+=", "")
          .replaceFirst(";.*", "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com/",
        "//evil.example.com",
        "/\\evil.example.com",
        "@evil.example.com/",
        ".evil.example.com",
        "?a%0d%0aLocation: https://evil.example.com",
        "?a\nb"
      })
  void afterTheLoginABrowserIsSentToThePageAlone(String to) {
    serve("");

    var shown =
        browser.logIn(java.net.URLEncoder.encode(to, java.nio.charset.StandardCharsets.UTF_8));

    assertThat(header(shown, "Location")).startsWith(PAGE);
    assertThat(URI.create(header(shown, "Location")).getHost()).isEqualTo("dorado.example.com");
    assertThat(shown.head().lines().filter(line -> line.startsWith("Location"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 403",
    "Origin: http://evil.example.com, 403",
    "Origin: null, 403",
    "Origin: http://dorado.example.com.evil.com, 403",
    "Origin: http://dorado.example.com, 200",
    "Sec-Fetch-Site: cross-site, 403",
    "Sec-Fetch-Site: same-site, 403",
    "Sec-Fetch-Site: none, 403",
    "Sec-Fetch-Site: same-origin, 200"
  })
  void onlyThePageItselfChangesThingsForWhoIsLoggedIn(String header, int expected) {
    serve("dorado.access.oidc.administrators = dev");
    browser.logIn("");

    assertThat(browser.post("/write", header).status()).isEqualTo(expected);
    assertThat(browser.post("/logout", header).status()).isEqualTo(expected);
    assertThat(browser.get("/read").status()).isEqualTo(expected == 200 ? 401 : 200);
  }

  @Test
  void whoLogsOutIsNobodyAndIsSentToTheIssuerToLogOutThere() {
    serve("");
    browser.logIn("");

    var left = browser.post("/logout", OWN_PAGE);

    assertThat(left.json().get("next").asText())
        .startsWith(issuer.address() + "/logout?")
        .contains(
            "post_logout_redirect_uri=http%3A%2F%2Fdorado.example.com%2F", "client_id=dorado");
    assertThat(browser.get("/read").status()).isEqualTo(401);
    assertThat(browser.get("/api/v1/session").json().get("name").isNull()).isTrue();
  }

  @Test
  void aSessionEndsAfterItsTime() {
    serve("dorado.access.oidc.session = 1h");
    browser.logIn("");

    clock.now = clock.now.plus(Duration.ofMinutes(59));
    assertThat(browser.get("/read").status()).isEqualTo(200);
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(browser.get("/read").status()).isEqualTo(401);
  }

  @Test
  void aLoginThatTakesTooLongIsBegunAgain() {
    serve("");
    String answer = TestIssuer.loggedIn(header(browser.get("/login"), "Location"));
    clock.now = clock.now.plus(LoginSessions.LONGEST_LOGIN);

    assertThat(browser.get(path(answer)).status()).isEqualTo(400);
  }

  @Test
  void withoutItsIssuerDoradoStartsAndTheLoginSaysSoUntilItIsThere() {
    int port = issuer.port();
    String address = issuer.address();
    issuer.close();
    serve("dorado.access.oidc.issuer = '%s', dorado.api.tokens = reader-1".formatted(address));

    var refused = browser.get("/login");

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).contains("Login is not possible now", address);
    assertThat(browser.get("/read", "Authorization: Bearer reader-1").status()).isEqualTo(200);
    issuer = TestIssuer.start(port);
    assertThat(browser.get("/login").status()).as("it is not asked again at once").isEqualTo(503);
    clock.now = clock.now.plusSeconds(5);
    assertThat(browser.logIn("").status()).isEqualTo(303);
  }

  @Test
  void anIssuerThatCallsItselfOtherwiseIsNotTaken() {
    serve("");
    issuer.announced = "https://login.example.com";

    assertThat(browser.get("/login").body())
        .contains("it calls itself https://login.example.com", "set dorado.access.oidc.issuer");
  }

  @Test
  void anIssuerWhoseKeysComeWithoutTlsIsNotTaken() {
    serve("");
    issuer.jwksUri = "http://keys.example.com/";

    assertThat(browser.get("/login").body())
        .contains("its jwks_uri is http://keys.example.com/", "expected", "https://");
  }

  @Test
  void whatTheIssuerRefusesIsShownAsText() {
    serve("");
    String answer = TestIssuer.loggedIn(header(browser.get("/login"), "Location"));
    String state = answer.replaceFirst(".*state=", "");

    var refused =
        browser.get(
            "/login/callback?error=access_denied&error_description=%3Cscript%3E&state=" + state);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body())
        .contains("access_denied", "&lt;script&gt;")
        .doesNotContain("<script");
    assertThat(header(refused, "Content-Security-Policy")).contains("default-src 'none'");
  }

  @Test
  void anAnswerThatNamesAnotherIssuerIsRefused() {
    serve("");
    String answer = TestIssuer.loggedIn(header(browser.get("/login"), "Location"));

    assertThat(browser.get(path(answer) + "&iss=https%3A%2F%2Fevil.example.com").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "'{groups: [dev]}', read",
    "'{groups: [dev, sre]}', correct",
    "'{groups: [dev, sre, platform]}', administer",
    "'{groups: platform}', administer",
    "'{groups: [other]}', ''",
    "'{}', ''",
    "'{email: \"boss@acme.com\", email_verified: true}', administer",
    "'{email: \"boss@acme.com\", email_verified: false}', ''",
    "'{email: \"boss@acme.com\"}', ''",
    "'{preferred_username: \"boss@acme.com\"}', ''"
  })
  void rolesAreGivenByTheClaimAndByVerifiedAddresses(String claims, String role) {
    serve(
        "dorado.access.oidc { readers = dev, correctors = sre, administrators = 'platform, boss@acme.com' }");
    issuer.claims = new LinkedHashMap<>(ConfigFactory.parseString(claims).root().unwrapped());

    var shown = browser.logIn("");

    assertThat(shown.status()).isEqualTo(role.isEmpty() ? 403 : 303);
    assertThat(browser.get("/api/v1/session").json().path("role").asText("")).isEqualTo(role);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{groups: [dev], teams: [Payments, search]} | [\"payments\",\"search\"]",
        "{groups: [dev]} | []",
        "{groups: [platform], teams: [payments]} | null"
      })
  void theClaimOfTeamsRestrictsEverybodyButAdministrators(String claims, String teams) {
    serve("dorado.access.oidc { teams-claim = teams, administrators = platform }");
    issuer.claims = new LinkedHashMap<>(ConfigFactory.parseString(claims).root().unwrapped());

    browser.logIn("");

    assertThat(browser.get("/api/v1/session").json().get("teams").toString()).isEqualTo(teams);
  }

  @Test
  void scriptsAreAnsweredAsBeforeAndATokenCountsBeforeTheCookie() {
    serve("dorado.api.tokens = reader-1, dorado.access.oidc.administrators = dev");
    browser.logIn("");

    assertThat(new Browser().get("/read").status()).isEqualTo(401);
    assertThat(new Browser().get("/read").json().get("detail").asText())
        .contains("log in on the page", "DORADO_API_TOKENS");
    assertThat(browser.get("/read", "Authorization: Bearer wrong").status()).isEqualTo(401);
    assertThat(browser.post("/write", OWN_PAGE, "Authorization: Bearer reader-1").status())
        .isEqualTo(401);
  }

  @Test
  void withALoginOpenModeIsClosed() {
    serve("", true);

    assertThat(browser.get("/read").status()).isEqualTo(401);
    assertThat(browser.get("/correct").status()).isEqualTo(401);
  }

  @Test
  void withoutAnIssuerThereIsNoLogin() {
    serve("dorado.access.oidc.issuer = ''", true);

    assertThat(browser.get("/login").status()).isEqualTo(404);
    assertThat(browser.get("/api/v1/session").json().get("login").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "issuer = 'http://login.example.com', https://",
    "issuer = 'login', an address",
    "client-id = '', the id of the client",
    "client-secret = 'short', of 20 characters or more",
    "client-secret-file = '/no/such/file', can be read",
    "page = 'dorado', an address",
    "page = 'https://dorado.example.com/?a', the address of the page",
    "scopes = 'profile', openid",
    "session = 30d, between 1m and 7d"
  })
  void aSettingThatCannotBeIsRefusedAtTheStart(String setting, String expected) {
    assertThatThrownBy(() -> serve("dorado.access.oidc." + setting))
        .hasMessageContaining("dorado.access.oidc." + setting.replaceFirst(" =.*", ""))
        .hasMessageContaining(expected)
        .hasMessageNotContaining("'short'");
  }

  @Test
  void eachSettingArrivesAndTheSecretIsShownNowhere(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "a-secret-of-a-file-0123456789\n");

    var settings =
        settings(
            """
            dorado.access.oidc {
              client-secret-file = '%s', scopes = 'openid groups', name-claim = name
              roles-claim = roles, teams-claim = teams, readers = 'a, b', correctors = c, administrators = d
              session = 2h
            }"""
                .formatted(file));

    assertThat(settings.clientSecret()).isEqualTo("a-secret-of-a-file-0123456789");
    assertThat(settings.toString()).doesNotContain("a-secret-of-a-file");
    assertThat(settings.scopes()).containsExactly("openid", "groups");
    assertThat(settings.nameClaim()).isEqualTo("name");
    assertThat(settings.rolesClaim()).isEqualTo("roles");
    assertThat(settings.teamsClaim()).isEqualTo("teams");
    assertThat(settings.roles().readers()).containsExactlyInAnyOrder("a", "b");
    assertThat(settings.roles().correctors()).containsExactly("c");
    assertThat(settings.roles().administrators()).containsExactly("d");
    assertThat(settings.session()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.page()).isEqualTo(URI.create(PAGE));
  }

  private void serve(String settings) {
    serve(settings, false);
  }

  private void serve(String settings, boolean openMode) {
    Config config = config(settings);
    var tokens = AccessTokens.from(config, openMode, Optional.empty(), clock);
    var login = LoginRoutes.from(config, tokens, clock);
    server =
        start(
            Role.serving(
                routes -> {
                  login.configure(routes);
                  routes.routes.get(
                      "/read",
                      context -> {
                        tokens.requireReader(context);
                        context.result("read");
                      });
                  routes.routes.get(
                      "/correct",
                      context -> {
                        tokens.requireCorrector(context);
                        context.result("corrected");
                      });
                  routes.routes.post(
                      "/write",
                      context -> {
                        tokens.requireAdmin(context);
                        context.result("written");
                      });
                }));
  }

  private static HttpServer start(HttpRole role) {
    return HttpServer.start(
        "127.0.0.1", 0, 1000, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), List.of(role));
  }

  private OidcSettings settings(String settings) {
    return OidcSettings.from(config(settings)).orElseThrow();
  }

  private Config config(String settings) {
    return ConfigFactory.parseString(settings.replace('\'', '"'))
        .withFallback(
            ConfigFactory.parseMap(
                Map.of(
                    "dorado.access.oidc.issuer",
                    issuer.address(),
                    "dorado.access.oidc.client-id",
                    TestIssuer.CLIENT,
                    "dorado.access.oidc.client-secret",
                    TestIssuer.SECRET,
                    "dorado.access.oidc.page",
                    PAGE)))
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private static String path(String address) {
    return address.replaceFirst("^https?://[^/]*", "");
  }

  private static String setCookie(Exchange answer, String start) {
    return answer
        .head()
        .lines()
        .filter(line -> line.startsWith("Set-Cookie: " + start))
        .map(line -> line.substring("Set-Cookie: ".length()))
        .findFirst()
        .orElse("");
  }

  /** Keeps cookies, as a browser does, and follows to the issuer. */
  private final class Browser {

    private final Map<String, String> cookies = new LinkedHashMap<>();

    Exchange get(String path, String... headers) {
      return send("GET", path, headers);
    }

    Exchange post(String path, String... headers) {
      return send("POST", path, headers);
    }

    Exchange logIn(String to) {
      var begun = get("/login?to=" + to.replace("&", "%26").replace("?", "%3F"));
      return begun.status() == 303 ? follow(header(begun, "Location")) : begun;
    }

    /** Logs in at the issuer, and takes its answer to Dorado. */
    Exchange follow(String issuersPage) {
      return get(path(TestIssuer.loggedIn(issuersPage)));
    }

    private Exchange send(String method, String path, String... headers) {
      List<String> all = new ArrayList<>();
      for (String header : headers) {
        Optional.of(header).filter(it -> !it.isEmpty()).ifPresent(all::add);
      }
      if (!cookies.isEmpty()) {
        List<String> pairs = new ArrayList<>();
        cookies.forEach((name, value) -> pairs.add(name + "=" + value));
        all.add("Cookie: " + String.join("; ", pairs));
      }
      var answer = Exchange.send(server.port(), method, path, "", all.toArray(String[]::new));
      answer
          .head()
          .lines()
          .filter(line -> line.startsWith("Set-Cookie: "))
          .map(line -> line.substring("Set-Cookie: ".length()))
          .forEach(
              cookie -> {
                String name = cookie.substring(0, cookie.indexOf('='));
                String value = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
                if (cookie.contains("Max-Age=0")) {
                  cookies.remove(name);
                } else {
                  cookies.put(name, value);
                }
              });
      return answer;
    }
  }

  /** A clock that stands until it is set. */
  private static final class SettableClock extends Clock {

    private Instant now = Instant.parse("2026-03-01T09:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
