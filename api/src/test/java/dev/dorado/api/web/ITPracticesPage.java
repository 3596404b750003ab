package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.dorado.embedded.ClickHouseExtension;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The view Practices in a real browser, on the real API and ClickHouse: five teams over the last
 * twelve months, whose older branches go with more failures, and what was measured of two of them.
 */
class ITPracticesPage {

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final int TEAMS = 5;
  private static final int MONTHS = 12;
  private static final int PER_MONTH = 6;

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static PageUnderTest dorado;
  private static PageUnderTest empty;

  @BeforeAll
  static void start() throws Exception {
    dorado =
        chromium.serve(PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated());
    empty =
        chromium.serve(
            PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_none").migrated());
    empty.insert("deployments", deployment("kiosk", "k1", Instant.now(), false));
    writeTeams();
    writeMeasurements();
  }

  @Test
  void eachTeamHasItsPlotAndTheTableHasTheNumbersOfTheApi() throws Exception {
    var page = open("/?view=practices");

    assertThat(page.locator("#months-plot canvas")).isVisible();
    assertThat(page.locator("#months-plot"))
        .hasAttribute(
            "aria-label",
            Pattern.compile("Age of a branch and change fail rate by team and month; .*table.*"));
    page.locator("#months-more summary").click();
    var rows = page.locator("#months-table tbody tr");
    assertThat(rows).hasCount(TEAMS * MONTHS);
    JsonNode month = api("practices?part=months&group_by=team&" + period()).at("/months/0");
    assertThat(month.get("team").asText()).isEqualTo("team-0");
    assertThat(rows.first()).containsText("team-0");
    assertThat(rows.first())
        .containsText("%.0f".formatted(100 * month.get("change_fail_rate").asDouble()) + "\u202f%");
  }

  @Test
  void whatGoesTogetherIsInTheWordsOfTheApi() throws Exception {
    var page = open("/?view=practices");
    JsonNode correlations =
        api("practices?part=months&group_by=team&" + period()).get("correlations");
    List<String> together =
        StreamSupport.stream(correlations.spliterator(), false)
            .filter(row -> row.get("status").asText().equals("goes_together"))
            .map(row -> row.get("text").asText())
            .toList();

    assertThat(together)
        .anyMatch(text -> text.startsWith("Older branches go together with a higher change fail"));
    for (String text : together) {
      assertThat(page.locator("#together-list")).containsText(text);
    }
    assertThat(page.locator("#together-text")).containsText("need not be the cause");
    page.locator("#together-more summary").click();
    assertThat(page.locator("#together-table tbody tr")).hasCount(correlations.size());
    assertThat(page.locator("#together-table")).containsText("Too few: n = ");
  }

  @Test
  void measurementsStandBesideAdoption() {
    var page = open("/?view=practices");

    assertThat(page.locator("#measures-plot canvas")).isVisible();
    page.locator("#measures-some summary").click();
    var rows = page.locator("#measures-table tbody tr");
    assertThat(rows).hasCount(2 * 3);
    assertThat(rows.filter(new Locator.FilterOptions().setHasText("Satisfaction (score)")).first())
        .containsText("12");
    assertThat(rows.last()).containsText("20\u202f%");
    assertThat(page.locator("#measures-none")).isHidden();
  }

  @Test
  void theChoicesStandInTheAddressAndWorkByKeyboard() {
    var page = open("/?view=practices");

    page.locator("#practice-choice").getByText("Size of a batch").focus();
    page.keyboard().press("Enter");
    page.locator("#rate-choice").getByText("Change rework rate").focus();
    page.keyboard().press(" ");
    page.getByLabel("Months below").selectOption("24");

    assertThat(page)
        .hasURL(
            Pattern.compile(
                "\\?view=practices&months=24&practice=batch_size&rate=change_rework_rate$"));
    assertThat(page.locator("#practice-choice [aria-pressed=true]")).hasText("Size of a batch");
    assertThat(page.locator("#rate-choice [aria-pressed=true]")).hasText("Change rework rate");
    assertThat(page.locator("#months-text")).containsText("Above: size of a batch.");
    page.goBack();
    assertThat(page.getByLabel("Months below")).hasValue("12");
  }

  @Test
  void eachPartIsAFile() throws Exception {
    var page = open("/?view=practices");

    for (String name : List.of("practices by month", "what goes together", "measurements")) {
      var file = page.waitForDownload(() -> page.getByLabel("CSV of " + name).click());
      assertThat(file.suggestedFilename()).endsWith(".csv");
      assertThat(Files.readString(file.path())).as(name).contains(",").hasLineCount(lines(name));
    }
    for (String name : List.of("practices by month", "measurements")) {
      var image = page.waitForDownload(() -> page.getByLabel("PNG of " + name).click());
      assertThat(image.suggestedFilename()).endsWith(".png");
      assertThat(Files.size(image.path())).isGreaterThan(1000);
    }
  }

  private static int lines(String name) {
    return switch (name) {
      case "practices by month" -> 1 + TEAMS * MONTHS;
      case "what goes together" -> 1 + 10 * 3;
      default -> 1 + 2 * MONTHS;
    };
  }

  @Test
  void aTeamIsShownByItsServices() {
    var page = open("/?view=practices&team=team-1");

    assertThat(page.locator("#months-plot"))
        .hasAttribute("aria-label", Pattern.compile(".*by service and month.*"));
    page.locator("#months-more summary").click();
    assertThat(page.locator("#months-table tbody tr")).hasCount(MONTHS);
    assertThat(page.locator("#months-table")).containsText("service-1");
    assertThat(page.locator("#together-list")).containsText("Too few: n = 12 service-months");
  }

  @Test
  void withoutDataItSaysSoAndHowToSendMeasurements() {
    var page = chromium.open(empty.address() + "/?view=practices");

    assertThat(page.locator("#months-none")).isVisible();
    assertThat(page.locator("#months-plot")).isHidden();
    assertThat(page.locator("#together-list")).containsText("Too few: n = 0 team-months");
    assertThat(page.locator("#measures-none")).containsText("\"kind\":\"measurement\"");
    assertThat(page.locator("#measures-plot")).isHidden();
    assertThat(page.locator("[data-practice=progressive_delivery]"))
        .containsText("Nobody has stated yet how traffic is shifted");
  }

  @Test
  void nothingScrollsSidewaysOnAPhoneAndIdsAndLabelsAreWhole() {
    List<String> messages = new ArrayList<>();
    var context =
        chromium.context(
            new Browser.NewContextOptions()
                .setViewportSize(360, 740)
                .setColorScheme(ColorScheme.DARK));
    context.onConsoleMessage(message -> messages.add(message.text()));
    context.onWebError(error -> messages.add(error.error()));
    var page = context.newPage();
    page.navigate(dorado.address() + "/?view=practices");

    assertThat(page.locator("#measures-plot canvas")).isVisible();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    page.locator("#together-more summary").click();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    assertThat(
            page.evaluate(
                "[...document.querySelectorAll('[id]')].map((node) => node.id)"
                    + ".filter((id, at, ids) => ids.indexOf(id) !== at)"))
        .isEqualTo(List.of());
    assertThat(
            page.evaluate(
                "[...document.querySelectorAll('#practices [aria-labelledby]')]"
                    + ".filter((node) => !document.getElementById(node.getAttribute('aria-labelledby')))"
                    + ".length"))
        .isEqualTo(0);
    assertThat(messages).isEmpty();
  }

  /** The older the branches of a month, the more of its deployments fail. */
  private static void writeTeams() throws Exception {
    List<Map<String, Object>> deployments = new ArrayList<>();
    List<Map<String, Object>> changes = new ArrayList<>();
    for (int team = 0; team < TEAMS; team++) {
      Map<String, Object> entry = new HashMap<>();
      entry.put("service", "service-" + team);
      entry.put("valid_from", "1970-01-01T00:00:00Z");
      entry.put("owner", "team-" + team);
      if (team == 0) {
        entry.put("golden_path", "java");
        entry.put("golden_path_since", time(6, 0).toString());
      }
      dorado.insert("catalog", entry);
      for (int month = 0; month < MONTHS; month++) {
        int age = 1 + (team + 5 * month) % PER_MONTH;
        for (int i = 0; i < PER_MONTH; i++) {
          Instant at = time(month, i);
          String id = "service-%d-%d-%d".formatted(team, month, i);
          deployments.add(deployment("service-" + team, id, at, i < age - 1));
          changes.add(change("service-" + team, id, at, age));
        }
      }
    }
    dorado.insertAll("deployments", deployments);
    dorado.insertAll("changes", changes);
  }

  private static void writeMeasurements() throws Exception {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int month = 3; month < MONTHS; month += 3) {
      Map<String, Object> provision = new HashMap<>();
      provision.put("id", "provision " + month);
      provision.put("occurred_at", time(month, 0).toString());
      provision.put("name", "time_to_provision");
      provision.put("unit", "seconds");
      provision.put("value", 100_000 / month);
      provision.put("service", "service-0");
      rows.add(provision);
      Map<String, Object> survey = new HashMap<>(provision);
      survey.put("id", "survey " + month);
      survey.put("name", "satisfaction");
      survey.put("unit", "score");
      survey.put("value", 3 + month / 10.0);
      survey.put("answers", 12);
      rows.add(survey);
    }
    dorado.insertAll("measurements", rows);
  }

  private static Map<String, Object> deployment(
      String service, String id, Instant at, boolean failed) {
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("id", id);
    row.put("environment", "production");
    row.put("environments", List.of("production"));
    row.put("finished_at", at.toString());
    row.put("status", "succeeded");
    row.put("counted", true);
    row.put("kind", "forward");
    row.put("changes", 1 + Math.floorMod(id.hashCode(), 2));
    row.put("failed", failed);
    row.put("row_version", 1);
    return row;
  }

  private static Map<String, Object> change(String service, String id, Instant at, int age) {
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("id", "github.com/acme/" + id + "#1");
    row.put("environment", "production");
    row.put("pull_request", 1);
    row.put("started_at", at.minus(Duration.ofDays(age)).toString());
    row.put("start_method", "commit");
    row.put("merged_at", at.toString());
    row.put("deployed_at", at.toString());
    row.put("deployment_id", id);
    row.put("row_version", 1);
    return row;
  }

  /** In the month that is so many after the first of those that are shown. */
  private static Instant time(int month, int day) {
    return firstMonth().plusMonths(month).plusDays(2 + day).atTime(12, 0).toInstant(ZoneOffset.UTC);
  }

  private static LocalDate firstMonth() {
    return LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1).minusMonths(MONTHS);
  }

  private static String period() {
    return "from=%s&to=%s".formatted(firstMonth(), firstMonth().plusMonths(MONTHS));
  }

  private static JsonNode api(String path) throws Exception {
    return dorado.api(path);
  }

  private static Page open(String path) {
    return chromium.open(dorado.address() + path);
  }
}
