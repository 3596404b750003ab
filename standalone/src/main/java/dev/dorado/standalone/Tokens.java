package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;

/** Where the file of tokens is. */
final class Tokens {

  /** Its name in the data folder of a standalone. */
  static final String FILE = "tokens.json";

  private static final String SETTING = "dorado.access.tokens-file";

  private Tokens() {}

  /** {@code config} with the file in {@code folder}, unless it names another. */
  static Config keptIn(Path folder, Config config) {
    return config.getString(SETTING).isEmpty()
        ? ConfigFactory.parseMap(Map.of(SETTING, folder.resolve(FILE).toString()), "data folder")
            .withFallback(config)
        : config;
  }

  /** The file that {@code config} names, else that of the data folder. */
  static Path file(Path folder, Config config) {
    return Path.of(keptIn(folder, config).getString(SETTING));
  }
}
