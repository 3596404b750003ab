package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An OpenID provider that logs everybody in at once, checks what a provider has to check, and can
 * be told to issue tokens that no client may take.
 */
final class TestIssuer implements AutoCloseable {

  static final String CLIENT = "dorado";
  static final String SECRET = "the-secret-of-the-client-0123456789";

  // To find keys takes long.
  private static final RSAKey FIRST_KEY = newKey();
  private static final RSAKey OTHER_KEY = newKey();

  /** What is wrong with the tokens that it issues. */
  enum Fault {
    NONE,
    KEY_OF_ANOTHER,
    NO_SIGNATURE,
    SIGNED_WITH_THE_SECRET,
    AUDIENCE,
    ISSUER,
    EXPIRED,
    NONCE,
    NO_NONCE
  }

  private record Begun(String nonce, String challenge, String redirect) {}

  private final HttpServer server;
  private final Map<String, Begun> codes = new ConcurrentHashMap<>();
  private volatile RSAKey key = FIRST_KEY;
  volatile Fault fault = Fault.NONE;
  volatile String announced;
  volatile String jwksUri;
  volatile Map<String, Object> claims =
      Map.of("preferred_username", "ann", "groups", List.of("dev"));

  private TestIssuer(HttpServer server) {
    this.server = server;
  }

  static TestIssuer start() {
    return start(0);
  }

  static TestIssuer start(int port) {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      var issuer = new TestIssuer(server);
      issuer.announced = issuer.address();
      issuer.jwksUri = issuer.address() + "/keys";
      server.createContext("/.well-known/openid-configuration", issuer::describe);
      server.createContext("/authorize", issuer::authorize);
      server.createContext("/token", issuer::token);
      server.createContext(
          "/keys", exchange -> answer(exchange, 200, new JWKSet(issuer.key).toString(true)));
      server.start();
      return issuer;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  /** Signs with another key from now on, and publishes that alone. */
  void rotateKeys() {
    key = OTHER_KEY;
  }

  private void describe(HttpExchange exchange) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("issuer", announced);
    body.put("authorization_endpoint", address() + "/authorize");
    body.put("token_endpoint", address() + "/token");
    body.put("jwks_uri", jwksUri);
    body.put("end_session_endpoint", address() + "/logout");
    body.put("response_types_supported", List.of("code"));
    body.put("subject_types_supported", List.of("public"));
    body.put("id_token_signing_alg_values_supported", List.of("RS256", "none", "HS256"));
    answer(exchange, 200, Json.MAPPER.writeValueAsString(body));
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, List<String>> query =
        URLUtils.parseParameters(exchange.getRequestURI().getRawQuery());
    String code = UUID.randomUUID().toString();
    String redirect = query.get("redirect_uri").get(0);
    codes.put(
        code, new Begun(query.get("nonce").get(0), query.get("code_challenge").get(0), redirect));
    exchange
        .getResponseHeaders()
        .set("Location", redirect + "?code=" + code + "&state=" + query.get("state").get(0));
    answer(exchange, 302, "");
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, List<String>> form =
        URLUtils.parseParameters(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    String expected =
        "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(UTF_8));
    Begun begun = codes.remove(form.get("code").get(0));
    boolean isValid =
        begun != null
            && expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && begun.redirect().equals(form.get("redirect_uri").get(0))
            && CodeChallenge.compute(
                    CodeChallengeMethod.S256, new CodeVerifier(form.get("code_verifier").get(0)))
                .getValue()
                .equals(begun.challenge());
    if (!isValid) {
      answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    try {
      answer(
          exchange,
          200,
          Json.MAPPER.writeValueAsString(
              Map.of(
                  "access_token",
                  "of-no-use",
                  "token_type",
                  "Bearer",
                  "id_token",
                  idToken(begun.nonce()).serialize())));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private JWT idToken(String nonce) throws JOSEException {
    Instant now = Instant.now();
    var body = new JWTClaimsSet.Builder();
    claims.forEach(body::claim);
    body.issuer(fault == Fault.ISSUER ? "http://127.0.0.1:1" : address())
        .subject("7f3a")
        .audience(fault == Fault.AUDIENCE ? "another-client" : CLIENT)
        .issueTime(Date.from(now.minusSeconds(fault == Fault.EXPIRED ? 7200 : 0)))
        .expirationTime(Date.from(now.plusSeconds(fault == Fault.EXPIRED ? -3600 : 300)));
    if (fault != Fault.NO_NONCE) {
      body.claim("nonce", fault == Fault.NONCE ? "of-another-login" : nonce);
    }
    if (fault == Fault.NO_SIGNATURE) {
      return new PlainJWT(body.build());
    }
    if (fault == Fault.SIGNED_WITH_THE_SECRET) {
      var signed = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), body.build());
      signed.sign(new MACSigner(SECRET));
      return signed;
    }
    RSAKey signing = fault == Fault.KEY_OF_ANOTHER ? OTHER_KEY : key;
    var signed =
        new SignedJWT(
            // The key of another claims to be the issuer's.
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), body.build());
    signed.sign(new RSASSASigner(signing));
    return signed;
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Where the issuer sends the browser that comes to {@code address}. */
  static String loggedIn(String address) {
    URI at = URI.create(address);
    var answer =
        Exchange.get(at.getPort(), at.getRawPath() + "?" + at.getRawQuery(), "Accept: text/html");
    return header(answer, "Location");
  }

  static String header(Exchange answer, String name) {
    return answer
        .head()
        .lines()
        .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
