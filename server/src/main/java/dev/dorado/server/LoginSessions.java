package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import io.javalin.http.Context;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions of people who logged in, and logins that are under way. All of one is in a cookie that
 * is encrypted and authenticated, so that every instance of every role knows it and no server
 * remembers anything. Thread-safe.
 */
final class LoginSessions {

  /** How long a person may take at the issuer. */
  static final Duration LONGEST_LOGIN = Duration.ofMinutes(10);

  /** Browsers keep cookies of 4096 bytes, name and attributes included. */
  private static final int LONGEST_COOKIE = 3900;

  private static final String SESSION = "dorado_session";
  private static final String ATTEMPT = "dorado_login";
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final OidcSettings settings;
  private final byte[] key;
  private final Clock clock;

  LoginSessions(OidcSettings settings, Clock clock) {
    this.settings = requireNonNull(settings);
    this.clock = requireNonNull(clock);
    this.key = key(settings.clientSecret());
  }

  /** Who is logged in; empty if nobody is, or no longer. */
  Optional<Caller> caller(Context context) {
    return read(context, SESSION)
        .map(
            claims ->
                new Caller(
                    claims.getSubject(),
                    Caller.Source.LOGIN,
                    AccessRole.of(text(claims, "role")),
                    teams(claims)));
  }

  /**
   * Whether a request that may change something comes from the page itself. Browsers send the
   * cookie with requests of other pages of the same site, too, and old ones with those of any page;
   * only the browser itself can write these two headers.
   */
  boolean isOfOwnPage(Context context) {
    if (READING.contains(context.req().getMethod())) {
      return true;
    }
    String site = context.header("Sec-Fetch-Site");
    String origin = context.header("Origin");
    return site != null
        ? site.equalsIgnoreCase("same-origin")
        : origin != null && origin.toLowerCase(Locale.ROOT).equals(settings.origin());
  }

  /**
   * Begins a session.
   *
   * @throws Problem 431 if there are too many teams for a cookie
   */
  void begin(Context context, Caller caller) {
    write(
        context,
        SESSION,
        new JWTClaimsSet.Builder()
            .subject(caller.name())
            .claim("role", caller.role().label())
            .claim("teams", caller.teams().map(List::copyOf).orElse(null)),
        settings.session());
  }

  /** Ends the session of a browser. */
  void end(Context context) {
    set(context, SESSION, "", Duration.ZERO);
  }

  /** Has the browser keep a login that begins; it replaces one that was begun before. */
  void keep(Context context, LoginAttempt attempt) {
    write(
        context,
        ATTEMPT,
        new JWTClaimsSet.Builder()
            .claim("state", attempt.state())
            .claim("nonce", attempt.nonce())
            .claim("verifier", attempt.verifier())
            .claim("to", attempt.to()),
        LONGEST_LOGIN);
  }

  /** The login that this browser began, which ends with it; empty if there is none. */
  Optional<LoginAttempt> take(Context context) {
    Optional<LoginAttempt> attempt =
        read(context, ATTEMPT)
            .map(
                claims ->
                    new LoginAttempt(
                        text(claims, "state"),
                        text(claims, "nonce"),
                        text(claims, "verifier"),
                        text(claims, "to")));
    set(context, ATTEMPT, "", Duration.ZERO);
    return attempt;
  }

  private void write(Context context, String name, JWTClaimsSet.Builder claims, Duration life) {
    var sealed =
        new EncryptedJWT(
            new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM),
            claims.audience(name).expirationTime(Date.from(clock.instant().plus(life))).build());
    try {
      sealed.encrypt(new DirectEncrypter(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
    String value = sealed.serialize();
    if (value.length() > LONGEST_COOKIE) {
      throw new Problem(
          431,
          "Login failed",
          "what has to be kept of the login has %d characters: expected %d at most"
              .formatted(value.length(), LONGEST_COOKIE));
    }
    set(context, name, value, life);
  }

  private Optional<JWTClaimsSet> read(Context context, String name) {
    String value = context.cookie(cookie(name));
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    try {
      var sealed = EncryptedJWT.parse(value);
      sealed.decrypt(new DirectDecrypter(key));
      JWTClaimsSet claims = sealed.getJWTClaimsSet();
      boolean counts =
          claims.getAudience().contains(name)
              && claims.getExpirationTime() != null
              && clock.instant().isBefore(claims.getExpirationTime().toInstant());
      return counts ? Optional.of(claims) : Optional.empty();
    } catch (ParseException | JOSEException e) {
      // Of another key, or made up: nobody is logged in by it.
      return Optional.empty();
    }
  }

  private void set(Context context, String name, String value, Duration life) {
    context
        .res()
        .addHeader(
            "Set-Cookie",
            "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                .formatted(
                    cookie(name),
                    value,
                    life.toSeconds(),
                    settings.isPageSecure() ? "; Secure" : ""));
  }

  /** With the prefix, no other host of the domain and nobody on the way can set the cookie. */
  private String cookie(String name) {
    return settings.isPageSecure() ? "__Host-" + name : name;
  }

  /** Empty: they are not restricted to teams. */
  private static Optional<Set<String>> teams(JWTClaimsSet claims) {
    return claims.getClaim("teams") instanceof List<?> teams
        ? Optional.of(teams.stream().map(String::valueOf).collect(Collectors.toSet()))
        : Optional.empty();
  }

  private static String text(JWTClaimsSet claims, String name) {
    return String.valueOf(claims.getClaim(name));
  }

  private static byte[] key(String secret) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal("sessions of dorado".getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
