package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.senders.SenderSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GitHubRedeliveryTest {

  private final ManualClock clock = new ManualClock("2026-06-10T00:00:00Z");
  private final List<String> notes = new ArrayList<>();
  private SimulatedForge forge;

  @BeforeEach
  void start() throws IOException {
    forge =
        new SimulatedForge()
            .object("repos/acme/shop", GitHubFixture.REPOSITORY)
            .list(
                "repos/Acme/Shop/hooks",
                hook(1, "https://ci.example.org/github-webhook/"),
                hook(2, "https://dorado.example.org/webhooks/github"))
            .list("orgs/Acme/hooks");
  }

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void whatWasNeverTakenIsSentAgain() {
    forge.list(
        "repos/Acme/Shop/hooks/2/deliveries",
        delivery(9, "a", 202, "2026-06-09T12:00:00Z"),
        delivery(8, "b", 503, "2026-06-09T11:00:00Z"),
        delivery(7, "a", 502, "2026-06-09T10:00:00Z"),
        delivery(6, "c", 0, "2026-06-08T10:00:00Z"),
        delivery(5, "d", 422, "2026-06-08T09:00:00Z"),
        delivery(4, "e", 502, "2026-06-01T09:00:00Z"));
    assertThat(run()).isEqualTo(2);
    assertThat(forge.requests)
        .filteredOn(request -> request.startsWith("POST"))
        .containsExactly(
            "POST repos/Acme/Shop/hooks/2/deliveries/8/attempts",
            "POST repos/Acme/Shop/hooks/2/deliveries/6/attempts");
    assertThat(notes)
        .anyMatch(note -> note.contains("delivery 8 (push) had failed with status 503"));
  }

  @Test
  void whatFailsAgainAndAgainIsGivenUp() {
    forge.list(
        "repos/Acme/Shop/hooks/2/deliveries",
        delivery(5, "a", 503, "2026-06-09T05:00:00Z"),
        delivery(4, "a", 503, "2026-06-09T04:00:00Z"),
        delivery(3, "a", 503, "2026-06-09T03:00:00Z"),
        delivery(2, "a", 503, "2026-06-09T02:00:00Z"),
        delivery(1, "a", 503, "2026-06-09T01:00:00Z"));
    assertThat(run()).isZero();
  }

  @Test
  void webhooksThatTheTokenMayNotSeeAreSaid() {
    forge.alwaysWrong("Shop/hooks", SimulatedForge.status(404, "{\"message\": \"Not Found\"}"));
    assertThat(run()).isZero();
    assertThat(notes).anyMatch(note -> note.contains("not for this token to see"));
  }

  private int run() {
    var senders = new SenderSettings(new RepositoryName("github.com"), List.of("incident"));
    var settings =
        new ForgeSettings(
            forge.uri(), "t", "DORADO_GITHUB_TOKEN", senders, EnumSet.allOf(HistoryKind.class));
    var progress = new NotedProgress(notes);
    return GitHubRedelivery.run(
        GitHubBackfill.client(settings, clock, clock, progress),
        "acme/shop",
        settings,
        progress,
        clock);
  }

  private static String hook(int id, String url) {
    return "{\"id\": %d, \"active\": true, \"config\": {\"url\": \"%s\"}}".formatted(id, url);
  }

  private static String delivery(int id, String guid, int status, String time) {
    return """
        {"id": %d, "guid": "%s", "delivered_at": "%s", "status_code": %d, "event": "push"}
        """
        .formatted(id, guid, time, status);
  }
}
