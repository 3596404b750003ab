package dev.dorado.standalone;

import dev.dorado.server.HeapWatch;
import dev.dorado.standalone.demo.DemoHistory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What a person may want to do once Dorado is ready. */
final class NextSteps {

  private NextSteps() {}

  /** The lines that {@code up} ends its start with. */
  static List<String> afterUp(Standalone standalone, Path data) {
    String url = standalone.url();
    Access access = standalone.access();
    String signIn = access.administratorToken().map(token -> "#token=" + token).orElse("");
    String bearer =
        access.isOpenTo("generic")
            ? ""
            : "-H 'Authorization: Bearer %s' "
                .formatted(access.madeSecretOf("generic").orElse("$DORADO_SECRETS_GENERIC"));
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Access");
    access.lines().forEach(line -> lines.add("  " + line));
    """

        Page       %1$s/%5$s
        Webhooks   %1$s/webhooks/github     (or another sender of docs/senders)
        Health     %1$s/health/ready        (metrics of this process: /metrics)
        Data       %2$s    (the log is dorado.log in it)
        Memory     a heap of at most %8$s    (another: DORADO_JAVA_OPTS=-Xmx...)

        Report a deployment, from any script:
          curl -X POST %1$s/webhooks/generic %4$s\\
            -H 'Content-Type: application/json' -d '{"events":[{
            "kind":"deployment","service":"hello","environment":"production","status":"succeeded",
            "sha":"'$(git rev-parse HEAD)'","finished_at":"'$(date -u +%%FT%%TZ)'"}]}'

        Point GitHub at it:
          1. Expose port %3$d with any tunnel%6$s.
          2. In the repository or organisation: Settings, Webhooks, Add webhook. Payload URL:
             the tunnel's address and /webhooks/github; content type: application/json; secret:
             %7$s;
             events: pushes, pull requests, pull request reviews, deployment statuses, workflow
             runs, issues. The page shows under "Ingest" whether deliveries arrive.

        Ctrl-C stops it.
        """
        .formatted(
            url,
            data,
            standalone.port(),
            bearer,
            signIn,
            access.isOpen() ? ", but not in open mode: start again without --open" : "",
            gitHubSecret(access),
            HeapWatch.size())
        .lines()
        .forEach(lines::add);
    return lines;
  }

  private static String gitHubSecret(Access access) {
    if (access.isOpenTo("github")) {
      return "none in open mode";
    }
    return access.madeSecretOf("github").orElse("that of DORADO_SECRETS_GITHUB");
  }

  /** The lines that {@code demo} ends its start with. */
  static List<String> afterDemo(Standalone standalone, DemoHistory history) {
    LocalDate outage = history.outage();
    return """

        Open %1$s/

        Worth a look:
          Twelve services adopted the golden path %6$s at four dates. Planted: lead times %7$d %% shorter after the
          block of adoption; deployments and failures as before. What the estimate makes of it:
            %1$s/?view=golden-path&path=%6$s
          Six other services adopted another path within two weeks, five months ago: fewer, so less can be told.
            %1$s/?view=golden-path&path=%2$s
          Planted with it: the time to provision and support tickets fall with a team's share of services on the
          path, satisfaction rises, and two of three deployments on it are canaries. By team and month, and what
          goes together with failures and rework:
            %1$s/?view=practices&months=24
          The outage of %3$s on %4$s: its row, and what it did to recovery times:
            %1$s/api/v1/incidents?service=%3$s&from=%4$s&to=%5$s
          recommendations is being built and has never been deployed: no data, which is not zero.

        Ctrl-C stops it and deletes its data.
        """
        .formatted(
            standalone.url(),
            DemoHistory.OTHER_PATH,
            DemoHistory.OUTAGE_SERVICE,
            outage,
            outage.plusDays(7),
            DemoHistory.PLANTED_PATH,
            DemoHistory.PLANTED_PERCENT)
        .lines()
        .toList();
  }
}
