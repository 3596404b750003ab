package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one name of a repository, however it is written: {@code host/owner/name} in lower case. URLs,
 * the forms of ssh, and bare {@code owner/name} lead to the same name. Thread-safe.
 */
public final class RepositoryName {

  /** What is accepted, for messages. */
  public static final String EXPECTED = "owner/name, host/owner/name or the URL of a repository";

  /** Longer texts are no names; the patterns below need not cope with them. */
  private static final int LONGEST_NAME = 500;

  private static final Pattern URL =
      Pattern.compile("(?:git\\+)?[a-z][a-z0-9]*://(?:[^/@]*@)?([^/:?#]+)(?::\\d+)?/([^?#]*).*");
  private static final Pattern SSH = Pattern.compile("[^/@:\\s]+@([^/:@\\s]+):(?!//)([^?#]*)");
  private static final Pattern SEGMENTS =
      Pattern.compile("[\\p{L}\\p{N}._~+-]+(?:/[\\p{L}\\p{N}._~+-]+)+");
  private static final Pattern HOST = Pattern.compile("[a-z0-9-]+(?:\\.[a-z0-9-]+)+|localhost");

  private final String defaultHost;

  /**
   * @param defaultHost host of a repository that is named without one
   */
  public RepositoryName(String defaultHost) {
    this.defaultHost = requireNonNull(defaultHost).strip().toLowerCase(Locale.ROOT);
    if (!HOST.matcher(this.defaultHost).matches()) {
      throw new IllegalArgumentException(
          "dorado.ingest.default-host is '%s': expected the name of a host, as github.com"
              .formatted(defaultHost));
    }
  }

  /** Host of a repository that is named without one. */
  public String defaultHost() {
    return defaultHost;
  }

  /** The name that {@code text} stands for, or empty if it names no repository. */
  public Optional<String> normalise(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    var url = URL.matcher(lower);
    if (url.matches()) {
      return join(url.group(1), url.group(2));
    }
    var ssh = SSH.matcher(lower);
    if (ssh.matches()) {
      return join(ssh.group(1), ssh.group(2));
    }
    String path = trimmed(lower.replaceFirst("^//+", ""));
    int slash = path.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String first = path.substring(0, slash);
    String rest = path.substring(slash + 1);
    boolean startsWithHost = HOST.matcher(first.replaceFirst(":\\d+$", "")).matches();
    return startsWithHost && rest.indexOf('/') > 0
        ? join(first.replaceFirst(":\\d+$", ""), rest)
        : join(defaultHost, path);
  }

  private static Optional<String> join(String host, String path) {
    String name = host + "/" + trimmed(path);
    return SEGMENTS.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  private static String trimmed(String path) {
    return path.replaceFirst("^/+", "").replaceFirst("/+$", "").replaceFirst("\\.git$", "");
  }
}
