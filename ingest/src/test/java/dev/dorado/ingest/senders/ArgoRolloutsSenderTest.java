package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgoRolloutsSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  private final ArgoRolloutsSender rollouts = new ArgoRolloutsSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(new ArgoRolloutsSender(Translated.SETTINGS), full(), canary(), aborted());
  }

  static Payload full() {
    return Payload.of(
        """
        {"rollout": {
           "metadata": {"name": "shop", "namespace": "shop-prod", "uid": "u-1",
             "labels": {"app.kubernetes.io/version": "1.4"},
             "annotations": {"rollout.argoproj.io/revision": "7"}},
           "spec": {"template": {"spec": {"containers": [
             {"name": "shop", "image": "ghcr.io/acme/shop:1.4.2"},
             {"name": "proxy", "image": "envoyproxy/envoy:v1.30"}]}}},
           "status": {"phase": "Healthy", "currentPodHash": "75f6", "stableRS": "75f6",
             "conditions": [
               {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
                "lastUpdateTime": "2026-03-01T12:29:00Z",
                "lastTransitionTime": "2026-01-01T00:00:00Z"},
               {"type": "Healthy", "status": "True", "lastTransitionTime": "2026-03-01T12:30:00Z"},
               {"type": "Completed", "status": "True", "reason": "RolloutCompleted",
                "lastUpdateTime": "2026-03-01T12:30:00Z",
                "lastTransitionTime": "2026-03-01T12:30:00Z"}]}}}
        """);
  }

  static Payload canary() {
    return full()
        .with("rollout.status.phase", "Paused")
        .with("rollout.status.stableRS", "6ab0")
        .with("rollout.status.message", "CanaryPauseStep");
  }

  static Payload aborted() {
    return canary()
        .with("rollout.status.phase", "Degraded")
        .with("rollout.status.abort", true)
        .with("rollout.status.abortedAt", "2026-03-01T12:20:00Z");
  }

  @Test
  void aRevisionThatIsRolledOutInFullIsADeployment() {
    DeploymentEvent event = event(full());
    assertThat(event.getDeployment()).isEqualTo("argo-rollouts:u-1:7");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getRepository()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("shop-prod");
    assertThat(event.getVersion()).isEqualTo("1.4.2");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:30:00Z");
  }

  @Test
  void theSpecificationOrAnAnnotationSaysHowTrafficIsShifted() {
    assertThat(event(full()).getStrategy()).isNull();
    assertThat(event(full().with("rollout.spec.strategy", Map.of("canary", Map.of("steps", 3)))))
        .extracting(DeploymentEvent::getStrategy)
        .isEqualTo("canary");
    assertThat(event(full().with("rollout.spec.strategy", Map.of("blueGreen", Map.of("a", 1)))))
        .extracting(DeploymentEvent::getStrategy)
        .isEqualTo("blue-green");
    Payload stated =
        full()
            .with(
                "rollout.metadata.annotations",
                Map.of("rollout.argoproj.io/revision", "7", "dorado.dev/strategy", "ab"));
    assertThat(event(stated).getStrategy()).isEqualTo("ab");
  }

  @Test
  void aCanaryCountsOnlyFromItsFullRollout() {
    DeploymentEvent event = event(canary());
    assertThat(event.getStatus()).isEqualTo("started");
    assertThat(event.getFinishedAt()).isNull();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:29:00Z");
    assertThat(event(canary().with("rollout.status.phase", "Healthy")).getStatus())
        .isEqualTo("started");
  }

  @Test
  void anAbortedCanaryIsAnAttemptThatFailed() {
    DeploymentEvent event = event(aborted());
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:20:00Z");
    assertThat(event(aborted().without("rollout.status.abortedAt")).getFinishedAt())
        .isEqualTo("2026-03-01T12:29:00Z");
  }

  @Test
  void aRollbackIsARevisionOfItsOwn() {
    Payload back =
        full().with("rollout.metadata.annotations", Map.of("rollout.argoproj.io/revision", "8"));
    assertThat(event(back).getDeployment()).isEqualTo("argo-rollouts:u-1:8");
  }

  @ParameterizedTest
  @CsvSource({"Degraded", "Progressing", "Paused", "Unknown"})
  void whatHappensAfterTheFullRolloutIsIgnored(String phase) {
    assertThat(Translated.ignored(rollouts, full().with("rollout.status.phase", phase)))
        .startsWith(phase);
  }

  @Test
  void annotationsStateWhatARolloutDoesNotKnow() {
    DeploymentEvent event =
        event(
            full()
                .with(
                    "rollout.metadata.annotations",
                    Map.of(
                        "rollout.argoproj.io/revision", "7",
                        "dorado.dev/repository", "acme/shop",
                        "dorado.dev/environment", "eu-prod",
                        "dorado.dev/sha", SHA)));
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getService()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getSha()).isEqualTo(SHA);
  }

  @Test
  void aWholeShaInTheTagOfTheImageIsTheCommit() {
    Payload tagged =
        full()
            .with(
                "rollout.spec.template.spec.containers",
                List.of(Map.of("image", "localhost:5000/acme/shop:" + SHA)));
    assertThat(event(tagged).getSha()).isEqualTo(SHA);
  }

  @Test
  void aRolloutWithoutItsPodsIsStillADeployment() {
    DeploymentEvent event =
        event(
            full()
                .without("rollout.spec")
                .without("rollout.status.stableRS")
                .without("rollout.metadata.uid"));
    assertThat(event.getDeployment()).isEqualTo("argo-rollouts:shop-prod/shop:7");
    assertThat(event.getVersion()).isEqualTo("1.4");
  }

  @Test
  void whatARolloutMustHaveIsNamed() {
    assertThat(Translated.missing(rollouts, Payload.of("{}")).path()).isEqualTo("$.rollout");
  }

  @Test
  void aRolloutWithoutConditionsHappenedWhenItCame() {
    assertThat(event(full().without("rollout.status.conditions")).getOccurredAt())
        .isEqualTo(Payload.RECEIVED_AT);
  }

  @Test
  void theTemplateOfTheDocumentsTranslates() {
    for (Payload payload : List.of(full(), canary(), aborted())) {
      DeploymentEvent event = event(TemplateInDocuments.filled("argo-rollouts.md", payload.json()));
      assertThat(event.getId()).isEqualTo(event(payload).getId());
      assertThat(event.getVersion()).isEqualTo("1.4.2");
    }
  }

  private DeploymentEvent event(Payload payload) {
    return Translated.event(rollouts, payload, DeploymentEvent.class);
  }
}
