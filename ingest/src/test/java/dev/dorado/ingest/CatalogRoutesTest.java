package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CatalogEvent;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogRoutesTest {

  private static final String CATALOG =
      """
      kind: Component
      metadata: {name: checkout}
      spec: {owner: team-a}
      ---
      kind: System
      metadata: {name: shop}
      """;

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void anAdministratorMayPutTheCatalog() {
    var answer = server.putCatalog(CATALOG);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body())
        .isEqualTo(
            Payload.of(
                    """
                    {"accepted": 1, "notes": [], "warnings": [], "ignored": [
                      {"entity": "System shop", "reason": "entities of kind System are no services"}]}
                    """)
                .json());
    assertThat(kafka.events).extracting(event -> event.key()).containsExactly("checkout");
    var event = (CatalogEvent) kafka.events.get(0).value();
    assertThat(event.getOccurredAt()).isEqualTo(event.getProvenance().getReceivedAt());
    assertThat(event.getId()).hasSize(32);
  }

  @Test
  void severalFilesArePutAtOnceAndEachProblemNamesItsFile() {
    String body =
        """
        {"files": [
          {"name": "people.yaml", "content": "kind: User\\nmetadata: {name: ann}\\nspec: {memberOf: [team-a]}"},
          {"name": "a.yaml", "content": "kind: Component\\nmetadata: {name: a}\\nspec: {owner: user:ann}"}%s]}
        """;
    assertThat(putFiles(body.formatted("")).status()).isEqualTo(202);
    assertThat(kafka.events)
        .extracting(event -> ((CatalogEvent) event.value()).getOwner())
        .containsExactly("team-a");
    var answer =
        putFiles(
            body.formatted(
                ", {\"name\": \"b.yaml\", \"content\": \"kind: Component\\nmetadata: {name: b}\\n---\\nkind: Component\"}"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.detail()).contains("b.yaml, line", "nothing was applied");
    assertThat(answer.body().get("problems").get(0).get("file").asText()).isEqualTo("b.yaml");
    assertThat(kafka.events).hasSize(1);
    assertThat(putFiles("{}").status()).isEqualTo(400);
  }

  @Test
  void whatIsMostLikelyAMistakeIsAppliedWithAWarningThatTheSetupShowsToo() {
    var answer =
        server.putCatalog(
            "kind: Component\nmetadata: {name: a, annotations: {dorado.dev/goldenpath: x@2026-01-01}}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().at("/warnings/0").asText())
        .contains("'dorado.dev/goldenpath'", "did you mean 'dorado.dev/golden-path'?");
    var setup =
        server.send(
            "GET",
            "/api/v1/setup",
            Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
            new byte[0]);
    assertThat(setup.body().at("/catalog/0/source").asText()).isEqualTo("upload");
    assertThat(setup.body().at("/catalog/0/warnings/0")).isEqualTo(answer.body().at("/warnings/0"));
  }

  @Test
  void nobodyElseMay() {
    byte[] body = CATALOG.getBytes(UTF_8);
    assertThat(server.send("PUT", "/api/v1/catalog", Map.of(), body).status()).isEqualTo(401);
    assertThat(
            server
                .send("PUT", "/api/v1/catalog", Map.of("Authorization", "Bearer x"), body)
                .status())
        .isEqualTo(401);
    assertThat(kafka.events).isEmpty();
  }

  @Test
  void aWrongEntityIsNamedAndNothingIsApplied() {
    var answer = server.putCatalog(CATALOG + "---\nkind: Component\nmetadata: {}\n");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("entity").asText()).isEqualTo("Component");
    assertThat(answer.body().get("field").asText()).isEqualTo("metadata.name");
    assertThat(answer.body().get("line").asInt()).isEqualTo(9);
    assertThat(kafka.events).isEmpty();
  }

  @Test
  void allProblemsAreAnsweredAtOnce() {
    var answer =
        server.putCatalog("kind: Component\nmetadata: {}\n---\nkind: Component\nmetadata: {}\n");
    assertThat(answer.body().get("problems")).hasSize(2);
    assertThat(answer.detail()).contains("(and 1 more)");
  }

  @Test
  void whatIsNoYamlIsRefusedByItsLine() {
    var answer = server.putCatalog("kind: Component\nmetadata: [\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("line").asInt()).isPositive();
  }

  @Test
  void withoutAnAcknowledgementItMayBePutAgainLater() {
    kafka.fail("away");
    var answer = server.putCatalog(CATALOG);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("Retry-After");
  }

  @Test
  void inOpenModeItMayBePutLocallyWithoutAToken() {
    try (var open = IngestServer.open(kafka)) {
      assertThat(open.send("PUT", "/api/v1/catalog", Map.of(), CATALOG.getBytes(UTF_8)).status())
          .isEqualTo(202);
    }
  }

  private IngestServer.Answer putFiles(String json) {
    return server.send(
        "PUT",
        "/api/v1/catalog",
        Map.of(
            "Authorization",
            "Bearer " + IngestServer.ADMIN_TOKEN,
            "Content-Type",
            CatalogRoutes.FILES),
        json.getBytes(UTF_8));
  }

  @Test
  void aBodyOfTooManyElementsIsRefusedWithTheBound() {
    var answer =
        server.send(
            "PUT",
            "/api/v1/catalog",
            Map.of(
                "Authorization",
                "Bearer " + IngestServer.ADMIN_TOKEN,
                "Content-Type",
                CatalogRoutes.FILES),
            ("{\"files\":[" + "{},".repeat(600_000) + "{}]}").getBytes(UTF_8));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.detail()).contains("more than 1000000 elements");
  }
}
