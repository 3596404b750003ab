package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.schemas.Connections;
import dev.dorado.standalone.backup.BackupFile;
import dev.dorado.standalone.backup.Restore;
import dev.dorado.streams.generations.Computation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado restore}: a data folder from a backup. */
@Command(
    name = "restore",
    description = {
      "Makes a data folder of what 'backup' wrote.",
      "The whole backup is checked first. The next 'up' on the folder computes the facts again. A"
          + " folder that has data stays as it is without --yes; with it, it is kept beside the new one."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class RestoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private Confirmation confirmation;

  @Parameters(index = "0", paramLabel = "FILE", description = "File that 'backup' wrote.")
  private Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description = "Data folder to make (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Override
  public Integer call() {
    Standalone.requireEmbeddedParts();
    Path folder = data.toAbsolutePath().normalize();
    var narration = new Narration(spec.commandLine().getOut());
    try (var backup = BackupFile.open(file.toAbsolutePath().normalize(), Standalone.PARTITIONS)) {
      narration.step("the backup is whole: " + backup.described());
      // Also where nothing is to be replaced: another Dorado may be starting there.
      DataFolder.open(folder).close();
      if (hasData(folder)) {
        confirmation.require(
            "%s has data, and what 'up' shows of it will be that of the backup".formatted(folder));
      }
      Path restored = folder.resolveSibling(folder.getFileName() + ".restoring");
      delete(restored);
      Logs.toFile(restored.resolve("dorado.log"));
      restore(backup, restored, narration);
      putInPlace(restored, folder, narration);
    } catch (IOException e) {
      throw new StartException(
          "%s can't be made (%s): make its folder writable, or choose another with --data DIR."
              .formatted(folder, e),
          e);
    }
    narration.step("%s is restored: './dorado up' computes its facts".formatted(folder));
    return 0;
  }

  private static void restore(BackupFile backup, Path to, Narration narration) throws IOException {
    try (DataFolder folder = DataFolder.open(to);
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.of("kafka"), 0);
        EmbeddedRegistry registry = EmbeddedRegistry.start(folder.of("registry"), 0)) {
      Config config =
          ConfigFactory.parseMap(
                  Map.of(
                      "dorado.kafka.bootstrap-servers",
                      kafka.bootstrapServers(),
                      "dorado.kafka.partitions",
                      Standalone.PARTITIONS,
                      "dorado.kafka.replication-factor",
                      1,
                      "dorado.kafka.properties-file",
                      "",
                      "dorado.registry.url",
                      registry.url(),
                      "dorado.registry.user",
                      "",
                      "dorado.registry.password-file",
                      ""),
                  "restore")
              .withFallback(ConfigFactory.load());
      Connections connections = Connections.from(config);
      new Restore(backup, connections).run(to, narration::step);
      Trail.write(config, "restore", backup.described());
      warnOfOtherSettings(backup, ContributorKey.keptIn(to, config), connections, narration);
    }
  }

  /** Settings of the environment are in no backup. */
  private static void warnOfOtherSettings(
      BackupFile backup, Config config, Connections connections, Narration narration) {
    var now = Computation.of(config, connections.registryClient());
    now.settingsThatDiffer(backup.ruleSettings())
        .forEach(
            difference ->
                narration.warning(
                    "a setting of the rules is not that of the backup, so facts may differ: "
                        + difference));
  }

  private static boolean hasData(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> !file.getFileName().toString().equals(DataFolder.LOCK));
    }
  }

  /** What was there is kept beside it, so that nothing is lost by a wrong answer. */
  private static void putInPlace(Path restored, Path folder, Narration narration)
      throws IOException {
    if (hasData(folder)) {
      Path before = folder.resolveSibling(folder.getFileName() + ".before-restore");
      for (int number = 2; Files.exists(before); number++) {
        before = folder.resolveSibling(folder.getFileName() + ".before-restore-" + number);
      }
      Files.move(folder, before, StandardCopyOption.ATOMIC_MOVE);
      narration.step("what was in %s is in %s now".formatted(folder, before));
    } else {
      delete(folder);
    }
    Files.move(restored, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
