package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.IngestServer.Answer;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.server.AccessRole;
import dev.dorado.server.TokenFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorrectionRoutesTest {

  private static final Map<String, String> ADMIN =
      Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN);
  private static final String MARK =
      """
      {"action": "mark", "service": "Checkout", "deployment": "github.com/acme/shop!deployment/7",
       "as": "unplanned", "reason": "made to stop the outage", "author": "ada"}
      """;

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aMarkBecomesAnEventOfItsService() {
    var answer = post(MARK);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(kafka.events).extracting(event -> event.key()).containsExactly("checkout");
    CorrectionEvent event = corrections().get(0);
    assertThat(event.getCorrection()).isEqualTo(answer.body().get("id").asText());
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAction()).isEqualTo("mark");
    assertThat(event.getDeployment()).isEqualTo("github.com/acme/shop!deployment/7");
    assertThat(event.getMark()).isEqualTo("unplanned");
    assertThat(event.getReason()).isEqualTo("made to stop the outage");
    assertThat(event.getAuthor()).isEqualTo("ada");
  }

  @Test
  void aLinkAnExclusionAndARevocationCarryWhatTheyAreAbout() {
    post("{'action':'link','service':'s','deployment':'d','incident':'PD-1','reason':'r'}");
    post("{'action':'unlink','service':'s','deployment':'d','incident':'PD-1','reason':'r'}");
    post("{'action':'exclude','service':'s','deployment':'d','reason':'a rehearsal'}");
    post("{'action':'revoke','service':'s','correction':'c0ffee','reason':'r'}");
    assertThat(corrections())
        .extracting(
            CorrectionEvent::getAction,
            CorrectionEvent::getDeployment,
            CorrectionEvent::getIncident,
            CorrectionEvent::getRevokes)
        .containsExactly(
            tuple("link", "d", "PD-1", null),
            tuple("unlink", "d", "PD-1", null),
            tuple("exclude", "d", null, null),
            tuple("revoke", null, null, "c0ffee"));
  }

  @Test
  void theSameCorrectionPostedTwiceIsOne() {
    String first = post(MARK).body().get("id").asText();
    assertThat(post(MARK).body().get("id").asText()).isEqualTo(first);
    String keyed = post(MARK, "Idempotency-Key", "1").body().get("id").asText();
    assertThat(keyed).isNotEqualTo(first);
    assertThat(post(MARK, "Idempotency-Key", "1").body().get("id").asText()).isEqualTo(keyed);
    assertThat(post(MARK.replace("ada", "bob")).body().get("id").asText()).isNotEqualTo(first);
  }

  @Test
  void aCorrectionMayBeOfAnEarlierTime() {
    post(MARK.replace("\"author\"", "\"at\": \"2026-03-01T12:00:00+01:00\", \"author\""));
    assertThat(corrections().get(0).getOccurredAt())
        .isEqualTo(Instant.parse("2026-03-01T11:00:00Z"));
    var tomorrow = post(MARK.replace("\"author\"", "\"at\": \"2199-01-01T00:00:00Z\", \"author\""));
    assertThat(tomorrow.status()).isEqualTo(422);
    assertThat(tomorrow.detail()).contains("$.at", "not in the future");
  }

  @Test
  void aMistakeIsNamedWithWhatIsAccepted() {
    assertMistake(
        "{'action':'merge','service':'s','reason':'r'}", "$.action", "link, unlink, mark");
    assertMistake("{'service':'s','reason':'r'}", "$.action", "revoke");
    assertMistake(
        "{'action':'mark','service':'s','deployment':'d','reason':'r'}", "$.as", "planned");
    assertMistake(
        "{'action':'mark','service':'s','deployment':'d','as':'bad','reason':'r'}",
        "$.as",
        "one of planned, unplanned, failed, not-failed");
    assertMistake("{'action':'exclude','service':'s','deployment':'d'}", "$.reason", "why");
    assertMistake(
        "{'action':'exclude','service':'s','deployment':'d','reason':' '}", "$.reason", "why");
    assertMistake(
        "{'action':'exclude','service':'s','reason':'r'}", "$.deployment", "/deployments");
    assertMistake(
        "{'action':'link','service':'s','deployment':'d','reason':'r'}",
        "$.incident",
        "/incidents");
    assertMistake("{'action':'revoke','service':'s','reason':'r'}", "$.correction", "correction");
    assertMistake("{'action':'exclude','deployment':'d','reason':'r'}", "$.service", "service");
    assertMistake("[]", "$", "object");
    assertThat(kafka.events).isEmpty();
  }

  @Test
  void aFieldThatDoesNothingIsAMistake() {
    assertMistake(
        "{'action':'exclude','service':'s','deployment':'d','as':'failed','reason':'r'}",
        "$.as",
        "action, at, author, deployment, reason, service");
    assertMistake(
        "{'action':'exclude','service':'s','deploymnet':'d','reason':'r'}",
        "$.deploymnet",
        "exclude");
    assertThat(kafka.events).isEmpty();
  }

  @Test
  void whatIsNoJsonIsMalformed() {
    assertThat(post("mark it").status()).isEqualTo(400);
    assertThat(post("").status()).isEqualTo(400);
    assertThat(server.postLengthAlone("/api/v1/corrections", 70_000).status()).isEqualTo(413);
  }

  @Test
  void nobodyButAnAdministratorMay() {
    byte[] body = MARK.getBytes(UTF_8);
    assertThat(server.send("POST", "/api/v1/corrections", Map.of(), body).status()).isEqualTo(401);
    assertThat(kafka.events).isEmpty();
    try (var open = IngestServer.open(kafka)) {
      assertThat(open.send("POST", "/api/v1/corrections", Map.of(), body).status()).isEqualTo(202);
    }
  }

  @Test
  void whoIsRestrictedToTeamsCorrectsServicesOfThoseAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("tokens.json");
    Map<String, String> settings = new HashMap<>(IngestServer.secrets());
    settings.put("dorado.access.tokens-file", file.toString());
    var tokens = new TokenFile(file, Clock.systemUTC());
    var made = tokens.create("ann", AccessRole.CORRECT, Optional.empty(), List.of("payments"));
    Map<String, String> ann = Map.of("Authorization", "Bearer " + made.secret());
    try (var restricted = IngestServer.start(IngestServer.config(settings), kafka, false)) {
      restricted.putCatalog(
          "kind: Component\nmetadata: {name: checkout}\nspec: {owner: Payments}\n---\n"
              + "kind: Component\nmetadata: {name: search}\nspec: {owner: discovery}\n");

      byte[] own = MARK.getBytes(UTF_8);
      assertThat(restricted.send("POST", "/api/v1/corrections", ann, own).status()).isEqualTo(202);
      for (String other : List.of("search", "unknown")) {
        byte[] body = MARK.replace("Checkout", other).getBytes(UTF_8);
        var answer = restricted.send("POST", "/api/v1/corrections", ann, body);
        assertThat(answer.status()).as(other).isEqualTo(403);
        assertThat(answer.detail())
            .contains("'" + other + "' is no service of your teams (payments)")
            .doesNotContain("discovery");
      }
      kafka.fail("away");
      assertThat(restricted.send("POST", "/api/v1/corrections", ann, own).status()).isEqualTo(503);
      kafka.fail(null);
    }
    assertThat(corrections(kafka)).hasSize(1);
  }

  private static List<CorrectionEvent> corrections(RecordingPublisher kafka) {
    return kafka.events.stream()
        .map(CanonicalEvent::value)
        .filter(CorrectionEvent.class::isInstance)
        .map(CorrectionEvent.class::cast)
        .toList();
  }

  @Test
  void anOwnerIsByTheEntryThatHoldsNow() {
    Instant now = Instant.parse("2026-03-01T00:00:00Z");
    var first = entry("payments", "2026-01-01T00:00:00Z", null, false);
    var later = entry("search", "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z", false);
    var removed = entry("search", "2026-02-02T00:00:00Z", null, true);
    var corrected = entry("growth", "2026-02-03T00:00:00Z", "2026-01-01T00:00:00Z", false);

    assertThat(CatalogOwners.owner(List.of(later, first), now)).contains("payments");
    assertThat(CatalogOwners.owner(List.of(first, corrected), now)).contains("growth");
    assertThat(CatalogOwners.owner(List.of(first, removed), now)).isEmpty();
    assertThat(CatalogOwners.owner(List.of(), now)).isEmpty();
  }

  private static CatalogEvent entry(String owner, String said, String begin, boolean removed) {
    return CatalogEvent.newBuilder()
        .setId("id")
        .setProvenance(new Provenance("catalog", "", Instant.parse(said), "live"))
        .setOccurredAt(Instant.parse(said))
        .setValidFrom(begin == null ? null : Instant.parse(begin))
        .setRemoved(removed)
        .setService("checkout")
        .setOwner(owner)
        .build();
  }

  @Test
  void withoutAnAcknowledgementItIsNotPromised() {
    kafka.fail("away");
    var answer = post(MARK);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("Retry-After");
  }

  private void assertMistake(String body, String field, String expected) {
    var answer = post(body);
    assertThat(answer.status()).as(body).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).as(body).isEqualTo(field);
    assertThat(answer.body().get("expected").asText()).as(body).contains(expected);
  }

  private Answer post(String body, String... header) {
    Map<String, String> headers = new HashMap<>(ADMIN);
    if (header.length > 0) {
      headers.put(header[0], header[1]);
    }
    return server.send(
        "POST", "/api/v1/corrections", headers, body.replace('\'', '"').getBytes(UTF_8));
  }

  private List<CorrectionEvent> corrections() {
    return kafka.events.stream().map(event -> (CorrectionEvent) event.value()).toList();
  }
}
