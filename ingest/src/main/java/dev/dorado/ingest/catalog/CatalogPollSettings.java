package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.dorado.server.AccessTokens;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the catalog is polled, from {@code dorado.ingest.catalog}. Immutable; its text has no
 * token.
 *
 * @param backstage a Backstage instance, if there is one
 * @param git a Git repository or folder, if there is one
 */
public record CatalogPollSettings(Optional<Backstage> backstage, Optional<Git> git) {

  private static final Duration SHORTEST = Duration.ofSeconds(5);

  public CatalogPollSettings {
    requireNonNull(backstage);
    requireNonNull(git);
  }

  /**
   * A Backstage instance.
   *
   * @param url its address
   * @param token bearer token
   * @param interval time between two looks
   * @param filters which components, each an alternative
   */
  record Backstage(URI url, Optional<String> token, Duration interval, List<String> filters) {
    @Override
    public String toString() {
      return "Backstage at " + url;
    }
  }

  /**
   * Files in Git, or in a folder.
   *
   * @param location address or folder
   * @param isFolder whether it is a folder
   * @param paths globs of the files
   * @param branch branch; empty: the default
   * @param token token for https
   * @param interval time between two looks
   */
  record Git(
      String location,
      boolean isFolder,
      List<String> paths,
      String branch,
      Optional<String> token,
      Duration interval) {
    @Override
    public String toString() {
      return "catalog files of " + location;
    }
  }

  /**
   * From {@code config}.
   *
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public static CatalogPollSettings from(Config config) {
    try {
      return new CatalogPollSettings(
          backstage(config, "dorado.ingest.catalog.backstage"),
          git(config, "dorado.ingest.catalog.git"));
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Optional<Backstage> backstage(Config config, String path) {
    String url = config.getString(path + ".url").strip().replaceFirst("/+$", "");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Backstage(
            address(path + ".url", url.endsWith("/api/catalog") ? url : url + "/api/catalog"),
            token(config, path),
            interval(config, path),
            list(config.getString(path + ".filter"), ";")));
  }

  private static Optional<Git> git(Config config, String path) {
    String url = config.getString(path + ".url").strip();
    String folder = config.getString(path + ".folder").strip();
    if (url.isEmpty() && folder.isEmpty()) {
      return Optional.empty();
    }
    if (!url.isEmpty() && !folder.isEmpty()) {
      throw new IllegalArgumentException(
          "%1$s.url and %1$s.folder are both set: expected one of them".formatted(path));
    }
    if (!url.isEmpty() && !url.matches("(?i)(https?|file)://.*")) {
      throw new IllegalArgumentException(
          "%s.url is '%s': expected an address that begins with https://, http:// or file://; clone others yourself, and set folder"
              .formatted(path, url));
    }
    List<String> paths = list(config.getString(path + ".path"), ",");
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(
          "%s.path is empty: expected globs of catalog files, as **/catalog-info.yaml"
              .formatted(path));
    }
    return Optional.of(
        new Git(
            url.isEmpty() ? folder : url,
            url.isEmpty(),
            paths,
            config.getString(path + ".branch").strip(),
            token(config, path),
            interval(config, path)));
  }

  private static URI address(String path, String url) {
    try {
      URI address = URI.create(url);
      if (address.getHost() != null && url.matches("(?i)https?://.*")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // No address: said below.
    }
    throw new IllegalArgumentException(
        "%s is '%s': expected an address, as https://backstage.example.org".formatted(path, url));
  }

  private static Optional<String> token(Config config, String path) {
    return AccessTokens.secrets(config, path + ".token").stream().findFirst();
  }

  private static Duration interval(Config config, String path) {
    Duration interval = config.getDuration(path + ".interval");
    if (interval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "%s.interval is %s: expected %d s or more"
              .formatted(path, interval, SHORTEST.toSeconds()));
    }
    return interval;
  }

  private static List<String> list(String text, String separator) {
    return Arrays.stream(text.split(separator))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }
}
