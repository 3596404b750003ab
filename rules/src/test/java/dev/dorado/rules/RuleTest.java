package dev.dorado.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuleTest {

  private static final Pattern STATEMENT =
      Pattern.compile(
          "^- <a id=\"(\\w+)\"></a>\\*\\*([A-Z]\\d+) (.+?)\\.\\*\\* ", Pattern.MULTILINE);

  @Test
  void docsMetricsStatesEachRuleUnderItsIdTitleAndLink() throws IOException {
    String document = Files.readString(Path.of("../docs/metrics.md"));
    List<String> stated = new ArrayList<>();
    var statement = STATEMENT.matcher(document);
    while (statement.find()) {
      stated.add(
          "%s %s docs/metrics.md#%s"
              .formatted(statement.group(2), statement.group(3), statement.group(1)));
    }

    assertThat(stated)
        .containsExactlyElementsOf(
            Stream.of(Rule.values())
                .map(rule -> "%s %s %s".formatted(rule, rule.title(), rule.link()))
                .toList());
  }

  @Test
  void noRuleNamesAnotherByText() throws IOException {
    var literal = Pattern.compile("\"[EFGKLPRSW]\\d{1,2}\"");
    try (var files = Files.walk(Path.of("src/main/java"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .isNotEmpty()
          .noneMatch(file -> literal.matcher(read(file)).find());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
