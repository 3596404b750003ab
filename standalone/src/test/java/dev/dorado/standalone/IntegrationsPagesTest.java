package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import groovy.lang.GroovyShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages of the integrations say to paste is what the integrations understand. */
class IntegrationsPagesTest {

  private static final Path ROOT = ScriptRun.INTEGRATIONS.getParent();
  private static final List<String> PAGES =
      List.of(
          "docs/ci.md",
          "integrations/cli/README.md",
          "integrations/github-action/README.md",
          "integrations/gitlab/README.md",
          "integrations/jenkins/README.md");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern NAME_IN_TABLE = Pattern.compile("`([a-zA-Z]+)`");

  @TempDir private Path home;

  @Test
  void everyLineOfTheScriptIsTaken() throws Exception {
    List<String> lines =
        blocks("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("dorado-notify "))
            .toList();
    assertThat(lines).hasSizeGreaterThan(5);
    for (String line : lines) {
      String command =
          line.replaceFirst("dorado-notify", "sh '" + ScriptRun.NOTIFY + "'")
              + " --dry-run --strict --url https://dorado.example.org";
      ScriptRun result = ScriptRun.of(home, Map.of(), List.of("sh", "-c", command));
      assertThat(result.code()).as("%s: %s", line, result.text()).isZero();
    }
  }

  @Test
  void everyWorkflowOfGitHubUsesInputsThatTheActionHas() throws Exception {
    JsonNode inputs = yaml("integrations/github-action/action.yml").path("inputs");
    int uses = 0;
    for (JsonNode steps : yamlBlocks().findValues("steps")) {
      for (JsonNode step : steps) {
        String action = step.path("uses").asText();
        if (action.startsWith("acme/dorado/")) {
          uses++;
          assertThat(action.replaceFirst("acme/dorado/(.*)@main", "$1"))
              .isEqualTo("integrations/github-action");
          assertThat(inputs.fieldNames())
              .toIterable()
              .containsAll(() -> step.path("with").fieldNames());
        }
      }
    }
    assertThat(uses).isEqualTo(4);
  }

  @Test
  void thePageOfTheActionListsItsInputs() throws Exception {
    var inputs = new TreeSet<String>();
    yaml("integrations/github-action/action.yml")
        .path("inputs")
        .fieldNames()
        .forEachRemaining(inputs::add);
    assertThat(namesInTable("integrations/github-action/README.md")).isEqualTo(inputs);
  }

  @Test
  void everyPipelineOfGitLabIncludesWhatIsThere() throws Exception {
    JsonNode template = yaml("integrations/gitlab/dorado.gitlab-ci.yml");
    List<JsonNode> files = yamlBlocks().findValues("file");
    assertThat(files).hasSize(2);
    for (JsonNode file : files) {
      assertThat(ROOT.resolve(file.asText().substring(1))).exists();
    }
    List<String> bases = yamlBlocks().findValuesAsText("extends");
    assertThat(bases).hasSize(3);
    assertThat(bases).allSatisfy(base -> assertThat(template.has(base)).isTrue());
  }

  @Test
  void everyPipelineOfJenkinsIsGroovyAndItsOptionsAreThoseOfTheStep() throws Exception {
    List<String> pipelines = blocks("groovy");
    assertThat(pipelines).hasSize(3);
    for (String pipeline : pipelines) {
      // The library is found by Jenkins alone.
      new GroovyShell().parse(pipeline.replace("@Library('dorado') _", ""));
    }
    String step =
        Files.readString(ROOT.resolve("integrations/jenkins/vars/doradoDeployment.groovy"));
    assertThat(namesInTable("integrations/jenkins/README.md"))
        .contains("service", "credentialsId")
        .allSatisfy(option -> assertThat(step).containsPattern("['. ]" + option + "\\b"));
  }

  /** The names in the first column of the page's table. */
  private static TreeSet<String> namesInTable(String page) throws IOException {
    var names = new TreeSet<String>();
    Files.readString(ROOT.resolve(page))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|")[1])
        .forEach(
            column ->
                NAME_IN_TABLE.matcher(column).results().forEach(name -> names.add(name.group(1))));
    return names;
  }

  private static JsonNode yaml(String file) throws IOException {
    return YAML.readTree(Files.readString(ROOT.resolve(file)));
  }

  private static JsonNode yamlBlocks() throws IOException {
    var all = YAML.createArrayNode();
    for (String block : blocks("yaml")) {
      all.add(YAML.readTree(block));
    }
    assertThat(all.size()).isGreaterThan(4);
    return all;
  }

  /** What stands between fences of the language, on all pages. */
  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    for (String page : PAGES) {
      Pattern.compile("(?s)```" + language + "\n(.*?)```")
          .matcher(Files.readString(ROOT.resolve(page)))
          .results()
          .forEach(block -> blocks.add(block.group(1)));
    }
    return blocks;
  }
}
