package dev.dorado.standalone;

import dev.dorado.backfill.GitBackfill;
import dev.dorado.backfill.GitRepository;
import dev.dorado.backfill.GitSettings;
import dev.dorado.ingest.delivery.RepositoryName;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado backfill git}: the history of a clone or bare repository. */
@Command(
    name = "git",
    description = {
      "Imports the history of a clone or bare repository: commits, merges and tags.",
      "The default branch is imported as if each commit of its first-parent line had been pushed by"
          + " itself. Deployments are what --tags and --deployed-branch say. Tags of --tags that are"
          + " not on the default branch bring the lines that they lie on, each as a branch."
    },
    footer = {"", "Example: dorado backfill git ~/src/shop --service checkout --tags 'v*'"},
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class BackfillGitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BackfillOptions options;

  @Parameters(paramLabel = "REPO", description = "Folder of the clone or bare repository.")
  private Path path;

  @Option(
      names = "--service",
      paramLabel = "S",
      description =
          "Service that the deployments (--tags, --deployed-branch) deploy (default: the"
              + " repository's).")
  private Optional<String> service;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description =
          "Name of the repository, as its webhooks name it: host/owner/name or URL (default: that"
              + " of the remote 'origin').")
  private Optional<String> repository;

  @Option(
      names = "--default-branch",
      paramLabel = "NAME",
      description = "Name of the default branch (default: as origin or HEAD says).")
  private Optional<String> defaultBranch;

  @Option(
      names = "--branch",
      paramLabel = "GLOB",
      description =
          "Import these branches too, from where they left the default branch; may be repeated.")
  private List<String> branches = List.of();

  @Option(
      names = "--no-release-lines",
      description =
          "Leave out the lines beside the default branch on which tags of --tags lie: fewer events,"
              + " but what these tags shipped is then unknown.")
  private boolean noReleaseLines;

  @Option(
      names = "--no-files",
      description =
          "Leave out which paths each commit touches: faster, but a change then belongs to all"
              + " services of the repository, and fixes of recent changes are not seen.")
  private boolean noFiles;

  @Option(
      names = "--tags",
      paramLabel = "GLOB",
      description = "Each of these tags is a deployment; may be repeated.")
  private List<String> tags = List.of();

  @Option(
      names = "--deployed-branch",
      paramLabel = "GLOB",
      description =
          "Each commit of the first-parent line of these branches is a deployment; may be repeated.")
  private List<String> deployedBranches = List.of();

  @Option(
      names = "--environment",
      paramLabel = "ENV",
      defaultValue = "production",
      description = "Environment of the deployments (default: ${DEFAULT-VALUE}).")
  private String environment;

  @Override
  public Integer call() {
    Logs.toFile(options.data().resolve("backfill.log"));
    var narration = new Narration(spec.commandLine().getOut());
    var settings =
        new GitSettings(
            path,
            repository,
            defaultBranch,
            branches,
            !noReleaseLines,
            !noFiles,
            tags,
            deployedBranches,
            service.map(name -> name.strip().toLowerCase(Locale.ROOT)),
            environment);
    try (var destination = Destination.find(options.data(), narration);
        var source =
            GitRepository.open(
                path,
                repository,
                new RepositoryName(destination.config().getString("dorado.ingest.default-host")))) {
      narration.step("importing %s as %s".formatted(path, source.name()));
      long begin = System.nanoTime();
      var result =
          GitBackfill.run(
              source,
              settings,
              destination.writer(),
              options.state("git", source.name(), destination),
              new NarratedProgress(narration),
              Clock.systemUTC());
      double seconds = (System.nanoTime() - begin) / 1e9;
      narration.step(
          String.format(
              Locale.ROOT,
              "%,d commits (%,d of them on %,d release lines) and %,d tags of %s are in Kafka as %,d events: %.1f s, %,.0f commits a second",
              result.commits(),
              result.releaseCommits(),
              result.releaseLines(),
              result.tags(),
              source.name(),
              result.events(),
              seconds,
              result.commits() / seconds));
    }
    return 0;
  }
}
