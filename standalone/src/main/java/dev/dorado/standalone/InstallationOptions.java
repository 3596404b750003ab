package dev.dorado.standalone;

import com.typesafe.config.Config;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which Dorado a command speaks of that needs its Kafka and ClickHouse. */
final class InstallationOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description = "Data folder of the Dorado that runs (default: ${DEFAULT-VALUE}).")
  private Path data;

  /** The data folder of a standalone. */
  Path data() {
    return data;
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
