package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may read and who may administer, by bearer token. Without any token, nobody may, but in open
 * mode: then whoever speaks to the loopback address directly (no forwarding header, a local Host).
 * Immutable.
 */
public final class AccessTokens {

  private static final Set<String> FORWARDING =
      Set.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP");
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
    require(
        context,
        Stream.concat(readers.stream(), admins.stream()).toList(),
        readers.isEmpty() && admins.isEmpty(),
        "DORADO_API_TOKENS");
  }

  /**
   * Lets a request through that may write the catalog.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public void requireAdmin(Context context) {
    require(context, admins, admins.isEmpty(), "DORADO_ADMIN_TOKENS");
  }

  /** Whether open mode serves this request: asked for locally, by no detour. */
  public boolean isOpenTo(Context context) {
    if (!openMode) {
      return false;
    }
    String host = context.host() == null ? "" : context.host().toLowerCase(Locale.ROOT);
    String name = host.replaceFirst(":\\d+$", "");
    return LOCAL_HOSTS.contains(name)
        && FORWARDING.stream().allMatch(header -> context.header(header) == null);
  }

  private void require(Context context, List<String> accepted, boolean unset, String variable) {
    if (unset) {
      if (isOpenTo(context)) {
        return;
      }
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
