package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How people log in on the page with OpenID Connect, from {@code dorado.access.oidc}. Immutable.
 *
 * @param issuer who authenticates them
 * @param clientId the name of this Dorado at the issuer
 * @param clientSecret its secret there; the key of sessions is derived from it
 * @param page address of the page, with a slash at its end
 * @param scopes what the issuer is asked for
 * @param nameClaim the claim with the name that is shown and logged
 * @param rolesClaim the claim with what {@code roles} maps
 * @param teamsClaim the claim with the teams whose services alone a person may see; empty: all
 * @param roles which values of that claim, and which verified e-mail addresses, have which role
 * @param session how long a login lasts
 */
record OidcSettings(
    URI issuer,
    String clientId,
    String clientSecret,
    URI page,
    List<String> scopes,
    String nameClaim,
    String rolesClaim,
    String teamsClaim,
    RoleMapping roles,
    Duration session) {

  private static final String PATH = "dorado.access.oidc";
  private static final int SHORTEST_SECRET = 20;
  private static final Duration SHORTEST_SESSION = Duration.ofMinutes(1);
  private static final Duration LONGEST_SESSION = Duration.ofDays(7);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  OidcSettings {
    requireNonNull(issuer);
    require(isSecure(issuer), "issuer", issuer.toString(), "an address that begins with https://");
    require(!clientId.isEmpty(), "client-id", clientId, "the id of the client at the issuer");
    // It is never shown, not even here.
    require(
        clientSecret.length() >= SHORTEST_SECRET,
        "client-secret",
        clientSecret.length() + " characters long",
        "the secret that the issuer made, of %d characters or more".formatted(SHORTEST_SECRET));
    require(
        page.getRawQuery() == null && page.getRawFragment() == null && page.getHost() != null,
        "page",
        page.toString(),
        "the address of the page, as https://dorado.example.com/");
    scopes = List.copyOf(scopes);
    require(scopes.contains("openid"), "scopes", String.join(" ", scopes), "'openid' among others");
    requireNonNull(nameClaim);
    requireNonNull(rolesClaim);
    requireNonNull(teamsClaim);
    requireNonNull(roles);
    require(
        session.compareTo(SHORTEST_SESSION) >= 0 && session.compareTo(LONGEST_SESSION) <= 0,
        "session",
        session.toString(),
        "between 1m and 7d");
  }

  /**
   * The settings of a configuration; empty if no issuer is set.
   *
   * @throws IllegalArgumentException if one can't be used; the message names it
   */
  static Optional<OidcSettings> from(Config config) {
    Config settings = config.getConfig(PATH);
    if (settings.getString("issuer").isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new OidcSettings(
            address(settings, "issuer"),
            settings.getString("client-id").strip(),
            secret(settings),
            withSlash(address(settings, "page")),
            Arrays.stream(settings.getString("scopes").split("[,\\s]+"))
                .filter(scope -> !scope.isEmpty())
                .toList(),
            settings.getString("name-claim").strip(),
            settings.getString("roles-claim").strip(),
            settings.getString("teams-claim").strip(),
            RoleMapping.from(settings),
            settings.getDuration("session")));
  }

  /** Whether browsers reach the page over TLS alone, so that cookies are for TLS alone, too. */
  boolean isPageSecure() {
    return "https".equalsIgnoreCase(page.getScheme());
  }

  /** Scheme, host and port of the page, as browsers write an {@code Origin}. */
  String origin() {
    return "%s://%s".formatted(page.getScheme(), page.getRawAuthority()).toLowerCase(Locale.ROOT);
  }

  /**
   * Whether nobody on the way can change what is sent to an address: who can, could log in as
   * anybody. On this machine itself nobody is on the way.
   */
  static boolean isSecure(URI address) {
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    return address.getHost() != null
        && ("https".equalsIgnoreCase(address.getScheme())
            || ("http".equalsIgnoreCase(address.getScheme()) && LOOPBACK.contains(host)));
  }

  private static URI address(Config settings, String name) {
    String text = settings.getString(name).strip();
    try {
      URI address = URI.create(text);
      if (Set.of("http", "https").contains(String.valueOf(address.getScheme()))) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw refusal(name, text, "an address, as https://login.example.com", e);
    }
    throw refusal(name, text, "an address, as https://login.example.com", null);
  }

  private static URI withSlash(URI page) {
    return page.toString().endsWith("/") ? page : URI.create(page + "/");
  }

  private static String secret(Config settings) {
    String file = settings.getString("client-secret-file");
    if (file.isEmpty()) {
      return settings.getString("client-secret").strip();
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw refusal("client-secret-file", file, "a file that can be read", e);
    }
  }

  private static void require(boolean holds, String name, String value, String expected) {
    if (!holds) {
      throw refusal(name, value, expected, null);
    }
  }

  private static IllegalArgumentException refusal(
      String name, String value, String expected, Exception cause) {
    return new IllegalArgumentException(
        "%s.%s is '%s': expected %s".formatted(PATH, name, value, expected), cause);
  }

  @Override
  public String toString() {
    return "login of %s by %s".formatted(clientId, issuer);
  }
}
