package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
      kind: Group
      metadata: {name: team-a}
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
                    {"accepted": 1, "ignored": [
                      {"entity": "Group team-a", "reason": "entities of kind Group are no services"}]}
                    """)
                .json());
    assertThat(kafka.events).extracting(event -> event.key()).containsExactly("checkout");
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
}
