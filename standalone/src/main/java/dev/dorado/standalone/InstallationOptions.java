package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.ingest.SpoolFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which Dorado a command speaks of that needs its Kafka and ClickHouse. */
final class InstallationOptions {

  /** Folder of the data folder in which deliveries wait while Kafka does not answer. */
  static final String SPOOL = "spool";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description = "Data folder of the Dorado that runs (default: ${DEFAULT-VALUE}).")
  private Path data;

  /** The data folder of a standalone. */
  Path data() {
    return data.toAbsolutePath().normalize();
  }

  /**
   * Requires that no delivery waits for Kafka, because a command that reads Kafka would miss it.
   *
   * @throws StartException if one does; the message names the folder
   */
  void requireEmptySpool() {
    requireEmptySpool(data());
  }

  static void requireEmptySpool(Path data) {
    Path spool = data.resolve(SPOOL);
    try {
      if (!SpoolFolder.isEmpty(spool)) {
        throw new StartException(
            "deliveries in %s are not in Kafka yet, so this command would miss them: run it again once '/health/ready' no longer names the spool, and move files there that end in .damaged to another place."
                .formatted(spool));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + spool + " can't be listed", e);
    }
  }

  /**
   * All its settings, once it answers.
   *
   * @throws StartException if there is none; the message says what to do
   */
  Config find(Narration narration) {
    return Installation.find(data, narration);
  }
}
