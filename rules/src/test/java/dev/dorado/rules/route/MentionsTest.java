package dev.dorado.rules.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may name an incident in a text. */
class MentionsTest {

  /** Spelled out, because what a word is to {@code \\b} differs between versions of Java. */
  private static final String OF_A_WORD = "[\\p{L}\\p{Nd}_]";

  /** The same rule as a pattern; searching with it takes quadratic time. */
  private static final Pattern PATTERN =
      Pattern.compile(
          "(?:[\\w.-]+/[\\w.-]+)?#\\d+"
              + "|(?<!%1$s)[A-Za-z][A-Za-z0-9]+-\\d+(?!%1$s)".formatted(OF_A_WORD)
              + "|https?://[^\\s)>\\]]*[^\\s)>\\].,;:!?]");

  @Test
  void namesAreNumbersTicketsAndAddresses() {
    assertThat(
            Mentions.in(
                "Fixes #12, acme/shop#7 and INC-12 (see https://shop.test/i/9). Not x-1y, A-1."))
        .containsExactly("#12", "acme/shop#7", "INC-12", "https://shop.test/i/9");
  }

  @Test
  void theScannerFindsWhatThePatternFinds() {
    String[] parts = {
      "a", "B", "-", "1", "#", "/", ".", " ", "http", "s", "://", "_", ")", "\n", "é"
    };
    var random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      List<String> expected = PATTERN.matcher(text).results().map(MatchResult::group).toList();
      assertThat(Mentions.in(text)).as(text.toString()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "\n",
        "a/",
        "A-1-",
        "A-1",
        "#",
        "#1",
        "http://",
        "http://.",
        "a/b#",
        ".",
        "\""
      })
  void scanningTakesLinearTime(String part) {
    String many = part.repeat(16_384 / part.length());
    for (String evil : List.of(many, "x " + many + "/" + "b".repeat(8_000), "x" + many + "y")) {
      var counted = new CountedText(evil);
      Mentions.in(counted);
      assertThat(counted.read()).as(part).isLessThan(50L * evil.length());
    }
  }
}
