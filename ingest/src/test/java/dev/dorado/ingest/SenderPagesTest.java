package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages of docs/senders say to paste into a shell is pasted, and accepted. */
class SenderPagesTest {

  private static final Path PAGES = Path.of("..", "docs", "senders");
  private static final Pattern SHELL = Pattern.compile("(?s)```sh\\n(.*?)```");

  /** The secrets of the pages: a word, or where it must be one, Base64. */
  private static final String SECRETS = "mine,whsec_bWluZW1pbmU=";

  private static RecordingPublisher kafka;
  private static IngestServer server;

  static Stream<String> senders() {
    return Stream.of(
        "alertmanager",
        "datadog",
        "firehydrant",
        "grafana",
        "incident-io",
        "jira",
        "opsgenie",
        "pagerduty",
        "rootly",
        "sentry",
        "servicenow",
        "statuspage");
  }

  @BeforeAll
  static void start() {
    Map<String, String> secrets =
        senders()
            .collect(Collectors.toMap(name -> "dorado.ingest.secrets." + name, name -> SECRETS));
    kafka = new RecordingPublisher();
    server = IngestServer.start(IngestServer.config(secrets), kafka, false);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void theDeliveryOfAPageIsAcceptedAsItIsPasted(String sender) throws Exception {
    for (String program : new String[] {"bash", "curl", "openssl", "od"}) {
      assumeTrue(isInstalled(program), program + " is not installed");
    }
    var shell = SHELL.matcher(Files.readString(PAGES.resolve(sender + ".md")));
    assertThat(shell.find()).as("the page has lines to paste").isTrue();
    String pasted = shell.group(1).replace("localhost:8080", "127.0.0.1:" + server.port());
    assertThat(answerTo(pasted)).contains("HTTP/1.1 202", "{\"accepted\":1}");
    assertThat(kafka.deliveries).anyMatch(delivery -> delivery.getSender().equals(sender));
  }

  private static String answerTo(String lines) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", lines)
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return answer;
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
