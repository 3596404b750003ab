package dev.dorado.standalone;

import dev.dorado.backfill.ApiClient;
import dev.dorado.backfill.ForgeSettings;
import dev.dorado.backfill.ForgeStates;
import dev.dorado.backfill.GitLabBackfill;
import dev.dorado.backfill.Sleeper;
import dev.dorado.ingest.EventSink;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dorado backfill gitlab}: the history of projects on GitLab. */
@Command(
    name = "gitlab",
    description = {
      "Imports commits of the default branch, merge requests with approvals and comments,"
          + " deployments, pipelines, releases and incidents of projects on GitLab.",
      "DORADO_GITLAB_TOKEN is a token with the scope read_api. Commits come without file lists:"
          + " 'dorado backfill git' brings them."
    },
    footer = {
      "",
      "Examples:",
      "  dorado backfill gitlab acme/web/shop",
      "  dorado backfill gitlab acme/shop --api https://git.example.org/api/v4 --reconcile --every 30"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class BackfillGitLabCommand extends BackfillForgeCommand {

  @Parameters(paramLabel = "GROUP/PROJECT", arity = "1..*", description = "Projects.")
  private List<String> projects;

  BackfillGitLabCommand() {
    super("gitlab");
  }

  @Override
  ApiClient client(ForgeSettings settings, Clock clock, NarratedProgress progress) {
    return GitLabBackfill.client(settings, clock, Sleeper.REAL, progress);
  }

  @Override
  List<String> repositories() {
    return projects;
  }

  @Override
  long run(Work work, EventSink sink, ForgeStates states) {
    return GitLabBackfill.run(
        work.api(),
        work.repository(),
        work.settings(),
        sink,
        states,
        work.progress(),
        work.clock());
  }

  /** GitLab sends again by itself what failed, and has no way to ask for it. */
  @Override
  int redeliver(Work work) {
    return 0;
  }
}
