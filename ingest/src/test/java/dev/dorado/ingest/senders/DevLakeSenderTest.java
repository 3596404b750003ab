package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevLakeSenderTest {

  private static final String BASE = "/api/rest/plugins/webhook/";

  private final DevLakeSender devlake = new DevLakeSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new DevLakeSender(Translated.SETTINGS), deployment(), formerDeployment(), incident());
  }

  private static Payload deployment() {
    return at(
        "3/deployments",
        """
        {"id": "deploy-41", "createdDate": "2026-03-01T11:59:00+00:00",
          "startedDate": "2026-03-01T12:00:00+00:00", "finishedDate": "2026-03-01T12:09:00+00:00",
          "environment": "STAGING", "result": "SUCCESS", "displayTitle": "Release 41",
          "deploymentCommits": [
            {"repoUrl": "https://github.com/Acme/shop.git", "refName": "v41",
              "commitSha": "3F5B2C1A9D8E7F60112233445566778899AABBCC",
              "startedDate": "2026-03-01T12:01:00+00:00", "finishedDate": "2026-03-01T12:05:00+00:00"},
            {"repoUrl": "https://github.com/acme/basket", "commitSha": "abcdef1234567",
              "displayTitle": "Basket 41", "result": "FAILURE"}]}
        """);
  }

  /** As before version 1.0. */
  private static Payload formerDeployment() {
    return at(
        "connections/3/deployments",
        """
        {"pipeline_id": "p-7", "environment": "PRODUCTION", "repo_url": "https://github.com/acme/shop",
          "ref_name": "v40", "commit_sha": "3f5b2c1a9d8e7f60112233445566778899aabbcc",
          "start_time": "2026-03-01T12:00:00+0000", "end_time": "2026-03-01T12:05:00+0000",
          "display_title": "Release 40", "result": "ABORT"}
        """);
  }

  private static Payload incident() {
    return at(
        "3/issues",
        """
        {"issueKey": "OPS-9", "title": "Payments time out", "description": "root cause: abc1234",
          "type": "INCIDENT", "status": "TODO", "originalStatus": "created", "severity": "major",
          "createdDate": "2026-03-01T13:00:00+00:00", "updatedDate": "2026-03-01T13:01:00+00:00",
          "url": "https://ops.example.org/OPS-9"}
        """);
  }

  private static Payload at(String path, String json) {
    return Payload.of(json).header(CompatibleSender.PATH_HEADER, BASE + path);
  }

  @Test
  void eachCommitOfADeploymentIsAnAttemptOfItsRepository() {
    List<DeploymentEvent> events = deployments(deployment());
    assertThat(events).hasSize(2);
    DeploymentEvent shop = events.get(0);
    assertThat(shop.getDeployment()).isEqualTo("devlake:3:staging:deploy-41");
    assertThat(shop.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(shop.getEnvironment()).isEqualTo("STAGING");
    assertThat(shop.getSha()).isEqualTo("3f5b2c1a9d8e7f60112233445566778899aabbcc");
    assertThat(shop.getRef()).isEqualTo("v41");
    assertThat(shop.getStatus()).isEqualTo("succeeded");
    assertThat(shop.getStartedAt()).isEqualTo("2026-03-01T12:01:00Z");
    assertThat(shop.getFinishedAt()).isEqualTo("2026-03-01T12:05:00Z");
    assertThat(shop.getDescription()).isEqualTo("Release 41");
    DeploymentEvent basket = events.get(1);
    assertThat(basket.getDeployment()).isEqualTo("devlake:3:staging:deploy-41");
    assertThat(basket.getRepository()).isEqualTo("github.com/acme/basket");
    assertThat(basket.getStatus()).isEqualTo("failed");
    assertThat(basket.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(basket.getFinishedAt()).isEqualTo("2026-03-01T12:09:00Z");
    assertThat(basket.getDescription()).isEqualTo("Basket 41");
    assertThat(basket.getId()).isNotEqualTo(shop.getId());
  }

  @Test
  void theFormerFieldsAreReadToo() {
    DeploymentEvent event = deployments(formerDeployment()).get(0);
    assertThat(event.getDeployment()).isEqualTo("devlake:3:production:p-7");
    assertThat(event.getSha()).isEqualTo("3f5b2c1a9d8e7f60112233445566778899aabbcc");
    assertThat(event.getRef()).isEqualTo("v40");
    assertThat(event.getStatus()).isEqualTo("cancelled");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00Z");
    Payload several =
        formerDeployment()
            .without("repo_url")
            .without("commit_sha")
            .with(
                "deployment_commits",
                List.of(
                    Map.of("repo_url", "acme/shop", "commit_sha", "abcdef1"),
                    Map.of("repo_url", "acme/basket", "commit_sha", "abcdef2")));
    assertThat(deployments(several))
        .extracting(DeploymentEvent::getRepository)
        .containsExactly("github.com/acme/shop", "github.com/acme/basket");
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, succeeded", "FAILURE, failed", "ABORT, cancelled", "success, succeeded"})
  void theResultIsTheStatus(String result, String status) {
    assertThat(deployments(formerDeployment().with("result", result)).get(0).getStatus())
        .isEqualTo(status);
  }

  @Test
  void aManualDeploymentWaits() {
    DeploymentEvent event = deployments(formerDeployment().with("result", "MANUAL")).get(0);
    assertThat(event.getStatus()).isEqualTo("waiting");
    assertThat(event.getFinishedAt()).isNull();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void withoutAnEnvironmentItIsProductionAndWithoutAResultItSucceeded() {
    DeploymentEvent event =
        deployments(formerDeployment().without("environment").without("result")).get(0);
    assertThat(event.getEnvironment()).isEqualTo("PRODUCTION");
    assertThat(event.getStatus()).isEqualTo("succeeded");
  }

  @Test
  void withoutAnEndADeploymentEndedWhenItCameAndCountsOnce() {
    Payload open = formerDeployment().without("end_time");
    DeploymentEvent event = deployments(open).get(0);
    assertThat(event.getFinishedAt()).isEqualTo(Payload.RECEIVED_AT);
    var later =
        new DeliveryRequest(open.headers(), open.bytes(), Payload.RECEIVED_AT.plusSeconds(60));
    assertThat(((DeploymentEvent) Translated.events(devlake, later).get(0).value()).getId())
        .isEqualTo(event.getId());
  }

  @Test
  void aRepositoryOfSeveralCommitsHasAnAttemptForEach() {
    Payload twice =
        deployment()
            .with("deploymentCommits.1.repoUrl", "https://github.com/Acme/shop.git")
            .without("deploymentCommits.1.result");
    assertThat(deployments(twice))
        .extracting(DeploymentEvent::getDeployment)
        .containsExactly(
            "devlake:3:staging:deploy-41:3f5b2c1a9d8e7f60112233445566778899aabbcc",
            "devlake:3:staging:deploy-41:abcdef1234567");
  }

  @Test
  void whatIsNoRepositoryBelongsToTheConnection() {
    Payload named =
        formerDeployment()
            .with("repo_url", "repo-2")
            .header(
                CompatibleSender.PATH_HEADER, BASE + "connections/by-name/Check%20out/deployments");
    DeploymentEvent event = deployments(named).get(0);
    assertThat(event.getRepository()).isNull();
    assertThat(event.getNames()).containsExactly("devlake:Check out", "check out");
  }

  @Test
  void withoutAnIdADeploymentIsKnownByCommitAndStart() {
    Payload without = formerDeployment().without("pipeline_id");
    String known = deployments(without).get(0).getDeployment();
    assertThat(deployments(without.with("end_time", "2026-03-01T12:06:00Z")).get(0).getDeployment())
        .isEqualTo(known);
    assertThat(deployments(without.with("start_time", "2026-03-01T12:01:00Z")).get(0))
        .extracting(DeploymentEvent::getDeployment)
        .isNotEqualTo(known);
  }

  @Test
  void theSameRequestTwiceIsTheSameEvents() {
    assertThat(deployments(deployment()))
        .extracting(DeploymentEvent::getId)
        .containsExactlyElementsOf(
            deployments(deployment()).stream().map(DeploymentEvent::getId).toList());
    assertThat(incident(incident()).getId()).isEqualTo(incident(incident()).getId());
  }

  @Test
  void aCommitThatLacksItsShaIsLeftOutAndNamed() {
    Payload lacking = deployment().without("deploymentCommits.1.commitSha");
    assertThat(deployments(lacking)).hasSize(1);
    assertThat(Translated.skipped(devlake, lacking))
        .containsExactly("$.deploymentCommits[1].commitSha");
    assertThat(Translated.missing(devlake, deployment().with("deploymentCommits", List.of())))
        .hasMessageStartingWith("$.deploymentCommits is missing: expected an array");
    assertThat(Translated.missing(devlake, formerDeployment().with("result", "OK")))
        .hasMessage("$.result is 'OK': expected SUCCESS, FAILURE, ABORT or MANUAL");
  }

  @Test
  void anIncidentIsOpenUntilItIsDone() {
    IncidentEvent open = incident(incident());
    assertThat(open.getIncident()).isEqualTo("devlake:3:OPS-9");
    assertThat(open.getKind()).isEqualTo("incident");
    assertThat(open.getTransition()).isEqualTo("reopened");
    assertThat(open.getCreatedAt()).isEqualTo("2026-03-01T13:00:00Z");
    assertThat(open.getOccurredAt()).isEqualTo("2026-03-01T13:01:00Z");
    assertThat(open.getTitle()).isEqualTo("Payments time out");
    assertThat(open.getSeverity()).isEqualTo("major");
    assertThat(open.getCausedBy()).containsExactly("abc1234");
    assertThat(open.getAliases()).containsExactly("devlake:3");
    assertThat(open.getNames())
        .containsExactly("devlake:3:OPS-9", "OPS-9", "https://ops.example.org/OPS-9");
    IncidentEvent done =
        incident(
            incident().with("status", "DONE").with("resolutionDate", "2026-03-01T13:30:00+00:00"));
    assertThat(done.getTransition()).isEqualTo("resolved");
    assertThat(done.getResolvedAt()).isEqualTo("2026-03-01T13:30:00Z");
    assertThat(done.getIncident()).isEqualTo(open.getIncident());
  }

  @Test
  void theFormerFieldsOfAnIncidentAreReadToo() {
    IncidentEvent event =
        incident(
            at(
                "3/issues",
                """
                {"issue_key": "OPS-9", "type": "incident", "status": "DONE",
                  "created_date": "2026-03-01T13:00:00Z", "resolution_date": "2026-03-01T13:30:00Z"}
                """));
    assertThat(event.getIncident()).isEqualTo("devlake:3:OPS-9");
    assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T13:30:00Z");
  }

  @Test
  void aComponentIsTheService() {
    IncidentEvent event = incident(incident().with("component", "Checkout"));
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("devlake:Checkout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BUG", "REQUIREMENT", ""})
  void otherIssuesAreIgnored(String type) {
    assertThat(Translated.ignored(devlake, incident().with("type", type)))
        .isEqualTo("an issue of type '%s': expected INCIDENT".formatted(type));
  }

  @Test
  void closingAnIssueEndsItsIncidentAndMakesNoneOfAnother() {
    var request = close("3/issue/OPS%2F9/close", Payload.RECEIVED_AT);
    var event = (IncidentEvent) Translated.events(devlake, request).get(0).value();
    assertThat(event.getIncident()).isEqualTo("devlake:3:OPS/9");
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getResolvedAt()).isEqualTo(Payload.RECEIVED_AT);
    assertThat(event.getKind()).isEqualTo("alert");
    assertThat(event.getNames()).isEmpty();
    var again = close("3/issue/OPS%2F9/close", Payload.RECEIVED_AT.plusSeconds(60));
    assertThat(((IncidentEvent) Translated.events(devlake, again).get(0).value()).getId())
        .isEqualTo(event.getId());
    assertThat(devlake.deliveryId(request))
        .isNotEqualTo(devlake.deliveryId(close("3/issue/OPS-8/close", Payload.RECEIVED_AT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/rest/plugins/webhook/3/deployments",
        "/api/rest/plugins/webhook/connections/3/deployments",
        "/api/rest/plugins/webhook/connections/by-name/3/deployments",
        "/api/rest/plugins/webhook/projects/3/deployments",
        "/api/plugins/webhook/3/deployments/"
      })
  void thePathsOfAllVersionsAreTaken(String path) {
    assertThat(deployments(deployment().header(CompatibleSender.PATH_HEADER, path)).get(0))
        .extracting(DeploymentEvent::getDeployment)
        .isEqualTo("devlake:3:staging:deploy-41");
  }

  @Test
  void theAnswerIsThatOfDevLake() {
    assertThat(Translated.answer(devlake, incident(), List.of()))
        .isEqualTo(
            new CompatibleSender.Answer.JsonObject(
                200, Map.of("success", true, "message", "success")));
  }

  @Test
  void theSecretIsABearerToken() {
    var request = deployment().header("Authorization", "Bearer s").request();
    assertThat(devlake.authenticator().refusal(request, List.of("s"))).isEmpty();
    assertThat(devlake.authenticator().refusal(request, List.of("t"))).isPresent();
  }

  private static DeliveryRequest close(String path, Instant at) {
    return new DeliveryRequest(Map.of(CompatibleSender.PATH_HEADER, BASE + path), new byte[0], at);
  }

  private List<DeploymentEvent> deployments(Payload payload) {
    return Translated.events(devlake, payload).stream()
        .map(event -> (DeploymentEvent) event.value())
        .toList();
  }

  private IncidentEvent incident(Payload payload) {
    return Translated.event(devlake, payload, IncidentEvent.class);
  }
}
