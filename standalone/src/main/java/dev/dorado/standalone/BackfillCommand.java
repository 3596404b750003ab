package dev.dorado.standalone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dorado backfill}: history from before the first webhook. */
@Command(
    name = "backfill",
    description = {
      "Imports history from before the first webhook, as events beside the live ones.",
      "It needs a Dorado that runs ('dorado up' in another terminal), or the variables"
          + " DORADO_KAFKA_BOOTSTRAP_SERVERS and DORADO_REGISTRY_URL for servers. What was"
          + " interrupted goes on where it stopped; run again, it brings what is new. Nothing is"
          + " counted twice, whether it came live or was imported before."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    synopsisSubcommandLabel = "SOURCE",
    commandListHeading = "%nSources%n",
    subcommands = {
      BackfillGitCommand.class,
      BackfillGitHubCommand.class,
      BackfillGitLabCommand.class
    })
final class BackfillCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
