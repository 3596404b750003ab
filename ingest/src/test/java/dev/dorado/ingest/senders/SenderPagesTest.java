package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Translation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of {@code docs/senders}: one for each sender, and what they say to try is accepted. */
class SenderPagesTest {

  private static final Path PAGES = Path.of("../docs/senders");
  private static final Senders SENDERS = Senders.all(Translated.SETTINGS);
  private static final Pattern BODY =
      Pattern.compile("(?:-d |\\bbody=)'(\\{.*?\\})'", Pattern.DOTALL);
  private static final Pattern HEADER = Pattern.compile("-H ['\"]([A-Za-z-]+): ([^'\"$]+)['\"]");
  private static final Pattern ADDRESS = Pattern.compile("localhost:8080/webhooks/([a-z-]+)");

  static List<String> senders() {
    return SENDERS.names();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void everySenderHasAPageThatTheTableLeadsTo(String sender) throws IOException {
    assertThat(PAGES.resolve(sender + ".md")).isRegularFile();
    assertThat(Files.readString(PAGES.resolve("README.md"))).contains("](%s.md)".formatted(sender));
  }

  @ParameterizedTest
  @MethodSource("senders")
  void whatAPageSaysToTryIsAccepted(String sender) throws IOException {
    for (var attempt : attempts(Files.readString(PAGES.resolve(sender + ".md")))) {
      var request =
          new DeliveryRequest(
              attempt.headers(),
              attempt.body().getBytes(StandardCharsets.UTF_8),
              Payload.RECEIVED_AT);
      assertThat(Translated.translate(SENDERS.named(attempt.sender()).orElseThrow(), request))
          .as(attempt.body())
          .isInstanceOf(Translation.Events.class);
    }
  }

  @Test
  void theseTestsFindTheLinesOfCurl() throws IOException {
    assertThat(attempts(Files.readString(PAGES.resolve("gitlab.md")))).hasSize(2);
    assertThat(attempts(Files.readString(PAGES.resolve("github.md"))))
        .extracting(attempt -> attempt.headers().get("X-GitHub-Event"))
        .containsExactly("release");
  }

  /** The bodies that a page has to paste, each with the headers up to the next. */
  private static List<Attempt> attempts(String page) {
    List<Attempt> attempts = new ArrayList<>();
    for (String block : codeBlocks(page)) {
      var body = BODY.matcher(block);
      var address = ADDRESS.matcher(block);
      if (body.find() && address.find()) {
        Map<String, String> headers = new LinkedHashMap<>();
        HEADER
            .matcher(block)
            .results()
            .forEach(match -> headers.put(match.group(1), match.group(2)));
        attempts.add(new Attempt(address.group(1), headers, body.group(1)));
      }
    }
    return attempts;
  }

  /** Runs of indented lines. */
  private static List<String> codeBlocks(String page) {
    List<String> blocks = new ArrayList<>();
    var block = new StringBuilder();
    for (String line : (page + "\n\nend").lines().toList()) {
      if (line.startsWith("    ")) {
        block.append(line).append('\n');
      } else if (!block.isEmpty()) {
        blocks.add(block.toString());
        block.setLength(0);
      }
    }
    return blocks;
  }

  private record Attempt(String sender, Map<String, String> headers, String body) {}
}
