package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.server.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The key of the pseudonyms of contributors (rule P1). Whoever knows it can tell which pseudonym is
 * whose, so its default, which is public, serves tests only: servers must set another one, and a
 * standalone makes one at its first start on a folder. It is a setting of the rules: with another
 * key, a new generation of facts is begun. Stateless.
 */
final class ContributorKey {

  /** The file of the data folder with the key that Dorado made. */
  static final String FILE = "contributor-key";

  private static final String PATH = "dorado.rules.contributor-key";
  private static final String PATH_OF_FILE = "dorado.streams.contributor-key-file";
  private static final String PUBLIC = "dorado";
  private static final int KEY_BYTES = 24;

  private ContributorKey() {}

  /**
   * {@code config} with the key of the file that it names, if it names one.
   *
   * @throws StartException if the file can't be read or holds no key
   */
  static Config ofServers(Config config) {
    String file = config.getString(PATH_OF_FILE);
    return file.isEmpty() ? config : with(config, read(Path.of(file)));
  }

  /**
   * As {@link #ofServers}, for what computes facts.
   *
   * @throws StartException if the key is the public default, too
   */
  static Config required(Config config) {
    Config resolved = ofServers(config);
    if (isPublic(resolved)) {
      throw new StartException(
          "the key of the pseudonyms of contributors is '%s', the public default, with which anybody can tell whose they are: set DORADO_RULES_CONTRIBUTOR_KEY, or DORADO_RULES_CONTRIBUTOR_KEY_FILE to a file with it, to a random text (openssl rand -hex 24) that stays the same at every start. Facts are computed anew under it."
              .formatted(PUBLIC));
    }
    return resolved;
  }

  /**
   * {@code config} with the key of a data folder, unless it sets one. The first start on a folder
   * makes a key. A folder with data of a version that made none keeps the public default, because
   * other pseudonyms would be other contributors.
   *
   * @param folder data folder, before any part has started on it
   * @param progress is told of a key that is public
   * @throws StartException if the file can't be read or written, or holds no key
   */
  static Config made(Config config, Path folder, Consumer<String> progress) {
    Config resolved = ofServers(config);
    if (!isPublic(resolved)) {
      return resolved;
    }
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      boolean hasData = Files.exists(folder.resolve("kafka"));
      write(file, hasData ? PUBLIC : random());
    }
    Config kept = with(resolved, read(file));
    if (isPublic(kept)) {
      progress.accept(
          "the pseudonyms of contributors have the public default key, which this folder began with: for another one, write it to %s and start again; facts are computed anew under it"
              .formatted(file));
    }
    return kept;
  }

  /**
   * {@code config} with the key that a data folder has, unless it sets one.
   *
   * @throws StartException if the file can't be read or holds no key
   */
  static Config keptIn(Path folder, Config config) {
    Config resolved = ofServers(config);
    Path file = folder.resolve(FILE);
    return isPublic(resolved) && Files.exists(file) ? with(resolved, read(file)) : resolved;
  }

  private static boolean isPublic(Config config) {
    return config.getString(PATH).equals(PUBLIC);
  }

  private static Config with(Config config, String key) {
    return ConfigFactory.parseMap(Map.of(PATH, key), FILE).withFallback(config);
  }

  private static String read(Path file) {
    String key;
    try {
      key = Files.readString(file, UTF_8).strip();
    } catch (IOException e) {
      throw new StartException(
          "%s, with the key of the pseudonyms of contributors, can't be read (%s): make it readable."
              .formatted(file, e),
          e);
    }
    if (key.isEmpty()) {
      throw new StartException(
          "%s is empty: expected the key of the pseudonyms of contributors, a random text as 'openssl rand -hex 24' writes."
              .formatted(file));
    }
    return key;
  }

  private static void write(Path file, String key) {
    try {
      PrivateFile.write(file, key + "\n");
    } catch (IOException e) {
      throw new StartException(
          "%s can't be written (%s): make the data folder writable.".formatted(file, e), e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
