package dev.dorado.standalone.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.Topics;
import dev.dorado.standalone.compose.Compose.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The production-like stack, as far as it can be judged without running its images. */
class ComposeTest {

  /** The ports of the roles that serve, which others rely on. */
  private static final Map<String, Integer> PORTS =
      Map.of("ingest", 8080, "api", 8090, "streams", 8070);

  private static final Pattern OVERRIDE = Pattern.compile("\\$\\{\\?(DORADO_\\w+)}");
  private static final Pattern PINNED = Pattern.compile("[\\w./-]+:v?\\d+\\.\\d+\\.\\d+[\\w.-]*");
  private static final Pattern SECRET_FILE = Pattern.compile("/run/secrets/([\\w-]+)");

  private final Compose compose = Compose.read();

  @Test
  void dockerComposeAcceptsIt() throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder("docker-compose", "config", "-q")
              .directory(Compose.ROOT.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(
          false, "docker-compose is not installed (apt-get install docker-compose): skipped");
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  @Test
  void everySettingIsOneOfAModuleOrOfTheLauncher() throws IOException {
    Set<String> known = new TreeSet<>(List.of("DORADO_JAVA_OPTS"));
    try (Stream<Path> modules = Files.list(Compose.ROOT)) {
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
    assertThat(Files.readString(Compose.ROOT.resolve("dorado"))).contains("DORADO_JAVA_OPTS");
    for (Service service : compose.services().values()) {
      for (String variable : service.environment().keySet()) {
        if (variable.startsWith("DORADO_")) {
          assertThat(known).as("setting of %s", service).contains(variable);
        }
      }
    }
  }

  @Test
  void everyRoleIsACommandAndListensWhereTheContractSays() {
    assertThat(compose.roles().keySet())
        .containsExactlyInAnyOrder("migrate", "ingest", "streams", "api");
    compose
        .roles()
        .forEach((name, service) -> assertThat(service.texts("command").get(0)).isEqualTo(name));
    PORTS.forEach(
        (role, port) ->
            assertThat(compose.services().get(role).healthCheck())
                .contains("http://127.0.0.1:%d/health/ready".formatted(port)));
  }

  @Test
  void rolesStartWhenMigrateIsDone() {
    compose
        .roles()
        .forEach(
            (name, service) -> {
              if (name.equals("migrate")) {
                assertThat(service.dependencies())
                    .containsOnlyKeys("kafka", "registry", "clickhouse")
                    .containsValue("service_healthy");
                assertThat(service.text("restart")).isEqualTo("no");
              } else {
                assertThat(service.dependencies())
                    .containsEntry("migrate", "service_completed_successfully");
              }
            });
  }

  @Test
  void everyImageIsPinned() {
    for (Service service : compose.services().values()) {
      assertThat(service.text("image")).as("image of %s", service).matches(PINNED);
    }
    assertThat(compose.services().get("grafana").environment().get("GF_PLUGINS_PREINSTALL_SYNC"))
        .matches("yesoreyeram-infinity-datasource@\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void everyServiceHasALimitOfMemoryAndEveryServerAHealthCheck() {
    for (Service service : compose.services().values()) {
      assertThat(service.text("mem_limit")).as("mem_limit of %s", service).matches("\\d+[mg]");
      if (!service.name().equals("migrate")) {
        assertThat(service.healthCheck()).as("health check of %s", service).isNotBlank();
        assertThat(service.text("restart")).as("restart of %s", service).isNotBlank();
      }
    }
  }

  @Test
  void portsArePublishedToThisMachineAlone() {
    List<String> published = new ArrayList<>();
    compose.services().values().forEach(service -> published.addAll(service.texts("ports")));
    assertThat(published)
        .containsExactlyInAnyOrder(
            "127.0.0.1:8080:8080", "127.0.0.1:8090:8090", "127.0.0.1:3000:3000");
  }

  @Test
  void whatIsMountedIsThere() {
    for (Service service : compose.services().values()) {
      for (String volume : service.texts("volumes")) {
        if (volume.startsWith("./")) {
          Path source = Compose.ROOT.resolve(volume.substring(0, volume.indexOf(':')));
          assertThat(source).as("mounted by %s", service).exists();
        }
      }
    }
  }

  @Test
  void everySecretIsGivenToThoseThatReadItAndDescribed() throws IOException {
    String readme = Files.readString(Compose.ROOT.resolve("secrets/README.md"));
    Set<String> used = new LinkedHashSet<>();
    for (Service service : compose.services().values()) {
      Set<String> read = new TreeSet<>();
      for (String value : service.environment().values()) {
        read.addAll(secretFiles(value));
      }
      if (service.name().equals("grafana")) {
        read.addAll(secretFiles(Files.readString(datasources())));
      }
      if (service.name().equals("prometheus")) {
        Path scrapes = Compose.ROOT.resolve("dashboards/prometheus/prometheus.yml");
        read.addAll(secretFiles(Files.readString(scrapes)));
      }
      assertThat(service.texts("secrets"))
          .as("secrets of %s", service)
          .containsExactlyInAnyOrderElementsOf(read);
      used.addAll(read);
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(compose.secrets().keySet());
    compose
        .secrets()
        .forEach(
            (name, file) -> {
              assertThat(file.normalize().getParent().getFileName()).hasToString("secrets");
              assertThat(readme).contains("`" + file.getFileName() + "`");
            });
  }

  @Test
  void ingestIsGivenTheSecretsOfEverySender() {
    Map<String, String> expected = new TreeMap<>();
    var settings = SenderSettings.from(ConfigFactory.defaultReference());
    for (String sender : Senders.all(settings).names()) {
      String name = sender.toUpperCase(Locale.ROOT).replace('-', '_');
      expected.put("DORADO_SECRETS_%s_FILE".formatted(name), "/run/secrets/" + sender);
    }
    Map<String, String> given = new TreeMap<>(compose.services().get("ingest").environment());
    given.keySet().removeIf(variable -> !variable.startsWith("DORADO_SECRETS_"));
    assertThat(given).isEqualTo(expected);
  }

  @Test
  void kafkaTakesTheLongestDeliveryAndIsAdvertisedByItsName() {
    Map<String, String> kafka = compose.services().get("kafka").environment();
    assertThat(Integer.parseInt(kafka.get("KAFKA_MESSAGE_MAX_BYTES")))
        .isGreaterThan(Topics.MAX_DELIVERY_BYTES);
    for (String listener : kafka.get("KAFKA_LISTENERS").split(",", -1)) {
      assertThat(kafka.get("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"))
          .contains(listener.substring(0, listener.indexOf(':')) + ":PLAINTEXT");
    }
    String advertised = kafka.get("KAFKA_ADVERTISED_LISTENERS");
    assertThat(advertised).startsWith(kafka.get("KAFKA_INTER_BROKER_LISTENER_NAME") + "://kafka:");
    for (Service role : compose.roles().values()) {
      String servers = role.environment().get("DORADO_KAFKA_BOOTSTRAP_SERVERS");
      if (servers != null) {
        assertThat(advertised).endsWith("://" + servers);
      }
    }
  }

  @Test
  void prometheusScrapesEachRoleAtItsPort() {
    Map<?, ?> settings = Compose.yaml(Compose.ROOT.resolve("dashboards/prometheus/prometheus.yml"));
    Set<String> targets = new TreeSet<>();
    for (Object job : (List<?>) settings.get("scrape_configs")) {
      for (Object group : (List<?>) ((Map<?, ?>) job).get("static_configs")) {
        ((List<?>) ((Map<?, ?>) group).get("targets"))
            .forEach(target -> targets.add(String.valueOf(target)));
      }
    }
    assertThat(targets)
        .containsExactlyInAnyOrderElementsOf(
            PORTS.entrySet().stream().map(role -> role.getKey() + ":" + role.getValue()).toList());
    assertThat(compose.services().keySet()).containsAll(PORTS.keySet());
  }

  @Test
  void grafanaAsksServicesOfTheStack() {
    for (Object datasource : (List<?>) Compose.yaml(datasources()).get("datasources")) {
      URI url = URI.create(String.valueOf(((Map<?, ?>) datasource).get("url")));
      assertThat(compose.services().keySet()).contains(url.getHost());
      if (PORTS.containsKey(url.getHost())) {
        assertThat(url.getPort()).isEqualTo(PORTS.get(url.getHost()));
        assertThat(datasource.toString()).contains("allowedHosts=[" + url + "]");
      }
    }
  }

  private static Path datasources() {
    return Compose.ROOT.resolve("dashboards/grafana/provisioning/datasources/dorado.yml");
  }

  private static Set<String> secretFiles(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = SECRET_FILE.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
