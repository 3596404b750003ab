package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderConfigurationRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The OpenID provider that authenticates people. Its addresses are asked for at the first login, so
 * that Dorado starts without it; its keys are asked for again when a token has a new one.
 * Thread-safe.
 */
final class OidcIssuer {

  /**
   * Signatures that only the issuer can make: none with the client's secret, and not {@code none}.
   */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final Duration CONNECTING = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 1024 * 1024;

  /** For how long an issuer that did not answer is not asked again. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final OidcSettings settings;
  private final URI callback;
  private final Clock clock;
  private final OutboundHttp http = OutboundHttp.within(CONNECTING, PATIENCE);
  private Provider provider;
  private String problem = "";
  private Instant askAgain = Instant.MIN;

  /**
   * @param callback where the issuer sends browsers back to
   */
  OidcIssuer(OidcSettings settings, URI callback, Clock clock) {
    this.settings = requireNonNull(settings);
    this.callback = requireNonNull(callback);
    this.clock = requireNonNull(clock);
  }

  /** What the issuer says of itself, and what checks its tokens. */
  private record Provider(OIDCProviderMetadata metadata, IDTokenValidator validator) {}

  /**
   * The address at the issuer where a browser logs in.
   *
   * @throws Problem 503 if the issuer is away
   */
  URI authorization(LoginAttempt attempt) {
    return new AuthenticationRequest.Builder(
            ResponseType.CODE, new Scope(settings.scopes().toArray(String[]::new)), id(), callback)
        .endpointURI(provider().metadata().getAuthorizationEndpointURI())
        .state(new State(attempt.state()))
        .nonce(new Nonce(attempt.nonce()))
        .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /**
   * What the issuer says of the person who logged in: the claims of the ID token, after its
   * signature, issuer, audience, times and nonce were checked.
   *
   * @throws Problem 503 if the issuer is away, 401 if it refuses the code or its token is not valid
   */
  JWTClaimsSet claims(String code, LoginAttempt attempt) {
    Provider known = provider();
    try {
      var grant =
          new AuthorizationCodeGrant(
              new AuthorizationCode(code), callback, new CodeVerifier(attempt.verifier()));
      var request =
          new TokenRequest.Builder(
                  known.metadata().getTokenEndpointURI(), authentication(known), grant)
              .build()
              .toHTTPRequest();
      var response = OIDCTokenResponseParser.parse(request.send(this::send));
      if (!response.indicatesSuccess()) {
        throw refused("it refuses the code: " + response.toErrorResponse().getErrorObject());
      }
      var tokens = ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
      return known
          .validator()
          .validate(tokens.getIDToken(), new Nonce(attempt.nonce()))
          .toJWTClaimsSet();
    } catch (IOException e) {
      throw away(e.getMessage());
    } catch (JOSEException e) {
      // Its keys can't be had.
      throw away(e.getMessage());
    } catch (BadJOSEException e) {
      throw refused("its ID token is not valid: " + e.getMessage());
    } catch (ParseException e) {
      throw refused("its answer can't be read: " + e.getMessage());
    }
  }

  /** Where a browser ends its session at the issuer, too; empty if the issuer has no such place. */
  Optional<URI> logout() {
    try {
      return Optional.ofNullable(provider().metadata().getEndSessionEndpointURI())
          .map(
              address ->
                  new LogoutRequest(address, null, null, id(), settings.page(), null, null)
                      .toURI());
    } catch (Problem e) {
      // Whoever logs out of Dorado is logged out of Dorado, whether or not the issuer is there.
      return Optional.empty();
    }
  }

  /** Whether the issuer names itself where it sends a browser back, as RFC 9207 has it. */
  boolean isFrom(Optional<String> issuer) {
    return issuer.isEmpty() || issuer.get().equals(settings.issuer().toString());
  }

  private synchronized Provider provider() {
    if (provider == null) {
      if (clock.instant().isBefore(askAgain)) {
        throw away(problem);
      }
      try {
        provider = discover();
      } catch (IOException | ParseException | IllegalArgumentException e) {
        problem = String.valueOf(e.getMessage());
        askAgain = clock.instant().plus(PAUSE);
        throw away(problem);
      }
    }
    return provider;
  }

  private Provider discover() throws IOException, ParseException {
    var issuer = new Issuer(settings.issuer());
    var answer = new OIDCProviderConfigurationRequest(issuer).toHTTPRequest().send(this::send);
    answer.ensureStatusCode(200);
    var metadata = OIDCProviderMetadata.parse(answer.getBody());
    if (!metadata.getIssuer().equals(issuer)) {
      throw new IOException(
          "it calls itself %s: set dorado.access.oidc.issuer to exactly that"
              .formatted(metadata.getIssuer()));
    }
    requireEndpoint("authorization_endpoint", metadata.getAuthorizationEndpointURI());
    requireEndpoint("token_endpoint", metadata.getTokenEndpointURI());
    requireEndpoint("jwks_uri", metadata.getJWKSetURI());
    return new Provider(metadata, validator(issuer, metadata));
  }

  private static void requireEndpoint(String name, URI endpoint) throws IOException {
    if (endpoint == null || !OidcSettings.isSecure(endpoint)) {
      throw new IOException(
          "its %s is %s: expected an address that begins with https://".formatted(name, endpoint));
    }
  }

  private IDTokenValidator validator(Issuer issuer, OIDCProviderMetadata metadata)
      throws MalformedURLException {
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.create(
                metadata.getJWKSetURI().toURL(),
                address -> new Resource(get(URI.create(address.toString())), null))
            .build();
    return new IDTokenValidator(
        issuer, id(), new JWSVerificationKeySelector<>(ALGORITHMS, keys), null);
  }

  private String get(URI address) throws IOException {
    HttpResponse<byte[]> response = exchange(HttpRequest.newBuilder(address).GET().build());
    if (response.statusCode() != 200) {
      throw new IOException("%s answered %d".formatted(address, response.statusCode()));
    }
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** Carries a request of the library, so that it has Dorado's time-outs and rule for redirects. */
  private HTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
    String body = request.getBody();
    var outbound =
        HttpRequest.newBuilder(request.getURI())
            .method(
                request.getMethod().name(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    request
        .getHeaderMap()
        .forEach((name, values) -> values.forEach(value -> outbound.header(name, value)));
    HttpResponse<byte[]> response = exchange(outbound.build());
    var answer = new HTTPResponse(response.statusCode());
    answer.setBody(new String(response.body(), StandardCharsets.UTF_8));
    response
        .headers()
        .map()
        .forEach((name, values) -> answer.setHeader(name, values.toArray(String[]::new)));
    return answer;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
    try {
      return http.send(request, OutboundHttp.bytesUpTo(LONGEST_ANSWER));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + request.uri() + " was asked", e);
    }
  }

  private ClientAuthentication authentication(Provider known) {
    var secret = new Secret(settings.clientSecret());
    List<ClientAuthenticationMethod> methods = known.metadata().getTokenEndpointAuthMethods();
    boolean takesBasic =
        methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    return takesBasic ? new ClientSecretBasic(id(), secret) : new ClientSecretPost(id(), secret);
  }

  private ClientID id() {
    return new ClientID(settings.clientId());
  }

  private Problem away(String reason) {
    return new Problem(
        503,
        "Login is not possible now",
        "the issuer %s does not answer as expected: %s".formatted(settings.issuer(), reason));
  }

  private Problem refused(String reason) {
    return new Problem(
        401, "Login failed", "the issuer is %s: %s".formatted(settings.issuer(), reason));
  }
}
