package dev.dorado.ingest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.dorado.server.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The secrets of the senders, from {@code dorado.ingest.secrets}: comma-separated, or one a line in
 * a file, whose changes count from the next delivery on. A secret may contain blanks, so that only
 * commas and ends of lines separate. Thread-safe; its text names the senders and no secret.
 */
final class SenderSecrets {

  private final Map<String, Supplier<List<String>>> bySender;

  /** Secret of the senders that have none of their own; at most one. */
  private final List<String> made;

  private SenderSecrets(Map<String, Supplier<List<String>>> bySender, List<String> made) {
    this.bySender = Map.copyOf(bySender);
    this.made = List.copyOf(made);
  }

  /**
   * @throws IllegalArgumentException if a file can't be read, or a sender has no setting
   */
  static SenderSecrets from(Config config, List<String> senders) {
    Map<String, Supplier<List<String>>> secrets = new HashMap<>();
    for (String sender : senders) {
      secrets.put(sender, read(config, setting(sender)));
    }
    String made = config.getString("dorado.ingest.made-secret");
    return new SenderSecrets(secrets, made.isEmpty() ? List.of() : List.of(made));
  }

  /** The secrets that a sender may use; none if none is set and none was made. */
  List<String> of(String sender) {
    List<String> own = set(sender);
    return own.isEmpty() ? made : own;
  }

  /** The secrets that are set for a sender; none if none is. */
  List<String> set(String sender) {
    Supplier<List<String>> secrets = bySender.get(sender);
    return secrets == null ? List.of() : secrets.get();
  }

  /** Whether a sender uses the secret that standalone made. */
  boolean isMade(String sender) {
    return set(sender).isEmpty() && !made.isEmpty();
  }

  /** The setting of a sender's secrets; with {@code -file} behind it, that of their file. */
  static String setting(String sender) {
    return "dorado.ingest.secrets." + sender;
  }

  /** The environment variable that sets a sender's secrets. */
  static String variable(String sender) {
    return "DORADO_SECRETS_" + sender.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static Supplier<List<String>> read(Config config, String path) {
    try {
      String file = config.getString(path + "-file");
      if (!file.isEmpty()) {
        return WatchedFile.of(Path.of(file), SenderSecrets::split)::content;
      }
      List<String> set = split(config.getString(path));
      return () -> set;
    } catch (ConfigException.Missing e) {
      throw new IllegalArgumentException(
          "the settings %s and %s-file are missing: a sender has both in reference.conf"
              .formatted(path, path),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s-file is '%s', which cannot be read: %s"
              .formatted(path, config.getString(path + "-file"), e.getMessage()),
          e);
    }
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split("[,\\r\\n]"))
        .map(String::strip)
        .filter(secret -> !secret.isEmpty())
        .toList();
  }

  @Override
  public String toString() {
    return "secrets of "
        + bySender.entrySet().stream()
            .filter(entry -> !entry.getValue().get().isEmpty())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
  }
}
