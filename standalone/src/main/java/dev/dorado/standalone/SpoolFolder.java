package dev.dorado.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder in which a standalone keeps deliveries while Kafka does not answer. */
final class SpoolFolder {

  /** Its name in the data folder. */
  static final String NAME = "spool";

  /** Ingest holds this one as long as it runs; all other files have deliveries. */
  private static final String LOCK = "lock";

  private SpoolFolder() {}

  /**
   * Requires that no delivery waits there, because a command that reads Kafka would miss it.
   *
   * @param data the data folder
   * @throws StartException if one does; the message names the folder
   */
  static void requireEmpty(Path data) {
    Path spool = data.toAbsolutePath().normalize().resolve(NAME);
    if (!Files.isDirectory(spool)) {
      return;
    }
    try (Stream<Path> files = Files.list(spool)) {
      if (files.anyMatch(file -> !file.getFileName().toString().equals(LOCK))) {
        throw new StartException(
            "deliveries in %s are not in Kafka yet, so this command would miss them: run it again once '/health/ready' no longer names the spool, and move files there that end in .damaged to another place."
                .formatted(spool));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + spool + " can't be listed", e);
    }
  }
}
