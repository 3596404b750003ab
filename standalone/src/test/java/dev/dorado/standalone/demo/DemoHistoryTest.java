package dev.dorado.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoHistoryTest {

  private static final Instant END = Instant.parse("2026-03-11T15:04:05Z");
  private static final DemoHistory HISTORY = DemoHistory.ending(END, 20);

  @Test
  void theSameEndAndSeedGiveTheSameHistory() {
    assertThat(DemoHistory.ending(END, 20)).isEqualTo(HISTORY);
  }

  @Test
  void anotherSeedGivesAnotherHistory() {
    assertThat(DemoHistory.ending(END, 21).deliveries()).isNotEqualTo(HISTORY.deliveries());
  }

  @Test
  void itIsInTheOrderOfTimeAndEndsAtItsEnd() {
    assertThat(HISTORY.deliveries())
        .extracting(DemoDelivery::at)
        .isSorted()
        .allMatch(at -> !at.isBefore(HISTORY.from()) && !at.isAfter(END));
    assertThat(Duration.between(HISTORY.from(), HISTORY.to()).toDays()).isEqualTo(672);
    Instant last = HISTORY.deliveries().get(HISTORY.deliveries().size() - 1).at();
    assertThat(Duration.between(last, END)).isLessThan(Duration.ofDays(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-03T00:00:00Z",
        "2026-03-29T12:00:00Z",
        "2026-07-04T03:00:00Z",
        "2027-02-28T23:59:59Z",
        "2028-02-29T08:00:00Z"
      })
  void itHasAReasonableSizeWheneverItEnds(String end) {
    var history = DemoHistory.ending(Instant.parse(end), 20);
    assertThat(history.deliveries()).hasSizeBetween(10_000, 18_000);
    assertThat(history.deployments()).hasSize(12 + 24 + 10).containsEntry("recommendations", 0);
    history
        .deployments()
        .forEach(
            (service, count) -> {
              if (!service.equals("recommendations")) {
                assertThat(count).as(service).isGreaterThan(12);
              }
            });
  }

  @Test
  void everyKindOfEventOccurs() {
    Map<String, Integer> events = new HashMap<>();
    for (DemoDelivery delivery : HISTORY.deliveries()) {
      String event =
          delivery
              .headers()
              .getOrDefault(
                  "X-GitHub-Event", delivery.headers().getOrDefault("ce-type", delivery.sender()));
      events.merge(event, 1, Integer::sum);
    }
    assertThat(events.keySet())
        .containsExactlyInAnyOrder(
            "ping",
            "push",
            "pull_request",
            "pull_request_review",
            "deployment_status",
            "workflow_run",
            "issues",
            "generic",
            "dev.cdevents.artifact.packaged.0.3.0",
            "dev.cdevents.service.deployed.0.3.0");
    assertThat(events.get("ping")).isEqualTo(10);
    assertThat(events.get("issues")).isGreaterThan(100);
  }

  @Test
  void noTwoDeliveriesOfGitHubHaveTheSameId() {
    Set<String> ids = new HashSet<>();
    assertThat(HISTORY.deliveries().stream().filter(d -> d.sender().equals("github")))
        .allMatch(delivery -> ids.add(delivery.headers().get("X-GitHub-Delivery")));
  }

  @Test
  void pushesToMainContinueEachOther() throws Exception {
    Map<String, String> heads = new HashMap<>();
    for (JsonNode push : bodies("push").toList()) {
      if (push.path("ref").asText().equals("refs/heads/main")) {
        String repository = push.path("repository").path("full_name").asText();
        String expected = heads.put(repository, push.path("after").asText());
        if (expected != null) {
          assertThat(push.path("before").asText()).isEqualTo(expected);
        }
        JsonNode commits = push.path("commits");
        assertThat(commits.path(commits.size() - 1).path("id")).isEqualTo(push.path("after"));
      }
    }
    assertThat(heads).hasSize(10);
  }

  @Test
  void whatIsDeployedIsOnMain() {
    Set<String> onMain = new HashSet<>();
    bodies("push")
        .filter(push -> push.path("ref").asText().equals("refs/heads/main"))
        .forEach(push -> onMain.add(push.path("after").asText()));
    assertThat(bodies("deployment_status"))
        .allMatch(status -> onMain.contains(status.path("deployment").path("sha").asText()));
  }

  /** What the history says of itself, counted again from what it sends. */
  @Test
  void deploymentsAreCountedAsTheyAreSent() {
    Map<String, Integer> counted = new HashMap<>();
    bodies("deployment_status")
        .filter(body -> body.path("deployment_status").path("state").asText().equals("success"))
        .filter(body -> List.of("production", "us-prod").contains(environment(body)))
        .forEach(body -> counted.merge(service(body), 1, Integer::sum));
    genericEvents("deployment")
        .filter(event -> event.path("environment").asText().equals("production"))
        .filter(event -> event.path("status").asText().equals("succeeded"))
        .forEach(event -> counted.merge(event.path("service").asText(), 1, Integer::sum));
    Map<String, Integer> expected = new HashMap<>(HISTORY.deployments());
    expected.keySet().removeAll(List.of("notifications", "recommendations"));
    assertThat(counted).isEqualTo(expected);
  }

  @Test
  void theSecondRegionFollowsWithinTwoHours() {
    Map<String, Instant> first = new HashMap<>();
    bodies("deployment_status")
        .filter(body -> body.path("deployment_status").path("state").asText().equals("success"))
        .filter(body -> environment(body).endsWith("-prod"))
        .forEach(
            body -> {
              Instant at =
                  Instant.parse(body.path("deployment_status").path("created_at").asText());
              String sha = body.path("deployment").path("sha").asText();
              if (environment(body).equals("eu-prod")) {
                first.put(sha, at);
              } else {
                assertThat(Duration.between(first.get(sha), at)).isLessThan(Duration.ofHours(2));
              }
            });
    assertThat(first).isNotEmpty();
  }

  @Test
  void thereAreRollbacksHotfixesRevertsBotsAndFailedRollOuts() {
    assertThat(bodies("deployment_status"))
        .anyMatch(body -> body.path("deployment_status").path("state").asText().equals("failure"));
    assertThat(bodies("pull_request")).anyMatch(pull -> branch(pull).startsWith("hotfix/"));
    assertThat(bodies("pull_request"))
        .anyMatch(
            pull ->
                pull.path("pull_request").path("body").asText().contains("This reverts commit "));
    assertThat(bodies("pull_request"))
        .anyMatch(
            pull ->
                pull.path("pull_request").path("user").path("login").asText().endsWith("[bot]"));
  }

  /** Such a roll-out would count as a deployment (S10), and the history would count wrongly. */
  @ParameterizedTest
  @ValueSource(strings = {"2026-03-11T15:04:05Z", "2026-07-04T03:00:00Z", "2026-11-21T04:52:00Z"})
  void noIncidentBeginsWhileARollOutFails(String end) {
    var history = DemoHistory.ending(Instant.parse(end), 20);
    Map<Instant, String> repositories = new HashMap<>();
    bodies(history, "issues")
        .forEach(
            body ->
                repositories.put(
                    Instant.parse(body.path("issue").path("created_at").asText()),
                    body.path("repository").path("name").asText()));
    assertThat(bodies(history, "deployment_status"))
        .filteredOn(body -> body.path("deployment_status").path("state").asText().equals("failure"))
        .isNotEmpty()
        .allSatisfy(
            body -> {
              String repository = body.path("repository").path("name").asText();
              Instant from = Instant.parse(body.path("deployment").path("created_at").asText());
              Instant to =
                  Instant.parse(body.path("deployment_status").path("created_at").asText());
              assertThat(repositories.keySet())
                  .filteredOn(at -> repositories.get(at).equals(repository))
                  .noneMatch(at -> !at.isBefore(from) && !at.isAfter(to));
            });
  }

  @Test
  void theOutageLastsTheWorkingDayAndNamesItsCause() {
    List<JsonNode> outage =
        bodies("issues")
            .filter(body -> body.path("issue").path("title").asText().endsWith("nobody can order"))
            .toList();
    assertThat(outage).hasSize(2);
    JsonNode closed = outage.get(1).path("issue");
    assertThat(closed.path("body").asText()).containsPattern("root cause: [0-9a-f]{40}");
    Duration lasted =
        Duration.between(
            Instant.parse(closed.path("created_at").asText()),
            Instant.parse(closed.path("closed_at").asText()));
    assertThat(lasted).isBetween(Duration.ofHours(9), Duration.ofHours(11));
    assertThat(closed.path("created_at").asText()).startsWith(HISTORY.outage().toString());
  }

  @Test
  void weekendsAreQuiet() {
    Predicate<DemoDelivery> weekend =
        delivery -> delivery.at().atZone(java.time.ZoneOffset.UTC).getDayOfWeek().getValue() > 5;
    long quiet = HISTORY.deliveries().stream().filter(weekend).count();
    assertThat(quiet).isBetween(1L, HISTORY.deliveries().size() / 20L);
  }

  @Test
  void theCatalogNamesEveryServiceWithItsOwner() {
    assertThat(HISTORY.catalog().split("(?m)^---$")).hasSize(1 + 12 + 24 + 10);
    assertThat(HISTORY.deployments().keySet())
        .allMatch(service -> HISTORY.catalog().contains("\n  name: " + service + "\n"));
    assertThat(HISTORY.catalog())
        .contains("dorado.dev/paths: services/tracking/")
        .contains("dorado.dev/golden-path: paved-road@")
        .contains("dorado.dev/golden-path: service-kit@")
        .contains("owner: group:default/payments");
  }

  /** Else a deployment would ship what a later one should have shipped. */
  @Test
  void whatIsPlantedIsShippedOneChangeAtATime() {
    Map<String, Instant> finished = new HashMap<>();
    genericEvents("change")
        .forEach(change -> assertThat(change.path("author").asText()).contains("@"));
    Map<String, Instant> committed = new HashMap<>();
    genericEvents("change")
        .forEach(
            change ->
                committed.put(
                    change.path("sha").asText(),
                    Instant.parse(change.path("committed_at").asText())));
    genericEvents("deployment")
        .filter(event -> committed.containsKey(event.path("sha").asText()))
        .forEach(
            event -> {
              Instant at = Instant.parse(event.path("finished_at").asText());
              Instant before = finished.put(event.path("service").asText(), at);
              Instant commit = committed.get(event.path("sha").asText());
              assertThat(commit).isBefore(at);
              if (before != null) {
                assertThat(commit).isAfter(before);
              }
            });
    assertThat(finished).hasSize(24 + 10);
  }

  @Test
  void whatIsMeasuredImprovesWithAdoptionAndNoSurveyIsOfFewerThanFive() {
    for (String name : List.of("time_to_provision", "support_tickets", "satisfaction")) {
      List<Double> values =
          genericEvents("measurement")
              .filter(event -> event.path("name").asText().equals(name))
              .map(event -> event.path("value").asDouble())
              .toList();
      int tenth = values.size() / 10;
      double early = mean(values.subList(0, tenth));
      double late = mean(values.subList(values.size() - tenth, values.size()));
      assertThat(late).as(name).matches(v -> name.equals("satisfaction") ? v > early : v < early);
    }
    assertThat(genericEvents("measurement").filter(event -> event.has("n")))
        .hasSize(6 * 8)
        .allMatch(event -> event.path("n").asInt() >= 5)
        .allMatch(event -> event.path("name").asText().equals("satisfaction"));
  }

  @Test
  void canariesAreOnAGoldenPathAlone() {
    List<JsonNode> canaries =
        genericEvents("deployment")
            .filter(event -> event.path("strategy").asText().equals("canary"))
            .toList();
    assertThat(canaries).hasSizeGreaterThan(200);
    Set<String> services = new HashSet<>();
    canaries.forEach(event -> services.add(event.path("service").asText()));
    // Twelve adopters, five that began on the path, and identity.
    assertThat(services).hasSize(12 + 5 + 1);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static Stream<JsonNode> genericEvents(String kind) {
    return HISTORY.deliveries().stream()
        .filter(delivery -> delivery.sender().equals("generic"))
        .flatMap(
            delivery -> StreamSupport.stream(body(delivery).path("events").spliterator(), false))
        .filter(event -> event.path("kind").asText().equals(kind));
  }

  private static Stream<JsonNode> bodies(String event) {
    return bodies(HISTORY, event);
  }

  private static Stream<JsonNode> bodies(DemoHistory history, String event) {
    return history.deliveries().stream()
        .filter(delivery -> event.equals(delivery.headers().get("X-GitHub-Event")))
        .map(DemoHistoryTest::body);
  }

  private static JsonNode body(DemoDelivery delivery) {
    try {
      return Json.MAPPER.readTree(delivery.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + delivery.body(), e);
    }
  }

  private static String environment(JsonNode status) {
    return status.path("deployment").path("environment").asText();
  }

  private static String service(JsonNode status) {
    String named = status.path("deployment").path("payload").path("service").asText();
    return named.isEmpty() ? status.path("repository").path("name").asText() : named;
  }

  private static String branch(JsonNode pull) {
    return pull.path("pull_request").path("head").path("ref").asText();
  }
}
