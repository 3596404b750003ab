package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Patterns over text from outside take linear time. RE2/J guarantees that; {@code java.util.regex}
 * does not, so each of its patterns is listed here with a reason, and measured: on hostile texts of
 * twice the length it must not read more than about twice as many characters.
 */
class LinearTimeTest {

  private static final List<String> MODULES =
      List.of("schemas", "server", "ingest", "backfill", "rules", "streams", "api");

  /** Where {@code java.util.regex} is used, and why that is safe. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "dev.dorado.rules.route.RevertWording", "possessive quantifiers, needs lookarounds",
          "dev.dorado.rules.route.Heads", "at most 42 characters from each place, lookarounds",
          "dev.dorado.ingest.senders.ContainerImage", "at most 42 characters from each place",
          "dev.dorado.ingest.senders.CdEventTranslator", "anchored, one repetition",
          "dev.dorado.schemas.NoDeploymentCause", "bounded repetition, then anything",
          "dev.dorado.schemas.Origin", "reads what Dorado wrote",
          "dev.dorado.schemas.Topics", "reads names of Dorado's topics",
          "dev.dorado.ingest.catalog.CatalogPaths", "only names an exception of a setting's glob",
          "dev.dorado.backfill.GitSettings", "only names an exception of a setting's glob");

  /** Sources whose texts come from settings, not from outside. */
  private static final Set<String> OF_SETTINGS =
      Set.of(
          "ApiClient",
          "CatalogPollSettings",
          "CdEventSource",
          "IngestChecks",
          "Migrations",
          "PageLinks",
          "Topics");

  private static final Pattern STRING_METHOD =
      Pattern.compile(
          "\\.(matches|replaceAll|replaceFirst|split)\\(\\s*\"((?:[^\"\\\\\n]|\\\\.)+)\"");

  private static final List<String> PARTS =
      List.of(
          "a",
          "1",
          "0f",
          " ",
          "\n",
          "\t ",
          "\"",
          "'",
          "/",
          "a/",
          "/a",
          "-",
          "a-",
          "A-1-",
          ":",
          "a:",
          "#",
          "@",
          ".",
          "1.",
          "*",
          "*a",
          "[",
          "(",
          "<",
          "<a",
          "_",
          "\u00e9",
          "revert ",
          "Revert \"",
          "root cause: ",
          "caused by: a\n",
          "a/b#",
          "http://",
          "pr 1",
          "/revert-1234567",
          "/1234567-revert-from-",
          "this reverts commit ",
          "/job/",
          "none ",
          "sha256:",
          "refs/");

  @Test
  void javaUtilRegexIsUsedOnlyWhereItIsAllowed() throws IOException {
    Set<String> users = new TreeSet<>();
    for (Path source : sources()) {
      if (Files.readString(source).contains("java.util.regex")) {
        users.add(className(source));
      }
    }
    assertThat(users)
        .as("use com.google.re2j on text from outside, or state here why it is linear")
        .isEqualTo(new TreeSet<>(ALLOWED.keySet()));
  }

  @TestFactory
  Stream<DynamicTest> theAllowedPatternsTakeLinearTime() throws ReflectiveOperationException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : ALLOWED.keySet()) {
      for (var field : Class.forName(name).getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == Pattern.class) {
          field.setAccessible(true);
          Pattern pattern = (Pattern) field.get(null);
          tests.add(
              DynamicTest.dynamicTest(
                  name + "." + field.getName(), () -> assertLinear(pattern, true)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(15);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> patternsOfStringMethodsTakeLinearTime() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Path source : sources()) {
      if (OF_SETTINGS.contains(source.getFileName().toString().replace(".java", ""))) {
        continue;
      }
      var found = STRING_METHOD.matcher(Files.readString(source));
      while (found.find()) {
        String regex = found.group(2).translateEscapes();
        boolean searches = !found.group(1).equals("matches");
        if (seen.add(searches + regex)) {
          tests.add(
              DynamicTest.dynamicTest(
                  "%s: %s".formatted(source.getFileName(), regex),
                  () -> assertLinear(Pattern.compile(regex), searches)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(20);
    return tests.stream();
  }

  private static void assertLinear(Pattern pattern, boolean searches) {
    for (String part : PARTS) {
      for (String begin : List.of("", "x", "revert ", "/")) {
        for (String end : List.of("", "\n", "!", "\ny")) {
          long once = read(pattern, searches, begin + part.repeat(2_000 / part.length()) + end);
          long twice = read(pattern, searches, begin + part.repeat(4_000 / part.length()) + end);
          assertThat(twice)
              .as("%s on '%s' + '%s' many times + '%s'", pattern, begin, part, end)
              .isLessThan(3 * once + 20_000);
        }
      }
    }
  }

  private static long read(Pattern pattern, boolean searches, String text) {
    var counted = new CountedText(text);
    var matcher = pattern.matcher(counted);
    while (searches && matcher.find()) {
      // All matches are looked for, as replaceAll does.
    }
    boolean unused = pattern.matcher(counted).matches();
    return counted.read();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path root = Path.of("..", module, "src/main/java");
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(200);
    return sources;
  }

  private static String className(Path source) {
    String path = source.toString().replace('\\', '/');
    return path.substring(path.indexOf("src/main/java/") + 14, path.length() - 5).replace('/', '.');
  }

  /** A text that counts how often it is looked into. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private long read;

    CountedText(String text) {
      this.text = text;
    }

    long read() {
      return read;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      read++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
