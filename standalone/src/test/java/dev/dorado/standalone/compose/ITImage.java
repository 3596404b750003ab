package dev.dorado.standalone.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The folder that the {@code Dockerfile} makes, made here from what the build has packaged: each
 * role starts from it. The image itself is not built.
 */
class ITImage {

  private static final Path DOCKERFILE = Compose.ROOT.resolve("Dockerfile");
  private static final Path BUILT = Path.of("target");
  private static final Pattern LISTENS = Pattern.compile("listens on port (\\d+)");

  @TempDir private static Path image;

  @BeforeAll
  static void makeTheFolder() throws IOException {
    Path lib = Files.createDirectory(image.resolve("lib"));
    List<String> removed = removedJars();
    Set<String> unused = new TreeSet<>(removed);
    try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        boolean keeps = true;
        for (String pattern : removed) {
          if (FileSystems.getDefault()
              .getPathMatcher("glob:" + pattern)
              .matches(jar.getFileName())) {
            keeps = false;
            unused.remove(pattern);
          }
        }
        if (keeps) {
          Files.copy(jar, lib.resolve(jar.getFileName()));
        }
      }
    }
    assertThat(unused).as("jars that the Dockerfile removes and that are not there").isEmpty();
    Files.copy(BUILT.resolve("dorado-standalone.jar"), image.resolve("dorado-standalone.jar"));
    Files.copy(
        Compose.ROOT.resolve("dorado"),
        image.resolve("dorado"),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void thereIsNoBrokerAndNoWayToTheEngineInIt() throws IOException {
    try (Stream<Path> jars = Files.list(image.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        try (var entries = new JarFile(jar.toFile())) {
          assertThat(entries.stream().map(entry -> entry.getName()))
              .as("%s", jar.getFileName())
              .noneMatch(
                  name ->
                      name.startsWith("kafka/server/")
                          || name.startsWith("com/sun/jna/")
                          || name.startsWith("scala/")
                          || name.contains("libchdb"));
        }
      }
    }
  }

  @Test
  void helpIsWhatItDoesByDefault() throws Exception {
    String dockerfile = Files.readString(DOCKERFILE);
    assertThat(dockerfile).contains("ENTRYPOINT [\"./dorado\"]", "CMD [\"--help\"]");
    Process process = start("help.log", "--help");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(log("help.log")).contains("Usage: dorado", "migrate", "ingest", "streams", "api");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "streams", "api"})
  void aRoleStartsAndSaysWhatItWaitsFor(String role) throws Exception {
    Process process = start(role + ".log", role, "--port", "0", "--host", "127.0.0.1");
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !process.isAlive() || LISTENS.matcher(log(role + ".log")).find());
      Matcher port = LISTENS.matcher(log(role + ".log"));
      assertThat(port.find()).as(log(role + ".log")).isTrue();
      String url = "http://127.0.0.1:" + port.group(1);
      assertThat(get(url + "/health/live")).startsWith("200 ");
      assertThat(get(url + "/health/ready")).startsWith("503 ").contains("127.0.0.1:9");
      assertThat(get(url + "/metrics")).startsWith("200 ").contains("jvm_memory_used_bytes");
    } finally {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).as("stopped by SIGTERM").isEqualTo(143);
  }

  @Test
  void streamsRefusesThePublicKeyOfPseudonyms() throws Exception {
    Process process =
        start("public-key.log", Map.of("DORADO_RULES_CONTRIBUTOR_KEY", "dorado"), "streams");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(log("public-key.log")).contains("DORADO_RULES_CONTRIBUTOR_KEY");
  }

  @Test
  void migrateNamesWhatIsNotThere() throws Exception {
    Process process = start("migrate.log", "migrate", "--wait", "0");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(log("migrate.log")).contains("127.0.0.1:9", "DORADO_KAFKA_BOOTSTRAP_SERVERS");
  }

  @Test
  void baseImagesArePinnedAndTheUserIsNotRoot() throws IOException {
    List<String> lines = Files.readAllLines(DOCKERFILE);
    assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
        .hasSize(2)
        .allMatch(line -> line.matches("FROM [\\w./-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*( AS \\w+)?"));
    assertThat(lines.stream().filter(line -> line.startsWith("USER ")))
        .containsExactly("USER dorado");
  }

  /** The patterns behind {@code rm} in the Dockerfile. */
  private static List<String> removedJars() throws IOException {
    String text = Files.readString(DOCKERFILE).replace("\\\n", " ");
    Matcher command = Pattern.compile("&& rm (.*)").matcher(text);
    assertThat(command.find()).as("the command that removes jars").isTrue();
    return List.of(command.group(1).strip().split("\\s+", -1));
  }

  /** Port 9 is where nobody listens. */
  private static Process start(String log, String... arguments) throws IOException {
    return start(log, Map.of(), arguments);
  }

  private static Process start(String log, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(image.resolve("dorado").toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(image.toFile())
            .redirectErrorStream(true)
            .redirectOutput(image.resolve(log).toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // They are over before the second compiler pays.
    builder.environment().put("DORADO_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    builder.environment().put("DORADO_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");
    builder.environment().put("DORADO_REGISTRY_URL", "http://127.0.0.1:9");
    builder.environment().put("DORADO_CLICKHOUSE_URL", "jdbc:clickhouse://127.0.0.1:9");
    builder.environment().put("DORADO_STREAMS_STATE_DIR", image.resolve("state").toString());
    builder.environment().put("DORADO_RULES_CONTRIBUTOR_KEY", "a key of the test");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String log(String name) throws IOException {
    return Files.readString(image.resolve(name), UTF_8);
  }

  private static String get(String url) throws IOException, InterruptedException {
    var response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
