package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.ingest.senders.SenderSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a forge is asked. Immutable.
 *
 * @param api address of its API
 * @param token token that may read, maybe empty
 * @param variable the environment variable of the token, for messages
 * @param senders what translations depend on
 * @param kinds what is asked for
 */
public record ForgeSettings(
    URI api, String token, String variable, SenderSettings senders, Set<HistoryKind> kinds) {

  public ForgeSettings {
    requireNonNull(api);
    requireNonNull(token);
    requireNonNull(variable);
    requireNonNull(senders);
    kinds = Set.copyOf(kinds);
    if (!("https".equals(api.getScheme()) || "http".equals(api.getScheme()))
        || api.getHost() == null) {
      throw new IllegalArgumentException(
          "the address of the API is '%s': expected one as https://api.github.com".formatted(api));
    }
  }

  /**
   * From {@code dorado.backfill.<forge>}, asking for everything.
   *
   * @param config settings
   * @param forge github or gitlab
   * @param api address of the API that wins over the setting
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public static ForgeSettings from(Config config, String forge, Optional<String> api) {
    String path = "dorado.backfill." + forge;
    String address = api.orElseGet(() -> config.getString(path + ".api"));
    try {
      return new ForgeSettings(
          URI.create(address.strip()),
          token(config, path),
          "DORADO_%s_TOKEN".formatted(forge.toUpperCase(Locale.ROOT)),
          SenderSettings.from(config),
          EnumSet.allOf(HistoryKind.class));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s.api: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The same, asking for {@code kinds} only. */
  public ForgeSettings only(Set<HistoryKind> asked) {
    return new ForgeSettings(api, token, variable, senders, asked);
  }

  /** Leaves out the token. */
  @Override
  public String toString() {
    return "%s, asked for %s %s token".formatted(api, kinds, token.isEmpty() ? "without" : "with");
  }

  private static String token(Config config, String path) {
    String file = config.getString(path + ".token-file");
    if (file.isEmpty()) {
      return config.getString(path + ".token").strip();
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s.token-file is '%s', which cannot be read: %s".formatted(path, file, e.getMessage()),
          e);
    }
  }
}
