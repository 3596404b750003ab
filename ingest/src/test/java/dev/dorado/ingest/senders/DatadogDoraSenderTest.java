package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatadogDoraSenderTest {

  private static final String DEPLOYMENT = "/api/v2/dora/deployment";
  private static final String FAILURE = "/api/v2/dora/failure";
  private static final String OF = "data.attributes.";

  private final DatadogDoraSender datadog = new DatadogDoraSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(new DatadogDoraSender(Translated.SETTINGS), deployment(), failure());
  }

  /** As datadog-ci 4 writes it: milliseconds times a million, in double precision. */
  private static Payload deployment() {
    return at(
        DEPLOYMENT,
        """
        {"data": {"attributes": {"service": "Checkout", "env": "prod", "version": "1.8.2",
          "started_at": 1772366400000000000, "finished_at": 1772366700000000000,
          "git": {"repository_url": "git@github.com:Acme/shop.git",
            "commit_sha": "3F5B2C1A9D8E7F60112233445566778899AABBCC"},
          "team": "payments", "custom_tags": ["region:eu"]}}}
        """);
  }

  private static Payload failure() {
    return at(
        FAILURE,
        """
        {"data": {"attributes": {"services": ["Checkout"], "env": "prod", "team": "payments",
          "started_at": 1772367000000, "name": "Payments time out", "severity": "High",
          "version": "1.8.2", "custom_tags": ["department:retail"]}}}
        """);
  }

  private static Payload at(String path, String json) {
    return Payload.of(json).header(CompatibleSender.PATH_HEADER, path);
  }

  @Test
  void aDeploymentSucceededWhenItFinished() {
    DeploymentEvent event = deployment(deployment());
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getSha()).isEqualTo("3f5b2c1a9d8e7f60112233445566778899aabbcc");
    assertThat(event.getVersion()).isEqualTo("1.8.2");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00Z");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:05:00Z");
  }

  @ParameterizedTest
  @CsvSource({"1772366700", "1772366700000", "1772366700000000000"})
  void theUnitOfATimeIsToldByItsSize(long finishedAt) {
    assertThat(deployment(deployment().with(OF + "finished_at", finishedAt)).getFinishedAt())
        .isEqualTo("2026-03-01T12:05:00Z");
  }

  @Test
  void withoutGitADeploymentHasNoCommit() {
    DeploymentEvent event = deployment(deployment().without(OF + "git").without(OF + "env"));
    assertThat(event.getRepository()).isNull();
    assertThat(event.getSha()).isNull();
    assertThat(event.getEnvironment()).isNull();
  }

  @Test
  void aDeploymentIsKnownByItsIdElseByWhatItStates() {
    assertThat(deployment(deployment().with(OF + "id", "build-1234567890:eu")).getDeployment())
        .isEqualTo("datadog:dora:build-1234567890:eu");
    String known = deployment(deployment()).getDeployment();
    assertThat(deployment(deployment().with(OF + "finished_at", 1772366800)).getDeployment())
        .isEqualTo(known);
    for (var other :
        List.of(
            deployment().with(OF + "service", "basket"),
            deployment().with(OF + "env", "staging"),
            deployment().with(OF + "git.commit_sha", "aaaaaaa"),
            deployment().with(OF + "started_at", 1772366401))) {
      assertThat(deployment(other).getDeployment()).isNotEqualTo(known);
    }
  }

  @Test
  void theSameRequestTwiceIsOneEvent() {
    assertThat(deployment(deployment()).getId()).isEqualTo(deployment(deployment()).getId());
    assertThat(failure(failure()).getId()).isEqualTo(failure(failure()).getId());
    assertThat(deployment(deployment().with(OF + "version", "1.8.3")).getId())
        .isNotEqualTo(deployment(deployment()).getId());
  }

  @ParameterizedTest
  @CsvSource({FAILURE, "/api/v2/dora/incident", "/api/v2/dora/failure/"})
  void aFailureIsAnIncident(String path) {
    IncidentEvent event = failure(failure().header(CompatibleSender.PATH_HEADER, path));
    assertThat(event.getKind()).isEqualTo("incident");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:10:00Z");
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("datadog:Checkout");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getTitle()).isEqualTo("Payments time out");
    assertThat(event.getSeverity()).isEqualTo("High");
    assertThat(event.getCausedBy()).containsExactly("1.8.2");
    assertThat(event.getLabels()).containsExactly("department:retail");
  }

  @Test
  void theEndOfAFailureIsOfTheSameIncident() {
    IncidentEvent end = failure(failure().with(OF + "finished_at", 1772367600000L));
    assertThat(end.getIncident()).isEqualTo(failure(failure()).getIncident());
    assertThat(end.getTransition()).isEqualTo("resolved");
    assertThat(end.getStartedAt()).isEqualTo("2026-03-01T12:10:00Z");
    assertThat(end.getResolvedAt()).isEqualTo("2026-03-01T12:20:00Z");
    assertThat(failure(failure().with(OF + "id", "incident-000000001")).getIncident())
        .isEqualTo("datadog:dora:incident-000000001");
  }

  @Test
  void severalServicesAreFoundByTheirNamesOfDatadogAndOfTheCatalog() {
    IncidentEvent event = failure(failure().with(OF + "services", List.of("Checkout", "Basket")));
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases())
        .containsExactly("datadog:Checkout", "datadog:Basket", "checkout", "basket");
    assertThat(
            failure(failure().with(OF + "services", List.of("Basket", "Checkout"))).getIncident())
        .isEqualTo(event.getIncident());
  }

  @Test
  void theFirstFormOfTheApiHasOneService() {
    Payload old = failure().without(OF + "services").with(OF + "service", "Checkout");
    assertThat(failure(old).getService()).isEqualTo("checkout");
    assertThat(failure(old).getIncident()).isEqualTo(failure(failure()).getIncident());
  }

  @Test
  void aTagThatNamesTheCauseStandsOverTheVersion() {
    assertThat(
            failure(failure().with(OF + "custom_tags", List.of("caused_by:abc1234"))).getCausedBy())
        .containsExactly("abc1234");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(Translated.missing(datadog, deployment().without(OF + "service")))
        .hasMessage("$.data.attributes.service is missing: expected the name of the service");
    assertThat(Translated.missing(datadog, deployment().with(OF + "finished_at", "soon")).path())
        .isEqualTo("$.data.attributes.finished_at");
    assertThat(Translated.missing(datadog, failure().without(OF + "started_at")).path())
        .isEqualTo("$.data.attributes.started_at");
    assertThat(Translated.missing(datadog, deployment().header(CompatibleSender.PATH_HEADER, "/x")))
        .hasMessageContaining("the header X-Dorado-Path is '/x': expected one of " + DEPLOYMENT);
  }

  @Test
  void aValueThatCannotBeUsedIsLeftOut() {
    assertThat(
            Translated.skipped(
                datadog,
                deployment()
                    .with(OF + "git.repository_url", "nowhere")
                    .with(OF + "git.commit_sha", "HEAD")))
        .containsExactly(
            "$.data.attributes.git.commit_sha", "$.data.attributes.git.repository_url");
  }

  @Test
  void theAnswerIsThatOfDatadog() {
    Payload known = deployment().with(OF + "id", "build-1234567890");
    var answer = Translated.answer(datadog, known, Translated.events(datadog, known));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.members())
        .isEqualTo(Map.of("data", Map.of("id", "build-1234567890", "type", "dora_deployment")));
    assertThat(
            Translated.answer(datadog, failure(), Translated.events(datadog, failure())).members())
        .extracting("data")
        .extracting("type")
        .isEqualTo("dora_failure");
  }

  @Test
  void theSecretIsTheApiKey() {
    var request = deployment().header("DD-API-KEY", "s").request();
    assertThat(datadog.authenticator().refusal(request, List.of("s"))).isEmpty();
    assertThat(datadog.authenticator().refusal(request, List.of("t"))).isPresent();
    assertThat(datadog.authenticator().refusal(deployment().request(), List.of("s"))).isPresent();
  }

  private DeploymentEvent deployment(Payload payload) {
    return Translated.event(datadog, payload, DeploymentEvent.class);
  }

  private IncidentEvent failure(Payload payload) {
    return Translated.event(datadog, payload, IncidentEvent.class);
  }
}
