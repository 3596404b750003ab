package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FluxSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";
  private static final String DIGEST = SHA + "4f9c2d1e4f9c2d1e4f9c2d1e";

  private final FluxSender flux = new FluxSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new FluxSender(Translated.SETTINGS),
        kustomization("ReconciliationSucceeded"),
        kustomization("HealthCheckFailed"),
        release("UpgradeSucceeded"));
  }

  static Payload kustomization(String reason) {
    return Payload.of(
            """
            {"involvedObject": {"apiVersion": "kustomize.toolkit.fluxcd.io/v1",
               "kind": "Kustomization", "name": "shop-prod", "namespace": "flux-system",
               "uid": "u-1", "resourceVersion": "7"},
             "severity": "info", "timestamp": "2026-03-01T12:00:00Z",
             "message": "Reconciliation finished in 1.2s, next run in 10m0s", "reason": "%s",
             "metadata": {"revision": "main@sha1:%s", "commit_status": "update"},
             "reportingController": "kustomize-controller", "reportingInstance": "k-1"}
            """
                .formatted(reason, SHA))
        .header("Gotk-Component", "kustomize-controller");
  }

  static Payload release(String reason) {
    return kustomization(reason)
        .with(
            "involvedObject",
            Map.of("kind", "HelmRelease", "name", "Shop", "namespace", "production", "uid", "u-2"))
        .with("metadata", Map.of("revision", "6.5.3", "app-version", "1.4.2"));
  }

  @Test
  void aKustomizationThatIsReconciledIsADeploymentOfItsRevision() {
    DeploymentEvent event = event(kustomization("ReconciliationSucceeded"));
    assertThat(event.getDeployment()).isEqualTo("flux:u-1:main@sha1:" + SHA);
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getRef()).isEqualTo("main");
    assertThat(event.getRepository()).isNull();
    assertThat(event.getService()).isNull();
    assertThat(event.getWorkflow()).isEqualTo("shop-prod");
    assertThat(event.getEnvironment()).isEqualTo("shop-prod");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void whatIsReconciledAgainAtEachIntervalIsTheSameAttempt() {
    Payload again =
        kustomization("ReconciliationSucceeded").with("timestamp", "2026-03-01T12:10:00Z");
    assertThat(event(again).getDeployment())
        .isEqualTo(event(kustomization("ReconciliationSucceeded")).getDeployment());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReconciliationFailed", "HealthCheckFailed", "BuildFailed"})
  void aFailureDoesNotMarkTheDeploymentThatRanWellBefore(String reason) {
    DeploymentEvent event = event(kustomization(reason));
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getDeployment())
        .isNotEqualTo(event(kustomization("ReconciliationSucceeded")).getDeployment());
  }

  @Test
  void whatIsAppliedIsStarted() {
    DeploymentEvent event = event(kustomization("Progressing"));
    assertThat(event.getStatus()).isEqualTo("started");
    assertThat(event.getFinishedAt()).isNull();
    assertThat(event.getDeployment())
        .isEqualTo(event(kustomization("ReconciliationSucceeded")).getDeployment());
  }

  @ParameterizedTest
  @CsvSource({
    "main@sha1:" + SHA + ", main, " + SHA + ",",
    "sha1:" + SHA + ",, " + SHA + ",",
    "feature/basket@sha1:" + SHA + ", feature/basket, " + SHA + ",",
    "main/" + SHA + ", main, " + SHA + ",",
    "feature/basket/" + SHA + ", feature/basket, " + SHA + ",",
    SHA + ",, " + SHA + ",",
    "1.4.2@sha256:" + DIGEST + ",,, 1.4.2",
    "sha256:" + DIGEST + ",,, sha256:" + DIGEST,
    "latest@sha256:" + DIGEST + ",,, sha256:" + DIGEST,
    "6.5.3,,, 6.5.3"
  })
  void aRevisionIsReadInEachOfItsForms(String text, String ref, String sha, String version) {
    FluxRevision revision = FluxRevision.of(text);
    assertThat(revision.ref().orElse(null)).isEqualTo(ref);
    assertThat(revision.sha().orElse(null)).isEqualTo(sha);
    assertThat(revision.version().orElse(null)).isEqualTo(version);
  }

  @Test
  void anArtifactThatWasBuiltFromGitNamesItsOrigin() {
    DeploymentEvent event =
        event(
            kustomization("ReconciliationSucceeded")
                .with(
                    "metadata",
                    Map.of(
                        "kustomize.toolkit.fluxcd.io/revision", "1.4@sha256:" + DIGEST,
                        "kustomize.toolkit.fluxcd.io/originRevision", "main@sha1:" + SHA)));
    assertThat(event.getSha()).isEqualTo(SHA);
  }

  @Test
  void aReleaseThatIsUpgradedIsADeploymentOfItsVersion() {
    DeploymentEvent event = event(release("UpgradeSucceeded"));
    assertThat(event.getDeployment()).isEqualTo("flux:u-2:6.5.3:2026-03-01T12:00:00Z");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getVersion()).isEqualTo("1.4.2");
    assertThat(event.getSha()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event(release("InstallSucceeded")).getStatus()).isEqualTo("succeeded");
    assertThat(event(release("UpgradeFailed")).getStatus()).isEqualTo("failed");
    assertThat(event(release("ReconciliationSucceeded")).getDeployment())
        .isEqualTo("flux:u-2:6.5.3");
    assertThat(
            event(release("UpgradeSucceeded").with("metadata", Map.of("revision", "6.5.3")))
                .getVersion())
        .isEqualTo("6.5.3");
  }

  @Test
  void aReleaseThatIsRolledBackSaysSo() {
    assertThat(event(release("RollbackSucceeded")).getDeclaredKind()).isEqualTo("rollback");
    assertThat(event(release("UpgradeSucceeded")).getDeclaredKind()).isNull();
  }

  @Test
  void whatAnOldReleaseDidStandsInItsMessage() {
    assertThat(event(release("info").with("message", "Helm upgrade succeeded")).getStatus())
        .isEqualTo("succeeded");
    assertThat(
            event(release("error").with("message", "Helm install failed: timed out\n\nLogs"))
                .getStatus())
        .isEqualTo("failed");
    assertThat(
            Translated.ignored(flux, release("info").with("message", "Helm upgrade has started")))
        .startsWith("HelmRelease info");
  }

  @Test
  void theAlertsMetadataStatesWhatFluxDoesNotKnow() {
    DeploymentEvent event =
        event(
            kustomization("ReconciliationSucceeded")
                .with(
                    "metadata",
                    Map.of(
                        "revision", "main@sha1:" + SHA,
                        "repository", "acme/shop",
                        "service", "Shop",
                        "environment", "eu-prod")));
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getSha()).isEqualTo(SHA);
    DeploymentEvent versioned =
        event(
            kustomization("ReconciliationSucceeded")
                .with("metadata", Map.of("revision", "main@sha1:" + SHA, "version", "1.4.2")));
    assertThat(versioned.getSha()).isNull();
    assertThat(versioned.getVersion()).isEqualTo("1.4.2");
  }

  @Test
  void whatElseHappensIsIgnored() {
    assertThat(Translated.ignored(flux, kustomization("DependencyNotReady")))
        .startsWith("Kustomization DependencyNotReady");
    assertThat(Translated.ignored(flux, release("TestSucceeded"))).startsWith("HelmRelease");
    assertThat(
            Translated.ignored(
                flux, kustomization("NewArtifact").with("involvedObject.kind", "GitRepository")))
        .startsWith("GitRepository");
  }

  @Test
  void aRedeliveryIsTheSameDelivery() {
    Payload event = kustomization("ReconciliationSucceeded");
    assertThat(flux.deliveryId(event.with("message", "other").request()))
        .isEqualTo(flux.deliveryId(event.request()));
    assertThat(flux.deliveryId(event.with("timestamp", "2026-03-01T12:10:00Z").request()))
        .isNotEqualTo(flux.deliveryId(event.request()));
  }

  @Test
  void anEventWithoutItsTimeOrMetadataIsReadAllTheSame() {
    assertThat(event(kustomization("Progressing").without("timestamp")).getOccurredAt())
        .isEqualTo(Payload.RECEIVED_AT);
    assertThat(event(kustomization("Progressing").without("metadata")).getSha()).isNull();
  }

  private DeploymentEvent event(Payload payload) {
    return Translated.event(flux, payload, DeploymentEvent.class);
  }
}
