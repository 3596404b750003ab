package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * accepted, with the secret that the page sets. Skipped where there is no curl or openssl.
 */
class SenderPagesTest {

  private static final Path PAGES = Path.of("..", "docs", "senders");
  private static final Pattern TO_TRY =
      Pattern.compile("```sh\\n((?:(?!```)[\\s\\S])*?/webhooks/(?:(?!```)[\\s\\S])*?)```");
  private static final Pattern SECRET = Pattern.compile("(DORADO_SECRETS_[A-Z_]+)=([^\\s,]+)");

  private static final RecordingPublisher KAFKA = new RecordingPublisher();
  private static IngestServer server;

  /** The pages that have lines to try. */
  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> TO_TRY.matcher(read(file)).find())
          .sorted()
          .toList();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> secrets = new HashMap<>();
    for (Path page : pages()) {
      var secret = SECRET.matcher(read(page));
      if (secret.find()) {
        secrets.put("dorado.ingest.secrets." + sender(page), secret.group(2));
      }
    }
    server = IngestServer.start(IngestServer.config(secrets), KAFKA, false);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theLinesToTryAreAccepted(Path page) throws Exception {
    assumeTrue(
        run("curl --version && openssl version").status() == 0,
        "skipped: there is no curl or openssl");
    var lines = TO_TRY.matcher(read(page));
    assertThat(lines.find()).isTrue();
    var answer = run(lines.group(1).replace("localhost:8080", "127.0.0.1:" + server.port()));
    assertThat(answer.output())
        .as(() -> answer.toString())
        .contains(" 202 ")
        .containsPattern("\"accepted\":[1-9]");
  }

  private static Ran run(String script) throws IOException, InterruptedException {
    var process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(script).isTrue();
    return new Ran(process.exitValue(), output);
  }

  private static String sender(Path page) {
    return page.getFileName().toString().replaceFirst("\\.md$", "");
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
