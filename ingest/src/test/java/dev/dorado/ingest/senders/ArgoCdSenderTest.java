package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgoCdSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";
  private static final String CHART_REVISION = "6.5.3";
  private static final String OPERATION = "app.status.operationState.";

  private final ArgoCdSender argocd = new ArgoCdSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new ArgoCdSender(Translated.SETTINGS), app(), running(), ofChart(), ofSeveralSources());
  }

  static Payload app() {
    return Payload.of(
        """
        {"context": {"argocdUrl": "https://argocd.example.org/"},
         "app": {
           "metadata": {"name": "shop-prod", "namespace": "argocd", "labels": {"team": "a"},
             "annotations": {"argocd.argoproj.io/sync-wave": "1"}},
           "spec": {"project": "default",
             "source": {"repoURL": "https://github.com/Acme/Shop.git", "path": "deploy",
               "targetRevision": "main"},
             "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"}},
           "status": {
             "health": {"status": "Healthy", "lastTransitionTime": "2026-03-01T12:03:00Z"},
             "summary": {"images": ["ghcr.io/acme/shop:1.4.2@sha256:0a", "envoyproxy/envoy:v1.30"]},
             "sync": {"status": "Synced", "revision": "%s"},
             "operationState": {"phase": "Succeeded", "message": "successfully synced",
               "startedAt": "2026-03-01T12:00:00Z", "finishedAt": "2026-03-01T12:01:00Z",
               "operation": {"sync": {"revision": "%s"}, "initiatedBy": {"automated": true}},
               "syncResult": {"revision": "%s",
                 "source": {"repoURL": "https://github.com/Acme/Shop.git",
                   "targetRevision": "main"}}}}}}
        """
            .formatted(SHA, SHA, SHA));
  }

  static Payload running() {
    return app()
        .with(OPERATION + "phase", "Running")
        .without(OPERATION + "finishedAt")
        .without(OPERATION + "syncResult")
        .with("app.status.health.status", "Progressing");
  }

  static Payload ofChart() {
    var source =
        Map.of("repoURL", "https://charts.example.org", "chart", "shop", "targetRevision", "6.*");
    return app()
        .with("app.spec.source", source)
        .with(OPERATION + "syncResult", Map.of("revision", CHART_REVISION, "source", source));
  }

  static Payload ofSeveralSources() {
    return app()
        .without("app.spec.source")
        .with(
            OPERATION + "syncResult",
            Map.of(
                "revisions",
                List.of(CHART_REVISION, SHA),
                "sources",
                List.of(
                    Map.of("repoURL", "https://charts.example.org", "chart", "shop"),
                    Map.of("repoURL", "git@github.com:acme/shop.git", "ref", "values"))));
  }

  @Test
  void aSyncOfAHealthyApplicationIsADeployment() {
    DeploymentEvent event = event(app());
    assertThat(event.getDeployment()).isEqualTo("argocd:argocd/shop-prod:2026-03-01T12:00:00Z");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getService()).isNull();
    assertThat(event.getWorkflow()).isEqualTo("shop-prod");
    assertThat(event.getEnvironment()).isEqualTo("shop-prod");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getRef()).isEqualTo("main");
    assertThat(event.getVersion()).isEqualTo("1.4.2");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getUrl())
        .isEqualTo("https://argocd.example.org/applications/argocd/shop-prod");
  }

  @Test
  void itIsFinishedWhenTheApplicationIsHealthyWhichMayBeAfterTheSync() {
    assertThat(event(app()).getFinishedAt()).isEqualTo("2026-03-01T12:03:00Z");
    assertThat(
            event(app().with("app.status.health.lastTransitionTime", "2026-02-01T00:00:00Z"))
                .getFinishedAt())
        .isEqualTo("2026-03-01T12:01:00Z");
    assertThat(event(app().with("app.status.health", null)).getFinishedAt())
        .isEqualTo("2026-03-01T12:01:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "Running, Healthy, started",
    "Succeeded, Progressing, started",
    "Succeeded, Suspended, started",
    "Succeeded, Healthy, succeeded",
    "Succeeded, Degraded, failed",
    "Failed, Healthy, failed",
    "Error, Healthy, failed"
  })
  void phaseAndHealthAreTheStatus(String phase, String health, String status) {
    Payload payload =
        app().with(OPERATION + "phase", phase).with("app.status.health.status", health);
    assertThat(event(payload).getStatus()).isEqualTo(status);
  }

  @Test
  void anApplicationThatDegradesAfterItWasHealthyDoesNotMarkItsDeployment() {
    Payload degraded =
        app()
            .with("app.status.health.status", "Degraded")
            .with("app.status.health.lastTransitionTime", "2026-03-04T00:00:00Z");
    assertThat(event(degraded).getFinishedAt()).isBeforeOrEqualTo(event(app()).getFinishedAt());
  }

  @Test
  void aRollbackToARevisionThatWasSyncedBeforeIsAnAttemptOfItsOwn() {
    Payload later =
        app()
            .with(OPERATION + "startedAt", "2026-03-02T12:00:00Z")
            .with(OPERATION + "finishedAt", "2026-03-02T12:01:00Z");
    assertThat(event(later).getDeployment()).isNotEqualTo(event(app()).getDeployment());
    assertThat(event(later).getSha()).isEqualTo(SHA);
  }

  @Test
  void aRepeatedNotificationIsOneEvent() {
    Payload again = app().with("app.status.summary.images", List.of());
    assertThat(event(again).getId()).isEqualTo(event(app()).getId());
  }

  @Test
  void aChartHasAVersionAndNoCommit() {
    DeploymentEvent event =
        event(ofChart().with("app.status.summary.images", List.of("a/b:latest")));
    assertThat(event.getRepository()).isNull();
    assertThat(event.getService()).isEqualTo("shop-prod");
    assertThat(event.getSha()).isNull();
    assertThat(event.getVersion()).isEqualTo(CHART_REVISION);
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/acme/shop@sha256:0a, sha256:0a",
    "ghcr.io/acme/shop:latest@sha256:0a, sha256:0a",
    "ghcr.io/acme/shop:1.4.2@sha256:0a, 1.4.2"
  })
  void anImageThatNamesNoVersionHasItsDigest(String image, String version) {
    assertThat(event(app().with("app.status.summary.images", List.of(image))).getVersion())
        .isEqualTo(version);
  }

  @Test
  void ofSeveralSourcesTheGitRepositoryCounts() {
    DeploymentEvent event = event(ofSeveralSources());
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getSha()).isEqualTo(SHA);
  }

  @Test
  void theCommitOfARepositoryOfManifestsIsNotThatOfTheCode() {
    DeploymentEvent event =
        event(
            app()
                .with(
                    "app.metadata.annotations",
                    Map.of(
                        "dorado.dev/repository", "acme/shop-code",
                        "dorado.dev/service", "Shop",
                        "dorado.dev/environment", "eu-prod"))
                .with(
                    "app.status.summary.images",
                    List.of("ghcr.io/acme/shop:main-abcdefabcdefabcdefabcdefabcdefabcdefabcd-7")));
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop-code");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getSha()).isEqualTo("abcdefabcdefabcdefabcdefabcdefabcdefabcd");
    assertThat(event.getRef()).isNull();
  }

  @Test
  void aStatedRepositoryThatIsTheSourcesKeepsItsCommit() {
    Payload same =
        app().with("app.metadata.annotations", Map.of("dorado.dev/repository", "acme/shop"));
    assertThat(event(same).getSha()).isEqualTo(SHA);
  }

  @ParameterizedTest
  @CsvSource({
    "shop, shop-staging, shop-staging",
    "prod, cluster-1, prod",
    "shop, eu-prod, eu-prod",
    "shop, cluster-1, shop"
  })
  void theEnvironmentIsTheFirstNameThatHasAWordOfEnvironments(
      String namespace, String cluster, String environment) {
    Payload payload =
        app()
            .with("app.metadata.name", "shop")
            .with("app.spec.destination", Map.of("namespace", namespace, "name", cluster));
    assertThat(event(payload).getEnvironment()).isEqualTo(environment);
  }

  @Test
  void theApplicationItselfMayBeTheBody() {
    Payload bare = Payload.of(app().json().get("app").toString());
    assertThat(event(bare).getId()).isEqualTo(event(app()).getId());
    assertThat(event(bare).getUrl()).isNull();
  }

  @Test
  void whatDeploysNothingIsIgnored() {
    assertThat(Translated.ignored(argocd, app().without("app.status.operationState")))
        .contains("no sync operation");
    assertThat(Translated.ignored(argocd, app().with(OPERATION + "operation.sync.dryRun", true)))
        .contains("dry run");
    assertThat(Translated.ignored(argocd, app().with(OPERATION + "phase", "Terminating")))
        .startsWith("Terminating");
  }

  @Test
  void whatASyncMustHaveIsNamed() {
    assertThat(Translated.missing(argocd, app().without(OPERATION + "startedAt")).path())
        .isEqualTo("$.app.status.operationState.startedAt");
    assertThat(Translated.missing(argocd, Payload.of("{\"text\": \"synced\"}")).path())
        .isEqualTo("$.app");
  }

  @Test
  void anAnnotationThatNamesNoRepositoryIsLeftOutAndNamed() {
    Payload misspelt =
        app().with("app.metadata.annotations", Map.of("dorado.dev/repository", "shop"));
    assertThat(Translated.skipped(argocd, misspelt))
        .containsExactly("$.app.metadata.annotations['dorado.dev/repository']");
  }

  @Test
  void theTemplateOfTheDocumentsTranslates() {
    Payload filled = TemplateInDocuments.filled("argocd.md", app().json());
    DeploymentEvent event = event(filled);
    assertThat(event.getId()).isEqualTo(event(app()).getId());
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getUrl()).isEqualTo(event(app()).getUrl());
    Payload bare = TemplateInDocuments.filled("argocd.md", running().json());
    assertThat(event(bare).getStatus()).isEqualTo("started");
    assertThat(event(bare).getSha()).isEqualTo(SHA);
    Payload several = TemplateInDocuments.filled("argocd.md", ofSeveralSources().json());
    assertThat(event(several).getSha()).isEqualTo(SHA);
  }

  private DeploymentEvent event(Payload payload) {
    return Translated.event(argocd, payload, DeploymentEvent.class);
  }
}
