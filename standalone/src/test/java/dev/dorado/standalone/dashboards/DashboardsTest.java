package dev.dorado.standalone.dashboards;

import static dev.dorado.standalone.dashboards.Dashboard.OTHER_PANEL;
import static dev.dorado.standalone.dashboards.Dashboard.list;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a dashboard must have, whatever it shows. */
class DashboardsTest {

  private static final Path DATASOURCES =
      Path.of("..", "dashboards", "grafana", "provisioning", "datasources", "dorado.yml");
  private static final int COLUMNS = 24;
  private static final Pattern DASHBOARD_LINK = Pattern.compile("/d/([\\w-]+)");

  static List<Dashboard> dashboards() {
    return Dashboard.all();
  }

  /** Links and bookmarks hold uids: to change one is to break them. */
  @Test
  void uidsStayAsTheyAre() {
    Map<String, String> uids = new TreeMap<>();
    dashboards().forEach(dashboard -> uids.put(dashboard.file(), dashboard.uid()));
    assertThat(uids)
        .isEqualTo(
            Map.of(
                "golden-path.json", "dorado-golden-path",
                "overview.json", "dorado-overview",
                "teams.json", "dorado-teams",
                "service.json", "dorado-service",
                "lead-time.json", "dorado-lead-time",
                "stability.json", "dorado-stability",
                "practices.json", "dorado-practices",
                "data-quality.json", "dorado-data-quality",
                "pipeline.json", "dorado-pipeline"));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void aPanelSaysWhatItShowsInWhichUnitAndWhatIsThereWithoutData(Dashboard dashboard) {
    assertThat(dashboard.panels()).isNotEmpty();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertThat(title).as("title of panel %s", panel.path("id")).isNotBlank();
      assertThat(panel.path("description").asText()).as("description of %s", title).endsWith(".");
      JsonNode defaults = panel.path("fieldConfig").path("defaults");
      assertThat(defaults.path("unit").asText()).as("unit of %s", title).isNotBlank();
      assertThat(defaults.path("noValue").asText()).as("noValue of %s", title).isNotBlank();
      assertThat(defaults.path("custom").path("spanNulls").asBoolean(false))
          .as("%s draws lines over what is not known", title)
          .isFalse();
      assertThat(panel.path("targets")).as("queries of %s", title).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void idsAndTitlesAreUniqueAndPanelsDoNotOverlap(Dashboard dashboard) {
    Set<String> seen = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.panels()) {
      assertThat(seen.add(panel.path("id").asText())).as("id of %s", panel).isTrue();
      assertThat(seen.add(panel.path("title").asText())).as("title of %s", panel).isTrue();
      JsonNode place = panel.path("gridPos");
      int right = place.path("x").asInt() + place.path("w").asInt();
      assertThat(right).as("%s", panel.path("title")).isLessThanOrEqualTo(COLUMNS);
      for (int x = place.path("x").asInt(); x < right; x++) {
        for (int y = place.path("y").asInt();
            y < place.path("y").asInt() + place.path("h").asInt();
            y++) {
          assertThat(cells.add(x + "," + y)).as("%s overlaps", panel.path("title")).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void datasourcesAreNamedByUidsThatAreProvisioned(Dashboard dashboard) throws IOException {
    Map<String, String> provisioned = new TreeMap<>();
    for (JsonNode datasource :
        new YAMLMapper().readTree(DATASOURCES.toFile()).path("datasources")) {
      provisioned.put(datasource.path("uid").asText(), datasource.path("type").asText());
    }
    provisioned.put(OTHER_PANEL, "datasource");

    List<JsonNode> users = new ArrayList<>();
    for (JsonNode panel : dashboard.panels()) {
      users.add(panel);
      users.addAll(list(panel.path("targets")));
    }
    users.addAll(list(dashboard.json().path("annotations").path("list")));
    dashboard.variables().stream()
        .filter(variable -> variable.path("type").asText().equals("query"))
        .forEach(users::add);
    for (JsonNode user : users) {
      JsonNode datasource = user.path("datasource");
      assertThat(datasource.path("uid").asText())
          .as("a reader may have a datasource with another uid: %s", datasource)
          .matches("\\$\\{\\w+}|" + OTHER_PANEL);
      assertThat(provisioned)
          .as("%s", datasource)
          .containsEntry(dashboard.datasource(user), datasource.path("type").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyVariableThatIsUsedIsDefinedAndEveryOneDefinedIsUsed(Dashboard dashboard) {
    Set<String> defined = new LinkedHashSet<>();
    dashboard.variables().forEach(variable -> defined.add(variable.path("name").asText()));
    Set<String> used = Variables.namesIn(dashboard.json().toString());
    used.removeIf(name -> name.startsWith("__"));
    assertThat(used).containsExactlyInAnyOrderElementsOf(defined);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void aPanelThatTakesAnothersAnswerNamesAPanelThatAsksItself(Dashboard dashboard) {
    for (var target : dashboard.targets(OTHER_PANEL)) {
      JsonNode source = dashboard.panel(target.query().path("panelId").asInt()).orElseThrow();
      assertThat(source.path("datasource").path("uid").asText())
          .as("where %s takes its data from", target)
          .isNotEqualTo(OTHER_PANEL);
    }
  }

  /** A column that is renamed in the query and not where it is shown would vanish silently. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void whatAPanelShowsOfAnAnswerIsAColumnOfIt(Dashboard dashboard) {
    for (JsonNode panel : dashboard.panels()) {
      Set<String> columns = columns(dashboard, panel);
      if (columns.isEmpty()) {
        continue;
      }
      String title = panel.path("title").asText();
      for (JsonNode transformation : panel.path("transformations")) {
        for (JsonNode name : transformation.path("options").path("include").path("names")) {
          assertThat(columns).as("columns of %s", title).contains(name.asText());
        }
      }
      String fields = panel.path("options").path("reduceOptions").path("fields").asText();
      if (!fields.isEmpty()) {
        assertThat(fields).startsWith("/^(").endsWith(")$/");
        assertThat(fields.substring(3, fields.length() - 3).split("\\|", -1))
            .as("fields of %s", title)
            .isSubsetOf(columns);
      }
      for (JsonNode override : panel.path("fieldConfig").path("overrides")) {
        JsonNode matcher = override.path("matcher");
        Pattern names =
            Pattern.compile(
                matcher.path("id").asText().equals("byName")
                    ? Pattern.quote(matcher.path("options").asText())
                    : matcher.path("options").asText());
        assertThat(columns)
            .as("%s of %s", matcher, title)
            .anyMatch(column -> names.matcher(column).matches());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void aDescriptionNamesTheRuleWhereTheNumberIsDorados(Dashboard dashboard) {
    for (JsonNode panel : dashboard.panels()) {
      boolean isOfRules =
          list(panel.path("targets")).stream()
              .map(target -> target.path("url").asText())
              .anyMatch(url -> url.matches("/api/v1/(summary|series|deployments|practices)"));
      if (isOfRules) {
        assertThat(panel.path("description").asText())
            .as("%s", panel.path("title"))
            .containsPattern("[A-Z]\\d+");
      }
    }
  }

  /** Thresholds would judge what the tier already judges, or what nobody asked to be judged. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void coloursComeFromTiersAndVerdictsAlone(Dashboard dashboard) {
    if (!dashboard.targets(Dashboard.API).isEmpty()) {
      assertThat(dashboard.json().toString()).doesNotContain("\"thresholds\"");
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void oneListLeadsToAllDashboardsWithThePeriodAndTheFilters(Dashboard dashboard) {
    JsonNode link = dashboard.json().path("links").path(0);
    assertThat(link.path("type").asText()).isEqualTo("dashboards");
    assertThat(list(link.path("tags"))).extracting(JsonNode::asText).containsExactly("dorado");
    assertThat(link.path("includeVars").asBoolean() && link.path("keepTime").asBoolean()).isTrue();
    assertThat(list(dashboard.json().path("tags"))).extracting(JsonNode::asText).contains("dorado");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void linksToDashboardsLeadToOnesThatAreThere(Dashboard dashboard) {
    List<String> uids = dashboards().stream().map(Dashboard::uid).toList();
    Matcher matcher = DASHBOARD_LINK.matcher(dashboard.json().toString());
    while (matcher.find()) {
      assertThat(uids).contains(matcher.group(1));
    }
  }

  private static Set<String> columns(Dashboard dashboard, JsonNode panel) {
    Set<String> columns = new LinkedHashSet<>();
    for (JsonNode target : panel.path("targets")) {
      JsonNode source = target;
      if (target.path("datasource").path("uid").asText().equals(OTHER_PANEL)) {
        source =
            dashboard.panel(target.path("panelId").asInt()).orElseThrow().path("targets").path(0);
      }
      source.path("columns").forEach(column -> columns.add(column.path("text").asText()));
    }
    return columns;
  }
}
