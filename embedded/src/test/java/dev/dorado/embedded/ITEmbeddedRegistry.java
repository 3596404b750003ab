package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITEmbeddedRegistry {
  private static final String ONE_FIELD = schema("{\"name\":\"a\",\"type\":\"string\"}");
  private static final String ONE_MORE_WITH_DEFAULT =
      schema(
          "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
  private static final String ONE_MORE_WITHOUT_DEFAULT =
      schema("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"c\",\"type\":\"int\"}");

  @TempDir Path folder;

  @Test
  void incompatibleSchemasAreRefusedAndIdsSurviveAnEndOfTheChild() throws Exception {
    int id;
    EmbeddedRegistry registry = EmbeddedRegistry.start(folder, 0);
    try (registry) {
      assertThat(registry.isAlive()).isTrue();
      assertThat(put(registry, "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}").statusCode())
          .isEqualTo(200);
      id = id(register(registry, ONE_FIELD));
      assertThat(register(registry, ONE_MORE_WITHOUT_DEFAULT).statusCode()).isEqualTo(409);
      assertThat(id(register(registry, ONE_MORE_WITH_DEFAULT))).isNotEqualTo(id);
      assertThat(id(register(registry, ONE_FIELD))).isEqualTo(id);
    }
    assertThat(registry.isAlive()).as("closing ends the child").isFalse();

    try (EmbeddedRegistry again = EmbeddedRegistry.start(folder, 0)) {
      assertThat(id(register(again, ONE_FIELD))).isEqualTo(id);
      assertThat(get(again, "/schemas/ids/" + id).body()).contains("\\\"name\\\":\\\"a\\\"");
      assertThat(register(again, ONE_MORE_WITHOUT_DEFAULT).statusCode()).isEqualTo(409);
    }
  }

  @Test
  void itsOldLibrariesAreReplacedByNewerOnes() throws Exception {
    List<String> newer = libraries("newer");
    assertThat(newer)
        .contains("io.netty.netty-codec-http", "io.vertx.vertx-web")
        .contains("org.apache.kafka.kafka-clients", "org.apache.commons.commons-lang3")
        .contains("commons-beanutils.commons-beanutils");
    assertThat(libraries("lib")).isNotEmpty().doesNotContainAnyElementsOf(newer);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder, 0)) {
      var command = ProcessHandle.of(registry.pid()).orElseThrow().info().arguments();
      assertThat(String.join(" ", command.orElseThrow())).contains(newer);
      assertThat(Files.readString(folder.resolve("registry.log")))
          .as("the archive of classes is for this class path")
          .doesNotContain("[cds]");
    }
  }

  /** The libraries in a folder of the registry, without their versions. */
  private static List<String> libraries(String folder) throws IOException {
    Path libraries = EmbeddedParts.load().registryJar().resolveSibling(folder);
    try (Stream<Path> files = Files.list(libraries)) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("-\\d[^-]*\\.jar$", ""))
          .toList();
    }
  }

  @Test
  void theChildEndsWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RegistryParent.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      ProcessHandle child = child(parent);
      assertThat(child.isAlive()).isTrue();

      assertThat(parent.toHandle().supportsNormalTermination())
          .as("destroyForcibly is SIGKILL")
          .isTrue();
      parent.destroyForcibly();

      assertThat(parent.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(parent.exitValue()).as("128 + SIGKILL").isEqualTo(137);
      child.onExit().get(60, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    } finally {
      parent.destroyForcibly();
    }
    EmbeddedRegistry.start(folder, 0).close();
  }

  @Test
  void aChildThatIsKilledIsStartedAgainOnItsPortWithItsIds() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder, 0)) {
      int id = id(register(registry, ONE_FIELD));
      long killed = registry.pid();
      assertThat(registry.problem()).isNull();

      kill(killed);
      await().atMost(Duration.ofSeconds(90)).until(() -> registry.problem() != null);
      assertThat(registry.problem()).contains("ended by itself with code 137", "try 1 of 5");

      await().atMost(Duration.ofSeconds(90)).until(() -> registry.problem() == null);
      assertThat(registry.pid()).isNotEqualTo(killed);
      assertThat(id(register(registry, ONE_FIELD))).isEqualTo(id);
    }
  }

  @Test
  void aChildThatCantBeStartedAgainStaysAProblemWithItsReason() throws Exception {
    var once = new EmbeddedRegistry.Restarts(1, Duration.ofMillis(1), Duration.ofMinutes(10));
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder, 0, once)) {
      // The database's file becomes a folder under its feet: H2 can't open it again.
      Files.delete(folder.resolve("database.mv.db"));
      Files.createDirectories(folder.resolve("database.mv.db"));

      kill(registry.pid());

      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> String.valueOf(registry.problem()).contains("given up after 1 tries"));
      assertThat(registry.problem())
          .contains("can't be started again", folder.resolve("registry.log").toString());
      assertThat(registry.isAlive()).isFalse();
    }
  }

  private static void kill(long process) throws Exception {
    ProcessHandle child = ProcessHandle.of(process).orElseThrow();
    child.destroyForcibly();
    child.onExit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void aRegistryThatCantStartShowsTheEndOfItsLog() throws IOException {
    // The database's file is a folder: H2 can't open it.
    Files.createDirectories(folder.resolve("database.mv.db"));

    assertThatThrownBy(() -> EmbeddedRegistry.start(folder, 0))
        .isInstanceOf(EmbeddedPartException.class)
        .hasMessageContaining(folder.resolve("registry.log").toString())
        .hasMessageContaining("database.mv.db");
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      assertThatThrownBy(() -> EmbeddedRegistry.start(folder, taken.getLocalPort()))
          .isInstanceOf(EmbeddedPartException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
  }

  private static ProcessHandle child(Process parent) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("child ")) {
        return ProcessHandle.of(Long.parseLong(line.substring("child ".length()))).orElseThrow();
      }
    }
    throw new AssertionError("The parent ended without a registry");
  }

  private static String schema(String fields) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}";
  }

  private static HttpResponse<String> register(EmbeddedRegistry registry, String schema)
      throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/events-value/versions"))
            .POST(
                BodyPublishers.ofString("{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}")));
  }

  private static HttpResponse<String> put(EmbeddedRegistry registry, String path, String body)
      throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .PUT(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> get(EmbeddedRegistry registry, String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(registry.url() + path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request.header("Content-Type", "application/vnd.schemaregistry.v1+json").build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static int id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Integer.parseInt(answer.body().replaceAll("\\D", ""));
  }
}
