package dev.dorado.standalone.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Helm chart. What helm renders of each example is kept beside the example, so that its objects
 * are checked where helm is not installed, too; with helm, what is kept is compared.
 */
class HelmChartTest {

  private static final Map<String, Integer> PORTS =
      Map.of("ingest", 8080, "api", 8090, "streams", 8070);
  private static final Pattern OVERRIDE = Pattern.compile("\\$\\{\\?(DORADO_\\w+)}");
  private static final String COMPONENT = "app.kubernetes.io/component";

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void helmRendersWhatIsKept(String example) throws Exception {
    Helm rendered = Helm.template(example);
    assertThat(rendered.status()).as(rendered.output()).isZero();
    assertThat(Rendered.trees(rendered.output()))
        .as(
            "in deploy/helm: helm template dorado dorado --namespace dorado"
                + " --values examples/%s.yaml > examples/%s.rendered.yaml",
            example, example)
        .containsExactlyElementsOf(Rendered.trees(Rendered.keptText(example)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void helmFindsNothingToBlame(String example) throws Exception {
    Helm lint =
        Helm.run("lint", "--strict", "dorado", "--values", "examples/%s.yaml".formatted(example));
    assertThat(lint.status()).as(lint.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.bootstrapServers",
        "registry.url",
        "clickhouse.url",
        "clickhouse.password",
        "secrets.apiTokens",
        "secrets.adminTokens",
        "secrets.contributorKey"
      })
  void whatHasNoDefaultIsDemandedByName(String value) throws Exception {
    Helm rendered = Helm.template("minimal", "--set-string", value + "=");
    assertThat(rendered.status()).isNotZero();
    assertThat(rendered.output()).contains(value + " is empty: set it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oidc.page", "oidc.clientSecret"})
  void whatALoginNeedsIsDemandedByName(String value) throws Exception {
    Helm rendered = Helm.template("everything", "--set-string", value + "=");
    assertThat(rendered.status()).isNotZero();
    assertThat(rendered.output()).contains(value + " is empty and oidc.issuer is not: set it");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          oidc.issuer=http://login.org,  'oidc/issuer'
          ingest.replica=3,              'ingest'
          secrets.senders.git-hub=x,     'invalid propertyName ''git-hub'''
          env.DORADO_SERVER_THREADS=5,   'env/DORADO_SERVER_THREADS'
          streams.standbyReplicas=1,     'streams.standbyReplicas is 1 and streams.replicas is 1'
          ingest.ingress.enabled=true,   'ingest.ingress.host is empty'
          """)
  void whatCannotBeIsRefusedByName(String setting, String named) throws Exception {
    Helm rendered = Helm.template("minimal", "--set", setting);
    assertThat(rendered.status()).isNotZero();
    assertThat(rendered.output()).contains(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void everyContainerHasBoundsAndProbesAndNoPrivileges(String example) throws Exception {
    Map<String, PodTemplateSpec> pods = Rendered.kept(example).pods();
    assertThat(pods).containsOnlyKeys("ingest", "api", "streams", "migrate");
    pods.forEach(
        (role, template) -> {
          PodSpec pod = template.getSpec();
          assertThat(pod.getAutomountServiceAccountToken()).as(role).isFalse();
          assertThat(pod.getHostNetwork()).as(role).isNull();
          assertThat(pod.getSecurityContext().getRunAsNonRoot()).as(role).isTrue();
          // The user of the Dockerfile.
          assertThat(pod.getSecurityContext().getRunAsUser()).as(role).isEqualTo(10001);
          assertThat(pod.getSecurityContext().getSeccompProfile().getType())
              .as(role)
              .isEqualTo("RuntimeDefault");
          assertThat(pod.getInitContainers()).as(role).isEmpty();
          Container container = only(pod.getContainers());
          assertThat(container.getArgs().get(0)).isEqualTo(role);
          var security = container.getSecurityContext();
          assertThat(security.getReadOnlyRootFilesystem()).as(role).isTrue();
          assertThat(security.getAllowPrivilegeEscalation()).as(role).isFalse();
          assertThat(security.getPrivileged()).as(role).isNull();
          assertThat(security.getCapabilities().getDrop()).as(role).containsExactly("ALL");
          assertThat(security.getCapabilities().getAdd()).as(role).isEmpty();
          assertThat(container.getResources().getLimits()).as(role).containsKeys("cpu", "memory");
          assertThat(container.getResources().getRequests()).as(role).containsKeys("cpu", "memory");
          if (!role.equals("migrate")) {
            var port = only(container.getPorts());
            assertThat(port.getContainerPort()).as(role).isEqualTo(PORTS.get(role));
            assertThat(asked(container.getStartupProbe())).isEqualTo("/health/live of http");
            assertThat(asked(container.getLivenessProbe())).isEqualTo("/health/live of http");
            assertThat(asked(container.getReadinessProbe())).isEqualTo("/health/ready of http");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void everySettingIsOneOfAModuleAndSetOnce(String example) throws Exception {
    Set<String> known = new TreeSet<>(List.of("DORADO_JAVA_OPTS"));
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.toList()) {
        Path settings = module.resolve("src/main/resources/reference.conf");
        if (Files.exists(settings)) {
          Matcher matcher = OVERRIDE.matcher(Files.readString(settings));
          while (matcher.find()) {
            known.add(matcher.group(1));
          }
        }
      }
    }
    Rendered.kept(example)
        .pods()
        .forEach(
            (role, pod) ->
                assertThat(only(pod.getSpec().getContainers()).getEnv())
                    .as("settings of %s", role)
                    .extracting(EnvVar::getName)
                    .isSubsetOf(known)
                    .doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void everyFileOfASettingIsMountedFromASecretThatHasIt(String example) throws Exception {
    Rendered rendered = Rendered.kept(example);
    rendered
        .pods()
        .forEach(
            (role, pod) -> {
              for (EnvVar variable : only(pod.getSpec().getContainers()).getEnv()) {
                if (variable.getName().endsWith("_FILE")) {
                  assertThat(secretKey(pod.getSpec(), variable.getValue()))
                      .as("%s of %s", variable.getName(), role)
                      .isNotNull();
                }
              }
              for (Volume volume : pod.getSpec().getVolumes()) {
                if (volume.getSecret() != null) {
                  Set<String> keys = keys(rendered, volume.getSecret().getSecretName());
                  volume
                      .getSecret()
                      .getItems()
                      .forEach(
                          item -> {
                            if (keys != null) {
                              assertThat(keys).as("%s of %s", volume, role).contains(item.getKey());
                            }
                          });
                }
              }
            });
    for (Secret secret : rendered.all(Secret.class)) {
      assertThat(secret.getData()).as("%s", secret.getMetadata().getName()).isNotEmpty();
    }
  }

  @Test
  void noSecretIsMadeWhereAllOfThemExist() throws Exception {
    assertThat(Rendered.kept("secured").all(Secret.class)).isEmpty();
  }

  @Test
  void aRoleGetsNoSecretThatItDoesNotNeed() throws Exception {
    Map<String, PodTemplateSpec> pods = Rendered.kept("everything").pods();
    assertThat(secretKeys(pods.get("api").getSpec()))
        .containsExactlyInAnyOrder(
            "clickhouse-password", "api-tokens", "admin-tokens", "client-secret");
    assertThat(secretKeys(pods.get("ingest").getSpec()))
        .containsExactlyInAnyOrder(
            "kafka.properties",
            "registry-password",
            "admin-tokens",
            "client-secret",
            "github",
            "token");
    assertThat(secretKeys(pods.get("migrate").getSpec()))
        .containsExactlyInAnyOrder("kafka.properties", "registry-password", "clickhouse-password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "secured", "everything"})
  void everySelectorFindsThePodsOfItsRole(String example) throws Exception {
    Rendered rendered = Rendered.kept(example);
    Map<String, PodTemplateSpec> pods = rendered.pods();
    for (Service service : rendered.all(Service.class)) {
      assertSelects(pods, service.getSpec().getSelector());
      assertThat(only(service.getSpec().getPorts()).getTargetPort().getStrVal()).isEqualTo("http");
    }
    for (PodDisruptionBudget budget : rendered.all(PodDisruptionBudget.class)) {
      assertSelects(pods, budget.getSpec().getSelector().getMatchLabels());
    }
    for (NetworkPolicy policy : rendered.all(NetworkPolicy.class)) {
      assertSelects(pods, policy.getSpec().getPodSelector().getMatchLabels());
    }
    for (Deployment one : rendered.all(Deployment.class)) {
      assertSelects(pods, one.getSpec().getSelector().getMatchLabels());
    }
    for (StatefulSet one : rendered.all(StatefulSet.class)) {
      assertSelects(pods, one.getSpec().getSelector().getMatchLabels());
    }
    assertThat(rendered.all(Service.class)).hasSize(3);
    assertThat(rendered.all(PodDisruptionBudget.class)).hasSize(3);
    assertThat(rendered.all(NetworkPolicy.class)).hasSize(4);
  }

  @Test
  void theStateOfStreamsIsOnAVolumeOfItsOwn() throws Exception {
    StatefulSet streams = only(Rendered.kept("everything").all(StatefulSet.class));
    String claim = only(streams.getSpec().getVolumeClaimTemplates()).getMetadata().getName();
    Container container = only(streams.getSpec().getTemplate().getSpec().getContainers());
    String folder = value(container, "DORADO_STREAMS_STATE_DIR");
    assertThat(container.getVolumeMounts())
        .anyMatch(
            mount ->
                mount.getName().equals(claim) && folder.startsWith(mount.getMountPath() + "/"));
    assertThat(streams.getSpec().getServiceName())
        .isIn(
            Rendered.kept("everything").all(Service.class).stream()
                .map(service -> service.getMetadata().getName())
                .toList());
  }

  @Test
  void migrateIsAHookBeforeInstallationsAndUpgradesAndSoIsWhatItNeeds() throws Exception {
    Rendered rendered = Rendered.kept("everything");
    Job migrate = only(rendered.all(Job.class));
    assertThat(migrate.getMetadata().getAnnotations())
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade");
    PodSpec pod = migrate.getSpec().getTemplate().getSpec();
    assertThat(pod.getServiceAccountName()).as("the release's own is not there yet").isNull();
    for (Volume volume : pod.getVolumes()) {
      if (volume.getSecret() != null) {
        Secret secret =
            rendered.all(Secret.class).stream()
                .filter(
                    one -> one.getMetadata().getName().equals(volume.getSecret().getSecretName()))
                .findFirst()
                .orElseThrow();
        assertThat(secret.getMetadata().getAnnotations())
            .containsEntry("helm.sh/hook", "pre-install,pre-upgrade");
      }
    }
  }

  @Test
  void ingestIsScaledByItsAutoscalerAlone() throws Exception {
    Rendered everything = Rendered.kept("everything");
    var autoscaler = only(everything.all(HorizontalPodAutoscaler.class));
    Deployment ingest =
        everything.all(Deployment.class).stream()
            .filter(
                one ->
                    one.getMetadata()
                        .getName()
                        .equals(autoscaler.getSpec().getScaleTargetRef().getName()))
            .findFirst()
            .orElseThrow();
    assertThat(ingest.getMetadata().getLabels()).containsEntry(COMPONENT, "ingest");
    assertThat(ingest.getSpec().getReplicas()).isNull();
  }

  @Test
  void whatIsOffByDefaultIsOff() throws Exception {
    Rendered minimal = Rendered.kept("minimal");
    assertThat(minimal.all(HorizontalPodAutoscaler.class)).isEmpty();
    assertThat(minimal.all(Ingress.class)).isEmpty();
    assertThat(minimal.all(ServiceMonitor.class)).isEmpty();
    Rendered everything = Rendered.kept("everything");
    assertThat(everything.all(Ingress.class)).hasSize(2);
    assertThat(everything.all(ServiceMonitor.class)).hasSize(1);
    assertThat(only(everything.all(ServiceAccount.class)).getAutomountServiceAccountToken())
        .isFalse();
  }

  @Test
  void apiAndIngestKnowTheSameLogin() throws Exception {
    Map<String, PodTemplateSpec> pods = Rendered.kept("everything").pods();
    for (String role : List.of("api", "ingest")) {
      Container container = only(pods.get(role).getSpec().getContainers());
      assertThat(value(container, "DORADO_OIDC_ISSUER"))
          .as(role)
          .isEqualTo("https://login.example.org/realms/acme");
      assertThat(value(container, "DORADO_OIDC_PAGE")).isEqualTo("https://dorado.example.org/");
      assertThat(value(container, "DORADO_OIDC_ADMINISTRATORS"))
          .isEqualTo("platform, ann@example.org");
      assertThat(
              secretKey(
                  pods.get(role).getSpec(), value(container, "DORADO_OIDC_CLIENT_SECRET_FILE")))
          .isEqualTo("client-secret");
    }
  }

  @Test
  void aSettingOfARoleWinsOverThatOfAllRoles() throws Exception {
    Map<String, PodTemplateSpec> pods = Rendered.kept("everything").pods();
    assertThat(
            value(
                only(pods.get("ingest").getSpec().getContainers()),
                "DORADO_RULES_PROXIMITY_WINDOW"))
        .isEqualTo("6h");
    assertThat(
            value(
                only(pods.get("streams").getSpec().getContainers()),
                "DORADO_RULES_PROXIMITY_WINDOW"))
        .isEqualTo("12h");
  }

  @Test
  void theSchemaKnowsEverySender() throws Exception {
    JsonNode schema =
        new ObjectMapper()
            .readTree(Helm.FOLDER.resolve("dorado").resolve("values.schema.json").toFile());
    List<String> names =
        Senders.all(SenderSettings.from(ConfigFactory.defaultReference())).names().stream()
            .sorted()
            .toList();
    assertThat(schema.at("/properties/secrets/properties/senders/propertyNames/enum"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(schema.at("/properties/senders/items/enum"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void noSecretHasADefault() throws Exception {
    JsonNode values =
        new ObjectMapper(new YAMLFactory())
            .readTree(Helm.FOLDER.resolve("dorado").resolve("values.yaml").toFile());
    for (String secret :
        List.of(
            "/kafka/properties/content",
            "/registry/password",
            "/clickhouse/password",
            "/secrets/apiTokens",
            "/secrets/adminTokens",
            "/secrets/contributorKey")) {
      assertThat(values.at(secret).asText("not there")).as(secret).isEmpty();
    }
    assertThat(values.at("/secrets/senders").isEmpty()).isTrue();
  }

  @Test
  void anUnknownFieldIsAnErrorOfThisTestAtAnyDepth() throws Exception {
    String kept = Rendered.keptText("minimal");
    assertThat(kept).contains("readOnlyRootFilesystem: true");
    assertThatThrownBy(
            () ->
                Rendered.of(
                    kept.replace("readOnlyRootFilesystem: true", "readonlyRootFilesystem: true")))
        .hasMessageContaining("readonlyRootFilesystem");
  }

  private static void assertSelects(
      Map<String, PodTemplateSpec> pods, Map<String, String> selector) {
    assertThat(selector).containsKey(COMPONENT);
    assertThat(pods.get(selector.get(COMPONENT)).getMetadata().getLabels())
        .containsAllEntriesOf(selector);
  }

  private static String asked(Probe probe) {
    HTTPGetAction get = probe.getHttpGet();
    return get.getPath() + " of " + get.getPort().getStrVal();
  }

  private static String value(Container container, String variable) {
    return container.getEnv().stream()
        .filter(one -> one.getName().equals(variable))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  /** Key of the secret that is mounted as {@code file}; null if none is. */
  private static String secretKey(PodSpec pod, String file) {
    for (VolumeMount mount : only(pod.getContainers()).getVolumeMounts()) {
      for (Volume volume : pod.getVolumes()) {
        if (volume.getName().equals(mount.getName()) && volume.getSecret() != null) {
          for (var item : volume.getSecret().getItems()) {
            if (file.equals(mount.getMountPath() + "/" + item.getPath())) {
              return item.getKey();
            }
          }
        }
      }
    }
    return null;
  }

  private static List<String> secretKeys(PodSpec pod) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .flatMap(volume -> volume.getSecret().getItems().stream())
        .map(item -> item.getKey())
        .toList();
  }

  /** Keys of a secret of the chart; null if it is one that must exist. */
  private static Set<String> keys(Rendered rendered, String name) {
    return rendered.all(Secret.class).stream()
        .filter(secret -> secret.getMetadata().getName().equals(name))
        .map(secret -> secret.getData().keySet())
        .findFirst()
        .orElse(null);
  }

  private static <T> T only(List<T> all) {
    assertThat(all).hasSize(1);
    return all.get(0);
  }
}
