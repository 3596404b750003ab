package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import com.google.common.base.CharMatcher;
import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one name of a repository, however it is written: {@code host/owner/name} in lower case. URLs,
 * the forms of ssh, and bare {@code owner/name} lead to the same name, and so do the addresses that
 * Bitbucket Data Center and Azure DevOps have for people and for Git. Thread-safe.
 */
public final class RepositoryName {

  /** What is accepted, for messages. */
  public static final String EXPECTED = "owner/name, host/owner/name or the URL of a repository";

  /** Longer texts are no names; the patterns below need not cope with them. */
  private static final int LONGEST_NAME = 500;

  private static final Pattern URL =
      Pattern.compile("(?:git\\+)?[a-z][a-z0-9]*://(?:[^/@]*@)?([^/:?#]+)(?::\\d+)?/([^?#]*).*");
  private static final Pattern SSH = Pattern.compile("[^/@:\\s]+@([^/:@\\s]+):([^?#]*)");
  private static final Pattern SEGMENTS =
      Pattern.compile("[\\p{L}\\p{N}._~+-]+(?:/[\\p{L}\\p{N}._~+-]+)+");
  private static final Pattern HOST = Pattern.compile("[a-z0-9-]+(?:\\.[a-z0-9-]+)+|localhost");

  /** Bitbucket Data Center's pages and clone URLs: {@code project/repository} is the name. */
  private static final Pattern BITBUCKET =
      Pattern.compile(
          "(?:[^/]+/)*?(?:(?:projects/|users/)([^/]+)/repos/([^/]+)(?:/.*)?"
              + "|scm/([^/]+)/([^/]+)\\.git)");

  private static final Pattern AZURE = Pattern.compile("(?:(.*)/)?_git/([^/]+)(?:/.*)?");
  private static final String AZURE_HOST = "dev.azure.com";
  private static final String AZURE_OLD_HOST = ".visualstudio.com";
  private static final Pattern AZURE_SSH = Pattern.compile("v3/([^/]+/[^/]+/[^/]+)");

  /** How many texts are remembered: an organisation's repositories, each in several forms. */
  private static final int MOST_REMEMBERED = 10_000;

  private final String defaultHost;

  // Each delivery names the same few repositories several times.
  private final Map<String, Optional<String>> remembered = new ConcurrentHashMap<>();

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
    Optional<String> known = remembered.get(text);
    if (known != null) {
      return known;
    }
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    Optional<String> name = read(lower);
    if (text.length() <= LONGEST_NAME) {
      if (remembered.size() >= MOST_REMEMBERED) {
        remembered.clear();
      }
      remembered.put(text, name);
    }
    return name;
  }

  private Optional<String> read(String lower) {
    var url = URL.matcher(lower);
    if (url.matches()) {
      return join(url.group(1), url.group(2));
    }
    var ssh = SSH.matcher(lower);
    if (ssh.matches() && !ssh.group(2).startsWith("//")) {
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
    String rest = withoutSlashes(path);
    String name = azure(host, rest).orElseGet(() -> host + "/" + trimmed(bitbucket(rest)));
    return SEGMENTS.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  private static String bitbucket(String path) {
    var found = BITBUCKET.matcher(path);
    if (!found.matches()) {
      return path;
    }
    String personal = path.contains("users/" + found.group(1) + "/repos/") ? "~" : "";
    return found.group(1) == null
        ? found.group(3) + "/" + found.group(4)
        : personal + found.group(1) + "/" + found.group(2);
  }

  /**
   * {@code dev.azure.com/organisation/project/repository}, whichever of its hosts the address has.
   * A project's first repository has its name, and addresses then name it once. Projects may have
   * blanks in their names, for which hyphens stand.
   */
  private static Optional<String> azure(String host, String path) {
    var ssh = AZURE_SSH.matcher(path);
    if ((host.equals("ssh." + AZURE_HOST) || host.endsWith(AZURE_OLD_HOST)) && ssh.matches()) {
      return Optional.of(AZURE_HOST + "/" + plain(ssh.group(1)));
    }
    var git = AZURE.matcher(path);
    if (!git.matches()) {
      return Optional.empty();
    }
    String before = Objects.requireNonNullElse(git.group(1), "");
    String repository = git.group(2);
    boolean isService = host.equals(AZURE_HOST) || host.endsWith(AZURE_OLD_HOST);
    if (!isService) {
      return Optional.of(
          host + "/" + (before.isEmpty() ? "" : plain(before) + "/") + plain(repository));
    }
    String whole =
        host.equals(AZURE_HOST)
            ? before
            : host.substring(0, host.length() - AZURE_OLD_HOST.length()) + "/" + before;
    String[] owners = (whole + "/").replaceFirst("/defaultcollection/", "/").split("/", 0);
    String project = owners.length > 1 ? owners[1] : repository;
    return Optional.of(
        String.join("/", AZURE_HOST, plain(owners[0]), plain(project), plain(repository)));
  }

  private static String plain(String path) {
    return path.replace("%20", " ").replaceAll("[^\\p{L}\\p{N}._~+/-]", "-");
  }

  private static String trimmed(String path) {
    return withoutSlashes(path).replaceFirst("\\.git$", "");
  }

  private static String withoutSlashes(String path) {
    return CharMatcher.is('/').trimFrom(path);
  }
}
