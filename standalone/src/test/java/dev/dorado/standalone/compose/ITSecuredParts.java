package dev.dorado.standalone.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.embedded.SecuredListener;
import dev.dorado.standalone.Dorado;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The roles as processes, on a Kafka that demands TLS and SASL, and a registry and a ClickHouse
 * behind TLS, all with a certificate that only the test's own trust store knows. The settings are
 * those that the Helm chart writes.
 */
class ITSecuredParts {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern LISTENS = Pattern.compile("listens on port (\\d+)");
  private static final String STORE_PASSWORD = "store-password";
  private static final String WEBHOOK_SECRET = "secret-of-the-generic-sender";
  private static final String READER = "token-of-a-reader";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir private Path folder;
  private EmbeddedKafka kafka;
  private TlsFront registryFront;
  private TlsFront clickHouseFront;

  @BeforeEach
  void startParts() throws Exception {
    Path keys = makeKeys();
    kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"),
            new SecuredListener(keys, STORE_PASSWORD, "dorado", "kafka-password"));
    parts.push(kafka);
    var registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
    parts.push(registry);
    var clickHouse = EmbeddedClickHouse.start(folder.resolve("clickhouse"), 0);
    parts.push(clickHouse);
    URI registryUrl = URI.create(registry.url());
    registryFront =
        new TlsFront(
            keys,
            STORE_PASSWORD,
            "http://" + registryUrl.getAuthority(),
            // dorado:registry-password
            "Basic ZG9yYWRvOnJlZ2lzdHJ5LXBhc3N3b3Jk");
    parts.push(registryFront);
    clickHouseFront = new TlsFront(keys, STORE_PASSWORD, clickHouse.url(), null);
    parts.push(clickHouseFront);

    environment.put("DORADO_KAFKA_BOOTSTRAP_SERVERS", kafka.securedBootstrapServers());
    environment.put("DORADO_KAFKA_PARTITIONS", "2");
    environment.put("DORADO_KAFKA_REPLICATION_FACTOR", "1");
    environment.put("DORADO_KAFKA_PROPERTIES_FILE", kafkaProperties("kafka-password").toString());
    environment.put(
        "DORADO_REGISTRY_URL",
        "https://127.0.0.1:%d%s".formatted(registryFront.port(), registryUrl.getPath()));
    environment.put("DORADO_REGISTRY_USER", "dorado");
    environment.put("DORADO_REGISTRY_PASSWORD_FILE", file("registry-password"));
    environment.put(
        "DORADO_CLICKHOUSE_URL",
        "jdbc:clickhouse:https://127.0.0.1:%d".formatted(clickHouseFront.port()));
    environment.put("DORADO_CLICKHOUSE_USER", clickHouse.user());
    environment.put("DORADO_CLICKHOUSE_PASSWORD", clickHouse.password());
    environment.put("DORADO_STREAMS_STATE_DIR", folder.resolve("state").toString());
    environment.put("DORADO_RULES_CONTRIBUTOR_KEY", "a key of the test");
    environment.put("DORADO_SECRETS_GENERIC", WEBHOOK_SECRET);
    environment.put("DORADO_API_TOKENS", READER);
  }

  @AfterEach
  void stopParts() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  @Test
  void aDeliveryBecomesAFactOverTlsWithLoginsAlone() throws Exception {
    Role migrate = start("migrate", environment, "migrate");
    assertThat(migrate.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(migrate.process().exitValue()).as(migrate.output()).isZero();

    Role ingest = start("ingest", environment, "ingest", "--port", "0", "--host", "127.0.0.1");
    Role streams = start("streams", environment, "streams", "--port", "0", "--host", "127.0.0.1");
    Role api = start("api", environment, "api", "--port", "0", "--host", "127.0.0.1");
    for (Role role : List.of(ingest, streams, api)) {
      awaitReady(role);
    }
    var delivered =
        HttpRequest.newBuilder(URI.create(ingest.url() + "/webhooks/generic"))
            .header("Authorization", "Bearer " + WEBHOOK_SECRET)
            .POST(
                BodyPublishers.ofString(
                    """
                    {"events": [{"kind": "deployment", "service": "checkout", "id": "d-1",
                      "environment": "production", "version": "1.0.0", "status": "succeeded",
                      "started_at": "2026-01-05T10:00:00Z",
                      "finished_at": "2026-01-05T10:05:00Z"}]}
                    """));
    assertThat(send(delivered)).startsWith("202 ");

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                send(HttpRequest.newBuilder(
                            URI.create(
                                api.url() + "/api/v1/deployments?from=2026-01-01&to=2026-02-01"))
                        .header("Authorization", "Bearer " + READER))
                    .contains("\"checkout\""));
    assertThat(registryFront.passed()).isPositive();
    assertThat(clickHouseFront.passed()).isPositive();
    for (Role role : List.of(migrate, ingest, streams, api)) {
      assertThat(role.output()).doesNotContain("kafka-password", "registry-password");
    }
  }

  @Test
  void withAnotherPasswordOfKafkaMigrateSaysThatTheLoginFailed() throws Exception {
    Map<String, String> wrong = new HashMap<>(environment);
    wrong.put("DORADO_KAFKA_PROPERTIES_FILE", kafkaProperties("another-password").toString());

    Role migrate = start("wrong", wrong, "migrate", "--wait", "0");

    assertThat(migrate.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(migrate.process().exitValue()).isEqualTo(1);
    assertThat(migrate.output())
        .contains("Kafka at " + kafka.securedBootstrapServers(), "Authentication failed")
        .doesNotContain("another-password");
  }

  private Path kafkaProperties(String password) throws IOException {
    return Files.writeString(
        folder.resolve(password + ".properties"),
        """
        security.protocol=SASL_SSL
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
        username="dorado" password="%s";
        ssl.truststore.type=PEM
        ssl.truststore.location=%s
        """
            .formatted(password, folder.resolve("ca.pem")));
  }

  /** A file whose name is its content, too. */
  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve(content), content + "\n").toString();
  }

  /** A key with a certificate of its own for this host, and stores that trust it. */
  private Path makeKeys() throws Exception {
    Path keys = folder.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-keystore",
        keys.toString(),
        "-storetype",
        "PKCS12",
        "-alias",
        "tls",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost",
        "-validity",
        "3650");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        keys.toString(),
        "-alias",
        "tls",
        "-file",
        folder.resolve("ca.pem").toString());
    keytool(
        "-importcert",
        "-noprompt",
        "-keystore",
        folder.resolve("trust.p12").toString(),
        "-storetype",
        "PKCS12",
        "-alias",
        "tls",
        "-file",
        folder.resolve("ca.pem").toString());
    return keys;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private Role start(String name, Map<String, String> settings, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djavax.net.ssl.trustStore=" + folder.resolve("trust.p12"),
            "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD,
            "-cp",
            System.getProperty(
                "surefire.test.class.path",
                System.getProperty("java.class.path", "." + File.pathSeparator)),
            Dorado.class.getName()));
    command.addAll(List.of(arguments));
    Path log = folder.resolve(name + ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(settings);
    Process process = builder.start();
    parts.push(
        () -> {
          process.destroy();
          assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        });
    return new Role(process, log);
  }

  private static void awaitReady(Role role) throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(role.process().isAlive()).as(role.output()).isTrue();
              assertThat(role.output()).containsPattern(LISTENS);
              assertThat(send(HttpRequest.newBuilder(URI.create(role.url() + "/health/ready"))))
                  .startsWith("200 ");
            });
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var response = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private record Role(Process process, Path log) {

    String output() throws IOException {
      return Files.readString(log);
    }

    String url() throws IOException {
      Matcher port = LISTENS.matcher(output());
      assertThat(port.find()).as(output()).isTrue();
      return "http://127.0.0.1:" + port.group(1);
    }
  }
}
