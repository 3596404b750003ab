package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestAdviceTest {

  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final String SHOP = "github.com/acme/shop";

  @Test
  void whereAllIsWellThereIsNothingToSay() {
    assertThat(advice(sender(), new Unlinked.Of(0, 0, true, true), 0)).isEmpty();
  }

  @Test
  void aRefusedHookIsAnErrorUntilADeliveryIsTaken() {
    var sender = sender();
    sender.put(
        "refused_reasons",
        List.of(
            Map.of(
                "reason",
                "signature",
                "detail",
                "no secret of DORADO_SECRETS_GITHUB signs it",
                "count",
                3L,
                "last_at",
                NOW.minusSeconds(60))));
    sender.put("last_delivery_at", NOW.minusSeconds(600));
    var advice = advice(sender, new Unlinked.Of(0, 0, true, true), 0);
    assertThat(advice).hasSize(1);
    assertThat(advice.get(0))
        .containsEntry("level", "error")
        .containsEntry("sender", "github")
        .containsEntry("remedy", "no secret of DORADO_SECRETS_GITHUB signs it");
    sender.put("last_delivery_at", NOW.plusSeconds(60));
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0)).isEmpty();
  }

  @Test
  void deploymentsWithoutAnyPushAreAnErrorAndWithSomeAWarning() {
    var without = advice(sender(), new Unlinked.Of(2, 0, false, true), 0).get(0);
    assertThat(without)
        .containsEntry("level", "error")
        .containsEntry("repository", SHOP)
        .containsEntry("problem", "2 of its deployments are of a commit that no push knows");
    assertThat(without.get("remedy").toString()).contains("let the hook send pushes");
    var with = advice(sender(), new Unlinked.Of(1, 0, true, true), 0).get(0);
    assertThat(with)
        .containsEntry("level", "warning")
        .containsEntry("problem", "1 of its deployments is of a commit that no push knows");
    assertThat(with.get("remedy").toString()).contains("./dorado backfill git");
  }

  @Test
  void pushesWithoutAnyDeploymentAndADeliveryThatIsDeadAreSeen() {
    var sender = sender();
    sender.put("dead_reasons", List.of(Map.of("reason", "$.sha is missing", "count", 1L)));
    var advice = advice(sender, new Unlinked.Of(0, 0, true, false), 0);
    assertThat(advice)
        .extracting(each -> each.get("problem"))
        .containsExactly(
            "1 delivery could not be translated: $.sha is missing",
            "It pushes, and no deployment of it is known");
  }

  @Test
  void aRepositoryOfWhichEverythingIsIgnoredSaysWhy() {
    var sender = sender();
    repository(sender).put("accepted", 0L);
    repository(sender).put("ignored", 4L);
    repository(sender)
        .put("ignored_reasons", List.of(Map.of("reason", "star: not measured", "count", 4L)));
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0).get(0))
        .containsEntry("problem", "All of its 4 deliveries were ignored: star: not measured");
  }

  @Test
  void silenceAndClocksAndUnlinkedIncidentsAreSeen() {
    var sender = sender();
    sender.put("last_delivery_at", NOW.minusSeconds(8 * 86_400));
    sender.put("skew_seconds", 400.0);
    sender.put("lag_seconds", 1000.0);
    assertThat(advice(sender, new Unlinked.Of(0, 1, true, true), 1))
        .extracting(each -> each.get("problem").toString())
        .containsExactly(
            "Nothing has come since 2026-03-02T12:00:00Z",
            "Its times are up to 6 min 40 s ahead of this machine's",
            "Half of its deliveries come more than 16 min 40 s after what they tell of",
            "1 incident is linked to no deployment");
  }

  @Test
  void whatWasSkippedOfAcceptedDeliveriesIsAWarning() {
    var sender = sender();
    sender.put(
        "skipped_reasons",
        List.of(Map.of("reason", "skipped: $.commits[3].id is missing", "count", 2L)));
    var advice = advice(sender, new Unlinked.Of(0, 0, true, true), 0);
    assertThat(advice).hasSize(1);
    assertThat(advice.get(0))
        .containsEntry("level", "warning")
        .containsEntry(
            "problem", "2 deliveries accepted in part: skipped: $.commits[3].id is missing");
  }

  private static List<Map<String, Object>> advice(
      Map<String, Object> sender, Unlinked.Of of, long incidents) {
    return IngestAdvice.of(List.of(sender), repository -> of, incidents, NOW);
  }

  private static Map<String, Object> sender() {
    Map<String, Object> repository = new HashMap<>();
    repository.put("repository", SHOP);
    repository.put("accepted", 9L);
    repository.put("ignored", 0L);
    repository.put("ignored_reasons", List.of());
    Map<String, Object> sender = new HashMap<>();
    sender.put("sender", "github");
    sender.put("last_delivery_at", NOW.minusSeconds(60));
    sender.put("lag_seconds", 2.0);
    sender.put("skew_seconds", 0.0);
    sender.put("refused_reasons", List.of());
    sender.put("dead_reasons", List.of());
    sender.put("skipped_reasons", List.of());
    sender.put("repositories", List.of(repository));
    return sender;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> repository(Map<String, Object> sender) {
    return ((List<Map<String, Object>>) sender.get("repositories")).get(0);
  }
}
