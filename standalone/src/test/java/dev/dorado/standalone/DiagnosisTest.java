package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dorado.server.Json;
import dev.dorado.standalone.Diagnosis.Finding;
import dev.dorado.standalone.DoctorCommand.Evidence;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

  private static final Instant NOW = Instant.parse("2026-03-10T00:00:00Z");

  private String address = "http://localhost:8080";
  private String anonymous = "{\"read\":false,\"administer\":false,\"senders\":[]}";
  private String health = "{\"checks\":[{\"name\":\"kafka\",\"healthy\":true,\"problem\":null}]}";
  private String setup =
      """
      {"open": false, "senders": [{"sender": "github", "secrets": 1, "variable": "X"},
        {"sender": "gitlab", "secrets": 0, "variable": "Y"}]}
      """;
  private String ingest =
      """
      {"senders": [{"sender": "github", "last_delivery_at": "2026-03-09T00:00:00Z", "accepted": 7,
        "lag_seconds": 1.5, "repositories": [{"repository": "github.com/acme/shop",
          "last_delivery_at": "2026-03-09T00:00:00Z", "accepted": 7}]}]}
      """;
  private String doctor =
      """
      {"clocks": [], "services": [{"id": "checkout", "in_catalog": true, "team": "money",
        "candidates": [], "sources": [{"source": "deployment", "environment": "production",
          "deployments": 4, "unlinked": 0, "last_at": "2026-03-08T00:00:00Z"}]}]}
      """;
  private String deadLetters = "{\"reasons\":[]}";

  @Test
  void whereAllIsWellThereIsNothingToDo() {
    assertThat(findings()).isEmpty();
    assertThat(report())
        .contains("  kafka  ok")
        .contains("  github  set     1 d ago         7        0     0        0  1.5 s")
        .contains("  github.com/acme/shop  github  1 d ago         7")
        .anyMatch(line -> line.contains("checkout  money  deployment, production"))
        .endsWith("Nothing to do.");
  }

  @Test
  void whatIsAwayOrNotSetUpIsSaidAsTheRoleSaysIt() {
    health =
        "{\"checks\":[{\"name\":\"kafka\",\"healthy\":false,\"problem\":\"lacks topics: run migrate\"}]}";
    assertThat(only().what()).isEqualTo("lacks topics: run migrate");
  }

  @Test
  void whatDegradesARoleThatGoesOnIsNotCalledOk() {
    health =
        "{\"checks\":[{\"name\":\"rejected\",\"healthy\":true,\"problem\":\"1 record is set aside\"}]}";
    assertThat(report()).contains("  rejected  degraded");
  }

  @Test
  void whatCannotBeAskedIsAFindingAndTheRestIsLookedAtAllTheSame() throws Exception {
    var evidence =
        new Evidence(
            NOW,
            List.of(Json.MAPPER.readTree(health)),
            URI.create(address),
            MissingNode.getInstance(),
            MissingNode.getInstance(),
            Json.MAPPER.readTree(ingest),
            Json.MAPPER.readTree(doctor),
            MissingNode.getInstance(),
            List.of("GET /api/v1/setup was answered 401: no token"));
    assertThat(Diagnosis.of(evidence).findings())
        .extracting(Finding::what)
        .containsExactly("GET /api/v1/setup was answered 401: no token");
    assertThat(new DoctorReport(evidence, Diagnosis.of(evidence)).lines())
        .anyMatch(line -> line.contains("github  ?"));
  }

  @Test
  void whatAnybodyReachesFromOutsideIsAFindingAndFromThisMachineAState() {
    anonymous = "{\"read\":true,\"administer\":false,\"senders\":[\"github\",\"generic\"]}";
    assertThat(findings()).isEmpty();
    assertThat(report())
        .anyMatch(line -> line.matches(" *reading +yes"))
        .anyMatch(line -> line.matches(" *administration +no"))
        .anyMatch(line -> line.matches(" *webhooks +2 senders"));

    address = "http://192.0.2.7:8080";
    assertThat(only().what())
        .isEqualTo(
            "whoever reaches http://192.0.2.7:8080 may read and send without a token or secret");
    assertThat(only().remedy()).contains("--open");
  }

  @Test
  void withoutAnySecretEverythingIsRefusedUnlessTheModeIsOpen() {
    setup = setup.replace("\"secrets\": 1", "\"secrets\": 0");
    assertThat(only().remedy()).contains("DORADO_SECRETS_GITHUB");
    setup = setup.replace("\"open\": false", "\"open\": true");
    assertThat(findings()).isEmpty();
  }

  @Test
  void aSenderWithASecretThatNeverDeliveredIsNamedWithItsAddress() {
    setup = setup.replace("\"secrets\": 0", "\"secrets\": 1");
    assertThat(only().what()).startsWith("gitlab has a secret, but no delivery");
    assertThat(only().remedy()).contains("/webhooks/gitlab");
  }

  @Test
  void whatTheApiAdvisesIsSaidInItsWords() {
    ingest =
        ingest.replace(
            "{\"senders\"",
            """
            {"advice": [
              {"level": "error", "area": "dead letters", "subject": "github", "sender": "github",
               "repository": null, "problem": "2 deliveries could not be translated: $.ref is missing",
               "remedy": "Fix the cause, then run ./dorado dead-letters retry."},
              {"level": "warning", "area": "deployments", "subject": "checkout", "sender": null,
               "repository": null, "problem": "tag would give 3 deployments to production",
               "remedy": "Annotate it."}],
            "senders\"""");
    assertThat(findings())
        .containsExactly(
            new Finding(
                "dead letters",
                "github: 2 deliveries could not be translated: $.ref is missing",
                "Fix the cause, then run ./dorado dead-letters retry."),
            new Finding(
                "deployments",
                "checkout: tag would give 3 deployments to production",
                "Annotate it."));
  }

  @Test
  void whatOtherSourcesWouldGiveStandsInATable() {
    doctor =
        doctor.replace(
            "\"candidates\": []",
            """
            "candidates": [
              {"source": "workflow", "name": "Deploy", "environment": "production",
               "chosen_source": "deployment", "count": 5, "missing": 3},
              {"source": "tag", "name": null, "environment": "production",
               "chosen_source": "deployment", "count": 5, "missing": 0}]
            """);
    assertThat(report())
        .anyMatch(line -> line.matches(" +checkout +workflow:Deploy +production +5 +3"))
        .anyMatch(line -> line.matches(" +checkout +tag +production +5 +0"))
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void whatWasRefusedIsShownAndNothingToDo() {
    assertThat(report()).noneMatch(line -> line.contains("EVIDENCE ONLY"));
    doctor =
        doctor.replace("\"candidates\": []", "\"candidates\": [], \"refused\": 2, \"evidence\": 7");
    assertThat(findings()).isEmpty();
    assertThat(report()).anyMatch(line -> line.matches(" *checkout +2 +7"));
  }

  @Test
  void aCatalogThatCannotBePolledIsNamed() {
    setup =
        setup.replace(
            "\"open\"",
            "\"catalog\":[{\"source\":\"backstage\",\"error\":\"answers 500\",\"problems\":[\"Component a, line 1: x\"]}],\"open\"");
    assertThat(findings())
        .extracting(Finding::what)
        .containsExactly("backstage: answers 500", "backstage: Component a, line 1: x");
  }

  @Test
  void whatACatalogMostLikelyMeansOtherwiseIsNamed() {
    setup =
        setup.replace(
            "\"open\"",
            "\"catalog\":[{\"source\":\"upload\",\"error\":null,\"problems\":[],"
                + "\"warnings\":[\"Component a, line 1: annotation 'dorado.dev/x' is not known\"]}],\"open\"");
    assertThat(only().what())
        .isEqualTo("upload: Component a, line 1: annotation 'dorado.dev/x' is not known");
  }

  private Finding only() {
    assertThat(findings()).hasSize(1);
    return findings().get(0);
  }

  private List<Finding> findings() {
    return Diagnosis.of(evidence()).findings();
  }

  private List<String> report() {
    return new DoctorReport(evidence(), Diagnosis.of(evidence())).lines();
  }

  private Evidence evidence() {
    return new Evidence(
        NOW,
        List.of(json(health)),
        URI.create(address),
        json(anonymous),
        json(setup),
        json(ingest),
        json(doctor),
        json(deadLetters),
        List.of());
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
