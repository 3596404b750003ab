package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.IngestRole;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who may send to a standalone, read from it and administer it. What the environment sets stands.
 * Of the rest, open mode leaves everything open to direct loopback peers; otherwise Dorado makes a
 * secret for all senders without one and a token for each role without one, and keeps them in
 * {@value #FILE} of the data folder, which only its owner may read. Immutable.
 */
final class Access {

  /** The file with what Dorado made. */
  static final String FILE = "access.conf";

  private static final String READER = "dorado.api.tokens";
  private static final String ADMINISTRATOR = "dorado.admin.tokens";

  private static final String SECRET_OF_SENDERS = "dorado.ingest.made-secret";

  private static final String MADE_SECRET = "dorado.made.sender-secret";
  private static final String MADE_READER = "dorado.made.reader-token";
  private static final String MADE_ADMINISTRATOR = "dorado.made.admin-token";

  private static final int SECRET_BYTES = 24;

  private final boolean open;
  private final Config config;
  private final List<String> senders;
  private final Map<String, String> made;

  private Access(boolean open, Config config, List<String> senders, Map<String, String> made) {
    this.open = open;
    this.config = config;
    this.senders = senders;
    this.made = Map.copyOf(made);
  }

  /** Leaves open what {@code config} sets no secret or token for. */
  static Access open(Config config) {
    return new Access(true, config, IngestRole.secretSettings(config), Map.of());
  }

  /**
   * Makes what {@code config} does not set, or takes what was made before.
   *
   * @param folder data folder; its {@value #FILE} is written if it is missing
   * @throws StartException if the file can't be read or written
   */
  static Access closed(Config config, Path folder) {
    Config kept = kept(folder).orElseGet(() -> make(folder));
    Map<String, String> made = new HashMap<>();
    putUnlessSet(made, config, SECRET_OF_SENDERS, kept.getString(MADE_SECRET));
    putUnlessSet(made, config, READER, kept.getString(MADE_READER));
    putUnlessSet(made, config, ADMINISTRATOR, kept.getString(MADE_ADMINISTRATOR));
    return new Access(false, config, IngestRole.secretSettings(config), made);
  }

  /** Whether what has no secret or token is open to direct loopback peers. */
  boolean isOpen() {
    return open;
  }

  /** Secrets and tokens that Dorado made, by setting; none in open mode. */
  Map<String, String> settings() {
    return made;
  }

  /**
   * A token that may administer and read, for the address that signs a browser in; empty if open.
   */
  Optional<String> administratorToken() {
    return Optional.ofNullable(made.get(ADMINISTRATOR))
        .or(() -> AccessTokens.secrets(config, ADMINISTRATOR).stream().findFirst());
  }

  /** The secret of {@code sender} if Dorado made it. */
  Optional<String> madeSecretOf(String sender) {
    return isSet(config, setting(sender))
        ? Optional.empty()
        : Optional.ofNullable(made.get(SECRET_OF_SENDERS));
  }

  /** Whether {@code sender} takes deliveries without a secret. */
  boolean isOpenTo(String sender) {
    return open && !isSet(config, setting(sender));
  }

  /** For each sender and role whether it is open, made or set, in lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> set = senders.stream().filter(sender -> isSet(config, sender)).toList();
    List<String> others = senders.stream().filter(sender -> !set.contains(sender)).toList();
    if (!set.isEmpty()) {
      lines.add("senders with a secret of the environment: " + names(set));
    }
    if (!others.isEmpty()) {
      String which = set.isEmpty() ? "all senders" : "the other senders";
      lines.add(
          which
              + (open
                  ? ": OPEN to this machine, no secret is set"
                  : ": a secret that Dorado made, in " + FILE));
    }
    // An administrator may read, so its token closes reading too.
    boolean canRead = isSet(config, READER) || isSet(config, ADMINISTRATOR);
    lines.add("reading: " + role(READER, canRead));
    lines.add("administration: " + role(ADMINISTRATOR, isSet(config, ADMINISTRATOR)));
    return lines;
  }

  /**
   * The administrator's token that a Dorado made on a data folder; empty if there is none.
   *
   * @throws StartException if the file can't be read
   */
  static Optional<String> keptAdministratorToken(Path folder) {
    return kept(folder).map(kept -> kept.getString(MADE_ADMINISTRATOR));
  }

  private static String setting(String sender) {
    return "dorado.ingest.secrets." + sender;
  }

  private String role(String setting, boolean isClosed) {
    if (made.containsKey(setting)) {
      return "a token that Dorado made, in " + FILE;
    }
    return isClosed ? "a token of the environment" : "OPEN to this machine, no token is set";
  }

  private static String names(List<String> settings) {
    return String.join(
        ", ", settings.stream().map(name -> name.substring(name.lastIndexOf('.') + 1)).toList());
  }

  private static void putUnlessSet(
      Map<String, String> settings, Config config, String path, String value) {
    if (!isSet(config, path)) {
      settings.put(path, value);
    }
  }

  private static boolean isSet(Config config, String path) {
    return Stream.of(path, path + "-file")
        .anyMatch(name -> config.hasPath(name) && !config.getString(name).isEmpty());
  }

  private static Optional<Config> kept(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Config kept = ConfigFactory.parseString(Files.readString(file, UTF_8));
      for (String path : List.of(MADE_SECRET, MADE_READER, MADE_ADMINISTRATOR)) {
        if (kept.getString(path).isBlank()) {
          throw new StartException(
              "%s has no value for %s: delete it to have a new one made".formatted(file, path));
        }
      }
      return Optional.of(kept);
    } catch (IOException | ConfigException e) {
      throw new StartException(
          "%s can't be read (%s): make it readable, or delete it to have a new one made."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Config make(Path folder) {
    String text =
        """
        # Secret and tokens that Dorado made at its first start on this folder, for what the
        # environment does not set. Whoever reads this file may send, read and administer.
        # To change them, delete the file and start again.
        %s = "%s"
        %s = "%s"
        %s = "%s"
        """
            .formatted(MADE_SECRET, random(), MADE_READER, random(), MADE_ADMINISTRATOR, random());
    Path file = folder.resolve(FILE);
    try {
      PrivateFile.write(file, text);
    } catch (IOException e) {
      throw new StartException(
          "%s can't be written (%s): make the data folder writable.".formatted(file, e), e);
    }
    return ConfigFactory.parseString(text);
  }

  private static String random() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
