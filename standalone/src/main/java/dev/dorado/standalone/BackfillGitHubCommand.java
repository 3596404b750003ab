package dev.dorado.standalone;

import dev.dorado.backfill.ApiClient;
import dev.dorado.backfill.ForgeSettings;
import dev.dorado.backfill.ForgeStates;
import dev.dorado.backfill.GitHubBackfill;
import dev.dorado.backfill.GitHubRedelivery;
import dev.dorado.backfill.Sleeper;
import dev.dorado.ingest.EventSink;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dorado backfill github}: the history of repositories on GitHub. */
@Command(
    name = "github",
    description = {
      "Imports commits of the default branch, pull requests with reviews, deployments, workflow"
          + " runs, releases and incidents (issues with a label) of repositories on GitHub.",
      "DORADO_GITHUB_TOKEN is a token that may read contents, pull requests, issues, deployments and"
          + " actions; to have failed deliveries sent again it must also administer webhooks."
          + " GitHub allows 5,000 requests an hour: one goes for each pull request, deployment and"
          + " incident. Commits come without file lists: 'dorado backfill git' brings them."
    },
    footer = {
      "",
      "Examples:",
      "  dorado backfill github acme/shop acme/search",
      "  dorado backfill github acme/shop --reconcile --every 30"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class BackfillGitHubCommand extends BackfillForgeCommand {

  @Parameters(paramLabel = "OWNER/REPO", arity = "1..*", description = "Repositories.")
  private List<String> repositories;

  BackfillGitHubCommand() {
    super("github");
  }

  @Override
  ApiClient client(ForgeSettings settings, Clock clock, NarratedProgress progress) {
    return GitHubBackfill.client(settings, clock, Sleeper.REAL, progress);
  }

  @Override
  List<String> repositories() {
    return repositories;
  }

  @Override
  long run(Work work, EventSink sink, ForgeStates states) {
    return GitHubBackfill.run(
        work.api(),
        work.repository(),
        work.settings(),
        sink,
        states,
        work.progress(),
        work.clock());
  }

  @Override
  int redeliver(Work work) {
    return GitHubRedelivery.run(
        work.api(), work.repository(), work.settings(), work.progress(), work.clock());
  }
}
