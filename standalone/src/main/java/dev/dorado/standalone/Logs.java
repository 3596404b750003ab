package dev.dorado.standalone;

import java.nio.file.Path;

/**
 * Where the log goes. To be said before the first class with a logger is used; a {@code
 * logback.configurationFile} that the user sets wins.
 */
final class Logs {

  private static final String CONFIGURATION = "logback.configurationFile";

  private Logs() {}

  /** To the console, for roles in containers. */
  static void toConsole() {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, "dorado-logback-console.xml");
    }
  }

  /** To a file, so that the console is left to what a person wants to read. */
  static void toFile(Path file) {
    System.setProperty("dorado.log.file", file.toString());
    if ("dorado-logback-console.xml".equals(System.getProperty(CONFIGURATION))) {
      System.setProperty(CONFIGURATION, "dorado-logback-file.xml");
    }
  }
}
