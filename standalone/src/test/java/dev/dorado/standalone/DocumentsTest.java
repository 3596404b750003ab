package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents lead where they say. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TEST = Pattern.compile("`((?:\\w+Test|IT\\w+)\\.\\w+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void everyAlertHasARowThatSaysWhatToDo() throws IOException {
    String rules = Files.readString(ROOT.resolve("dashboards/prometheus/rules.yml"));
    Set<String> alerts = new TreeSet<>();
    Matcher matcher = Pattern.compile("alert: (\\w+)").matcher(rules);
    while (matcher.find()) {
      alerts.add(matcher.group(1));
    }
    Set<String> documented = new TreeSet<>();
    Files.readString(ROOT.resolve("docs/operations.md"))
        .lines()
        .filter(line -> line.startsWith("| `Dorado"))
        .forEach(
            line -> {
              Matcher name = Pattern.compile("`(Dorado\\w+)`").matcher(line);
              while (name.find()) {
                documented.add(name.group(1));
              }
            });
    assertThat(documented).isEqualTo(alerts).isNotEmpty();
  }

  @Test
  void everyLinkToAFileOrHeadingOfTheRepositoryLeadsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> documents = documents();
    assertThat(documents)
        .contains(
            ROOT.resolve("README.md"),
            ROOT.resolve("docs/metrics.md"),
            ROOT.resolve("docs/senders/github.md"));
    for (Path document : documents) {
      LINK.matcher(Files.readString(document, UTF_8))
          .results()
          .map(match -> match.group(1))
          .filter(link -> !link.contains("://"))
          .filter(link -> !leadsSomewhere(document, link))
          .forEach(link -> broken.add(ROOT.relativize(document) + ": " + link));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPackageSaysWhatLivesThere() throws IOException {
    Set<Path> packages = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .forEach(file -> packages.add(file.getParent()));
          }
        }
      }
    }
    assertThat(packages).hasSizeGreaterThan(30);
    assertThat(packages)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).isRegularFile());
  }

  @Test
  void everyTestThatTheThreatModelNamesIsThere() throws IOException {
    Map<String, String> tests = testSources();
    List<String> named =
        TEST.matcher(Files.readString(ROOT.resolve("docs/security.md"), UTF_8))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(named).hasSizeGreaterThan(30);
    assertThat(named)
        .allSatisfy(
            name -> {
              String[] parts = name.split("\\.", 2);
              assertThat(tests).containsKey(parts[0]);
              assertThat(tests.get(parts[0])).contains(" " + parts[1] + "(");
            });
  }

  /** The sources of all test classes of all modules, by the name of the class. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path folder : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
              sources.put(
                  file.getFileName().toString().replace(".java", ""),
                  Files.readString(file, UTF_8));
            }
          }
        }
      }
    }
    return sources;
  }

  @Test
  void everyModuleHasAReadme() throws IOException {
    List<String> modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(ROOT.resolve("pom.xml"), UTF_8))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(modules).contains("ingest", "streams", "api");
    assertThat(modules).allMatch(module -> Files.exists(ROOT.resolve(module + "/README.md")));
  }

  /** All but what a build makes or fetches. */
  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean passedOver =
                !folder.equals(ROOT) && (name.startsWith(".") || NOT_OURS.contains(name));
            return passedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              documents.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return documents;
  }

  private static boolean leadsSomewhere(Path document, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    return Files.exists(target) && (parts.length < 2 || hasHeading(target, parts[1]));
  }

  private static boolean hasHeading(Path document, String anchor) {
    try {
      return HEADING
          .matcher(Files.readString(document, UTF_8))
          .results()
          .anyMatch(
              match ->
                  match
                      .group(1)
                      .toLowerCase(Locale.ROOT)
                      .replaceAll("[^a-z0-9 -]", "")
                      .replace(' ', '-')
                      .equals(anchor));
    } catch (IOException e) {
      return false;
    }
  }
}
