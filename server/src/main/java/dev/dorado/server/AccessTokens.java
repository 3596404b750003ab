package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may read and who may administer, by bearer token. Where no token is set, nobody may, except
 * in open mode: then direct peers on the loopback interface may, see {@link #isOpenTo}. Immutable.
 */
public final class AccessTokens {

  /** Headers that only a proxy, tunnel or load balancer adds; in lower case. */
  private static final Set<String> OF_A_PROXY =
      Set.of(
          "forwarded",
          "via",
          "x-real-ip",
          "x-client-ip",
          "client-ip",
          "x-forwarded",
          "x-scheme",
          "x-proxyuser-ip",
          "cdn-loop",
          "x-cluster-client-ip",
          "true-client-ip",
          "fly-client-ip",
          "fastly-client-ip",
          "x-original-host",
          "x-original-forwarded-for",
          "x-amzn-trace-id",
          "x-request-start");

  private static final List<String> PREFIXES_OF_A_PROXY =
      List.of(
          "x-forwarded-",
          "cf-",
          "x-envoy-",
          "x-azure-",
          "x-appengine-",
          "x-vercel-",
          "ngrok-",
          "tailscale-");

  private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final List<String> readers;
  private final List<String> admins;
  private final boolean openMode;

  AccessTokens(List<String> readers, List<String> admins, boolean openMode) {
    this.readers = List.copyOf(readers);
    this.admins = List.copyOf(admins);
    this.openMode = openMode;
  }

  /**
   * From {@code dorado.api.tokens} and {@code dorado.admin.tokens}.
   *
   * @param openMode whether what needs no token where none is set may be used locally
   */
  public static AccessTokens from(Config config, boolean openMode) {
    return new AccessTokens(
        secrets(config, "dorado.api.tokens"), secrets(config, "dorado.admin.tokens"), openMode);
  }

  /** The comma-separated secrets at {@code path}, or in the file that {@code path-file} names. */
  public static List<String> secrets(Config config, String path) {
    String text = config.getString(path);
    String file = config.getString(path + "-file");
    if (!file.isEmpty()) {
      try {
        text = Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "%s-file is '%s', which cannot be read: %s".formatted(path, file, e.getMessage()), e);
      }
    }
    return Arrays.stream(text.split("[,\\s]+")).filter(secret -> !secret.isEmpty()).toList();
  }

  /**
   * Lets a request through that may read.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public void requireReader(Context context) {
    if (!mayReadWithoutToken(context)) {
      require(
          context, Stream.concat(readers.stream(), admins.stream()).toList(), "DORADO_API_TOKENS");
    }
  }

  /**
   * Lets a request through that may write the catalog.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public void requireAdmin(Context context) {
    if (!mayAdministerWithoutToken(context)) {
      require(context, admins, "DORADO_ADMIN_TOKENS");
    }
  }

  /** Whether this request may read even if it carries no token. */
  public boolean mayReadWithoutToken(Context context) {
    return readers.isEmpty() && admins.isEmpty() && isOpenTo(context);
  }

  /** Whether this request may administer even if it carries no token. */
  public boolean mayAdministerWithoutToken(Context context) {
    return admins.isEmpty() && isOpenTo(context);
  }

  /**
   * Whether open mode serves this request. Its peer must have a loopback address, no header may
   * show a proxy, and the Host must be local. The Host only takes away: it stops a foreign name
   * that resolves to the loopback address (DNS rebinding). A proxy that adds no header looks like a
   * local peer, which is why open mode is never on unless someone asks for it.
   */
  public boolean isOpenTo(Context context) {
    return openMode && isLoopbackPeer(context) && isLocalHost(context) && !isProxied(context);
  }

  private static boolean isLoopbackPeer(Context context) {
    try {
      // The address of the connection is a literal, so nothing is looked up.
      return InetAddress.getByName(context.req().getRemoteAddr()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isLocalHost(Context context) {
    String host = context.host() == null ? "" : context.host().toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon >= 0 && !host.endsWith("]");
    return LOCAL_HOSTS.contains(hasPort ? host.substring(0, colon) : host);
  }

  private static boolean isProxied(Context context) {
    return context.headerMap().keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .anyMatch(
            name ->
                OF_A_PROXY.contains(name)
                    || PREFIXES_OF_A_PROXY.stream().anyMatch(name::startsWith));
  }

  private static void require(Context context, List<String> accepted, String variable) {
    if (accepted.isEmpty()) {
      throw new Problem(
              403,
              "No token is set up",
              "set %s to one or more tokens, comma-separated, and send one as 'Authorization: Bearer'"
                  .formatted(variable))
          .with("variable", variable);
    }
    String header = context.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new Problem(
          401, "No token", "send a token of %s as 'Authorization: Bearer'".formatted(variable));
    }
    String token = header.substring(7).strip();
    if (!matchesAny(token, accepted)) {
      throw new Problem(401, "Wrong token", "the token is none of " + variable);
    }
  }

  /** Whether {@code given} is one of {@code secrets}; takes the same time whichever it is. */
  public static boolean matchesAny(String given, List<String> secrets) {
    boolean matches = false;
    for (String secret : secrets) {
      matches |= MessageDigest.isEqual(secret.getBytes(UTF_8), given.getBytes(UTF_8));
    }
    return matches;
  }
}
