package dev.dorado.standalone;

import dev.dorado.schemas.Connections;
import dev.dorado.standalone.backup.Backup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado backup}: what a standalone knows, in one file. */
@Command(
    name = "backup",
    description = {
      "Writes all that a running 'up' was sent, and what it made for its access, to one file.",
      "Deliveries are taken meanwhile; those that were answered before the command began are in it."
          + " Facts are not: 'restore' has them computed again. Neither is what the environment sets"
          + " (DORADO_...). The file holds secrets, and names of people: keep it private."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class BackupCommand implements Callable<Integer> {

  /** What Dorado made in the data folder that can't be made again. */
  private static final List<String> FILES = List.of(Access.FILE, ContributorKey.FILE, Tokens.FILE);

  @Spec private CommandSpec spec;

  @Mixin private Confirmation confirmation;

  @Parameters(index = "0", paramLabel = "FILE", description = "File to write.")
  private Path file;

  @Mixin private InstallationOptions installation;

  @Override
  public Integer call() {
    if (Installation.isOfServers()) {
      throw new StartException(
          "DORADO_KAFKA_BOOTSTRAP_SERVERS is set, and backup is for 'up' alone: back up the topics dorado.* of Kafka and the schema registry by their own means (docs/operations.md), or unset it.");
    }
    Path to = file.toAbsolutePath().normalize();
    if (Files.exists(to)) {
      confirmation.require("%s is there already, and will be replaced".formatted(to));
    }
    installation.requireEmptySpool();
    var narration = new Narration(spec.commandLine().getOut());
    var config = installation.find(narration);
    Trail.write(config, "backup", "to " + to);
    new Backup(Connections.from(config))
        .write(
            to, installation.data(), FILES, new Dorado.Version().getVersion()[0], narration::step);
    narration.step("%s is complete".formatted(to));
    return 0;
  }
}
