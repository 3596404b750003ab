package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.ReadableDuration;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page in a real browser, on the real API and ClickHouse. The history: checkout (of the team
 * payments) deployed ten times in the last three weeks, of which an incident shows one to have
 * failed and a rollback another; search (of discovery) deployed once; idle is in the catalog and
 * has never deployed.
 */
class ITWebPage {

  private static final String REFUSAL =
      "The signature does not match: the hook's secret is none of DORADO_SECRETS_GITHUB.";
  private static final int PATH_BLOCKS = 14;
  private static final String FAILED = "github.com/acme/checkout!deployment/6";

  /** All of this class tells of one moment. */
  @SuppressWarnings("TimeInStaticInitializer")
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static PageUnderTest dorado;

  /** A page over three golden paths; null until the first test asks for it. */
  private static PageUnderTest paths;

  @BeforeAll
  static void start() throws Exception {
    dorado =
        chromium.serve(PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated());
    writeCatalog();
    writeDeployments();
    writeChanges();
    writeIncidents();
    writeDeliveries();
    writeCorrections();
    writeRuns();
  }

  @Test
  void tilesShowTheNumbersOfTheApi() throws Exception {
    var page = open("/");
    var metrics = metrics("");

    assertThat(metrics.at("/change_fail_rate/value").asDouble()).isCloseTo(2 / 11.0, within(1e-9));
    assertThat(value(page, "change_fail_rate")).hasText(spaced("18 %"));
    assertThat(tile(page, "change_fail_rate")).containsText("11 deployments");
    assertThat(metrics.at("/change_lead_time/value").asDouble()).isEqualTo(187_200);
    assertThat(value(page, "change_lead_time")).hasText(spaced("2 d 4 h"));
    assertThat(metrics.at("/failed_deployment_recovery_time/value").asDouble()).isEqualTo(5400);
    assertThat(value(page, "failed_deployment_recovery_time")).hasText(spaced("1 h 30 min"));
    assertThat(value(page, "deployment_rework_rate")).hasText(spaced("9.1 %"));
    assertThat(value(page, "change_rework_rate")).hasText(spaced("10 %"));
    assertThat(value(page, "rollout_success_rate")).hasText(spaced("100 %"));
    double perMonth = metrics.at("/deployment_frequency/value").asDouble() * 365.25 / 12;
    assertThat(value(page, "deployment_frequency"))
        .hasText(spaced("%.1f /month".formatted(perMonth)));
  }

  @Test
  void aTileSaysItsTierWithItsYearItsCountAndItsInterval() throws Exception {
    var page = open("/");
    var metric = metrics("").at("/change_fail_rate");

    // Eleven are not enough for one tier, and enough to exclude the best.
    assertThat(tile(page, "change_fail_rate").locator(".tier"))
        .hasText(Pattern.compile("High to Low\\s*DORA 2023"));
    assertThat(tile(page, "deployment_frequency").locator(".tier"))
        .hasText(
            Pattern.compile(
                metrics("").at("/deployment_frequency/tier").asText() + "\\s*DORA 2023", 2));
    assertThat(tile(page, "change_fail_rate").locator(".sure"))
        .hasText(
            spaced(
                "11 deployments · 95 %%: %s – %s"
                    .formatted(percent(metric.at("/low")), percent(metric.at("/high")))));
    assertThat(tile(page, "change_fail_rate").locator(".whisker")).isVisible();
    filter(page, "Benchmarks").selectOption("2021");
    assertThat(tile(page, "change_lead_time").locator(".tier")).containsText("DORA 2021");
  }

  @Test
  void noDataLooksDifferentFromZero() {
    var page = open("/?service=idle");

    assertThat(value(page, "deployment_frequency")).hasText(spaced("0 /day"));
    assertThat(tile(page, "deployment_frequency")).hasClass(Pattern.compile("\\bfilled\\b"));
    assertThat(value(page, "change_fail_rate")).hasText("No data");
    assertThat(tile(page, "change_fail_rate")).hasClass(Pattern.compile("\\bno-data\\b"));
    assertThat(tile(page, "change_fail_rate").locator(".tier")).hasCount(0);
    assertThat(tile(page, "change_fail_rate"))
        .containsText("No deployment in this period, so none that could fail.");
    assertThat(tile(page, "change_fail_rate").locator(".sure, .trend, .extras")).hasCount(0);
  }

  @Test
  void aTileSaysWhatIsMissingForATier() {
    var idle = open("/?service=idle");
    assertThat(value(idle, "deployment_frequency")).hasText(spaced("0 /day"));
    assertThat(tile(idle, "deployment_frequency").locator(".tier")).hasCount(0);
    assertThat(tile(idle, "deployment_frequency")).containsText("No tier: no deployment is known");

    var search = open("/?service=search");
    assertThat(value(search, "change_fail_rate")).hasText(spaced("0 %"));
    assertThat(tile(search, "change_fail_rate").locator(".tier")).hasCount(0);
    assertThat(tile(search, "change_fail_rate"))
        .containsText("No tier: no incident source is known");
    // Its bands rested on an article without a name.
    assertThat(tile(search, "change_rework_rate").locator(".tier, .tier-reason")).hasCount(0);
  }

  @Test
  void aSmallDifferenceIsSaidWithTheVerdictOfTheApi() throws Exception {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    String from = today.minusDays(10).toString();
    var change =
        dorado
            .api("summary?from=%s&to=%s".formatted(from, today.plusDays(1)))
            .at("/groups/0/metrics/deployment_frequency/change");
    assertThat(change.get("verdict").asText()).isEqualTo("could_be_chance");
    assertThat(change.get("difference").asDouble()).isPositive().isLessThan(0.5);

    var page = open("/?period=custom&from=%s&to=%s".formatted(from, today));

    var trend = tile(page, "deployment_frequency").locator(".trend");
    assertThat(trend)
        .containsText(
            Pattern.compile("0\\.\\d+ more per week than before|\\d\\.\\d more per week"));
    assertThat(trend.locator(".verdict")).hasText("could be chance");
    assertThat(trend).hasAttribute("data-tip", Pattern.compile("first deployment that is known"));
  }

  @Test
  void aCalendarPeriodIsHeadedByItsFirstAndLastDay() {
    var page = open("/");
    page.locator("select[name='period']").selectOption("Last month");
    assertThat(page).hasURL(Pattern.compile("[?&]period=last-month"));
    LocalDate first = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1).minusMonths(1);
    assertThat(page.locator("#period-text"))
        .hasText(
            Pattern.compile(
                "1–%d \\w+ %d, compared with 1–%d \\w+.*"
                    .formatted(
                        first.lengthOfMonth(),
                        first.getYear(),
                        first.minusMonths(1).lengthOfMonth())));
    page.locator("select[name='period']").selectOption("This year");
    assertThat(page.locator("#period-text")).hasText(Pattern.compile("1 Jan – 31 Dec .* so far.*"));
  }

  @Test
  void aFrequencyByMonthIsPerMonth() {
    var page = open("/?interval=month");
    page.locator("[data-key='chart-table'] > summary").click();
    assertThat(page.locator("#chart-table td", hasText("/month")).first()).isVisible();
    assertThat(page.locator("#chart-table td", hasText("/week"))).hasCount(0);
  }

  @Test
  void aServiceThatNobodyKnowsHasNoDataNotZeroDeployments() {
    var page = open("/?service=unheard-of");

    assertThat(value(page, "deployment_frequency")).hasText("No data");
    assertThat(page.locator("#chart-empty")).containsText("No data in this period");
  }

  @Test
  void choosingAServiceNarrowsEverythingAndStandsInTheAddress() {
    var page = open("/");
    assertThat(rows(page)).hasCount(11);

    pick(page, "Service", "search");

    assertThat(rows(page)).hasCount(1);
    assertThat(tile(page, "deployment_frequency")).containsText("1 deployment");
    assertThat(page).hasURL(Pattern.compile("[?&]service=search"));
    page.goBack();
    assertThat(rows(page)).hasCount(11);
  }

  @Test
  void choosingATeamNarrowsEverything() {
    var page = open("/");

    pick(page, "Team", "payments");

    assertThat(rows(page)).hasCount(10);
    assertThat(tile(page, "change_fail_rate")).containsText("10 deployments");
    assertThat(value(page, "change_fail_rate")).hasText(spaced("20 %"));
  }

  @Test
  void choosingATileShowsItsCourseAndTheRowsBehindIt() {
    var page = open("/");

    page.getByRole(
            AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Change fail rate").setExact(true))
        .click();

    assertThat(page.locator("#chart-title")).hasText("Change fail rate by week");
    assertThat(page.locator("#chart canvas")).isVisible();
    assertThat(rows(page)).hasCount(2);
    assertThat(page.locator("#chart-table tbody tr").last()).containsText("incomplete");
  }

  @Test
  void theChartsTableHasNoDataWhereTheBucketHasNone() {
    var page = open("/?metric=change_fail_rate&service=search&interval=day&period=30");

    page.locator("[data-key='chart-table'] > summary").click();

    assertThat(page.locator("#chart-table td.unknown").first()).hasText("no data");
    assertThat(page.locator("#chart-table td:not(.unknown)", hasText("0 %"))).hasCount(1);
  }

  @Test
  void aDeploymentOpensToItsStoryWithTheRuleThatDecidedIt() {
    var page = open("/");

    row(page, FAILED).locator("button.toggle").press("Enter");

    var story = page.locator("tr.story");
    assertThat(story).containsText("Did it fail?");
    assertThat(story).containsText("An incident with no other link began");
    assertThat(story).containsText("It failed: the incident PD-1 began 30 min after it finished.");
    assertThat(story).containsText("medium confidence");
    assertThat(story.locator("[data-step]"))
        .hasText(
            new Pattern[] {
              Pattern.compile("It is a forward deployment"),
              Pattern.compile("It shipped 1 change, compared with .* of the same repository"),
              Pattern.compile("It is not rework"),
              Pattern.compile("It failed"),
              Pattern.compile("It recovered on"),
              Pattern.compile("ada linked the incident PD-1 to the deployment")
            });
    assertThat(story).containsText("d5: it had been overtaken (F6)");
    assertThat(story).containsText("Payments are declined");
    assertThat(story).containsText("its commit stands after that of the deployment before it.");
    assertThat(story.locator(".lines .stages")).hasCount(1);
    assertThat(row(page, FAILED).locator(".rule").first())
        .hasAttribute("data-tip", Pattern.compile("F6 Proximity"));
    assertThat(page).hasURL(Pattern.compile("[?&]deployment="));
  }

  @Test
  void theAddressOfAStoryOpensItAgain() {
    var page = open("/?metric=change_lead_time&rows=deployments&deployment=checkout+" + FAILED);

    assertThat(page.locator("tr.story")).containsText("Did it fail?");
    assertThat(row(page, FAILED).locator("button.toggle")).hasAttribute("aria-expanded", "true");
  }

  @Test
  void whatAStrangerWroteIsShownAsText() {
    var page = open("/?metric=change_lead_time&service=checkout");

    assertThat(page.locator("table.changes").getByText("<img src=x onerror=alert(1)>").first())
        .isVisible();
    assertThat(page.locator("table.changes img")).hasCount(0);
  }

  @Test
  void incidentsThatNoRuleLinksAreListedWithTheirShare() {
    var page = open("/?rows=incidents&only=unlinked");

    assertThat(page.locator("#rows-note")).containsText(spaced("1 incident of 2 (50 %)"));
    assertThat(rows(page)).hasCount(1);
    assertThat(rows(page)).containsText("Certificate expired");
  }

  @Test
  void aRefusedHookIsSeenAtOnceWithWhatToDo() {
    var page = open("/");

    assertThat(page.locator("#alarm"))
        .containsText("github: 12 deliveries refused in the last minute: " + REFUSAL);
    assertThat(page.locator("#ingest-chip")).hasText("Deliveries refused");
    var sender = page.locator("[data-sender=github]");
    assertThat(sender).containsText(REFUSAL);
    assertThat(sender).containsText("Not a kind of event that Dorado reads");
  }

  @Test
  void theIngestViewSaysWhatIsWrongAndWhatToDoForEachRepository() {
    var page = open("/");

    page.locator("#ingest-chip").click();

    assertThat(page).hasURL(Pattern.compile("[?&]view=ingest"));
    assertThat(page.locator("#advice .error").first()).containsText(REFUSAL);
    assertThat(page.locator("#advice")).containsText("Pushes arrive, but no deployments");
    var repository = page.locator("[data-repository='github.com/acme/website']");
    assertThat(repository).containsText("2");
    assertThat(page.locator("#numbers")).isHidden();
    page.goBack();
    assertThat(page.locator("#numbers")).isVisible();
  }

  @Test
  void theIngestViewSaysWhichPartsAreAwayOrBehind() {
    var page = open("/");
    // Kafka is no part of this module.
    page.route(
        "**/health/ready",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(200)
                    .setContentType("application/json")
                    .setBody(
                        """
                        {"status": "UP", "checks": [
                          {"name": "clickhouse", "healthy": true, "problem": null},
                          {"name": "kafka", "healthy": true,
                           "problem": "12 deliveries wait on the disk since 2026-05-01T08:00:00Z"}]}
                        """)));

    page.locator("#ingest-chip").click();

    var behind = page.locator("[aria-label='Parts of Dorado that are away or behind'] li");
    assertThat(behind).hasCount(1);
    assertThat(behind).containsText("kafka: 12 deliveries wait on the disk since");
  }

  @Test
  void thePracticesAreShownWithWhatIsNotKnown() {
    var page = open("/?view=practices");

    var green = page.locator("[data-practice=ci_success_default_branch]");
    assertThat(green.locator(".value")).hasText(spaced("75 %"));
    assertThat(green).containsText("4 runs");
    assertThat(page.locator("[data-practice=batch_size] .value")).hasText(spaced("1 change"));
    assertThat(page.locator("[data-practice=contributor_first_deployment]"))
        .containsText("too few to stay anonymous");
    assertThat(page.locator("#practices-table tbody tr", hasText("payments"))).hasCount(1);
    assertThat(filter(page, "Team")).isVisible();
    assertThat(filter(page, "Interval")).isHidden();
    assertThat(filter(page, "Benchmarks")).isHidden();
  }

  @Test
  void aDeploymentIsCorrectedWithAReasonAndACorrectionIsTakenBack() {
    List<String> posted = new ArrayList<>();
    var page = open("/?deployment=checkout+" + FAILED);
    var correct = page.locator("details.correct").last();
    correct.locator("summary").click();
    correct.getByLabel("What is right").selectOption("It did not fail");
    correct.getByLabel("Why").fill("the bank was down");
    correct.locator("button").click();
    assertThat(correct).containsText("post the correction to ingest");

    // Ingest takes corrections, which is no part of this module.
    page.route(
        "**/api/v1/corrections",
        route -> {
          posted.add(route.request().postData());
          route.fulfill(
              new Route.FulfillOptions()
                  .setStatus(202)
                  .setContentType("application/json")
                  .setBody("{\"id\":\"c2\"}"));
        });
    correct.locator("button").click();
    assertThat(correct).containsText("Saved; the result appears shortly.");
    assertThat(posted.get(0))
        .contains("\"action\":\"mark\"", "\"as\":\"not-failed\"", FAILED, "the bank was down");

    var revoke = page.locator("[data-step=corrections] details.correct");
    revoke.locator("summary").click();
    revoke.getByLabel("Why").fill("it was another commit");
    revoke.locator("button").click();
    assertThat(revoke).containsText("Saved; the result appears shortly.");
    assertThat(posted.get(1)).contains("\"action\":\"revoke\"", "\"correction\":\"c1\"");
  }

  @Test
  void aHalfTypedCorrectionSurvivesNewDeploymentsAndFilters() throws Exception {
    try (var live = startWithDeployments("_correcting", 3)) {
      var page = chromium.open(live.address() + "/?rows=deployments");
      row(page, "github.com/acme/checkout!deployment/3").locator("button.toggle").click();
      row(page, "github.com/acme/checkout!deployment/2").locator("button.toggle").click();
      var form = page.locator("details.correct[data-key$='deployment/2']");
      form.locator("summary").click();
      form.getByLabel("What is right").selectOption("An incident was caused by it");
      form.getByLabel("Incident ID").fill("PD-7");
      form.getByLabel("Why").fill("the log ");
      double before = form.boundingBox().y;

      // Newer deployments land, and the one in hand fails; the reader types on.
      for (int number = 4; number <= 8; number++) {
        insert(live, "deployments", deployment("checkout", number, 0));
      }
      var failed = deployment("checkout", 2, 4);
      failed.putAll(Map.of("failed", true, "failure_rule", "F6", "incidents", List.of("PD-7")));
      failed.put("row_version", 2);
      insert(live, "deployments", failed);
      refresh(page);
      assertThat(rows(page)).hasCount(8);
      assertThat(row(page, "github.com/acme/checkout!deployment/2")).containsText("F6");
      page.keyboard().type("names it");
      assertThat(form.getByLabel("Why")).hasValue("the log names it");
      assertThat(form.getByLabel("What is right")).hasValue("4");
      assertThat(form.getByLabel("Incident ID")).hasValue("PD-7");
      assertThat(form.boundingBox().y).as("nothing jumps").isCloseTo(before, within(2.0));

      filter(page, "Interval").selectOption("day");
      page.locator("#rows-only").getByText("Failed only").click();
      assertThat(rows(page)).hasCount(1);
      assertThat(form.getByLabel("Why")).hasValue("the log names it");
      page.locator("#rows-only").getByText("Rollbacks").click();
      assertThat(page.locator("#rows-panel")).containsText("is a rollback");
      page.locator("#rows-only").getByText("All").click();
      assertThat(form.getByLabel("What is right")).hasValue("4");
      assertThat(form.getByLabel("Why")).hasValue("the log names it");

      // The form of another row has a state of its own.
      row(page, "github.com/acme/checkout!deployment/3").locator("button.toggle").click();
      var other = page.locator("details.correct[data-key$='deployment/3']");
      other.locator("summary").click();
      assertThat(other.getByLabel("Why")).hasValue("");
    }
  }

  @Test
  void aDeploymentInCorrectionStaysWhenNewerOnesPushItOffThePage() throws Exception {
    try (var live = startWithDeployments("_pushed_off", 25)) {
      var page = chromium.open(live.address() + "/?rows=deployments");
      String oldest = "github.com/acme/checkout!deployment/25";
      row(page, oldest).locator("button.toggle").click();
      var form = page.locator("details.correct");
      form.locator("summary").click();
      form.getByLabel("Why").fill("half a rea");

      insert(live, "deployments", deployment("checkout", 99, 0));
      refresh(page);

      assertThat(row(page, "github.com/acme/checkout!deployment/99")).isVisible();
      assertThat(form.getByLabel("Why")).hasValue("half a rea");
      page.getByText("Show more").click();
      assertThat(row(page, oldest)).hasCount(1);
      assertThat(rows(page)).hasCount(26);
    }
  }

  @Test
  void aRefreshTakesNothingFromTheReadersHand() throws Exception {
    try (var live = startWithDeployments("_refresh", 3)) {
      var page = chromium.open(live.address() + "/?rows=deployments&period=custom");
      page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).press("1");
      page.getByLabel("To (inclusive)").focus();
      page.locator("#rows-only button").first().evaluate("button => button.mark = 'the same node'");
      row(page, "github.com/acme/checkout!deployment/1").locator("button.toggle").click();
      assertThat(page.locator("tr.story")).containsText("Did it fail?");
      row(page, "github.com/acme/checkout!deployment/2").locator("button.toggle").focus();
      page.evaluate("document.querySelector('tr.story').mark = 'the same node'");

      insert(live, "deployments", deployment("checkout", 4, 0));
      refresh(page);
      assertThat(row(page, "github.com/acme/checkout!deployment/4")).isVisible();

      assertThat(row(page, "github.com/acme/checkout!deployment/2").locator("button.toggle"))
          .isFocused();
      assertThat(page.evaluate("document.querySelector('tr.story').mark"))
          .isEqualTo("the same node");
      assertThat(page.evaluate("document.querySelector('#rows-only button').mark"))
          .isEqualTo("the same node");
      assertThat(page.evaluate("document.querySelector('[name=from]').validity.badInput"))
          .as("a date that is half typed")
          .isEqualTo(true);
    }
  }

  @Test
  void aServiceOfSeveralRepositoriesIsReadByRepository() throws Exception {
    try (var live = startWithDeployments("_repositories", 4)) {
      for (int number = 5; number <= 6; number++) {
        var other = deployment("checkout", number, number);
        other.put("repository", "github.com/acme/checkout-web");
        insert(live, "deployments", other);
      }
      insert(live, "deployments", deployment("search", 7, 1));
      var page = chromium.open(live.address() + "/?rows=deployments");
      assertThat(rows(page)).hasCount(7);
      assertThat(row(page, "github.com/acme/checkout!deployment/5"))
          .containsText("acme/checkout-web");
      assertThat(row(page, "github.com/acme/search!deployment/7"))
          .not()
          .containsText("acme/search");
      assertThat(page.locator("#repositories")).isHidden();

      pick(page, "Service", "checkout");
      page.locator("#repositories").getByText("acme/checkout-web").click();

      assertThat(rows(page)).hasCount(2);
      assertThat(tile(page, "change_fail_rate")).containsText("2 deployments");
      assertThat(page).hasURL(Pattern.compile("repository=github.com%2Facme%2Fcheckout-web"));
      pick(page, "Service", "search");
      assertThat(rows(page)).hasCount(1);
      assertThat(page.locator("#repositories")).isHidden();
    }
  }

  @Test
  void thePageAndTheTextsOfTheApiWriteDurationsAlike() {
    var page = open("/");
    var random = new Random(20);
    List<Double> lengths =
        random
            .doubles(2000, 0, 1)
            .map(share -> Math.round(Math.pow(10, 8 * share) * 1000) / 1000.0)
            .boxed()
            .toList();

    var written =
        (List<?>)
            page.evaluate(
                "lengths => import('/js/format.js').then(({ duration }) =>"
                    + " lengths.map((length) => duration(length).replaceAll('\\u202f', ' ')))",
                lengths);

    assertThat(written)
        .isEqualTo(
            lengths.stream()
                .map(length -> ReadableDuration.of(Duration.ofMillis(Math.round(length * 1000))))
                .toList());
  }

  @Test
  void everyIdIsUniqueAndEveryLabelHasItsControl() {
    var page = open("/?deployment=checkout+" + FAILED);
    row(page, "github.com/acme/checkout!deployment/3").locator("button.toggle").click();
    assertThat(page.locator("details.correct")).hasCount(3);
    for (var summary : page.locator("details.correct > summary").all()) {
      summary.click();
    }
    assertThat(page.locator(".correction-form")).hasCount(3);
    Chromium.assertWellFormed(page);
  }

  @Test
  void theGoldenPathIsToldInTheVerdictOfTheApiWithItsNumbers() throws Exception {
    var page = chromium.open(goldenPaths().address() + "/?view=golden-path&path=java");
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    var answer =
        goldenPaths()
            .api("golden-path?path=java&from=%s&to=%s".formatted(today.minusWeeks(104), today));
    var leadTime = answer.at("/effects/1");
    assertThat(leadTime.get("outcome").asText()).isEqualTo("change_lead_time");
    assertThat(leadTime.get("status").asText()).isEqualTo("estimated");

    assertThat(page.locator("#path-verdict")).containsText(leadTime.get("verdict").asText());
    assertThat(effect(page, "change_lead_time").locator(".value"))
        .hasText(spaced("−%.0f %%".formatted(-100 * leadTime.get("estimate").asDouble())));
    assertThat(effect(page, "change_lead_time").locator(".facts"))
        .containsText(
            Pattern.compile(
                "Adopters\\s*12\\s*Compared with\\s*" + leadTime.get("n_comparison").asInt()));
    // All deploy alike, block for block.
    assertThat(effect(page, "deployment_frequency").locator(".value")).hasText("No estimate");
    assertThat(effect(page, "deployment_frequency")).containsText("do not vary");
    assertThat(page.locator("#path-events-plot canvas")).isVisible();
    assertThat(page.locator("#path-events-note")).containsText("First 84 days: ");
    page.locator("#path-events-more > summary").press("Enter");
    assertThat(page.locator("#path-events-table tbody tr"))
        .hasCount(leadTime.get("event_study").size());
    assertThat(page.locator("#path-adoption-text"))
        .containsText("12 of 39 services and 12 of 39 teams are on the path");
    assertThat(page.locator("#path-adoption-plot canvas")).isVisible();
    assertThat(page.locator("#path-contributors-text")).containsText("too few");
    assertThat(page.locator("#path-claim"))
        .containsText("claims that mature platforms shorten onboarding by 30–50 %");
    assertThat(page.locator("#path-claim")).containsText("not a result of this data");
    var onGo = page.locator(".excluded-group:has-text('on the path go since')");
    int services = onGo.locator("li").count();
    assertThat(services).isPositive();
    assertThat(onGo.locator("summary")).containsText(services + " service");
    assertThat(onGo.locator("li").first()).isHidden();
    onGo.locator("summary").first().press("Enter");
    assertThat(onGo.locator("li").first()).isVisible();
    Chromium.assertWellFormed(page);
  }

  @Test
  void anEstimateThatBeganBeforeAdoptionIsGreyed() throws Exception {
    var page = chromium.open(goldenPaths().address() + "/?view=golden-path&path=go");

    assertThat(page.locator("#path-verdict")).containsText("do not read this as an effect");
    assertThat(page.locator(".path-verdict")).hasClass(Pattern.compile("doubtful"));
    assertThat(effect(page, "change_lead_time")).hasClass(Pattern.compile("doubtful"));
    assertThat(effect(page, "change_lead_time"))
        .containsText("Greyed out: the trend of adopters already differed before adoption");
    assertThat(page.locator("#path-events")).hasClass(Pattern.compile("doubtful"));
  }

  @Test
  void aRefusedEstimateSaysWhatWouldBeNeededAndAdoptionShowsAllTheSame() throws Exception {
    var page = chromium.open(goldenPaths().address() + "/?view=golden-path&path=rust");

    assertThat(page.locator("#path-verdict")).containsText("No estimate of the change lead time");
    assertThat(effect(page, "change_lead_time")).containsText("at least 5 are needed");
    assertThat(page.locator("#path-events-plot")).isHidden();
    assertThat(page.locator("#path-events-note")).containsText("No event study.");
    assertThat(page.locator("#path-adoption-plot canvas")).isVisible();
  }

  @Test
  void theChoicesOfTheGoldenPathStandInTheAddressAndEachPartIsAFile() throws Exception {
    var page = chromium.open(goldenPaths().address() + "/?view=golden-path");

    filter(page, "Path").selectOption("java");
    filter(page, "Who decides to adopt").selectOption("Teams");
    page.locator("#path-outcomes").getByText("Change fail rate").click();

    assertThat(page)
        .hasURL(
            Pattern.compile(
                "\\?view=golden-path&path=java&cluster=team&outcome=change_fail_rate$"));
    assertThat(page.locator("#path-text")).containsText("each team is one observation");
    assertThat(page.locator("#path-events-text")).containsText("by block of 84 days");
    for (var link : page.locator("#golden-path [data-part] a").all()) {
      var file = page.waitForDownload(link::click);
      assertThat(file.suggestedFilename()).matches("golden-path-[a-z_]+\\.csv");
      assertThat(Files.readString(file.path())).as(file.suggestedFilename()).contains(",");
    }
    var image =
        page.waitForDownload(
            () -> page.locator("#golden-path").getByLabel("PNG of adoption").click());
    assertThat(image.suggestedFilename()).isEqualTo("golden-path-adoption.png");
    assertThat(Files.size(image.path())).isGreaterThan(1000);
  }

  @Test
  void withoutAGoldenPathItTellsHowToMarkServices() {
    var page = open("/?view=golden-path");

    assertThat(page.locator("#path-none")).containsText("dorado.dev/golden-path: java-service@");
    assertThat(page.locator("#path-answer")).isHidden();
    page.navigate(dorado.address() + "/?view=golden-path&path=rust");
    assertThat(page.locator("#problems")).containsText("here is no golden path 'rust'");
  }

  @Test
  void nothingScrollsSidewaysOnAPhone() {
    var page =
        chromium.open(
            dorado.address() + "/?deployment=checkout+" + FAILED,
            new Browser.NewContextOptions().setViewportSize(360, 740));

    assertThat(page.locator("tr.story")).containsText("Did it fail?");
    page.getByText("More filters").click();
    assertThat(filter(page, "Golden path")).isVisible();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);

    for (String view : List.of("Ingest", "Practices", "Golden path")) {
      page.locator("#views").getByText(view).click();
      assertThat(page.locator("#" + view.toLowerCase(Locale.ROOT).replace(' ', '-'))).isVisible();
      if (view.equals("Ingest")) {
        page.getByText("Connect a sender").click();
      }
      assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
          .as(view)
          .isEqualTo(360);
    }
  }

  @Test
  void darkModeFollowsTheSystem() {
    String background = "getComputedStyle(document.body).backgroundColor";
    var light = open("/");
    var dark =
        chromium.open(
            dorado.address() + "/",
            new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK));

    assertThat(light.evaluate(background)).isEqualTo("rgb(246, 245, 242)");
    assertThat(dark.evaluate(background)).isEqualTo("rgb(15, 20, 23)");
  }

  @Test
  void aBadParameterInTheAddressIsExplained() {
    var page = open("/?period=custom&from=yesterday");

    assertThat(page.locator("#problems")).containsText("'from' is 'yesterday'");
    page.getByText("Reset the filters").click();
    assertThat(page.locator("#problems")).isHidden();
    assertThat(tile(page, "change_fail_rate")).containsText("11 deployments");
  }

  @Test
  void anApiWithoutItsDatabaseShowsItsProblem() {
    try (var broken = PageUnderTest.start(clickHouse.jdbcUrl(), "nothing_here")) {
      var page = chromium.open(broken.address() + "/");

      assertThat(page.locator("#problems")).containsText("run ./dorado migrate");
      assertThat(page.locator("#tiles")).isHidden();
    }
  }

  @Test
  void whatWasThereStaysWhenTheApiStopsAndThePageSaysSo() {
    var stopped = PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database());
    var page = chromium.open(stopped.address() + "/");
    assertThat(value(page, "change_fail_rate")).hasText(spaced("18 %"));

    stopped.close();
    filter(page, "Benchmarks").selectOption("2024");

    assertThat(page.locator("#problems")).containsText("Dorado does not answer");
    assertThat(value(page, "change_fail_rate")).hasText(spaced("18 %"));
  }

  @Test
  void withoutAnyDeliveryItTellsHowToConnect() throws Exception {
    String database = clickHouse.database() + "_empty";
    try (var empty = PageUnderTest.start(clickHouse.jdbcUrl(), database).migrated()) {
      var page = chromium.open(empty.address() + "/");

      assertThat(page.locator("#welcome")).containsText(empty.address() + "/webhooks/github");
      assertThat(page.locator("#welcome")).containsText("DORADO_SECRETS_GITHUB");
      assertThat(page.locator("#welcome")).containsText("curl -X POST");
      assertThat(page.locator("#tiles")).isHidden();
    }
  }

  @Test
  void aTokenIsAskedForAndKeptForTheTab() {
    try (var guarded =
        PageUnderTest.startWithToken(clickHouse.jdbcUrl(), clickHouse.database(), "sesame")) {
      var page = chromium.open(guarded.address() + "/");

      page.getByLabel("Bearer token").fill("guessed");
      page.getByLabel("Bearer token").press("Enter");
      assertThat(page.locator("#sign-in-detail")).containsText("Wrong token");
      page.getByLabel("Bearer token").fill("sesame");
      page.getByLabel("Bearer token").press("Enter");

      assertThat(value(page, "change_fail_rate")).hasText(spaced("18 %"));
      assertThat(page.locator("#sign-in")).isHidden();
      page.reload();
      assertThat(value(page, "change_fail_rate")).hasText(spaced("18 %"));
    }
  }

  @Test
  void nothingIsAskedOfAnotherHostAndNothingIsWrongInTheConsole() {
    List<String> foreign = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    var context = chromium.context(new Browser.NewContextOptions());
    context.onRequest(
        request -> {
          if (!request.url().startsWith(dorado.address())) {
            foreign.add(request.url());
          }
        });
    context.onConsoleMessage(message -> messages.add(message.text()));
    context.onWebError(error -> messages.add(error.error()));
    var page = context.newPage();
    page.navigate(dorado.address() + "/?metric=change_lead_time");
    assertThat(page.locator("#chart canvas")).isVisible();
    assertThat(rows(page)).hasCount(10);

    assertThat(foreign).isEmpty();
    assertThat(messages).isEmpty();
  }

  /** A page of its own over {@code count} deployments of checkout, two days apart. */
  private static PageUnderTest startWithDeployments(String suffix, int count) throws Exception {
    var live = PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + suffix).migrated();
    for (int number = 1; number <= count; number++) {
      insert(live, "deployments", deployment("checkout", number, 2 * number));
    }
    return live;
  }

  /** What the page does every 15 seconds, and when the network is back. */
  static void refresh(Page page) {
    page.evaluate("dispatchEvent(new Event('online'))");
  }

  private static Page open(String path) {
    return chromium.open(dorado.address() + path);
  }

  /**
   * Fourteen blocks up to today. Twelve services adopted java, which makes lead times 40 % shorter;
   * twelve adopted go while they were getting faster anyway; three adopted rust; twelve never did.
   */
  private static PageUnderTest goldenPaths() throws Exception {
    if (paths == null) {
      paths =
          chromium.serve(
              PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_paths")
                  .migrated());
      for (int i = 0; i < 12; i++) {
        int cohort = 6 + i % 3;
        writePathService("java", i, cohort, block -> block >= cohort ? 0.6 : 1);
        writePathService("go", i, cohort, block -> Math.exp(-0.3 * block));
        writePathService("none", i, PATH_BLOCKS, block -> 1);
        if (i < 3) {
          writePathService("rust", i, cohort, block -> 1);
        }
      }
    }
    return paths;
  }

  private static void writePathService(
      String path, int number, int cohort, IntToDoubleFunction factor) throws Exception {
    String service = path + "-" + number;
    var random = new Random(service.hashCode());
    Instant start = NOW.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(28 * PATH_BLOCKS));
    List<Map<String, Object>> deployments = new ArrayList<>();
    List<Map<String, Object>> changes = new ArrayList<>();
    double level = 80_000 * (1 + random.nextDouble());
    for (int block = 0; block < PATH_BLOCKS; block++) {
      for (int i = 0; i < 4; i++) {
        int id = 4 * block + i + 1;
        Instant at = start.plus(Duration.ofDays(28L * block + 7L * i + 1));
        var deployment = deployment(service, id, 0);
        deployment.put("started_at", at.minusSeconds(60).toString());
        deployment.put("finished_at", at.toString());
        deployment.put("failed", random.nextDouble() < 0.2);
        Map<String, Object> change = new HashMap<>();
        change.put("service", service);
        change.put("id", "github.com/acme/%s#%d".formatted(service, id));
        change.put("environment", "production");
        change.put("repository", "github.com/acme/" + service);
        change.put("sha", sha(id));
        change.put("merged_at", at.minusSeconds(600).toString());
        change.put("deployed_at", at.toString());
        change.put("deployment_id", deployment.get("id"));
        change.put("shipping_rule", "S4");
        double longer = random.nextDouble();
        double noise = Math.exp(0.4 * (longer - random.nextDouble()));
        change.put("lead_time", level * noise * factor.applyAsDouble(block));
        for (var row : List.of(deployment, change)) {
          row.put("row_version", 1);
          row.put("row_deleted", 0);
        }
        deployments.add(deployment);
        changes.add(change);
      }
    }
    paths.insertAll("deployments", deployments);
    paths.insertAll("changes", changes);
    Map<String, Object> entry = new HashMap<>();
    entry.put("service", service);
    entry.put("valid_from", Instant.EPOCH.toString());
    entry.put("owner", "team-of-" + service);
    if (cohort < PATH_BLOCKS) {
      entry.put("golden_path", path);
      entry.put("golden_path_since", start.plus(Duration.ofDays(28L * cohort)).toString());
    }
    insert(paths, "catalog", entry);
  }

  private static Locator effect(Page page, String outcome) {
    return page.locator("[data-outcome=%s]".formatted(outcome));
  }

  private static Locator tile(Page page, String metric) {
    return page.locator("[data-metric=%s]".formatted(metric));
  }

  private static Locator value(Page page, String metric) {
    return tile(page, metric).locator(".value");
  }

  static Locator filter(Page page, String name) {
    return page.getByRole(
        AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Finds a team or service by its name and chooses it. */
  static void pick(Page page, String name, String text) {
    filter(page, name).fill(text);
    assertThat(page.locator(".combobox [aria-selected=true]")).containsText(text);
    filter(page, name).press("Enter");
  }

  private static Locator rows(Page page) {
    return page.locator("#rows-panel tr.row");
  }

  private static Locator row(Page page, String id) {
    return page.locator("tr.row[data-id='%s']".formatted(id));
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(spaced(text));
  }

  /** A text whose spaces may be of any width, or none: units stand apart by style alone. */
  static Pattern spaced(String text) {
    return Pattern.compile(text.replaceAll("[.()/%]", "\\\\$0").replace(" ", "[\\s\\u202f]*"));
  }

  /** The metrics that the API gives for the page's period. */
  private static JsonNode metrics(String more) throws Exception {
    String from = LocalDate.now(ZoneOffset.UTC).minusDays(90).toString();
    return dorado.api("summary?from=" + from + more).at("/groups/0/metrics");
  }

  private static String percent(JsonNode ratio) {
    double value = ratio.asDouble() * 100;
    return (value < 9.95 ? "%.1f %%" : "%.0f %%").formatted(value);
  }

  private static void writeCatalog() throws Exception {
    for (var owned :
        Map.of("checkout", "payments", "search", "discovery", "idle", "discovery").entrySet()) {
      insert(
          "catalog",
          Map.of(
              "service",
              owned.getKey(),
              "valid_from",
              Instant.EPOCH.toString(),
              "owner",
              owned.getValue()));
    }
  }

  private static void writeDeployments() throws Exception {
    for (int i = 1; i <= 10; i++) {
      var deployment = deployment("checkout", i, 2 * i);
      if (i == 6) {
        deployment.put("failed", true);
        deployment.put("failure_rule", "F6");
        deployment.put("failure_method", "the incident PD-1 began 30 min after it finished");
        deployment.put("failure_confidence", "medium");
        deployment.put("failure_evidence", List.of("PD-1"));
        deployment.put("failure_rejected", List.of("d5: it had been overtaken (F6)"));
        deployment.put("incidents", List.of("PD-1"));
        deployment.put("impact_started_at", hoursAgo(12 * 24 - 0.5));
        deployment.put("recovered_at", hoursAgo(12 * 24 - 2));
        deployment.put("recovery_rule", "R1");
        deployment.put("recovery_method", "incident");
        deployment.put("recovery_evidence", List.of("PD-1"));
        deployment.put("previous_deployment", "github.com/acme/checkout!deployment/7");
      }
      if (i == 3) {
        deployment.put("failed", true);
        deployment.put("failure_rule", "F3");
        deployment.put("failure_method", "rolled back");
        deployment.put("impact_started_at", hoursAgo(6 * 24));
        deployment.put("recovery_rule", "R3");
      }
      if (i == 2) {
        deployment.put("kind", "rollback");
        deployment.put("changes", 0);
        deployment.put("rework", true);
        deployment.put("rework_rule", "W1");
        deployment.put("rework_reason", "it is a rollback");
      }
      insert("deployments", deployment);
    }
    insert("deployments", deployment("search", 11, 5));
  }

  static Map<String, Object> deployment(String service, int number, int daysAgo) {
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("id", "github.com/acme/%s!deployment/%d".formatted(service, number));
    row.put("environment", "production");
    row.put("environments", List.of("eu-prod"));
    row.put("repository", "github.com/acme/" + service);
    row.put("sha", sha(number));
    row.put("started_at", hoursAgo(daysAgo * 24 + 0.1));
    row.put("finished_at", hoursAgo(daysAgo * 24));
    row.put("status", "succeeded");
    row.put("counted", true);
    row.put("kind", "forward");
    row.put("kind_reason", "its commit stands after that of the deployment before it");
    row.put("changes", 1);
    row.put("shipping_reason", "compared on main");
    return row;
  }

  private static void writeChanges() throws Exception {
    for (int i = 1; i <= 11; i++) {
      if (i == 2) {
        continue; // the rollback shipped nothing
      }
      String service = i == 11 ? "search" : "checkout";
      double deployed = i == 11 ? 5 * 24 : 2 * i * 24;
      Map<String, Object> row = new HashMap<>();
      row.put("service", service);
      row.put("id", "github.com/acme/%s#%d".formatted(service, i));
      row.put("environment", "production");
      row.put("repository", "github.com/acme/" + service);
      row.put("sha", sha(i));
      row.put("pull_request", i);
      row.put("title", "<img src=x onerror=alert(1)> round totals half up");
      row.put("branch", "main");
      row.put("started_at", hoursAgo(deployed + 52));
      row.put("start_method", "commit");
      row.put("opened_at", hoursAgo(deployed + 42));
      row.put("first_review_at", hoursAgo(deployed + 22));
      row.put("merged_at", hoursAgo(deployed + 2));
      row.put("deployed_at", hoursAgo(deployed));
      row.put("deployment_id", "github.com/acme/%s!deployment/%d".formatted(service, i));
      row.put("shipping_rule", "S4");
      row.put("lead_time", 52 * 3600);
      row.put("coding", 10 * 3600);
      row.put("pickup", 20 * 3600);
      row.put("review", 20 * 3600);
      row.put("deploy", 2 * 3600);
      if (i == 4) {
        row.put("reactive", true);
        row.put("reactive_rule", "W2");
        row.put("reactive_reason", "it is a revert");
      }
      insert("changes", row);
    }
  }

  private static void writeIncidents() throws Exception {
    insert(
        "incidents",
        Map.of(
            "service", "checkout",
            "id", "PD-1",
            "title", "Payments are declined",
            "environment", "production",
            "started_at", hoursAgo(12 * 24 - 0.5),
            "resolved_at", hoursAgo(12 * 24 - 2),
            "deployment_id", FAILED,
            "link_rule", "F6",
            "link_method", "began 30 min after the deployment finished"));
    insert(
        "incidents",
        Map.of(
            "service", "checkout",
            "id", "PD-2",
            "title", "Certificate expired",
            "environment", "production",
            "started_at", hoursAgo(100),
            "resolved_at", hoursAgo(99)));
  }

  private static void writeRuns() throws Exception {
    for (int i = 0; i < 4; i++) {
      insert(
          "ci_runs",
          Map.of(
              "service",
              "checkout",
              "id",
              "run-" + i,
              "repository",
              "github.com/acme/checkout",
              "trigger",
              "push",
              "default_branch",
              true,
              "finished_at",
              hoursAgo(24 + i),
              "outcome",
              i == 0 ? "failure" : "success",
              "duration",
              300 + 60 * i));
    }
    insert(
        "changes",
        Map.of(
            "service",
            "website",
            "id",
            "github.com/acme/website@" + sha(99),
            "environment",
            "production",
            "repository",
            "github.com/acme/website",
            "sha",
            sha(99),
            "merged_at",
            hoursAgo(2)));
  }

  private static void writeCorrections() throws Exception {
    insert(
        "corrections",
        Map.of(
            "service", "checkout",
            "id", "c1",
            "made_at", hoursAgo(11 * 24),
            "action", "link",
            "deployment_id", FAILED,
            "incident_id", "PD-1",
            "reason", "the log names its commit",
            "author", "ada",
            "effect", "in force"));
  }

  private static void writeDeliveries() throws Exception {
    insert(
        "deliveries",
        Map.of(
            "sender",
            "github",
            "id",
            "1",
            "received_at",
            hoursAgo(1),
            "outcome",
            "ignored",
            "kind",
            "star",
            "reason",
            "Not a kind of event that Dorado reads",
            "events",
            0,
            "bytes",
            100));
    for (int i = 0; i < 2; i++) {
      insert(
          "deliveries",
          Map.of(
              "sender",
              "github",
              "id",
              "push-" + i,
              "received_at",
              hoursAgo(2),
              "occurred_at",
              hoursAgo(2.001),
              "outcome",
              "accepted",
              "kind",
              "push",
              "repository",
              "github.com/acme/website",
              "events",
              1,
              "bytes",
              100));
    }
    insert(
        "refusals",
        Map.of(
            "sender",
            "github",
            "minute",
            Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
            "reason",
            "signature",
            "instance",
            "a",
            "count",
            12,
            "detail",
            REFUSAL));
  }

  private static void insert(String table, Map<String, ?> values) throws Exception {
    insert(dorado, table, values);
  }

  static void insert(PageUnderTest page, String table, Map<String, ?> values) throws Exception {
    Map<String, Object> row = new HashMap<>(values);
    row.putIfAbsent("row_version", 1);
    row.put("row_deleted", 0);
    page.insert(table, row);
  }

  static String hoursAgo(double hours) {
    return NOW.minus(Duration.ofSeconds(Math.round(hours * 3600))).toString();
  }

  static String sha(int number) {
    return "%020x".formatted(number * 0x9e3779b97f4a7c15L).replace('0', 'a').repeat(2);
  }
}
