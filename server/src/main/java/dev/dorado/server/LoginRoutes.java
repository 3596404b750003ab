package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.nimbusds.jwt.JWTClaimsSet;
import com.typesafe.config.Config;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How people log in on the page, with OpenID Connect: {@code GET /login}, {@code GET
 * /login/callback} and {@code POST /logout}, if an issuer is set. {@code GET /api/v1/session} says
 * to the page who asks, by whatever means, and is there always. Thread-safe.
 */
public final class LoginRoutes {

  static final String LOGIN = "/login";
  static final String CALLBACK = "/login/callback";
  static final String LOGOUT = "/logout";
  static final String SESSION = "/api/v1/session";

  private static final Logger log = LoggerFactory.getLogger(LoginRoutes.class);
  private static final int LONGEST_NAME = 200;

  private final AccessTokens tokens;
  private final Optional<Oidc> oidc;

  private LoginRoutes(AccessTokens tokens, Optional<Oidc> oidc) {
    this.tokens = requireNonNull(tokens);
    this.oidc = requireNonNull(oidc);
  }

  private record Oidc(OidcSettings settings, OidcIssuer issuer, LoginSessions sessions) {}

  /**
   * The routes, from {@code dorado.access.oidc}. The issuer need not be there yet.
   *
   * @param tokens who may do what on the same server
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public static LoginRoutes from(Config config, AccessTokens tokens) {
    return from(config, tokens, Clock.systemUTC());
  }

  static LoginRoutes from(Config config, AccessTokens tokens, Clock clock) {
    return new LoginRoutes(
        tokens,
        OidcSettings.from(config)
            .map(
                settings -> {
                  log.info("people log in on the page {}: {}", settings.page(), settings);
                  URI callback = settings.page().resolve(CALLBACK.substring(1));
                  return new Oidc(
                      settings,
                      new OidcIssuer(settings, callback, clock),
                      new LoginSessions(settings, clock));
                }));
  }

  /** Adds the routes. */
  public void configure(JavalinConfig config) {
    config.routes.get(SESSION, this::session);
    oidc.ifPresent(
        login -> {
          config.routes.get(LOGIN, context -> orPage(context, login, this::login));
          config.routes.get(CALLBACK, context -> orPage(context, login, this::callback));
          config.routes.post(LOGOUT, context -> logout(context, login));
        });
  }

  private void session(Context context) {
    Optional<Caller> caller = tokens.known(context);
    Optional<Caller> person = caller.filter(Caller::isPerson);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", person.map(Caller::name).orElse(null));
    body.put("role", caller.map(known -> known.role().label()).orElse(null));
    body.put("teams", caller.flatMap(Caller::teams).map(TreeSet::new).orElse(null));
    body.put("login", oidc.isPresent());
    body.put("logout", person.filter(known -> known.source() == Caller.Source.LOGIN).isPresent());
    context.json(body);
  }

  private void login(Context context, Oidc login) {
    var attempt = LoginAttempt.begin(context.queryParam("to"));
    URI issuer = login.issuer().authorization(attempt);
    login.sessions().keep(context, attempt);
    redirect(context, issuer);
  }

  private void callback(Context context, Oidc login) {
    // Whatever comes of it, this attempt is over: a code is taken once.
    LoginAttempt attempt =
        login
            .sessions()
            .take(context)
            .filter(begun -> isSame(begun.state(), context.queryParam("state")))
            .orElseThrow(
                () ->
                    new Problem(
                        400,
                        "Login failed",
                        "this browser began no such login, or more than %d minutes ago, or another one since"
                            .formatted(LoginSessions.LONGEST_LOGIN.toMinutes())));
    if (!login.issuer().isFrom(Optional.ofNullable(context.queryParam("iss")))) {
      throw new Problem(400, "Login failed", "the answer is of another issuer");
    }
    String code = context.queryParam("code");
    if (code == null || code.isBlank()) {
      throw new Problem(
          401,
          "Login failed",
          "the issuer answers '%s': %s"
              .formatted(context.queryParam("error"), context.queryParam("error_description")));
    }
    JWTClaimsSet claims = login.issuer().claims(code, attempt);
    String name = name(login.settings(), claims);
    AccessRole role =
        login
            .settings()
            .roles()
            .roleOf(who(login.settings(), claims))
            .orElseThrow(
                () ->
                    new Problem(
                        403,
                        "Not allowed",
                        "'%s' has logged in and may not read: dorado.access.oidc.readers names neither their e-mail address nor a value of their claim '%s'"
                            .formatted(name, login.settings().rolesClaim())));
    var caller = new Caller(name, Caller.Source.LOGIN, role, teams(login.settings(), claims));
    login.sessions().begin(context, caller);
    recordLogin(context, caller);
    redirect(context, URI.create(login.settings().page() + attempt.to()));
  }

  /** A login changes nothing, so it need not wait for the trail. */
  private void recordLogin(Context context, Caller caller) {
    tokens.audit().allowed(context, caller.description());
    var unused =
        tokens
            .record(context, caller, "login", "the page", Optional.empty())
            .exceptionally(
                failure -> {
                  log.warn("the audit trail lacks a login: {}", failure.getMessage());
                  return null;
                });
  }

  private void logout(Context context, Oidc login) {
    if (!login.sessions().isOfOwnPage(context)) {
      throw AccessTokens.notOfOwnPage();
    }
    login.sessions().end(context);
    context.json(
        Map.of("next", login.issuer().logout().orElse(login.settings().page()).toString()));
  }

  private interface Step {
    void take(Context context, Oidc login);
  }

  /** People meet these addresses in a browser: what is wrong is a page for them. */
  private void orPage(Context context, Oidc login, Step step) {
    try {
      step.take(context, login);
    } catch (Problem e) {
      tokens.audit().refused(context, Optional.empty(), e);
      context
          .status(e.status())
          .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
          .html(
              """
              <!doctype html>
              <html lang="en">
              <head><meta charset="utf-8"><title>Dorado: %1$s</title></head>
              <body><h1>%1$s</h1><p>%2$s</p><p><a href="%3$s">Back to Dorado</a></p></body>
              </html>
              """
                  .formatted(
                      escaped(e.title()),
                      escaped(e.getMessage()),
                      escaped(login.settings().page().toString())));
    }
  }

  private static void redirect(Context context, URI address) {
    // Unlike Javalin's own, this takes an address as it is.
    context.status(303).header("Location", address.toASCIIString());
  }

  private static boolean isSame(String expected, String given) {
    return given != null && MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
  }

  /** Shown and logged. It decides nothing: some issuers let people choose it. */
  private static String name(OidcSettings settings, JWTClaimsSet claims) {
    String name =
        Stream.of(settings.nameClaim(), "email")
            .map(claim -> text(claims, claim))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(claims.getSubject())
            .replaceAll("\\p{Cntrl}+", " ")
            .strip();
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  /** What roles are given by: values of the claim, and an address that the issuer has verified. */
  private static Set<String> who(OidcSettings settings, JWTClaimsSet claims) {
    Set<String> who = new HashSet<>(values(claims, settings.rolesClaim()));
    if (Boolean.TRUE.equals(claims.getClaim("email_verified"))) {
      text(claims, "email").ifPresent(who::add);
    }
    return who;
  }

  /** If a claim is configured and missing, the person belongs to no team and sees nothing. */
  private static Optional<Set<String>> teams(OidcSettings settings, JWTClaimsSet claims) {
    return settings.teamsClaim().isEmpty()
        ? Optional.empty()
        : Optional.of(values(claims, settings.teamsClaim()));
  }

  /** The values of a claim that is a list or a text. */
  private static Set<String> values(JWTClaimsSet claims, String name) {
    Object values = name.isEmpty() ? null : claims.getClaim(name);
    if (values instanceof List<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.toSet());
    }
    return values instanceof String one ? RoleMapping.names(one) : Set.of();
  }

  private static Optional<String> text(JWTClaimsSet claims, String name) {
    try {
      return name.isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(claims.getStringClaim(name)).filter(text -> !text.isBlank());
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
