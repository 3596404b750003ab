package dev.dorado.standalone;

import java.nio.file.Path;

/**
 * Where the log goes. To be said before the first class with a logger is used; a {@code
 * logback.configurationFile} that the user sets wins.
 */
final class Logs {

  private static final String CONFIGURATION = "logback.configurationFile";

  private static final String FORMAT = "DORADO_LOG_FORMAT";

  private Logs() {}

  /** The configuration that logs to the console in {@code format}; null: as text. */
  static String console(String format) {
    return switch (format == null ? "text" : format) {
      case "text" -> "dorado-logback-console.xml";
      case "json" -> "dorado-logback-console-json.xml";
      default ->
          throw new StartException("%s is '%s': expected text or json.".formatted(FORMAT, format));
    };
  }

  /**
   * To the console, for roles in containers.
   *
   * @throws StartException if {@code DORADO_LOG_FORMAT} is neither text nor json
   */
  static void toConsole() {
    String configuration = console(System.getenv(FORMAT));
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, configuration);
    }
  }

  /** To a file, so that the console is left to what a person wants to read. */
  static void toFile(Path file) {
    System.setProperty("dorado.log.file", file.toString());
    if (System.getProperty(CONFIGURATION, "").startsWith("dorado-logback-console")) {
      System.setProperty(CONFIGURATION, "dorado-logback-file.xml");
    }
  }
}
