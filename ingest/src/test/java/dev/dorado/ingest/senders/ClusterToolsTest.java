package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the tools of a cluster have in common: each reports a layer of a rollout (rule E4), knows an
 * object by its name (rule G4), and has hiccups that are no attempts (rule E6).
 */
class ClusterToolsTest {

  private final FluxSender flux = new FluxSender(Translated.SETTINGS);
  private final ArgoCdSender argocd = new ArgoCdSender(Translated.SETTINGS);
  private final FlaggerSender flagger = new FlaggerSender(Translated.SETTINGS);

  @Test
  void eachToolReportsItsLayer() {
    assertThat(layer(flux, FluxSenderTest.kustomization("ReconciliationSucceeded")))
        .isEqualTo("application");
    assertThat(layer(flux, FluxSenderTest.release("UpgradeSucceeded"))).isEqualTo("release");
    assertThat(layer(argocd, ArgoCdSenderTest.app())).isEqualTo("application");
    assertThat(
            layer(
                argocd,
                ArgoCdSenderTest.app()
                    .with("app.status.resources", List.of(Map.of("kind", "Application")))))
        .isEqualTo("bundle");
    assertThat(layer(flagger, FlaggerSenderTest.event("Succeeded", "Promotion completed!")))
        .isEqualTo("rollout");
  }

  private static String layer(Sender sender, Payload payload) {
    return Translated.event(sender, payload, DeploymentEvent.class).getLayer();
  }

  @Test
  void theTemplateOfTheDocumentsTellsAnApplicationOfApplications() {
    Payload app =
        ArgoCdSenderTest.app()
            .with("app.status.resources", List.of(Map.of("kind", "Application", "name", "a")));
    assertThat(layer(argocd, TemplateInDocuments.filled("argocd.md", app.json())))
        .isEqualTo("bundle");
  }

  @Test
  void anObjectIsFoundByItsNameUnlessItsUserStatesMore() {
    DeploymentEvent event = Translated.event(argocd, ArgoCdSenderTest.app(), DeploymentEvent.class);
    assertThat(event.getNames()).containsExactly("argocd:shop-prod", "shop-prod");
    Payload stated =
        ArgoCdSenderTest.app()
            .with("app.metadata.annotations", Map.of("dorado.dev/repository", "acme/shop"));
    assertThat(Translated.event(argocd, stated, DeploymentEvent.class).getNames()).isEmpty();
    DeploymentEvent release =
        Translated.event(flux, FluxSenderTest.release("UpgradeSucceeded"), DeploymentEvent.class);
    assertThat(release.getNames()).containsExactly("flux:Shop", "shop");
    var pipeline =
        Translated.events(new SpinnakerSender(Translated.SETTINGS), SpinnakerSenderTest.complete());
    assertThat(((DeploymentEvent) pipeline.get(0).value()).getNames())
        .containsExactly("spinnaker:shop", "shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Operation cannot be fulfilled on helmreleases \"s12\": the object has been modified",
        "dependency 'flux-system/infra' is not ready",
        "failed to download archive: Get \"http://source\": dial tcp: connection refused",
        "rpc error: code = Unavailable desc = repo server"
      })
  void aHiccupOfAControllerIsNoAttempt(String message) {
    Payload kustomization =
        FluxSenderTest.kustomization("ReconciliationFailed").with("message", message);
    assertThat(Translated.ignored(flux, kustomization)).contains("hiccup");
    Payload sync =
        ArgoCdSenderTest.app()
            .with("app.status.operationState.phase", "Error")
            .with("app.status.operationState.message", message);
    assertThat(Translated.ignored(argocd, sync)).contains("hiccup");
    assertThat(Translated.ignored(flagger, FlaggerSenderTest.event("Succeeded", message)))
        .startsWith("Succeeded");
  }

  @Test
  void aReleaseThatIsNotReconciledHasNotFailed() {
    assertThat(Translated.ignored(flux, FluxSenderTest.release("ReconciliationFailed")))
        .startsWith("HelmRelease ReconciliationFailed");
    for (String reason : List.of("UpgradeFailed", "InstallFailed", "TestFailed")) {
      assertThat(
              Translated.event(flux, FluxSenderTest.release(reason), DeploymentEvent.class)
                  .getStatus())
          .isEqualTo("failed");
    }
  }

  @Test
  void whatFailsNamesTheRevisionWhoseHitchItMayBe() {
    DeploymentEvent failure =
        Translated.event(
            flux, FluxSenderTest.kustomization("HealthCheckFailed"), DeploymentEvent.class);
    DeploymentEvent success =
        Translated.event(
            flux, FluxSenderTest.kustomization("ReconciliationSucceeded"), DeploymentEvent.class);
    assertThat(failure.getHitchOf()).isEqualTo(success.getDeployment());
    assertThat(success.getHitchOf()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GitRepository", "HelmChart", "OCIRepository", "Bucket", "ImagePolicy"})
  void whatOnlyFetchesIsNeverAnAttempt(String kind) {
    Payload payload =
        FluxSenderTest.kustomization("ReconciliationSucceeded").with("involvedObject.kind", kind);
    assertThat(Translated.ignored(flux, payload)).startsWith(kind);
  }

  @Test
  void aRunHasTheNamesByWhichTheCatalogMayKnowItsJobAndTheVersionOfItsParameters() {
    CiRunEvent jenkins =
        run(
            new JenkinsSender(Translated.SETTINGS),
            JenkinsSenderTest.build("COMPLETED")
                .with("build.parameters", Map.of("ENV", "production", "Image_Tag", "v1.2")));
    assertThat(jenkins.getNames()).containsExactly("jenkins:acme/shop/main", "jenkins:acme/shop");
    assertThat(jenkins.getVersion()).isEqualTo("v1.2");
    CiRunEvent buildkite =
        run(
            new BuildkiteSender(Translated.SETTINGS),
            BuildkiteSenderTest.build("build.finished")
                .with("organization", Map.of("slug", "acme"))
                .with("build.meta_data", Map.of("release-version", "2"))
                .with("build.env", Map.of("TAG", "3")));
    assertThat(buildkite.getNames())
        .containsExactly("buildkite:acme/shop-deploy", "buildkite:shop-deploy");
    assertThat(buildkite.getVersion()).isEqualTo("2");
    assertThat(
            run(new CircleCiSender(Translated.SETTINGS), CircleCiSenderTest.ofOAuth()).getNames())
        .containsExactly("circleci:github/acme/shop");
    assertThat(
            run(new AzureDevOpsSender(Translated.SETTINGS), AzureDevOpsSenderTest.build())
                .getNames())
        .containsExactly("azure-devops:Web/Shop CI", "azure-devops:Shop CI");
    assertThat(
            run(new TektonSender(Translated.SETTINGS), TektonSenderTest.run("successful"))
                .getNames())
        .containsExactly("tekton:shop-build");
  }

  @Test
  void aParameterThatNamesABranchIsNoVersion() {
    Payload build = JenkinsSenderTest.build("COMPLETED");
    var jenkins = new JenkinsSender(Translated.SETTINGS);
    assertThat(run(jenkins, build.with("build.parameters.GIT_REF", "refs/heads/main")).getVersion())
        .isNull();
    assertThat(run(jenkins, build.with("build.parameters.GIT_REF", "refs/tags/v1")).getVersion())
        .isEqualTo("v1");
  }

  private static CiRunEvent run(Sender sender, Payload payload) {
    return Translated.event(sender, payload, CiRunEvent.class);
  }
}
