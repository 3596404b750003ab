package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpinnakerSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";
  private static final String STAGES = "content.execution.stages";

  private final SpinnakerSender spinnaker = new SpinnakerSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new SpinnakerSender(Translated.SETTINGS), complete(), byBuild(), flattened(), byParent());
  }

  static Payload complete() {
    return Payload.of(
        """
        {"eventId": "e-1",
         "details": {"source": "orca", "type": "orca:pipeline:complete", "application": "shop",
           "created": "1772366460000"},
         "content": {"executionId": "01F", "execution": {
           "id": "01F", "type": "PIPELINE", "application": "shop", "name": "Deploy",
           "status": "SUCCEEDED", "buildTime": 1772366390000, "startTime": 1772366400000,
           "endTime": 1772366460000,
           "trigger": {"type": "git", "source": "github", "project": "Acme", "slug": "Shop",
             "branch": "main", "hash": "%s", "parameters": {"region": "eu"}},
           "stages": [
             {"id": "s-0", "type": "bakeManifest", "name": "Bake", "status": "SUCCEEDED",
              "context": {}, "startTime": 1772366400000, "endTime": 1772366405000},
             {"id": "s-1", "type": "deployManifest", "name": "Deploy to staging",
              "status": "SUCCEEDED", "context": {"account": "k8s-staging"},
              "startTime": 1772366410000, "endTime": 1772366420000},
             {"id": "s-2", "type": "deployManifest", "name": "Deploy", "status": "SUCCEEDED",
              "context": {"account": "k8s-prod"},
              "startTime": 1772366430000, "endTime": 1772366450000}]}}}
        """
            .formatted(SHA));
  }

  static Payload byBuild() {
    return complete()
        .with(
            "content.execution.trigger",
            Map.of(
                "type",
                "jenkins",
                "buildInfo",
                Map.of(
                    "scm",
                    List.of(
                        Map.of(
                            "sha1", SHA,
                            "branch", "main",
                            "remoteUrl", "https://github.com/acme/shop.git")))));
  }

  static Payload byParent() {
    return complete()
        .with(
            "content.execution.trigger",
            Map.of(
                "type",
                "pipeline",
                "parentExecution",
                Map.of("trigger", byBuild().json().at("/content/execution/trigger"))));
  }

  static Payload flattened() {
    return complete()
        .with("details", complete().json().get("details").toString())
        .with("content", complete().json().get("content").toString());
  }

  @Test
  void aPipelineIsOneAttemptForEachEnvironmentThatItDeployedTo() {
    var events = Translated.events(spinnaker, complete());
    assertThat(events)
        .extracting(event -> ((DeploymentEvent) event.value()).getEnvironment())
        .containsExactly("k8s-staging", "k8s-prod");
    DeploymentEvent event = toProduction(complete());
    assertThat(event.getDeployment()).isEqualTo("spinnaker:01F:k8s-prod");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getService()).isNull();
    assertThat(event.getWorkflow()).isEqualTo("shop/Deploy");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getRef()).isEqualTo("main");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:30Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:50Z");
  }

  @Test
  void aCanaryCountsWithTheFullDeploymentAfterIt() {
    Payload canary =
        complete()
            .with(STAGES + ".1.context.account", "k8s-prod")
            .with(STAGES + ".1.name", "Deploy canary");
    assertThat(Translated.events(spinnaker, canary)).hasSize(1);
    assertThat(toProduction(canary).getFinishedAt()).isEqualTo("2026-03-01T12:00:50Z");
    Payload stopped =
        canary
            .with("details.type", "orca:pipeline:failed")
            .with("content.execution.status", "TERMINAL")
            .with(STAGES + ".2.status", "NOT_STARTED");
    assertThat(toProduction(stopped).getStatus()).isEqualTo("failed");
    assertThat(toProduction(stopped).getFinishedAt()).isEqualTo("2026-03-01T12:00:20Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERMINAL", "FAILED_CONTINUE", "CANCELED", "STOPPED"})
  void aStageThatFailedFailsItsAttemptAlone(String status) {
    Payload failed = complete().with(STAGES + ".2.status", status);
    assertThat(toProduction(failed).getStatus()).isEqualTo("failed");
    assertThat(((DeploymentEvent) Translated.events(spinnaker, failed).get(0).value()).getStatus())
        .isEqualTo("succeeded");
  }

  @Test
  void aPipelineThatOnlyRollsBackIsARollbackToNoCommitThatIsKnown() {
    Payload back = complete().with(STAGES + ".2.type", "undoRolloutManifest");
    DeploymentEvent event = toProduction(back);
    assertThat(event.getDeclaredKind()).isEqualTo("rollback");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getSha()).isNull();
  }

  @Test
  void anAttemptThatItsOwnPipelineRolledBackFailed() {
    Payload undone =
        complete()
            .with(STAGES + ".1.context.account", "k8s-prod")
            .with(STAGES + ".2.type", "rollbackCluster");
    assertThat(toProduction(undone).getStatus()).isEqualTo("failed");
    assertThat(toProduction(undone).getDeclaredKind()).isNull();
    assertThat(toProduction(undone.with(STAGES + ".2.status", "SKIPPED")).getStatus())
        .isEqualTo("succeeded");
  }

  @Test
  void aBuildOrAPipelineBeforeNamesTheCommit() {
    for (Payload payload : List.of(byBuild(), byParent())) {
      assertThat(toProduction(payload).getSha()).isEqualTo(SHA);
      assertThat(toProduction(payload).getRepository()).isEqualTo("github.com/acme/shop");
    }
  }

  @Test
  void anImageNamesTheVersionAndTheApplicationIsTheService() {
    Payload image =
        complete()
            .with(
                "content.execution.trigger",
                Map.of(
                    "type",
                    "docker",
                    "artifacts",
                    List.of(
                        Map.of("type", "docker/image", "reference", "ghcr.io/acme/shop:1.4.2"))));
    DeploymentEvent event = toProduction(image);
    assertThat(event.getVersion()).isEqualTo("1.4.2");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getRepository()).isNull();
  }

  @Test
  void parametersStateWhatTheTriggerDoesNotKnow() {
    DeploymentEvent event =
        (DeploymentEvent)
            Translated.events(
                    spinnaker,
                    complete()
                        .with(
                            "content.execution.trigger.parameters",
                            Map.of(
                                "dorado_repository", "acme/other",
                                "dorado_environment", "eu-prod",
                                "dorado_sha", "abcdef1")))
                .get(0)
                .value();
    assertThat(event.getRepository()).isEqualTo("github.com/acme/other");
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getSha()).isEqualTo("abcdef1");
  }

  @Test
  void flattenedAndWrappedEventsAreTheSame() {
    assertThat(toProduction(flattened()).getId()).isEqualTo(toProduction(complete()).getId());
    Payload wrapped =
        Payload.of("{\"eventName\": \"spinnaker_events\"}").with("payload", complete().json());
    assertThat(toProduction(wrapped).getId()).isEqualTo(toProduction(complete()).getId());
    assertThat(spinnaker.deliveryId(wrapped.request())).isEqualTo("e-1");
  }

  @Test
  void stagesThatAreMadeByOthersAndOldOnesWithClustersAreReadOnce() {
    Payload old =
        complete()
            .with(STAGES + ".1.parentStageId", "s-2")
            .with(STAGES + ".2.type", "deploy")
            .with(
                STAGES + ".2.context", Map.of("clusters", List.of(Map.of("account", "aws-prod"))));
    assertThat(Translated.events(spinnaker, old)).hasSize(1);
    assertThat(
            ((DeploymentEvent) Translated.events(spinnaker, old).get(0).value()).getEnvironment())
        .isEqualTo("aws-prod");
  }

  @Test
  void whatDeploysNothingIsIgnored() {
    assertThat(
            Translated.ignored(spinnaker, complete().with("details.type", "orca:stage:complete")))
        .startsWith("orca:stage:complete");
    assertThat(Translated.ignored(spinnaker, complete().with(STAGES, List.of())))
        .contains("none of its stages");
  }

  @Test
  void whatAnExecutionMustHaveIsNamed() {
    assertThat(Translated.missing(spinnaker, complete().without("content.execution")).path())
        .isEqualTo("$.content.execution");
    assertThat(Translated.missing(spinnaker, Payload.of("{}")).path()).isEqualTo("$.details");
    assertThat(Translated.missing(spinnaker, flattened().with("content", "{}")).path())
        .isEqualTo("$.content.execution");
  }

  private DeploymentEvent toProduction(Payload payload) {
    return Translated.events(spinnaker, payload).stream()
        .map(event -> (DeploymentEvent) event.value())
        .filter(event -> event.getEnvironment().equals("k8s-prod"))
        .findFirst()
        .orElseThrow();
  }
}
