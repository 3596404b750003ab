package dev.dorado.standalone;

import dev.dorado.backfill.BackfillState;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all sources of a backfill have in common. */
final class BackfillOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description =
          "Data folder of the Dorado that runs (default: ${DEFAULT-VALUE}); how far the import is"
              + " stands in its folder 'backfill'.")
  private Path data;

  @Option(names = "--again", description = "Import everything again, whatever was imported before.")
  private boolean again;

  /** The data folder. */
  Path data() {
    return data.toAbsolutePath().normalize();
  }

  /** How far the import of a repository is. */
  BackfillState state(String source, String repository, Destination destination) {
    var state =
        BackfillState.open(
            data().resolve("backfill"), source, repository, destination.writer().kafkaId());
    if (again) {
      state.clear();
    }
    return state;
  }
}
