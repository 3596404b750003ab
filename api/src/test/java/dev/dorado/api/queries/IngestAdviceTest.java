package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.RejectedRetry;
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
        .containsEntry("problem", "2 of its deployments are of a commit that no push contains");
    assertThat(without.get("remedy").toString()).contains("let the hook send pushes");
    var with = advice(sender(), new Unlinked.Of(1, 0, true, true), 0).get(0);
    assertThat(with)
        .containsEntry("level", "warning")
        .containsEntry("problem", "1 of its deployments is of a commit that no push contains");
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
            "Pushes arrive, but no deployments");
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
            "Nothing has arrived for 8 d, since 2026-03-02T12:00:00Z",
            "Its times are up to 7 min ahead of this machine's",
            "Half of its deliveries arrive more than 17 min after the event",
            "1 incident is linked to no deployment");
  }

  @Test
  void idsThatAreUsedForMoreThanOneThingAreAnError() {
    var sender = sender();
    Map<String, Object> item = Map.of("kind", "deployment", "id", "42");
    sender.put("conflicts", new IdConflicts(2, List.of(item)).json());
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0))
        .singleElement()
        .satisfies(
            advice -> {
              assertThat(advice).containsEntry("level", "error").containsEntry("sender", "github");
              assertThat(advice.get("problem").toString())
                  .startsWith("2 ids are used for more than one thing")
                  .contains("deployment '42'");
              assertThat(advice.get("remedy").toString()).contains("Make ids unique");
            });
  }

  @Test
  void oneIdThatIsUsedForMoreThanOneThingIsToldInTheSingular() {
    var sender = sender();
    Map<String, Object> item = Map.of("kind", "deployment", "id", "42");
    sender.put("conflicts", new IdConflicts(1, List.of(item)).json());
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0))
        .singleElement()
        .satisfies(
            advice ->
                assertThat(advice.get("problem").toString())
                    .startsWith("1 id is used for more than one thing and counts as one"));
  }

  @Test
  void historyThatWasImportedIsNoLag() {
    var sender = sender();
    sender.put("lag_seconds", 180.0 * 86_400);
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0)).isEmpty();
  }

  @Test
  void whatOtherSourcesWouldGiveAndServicesOutsideTheCatalogAreNamed() {
    Map<String, Object> candidate = new HashMap<>();
    candidate.put("source", "workflow");
    candidate.put("name", "Deploy");
    candidate.put("environment", "production");
    candidate.put("chosen_source", "deployment");
    candidate.put("missing", 3L);
    Map<String, Object> none = new HashMap<>(candidate);
    none.put("missing", 0L);
    var listed =
        Map.<String, Object>of(
            "id", "checkout", "in_catalog", true, "candidates", List.of(candidate, none));
    var stranger =
        Map.<String, Object>of("id", "acme/new", "in_catalog", false, "candidates", List.of());

    assertThat(
            IngestAdvice.of(
                List.of(), List.of(), List.of(), name -> null, 0, List.of(listed, stranger), NOW))
        .extracting(each -> each.get("subject") + ": " + each.get("problem"))
        .containsExactly(
            "checkout: workflow:Deploy would give 3 deployments to production that deployment does"
                + " not",
            "Catalog: 1 service is not in the catalog: acme/new");
    assertThat(
            IngestAdvice.of(
                List.of(), List.of(), List.of(), name -> null, 0, List.of(stranger), NOW))
        .isEmpty();
  }

  @Test
  void aDeliveryToNoSenderIsOfAnUnknownSender() {
    var sender = sender();
    sender.put("sender", "unknown");
    sender.put("dead_reasons", List.of(Map.of("reason", "x", "count", 1L)));
    assertThat(advice(sender, new Unlinked.Of(0, 0, true, true), 0).get(0))
        .containsEntry("subject", "An unknown sender")
        .containsEntry("area", "dead letters");
  }

  @Test
  void aRecordThatWasSetAsideIsAnErrorWithItsReason() {
    var rejected =
        Map.<String, Object>of(
            "place",
            "step",
            "name",
            "route",
            "reason",
            "too deep",
            "count",
            1L,
            "id",
            "a1",
            "generation",
            1);
    assertThat(
            IngestAdvice.of(
                List.of(rejected), List.of(), List.of(), name -> null, 0, List.of(), NOW))
        .singleElement()
        .satisfies(
            advice ->
                assertThat(advice)
                    .containsEntry("level", "error")
                    .containsEntry("subject", "step route")
                    .containsEntry(
                        "problem", "1 record could not be processed and is set aside: too deep")
                    .hasEntrySatisfying(
                        "remedy",
                        remedy ->
                            assertThat((String) remedy)
                                .contains("./dorado dead-letters retry --rejected a1")
                                .doesNotContain("reprocess")));
  }

  @Test
  void whatCannotBeRetriedIsSaidToBeMendedByReprocessing() {
    var rejected =
        Map.<String, Object>of(
            "place",
            "topology",
            "name",
            "dorado-route-repartition",
            "reason",
            "no",
            "count",
            2L,
            "id",
            "a1",
            "generation",
            1,
            "obstacle",
            "it was on its way");
    assertThat(
            IngestAdvice.of(
                List.of(rejected), List.of(), List.of(), name -> null, 0, List.of(), NOW))
        .singleElement()
        .extracting(advice -> (String) advice.get("remedy"))
        .satisfies(
            remedy ->
                assertThat(remedy).contains("retried: it was on its way.", "./dorado reprocess"));
  }

  @Test
  void aHistoryThatIsTooLargeIsSaidToNeedMemoryAndNoRetry() {
    var rejected =
        Map.<String, Object>of(
            "place",
            "step",
            "name",
            "attribute",
            "key",
            "acme/shop",
            "error",
            RejectedRetry.TOO_LARGE_HISTORY,
            "reason",
            "its history needs more than 256 MB",
            "count",
            2L,
            "id",
            "a1",
            "obstacle",
            "its inputs are kept");
    assertThat(
            IngestAdvice.of(
                List.of(rejected), List.of(), List.of(), name -> null, 0, List.of(), NOW))
        .singleElement()
        .satisfies(
            advice ->
                assertThat(advice)
                    .containsEntry("level", "error")
                    .containsEntry(
                        "problem",
                        "acme/shop and 1 other key are set aside: its history needs more than 256 MB")
                    .hasEntrySatisfying(
                        "remedy",
                        remedy ->
                            assertThat((String) remedy)
                                .contains("memory")
                                .doesNotContain("retry", "reprocess", "dismiss")));
  }

  @Test
  void aDerivationThatTookLongIsAWarning() {
    var slow =
        Map.<String, Object>of(
            "step",
            "route",
            "key",
            "acme/shop",
            "reason",
            "took 2.5 s with 9 inputs of the key",
            "last_at",
            NOW);
    assertThat(
            IngestAdvice.of(List.of(), List.of(slow), List.of(), name -> null, 0, List.of(), NOW))
        .singleElement()
        .satisfies(
            advice ->
                assertThat(advice)
                    .containsEntry("level", "warning")
                    .containsEntry("subject", "step route")
                    .hasEntrySatisfying(
                        "problem",
                        problem ->
                            assertThat((String) problem)
                                .contains("acme/shop took 2.5 s with 9 inputs")));
  }

  @Test
  void aDeliveryThatWasSetAsideIsNotSaidToBeMendedByReprocessing() {
    var rejected =
        Map.<String, Object>of(
            "place",
            "sink",
            "name",
            "deliveries",
            "reason",
            "no",
            "count",
            2L,
            "id",
            "a1",
            "obstacle",
            "its bytes are not kept");
    assertThat(
            IngestAdvice.of(
                List.of(rejected), List.of(), List.of(), name -> null, 0, List.of(), NOW))
        .singleElement()
        .extracting(advice -> (String) advice.get("remedy"))
        .satisfies(remedy -> assertThat(remedy).doesNotContain("reprocess").contains("a1"));
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
    return IngestAdvice.of(
        List.of(), List.of(), List.of(sender), repository -> of, incidents, List.of(), NOW);
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
    sender.put("conflicts", IdConflicts.NONE.json());
    return sender;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> repository(Map<String, Object> sender) {
    return ((List<Map<String, Object>>) sender.get("repositories")).get(0);
  }
}
