package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The lines to try in the pages of docs/senders do as pasted what they promise: a delivery that is
 * accepted, with the secret that the page sets, or in open mode where it sets none. Skipped where
 * there is no curl or openssl.
 */
class SenderPagesTest {

  private static final Path PAGES = Path.of("..", "docs", "senders");
  private static final String HOST = "localhost:8080";
  private static final Pattern SECRET = Pattern.compile("DORADO_SECRETS_[A-Z_]+=([\\w=+/-]+)");

  private static final RecordingPublisher KAFKA = new RecordingPublisher();
  private static IngestServer server;

  /** What every page has to try. */
  static List<ToTry> toTry() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .flatMap(page -> blocks(page).stream())
          .toList();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> secrets = new HashMap<>();
    for (ToTry block : toTry()) {
      SECRET
          .matcher(read(block.page()))
          .results()
          .map(secret -> secret.group(1))
          .distinct()
          .reduce((one, other) -> one + "," + other)
          .ifPresent(all -> secrets.put("dorado.ingest.secrets." + block.sender(), all));
    }
    server = IngestServer.start(IngestServer.config(secrets), KAFKA, true);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("toTry")
  void theLinesToTryAreAccepted(ToTry block) throws Exception {
    assumeTrue(
        run("curl --version && openssl version").status() == 0,
        "skipped: there is no curl or openssl");
    var answer = run(block.script().replace(HOST, "127.0.0.1:" + server.port()));
    assertThat(answer.output())
        .as(() -> answer.toString())
        .containsPattern(" 20[02] ")
        .containsPattern("\"accepted\":[1-9]");
  }

  /** The fenced or indented blocks of a page that post something. */
  private static List<ToTry> blocks(Path page) {
    List<ToTry> blocks = new ArrayList<>();
    var block = new StringBuilder();
    boolean fenced = false;
    for (String line : (read(page) + "\n").split("\n", -1)) {
      boolean fence = line.startsWith("```");
      boolean belongs = !fence && (fenced || line.startsWith("    "));
      if (belongs) {
        block.append(line).append('\n');
      } else {
        String script = block.toString();
        if (script.contains(HOST + "/")) {
          blocks.add(new ToTry(page, script));
        }
        block.setLength(0);
      }
      fenced ^= fence;
    }
    return blocks;
  }

  private static Ran run(String script) throws IOException, InterruptedException {
    var process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(script).isTrue();
    return new Ran(process.exitValue(), output);
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lines to try.
   *
   * @param page where they stand
   * @param script the lines
   */
  private record ToTry(Path page, String script) {
    String sender() {
      return page.getFileName().toString().replaceFirst("\\.md$", "");
    }

    @Override
    public String toString() {
      return sender();
    }
  }

  /**
   * How a script ended.
   *
   * @param status its exit status
   * @param output what it wrote
   */
  private record Ran(int status, String output) {}
}
