package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.dorado.api.web.ITWebPage.filter;
import static dev.dorado.api.web.ITWebPage.hoursAgo;
import static dev.dorado.api.web.ITWebPage.insert;
import static dev.dorado.api.web.ITWebPage.pick;
import static dev.dorado.api.web.ITWebPage.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.ReadableDuration;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page of an organisation, in a real browser on the real API and ClickHouse. The team payments
 * has checkout, whose lead time grew from 10 to 40 hours, and ledger, which did not change; search
 * of discovery fails more often than before; idle of tools has never deployed.
 */
class ITOrganisationPages {

  private static final int MANY = 5000;

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static PageUnderTest dorado;

  /** A page over thousands of services; null until the first test asks for it. */
  private static PageUnderTest many;

  @BeforeAll
  static void start() throws Exception {
    dorado =
        chromium.serve(PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated());
    OrganisationHistory.write(dorado);
  }

  @Test
  void aServiceOfThousandsIsFoundByTyping() throws Exception {
    var page = open(many(), "/");
    var field = filter(page, "Service");
    assertThat(field).hasAttribute("placeholder", "All services (5,000)");

    field.click();
    assertThat(field).hasAttribute("aria-expanded", "true");
    assertThat(options(page)).hasCount(51);
    assertThat(page.locator("#service-options")).containsText("50 of 5,000 shown");
    // What a key costs is what it draws, however many services match.
    var drawn =
        (Number)
            page.evaluate(
                "() => { const field = document.querySelector('[name=service]');"
                    + " let most = 0;"
                    + " for (const text of ['s', 'se', 'ser', 'service-4', 'service-4821']) {"
                    + " field.value = text; field.dispatchEvent(new Event('input'));"
                    + " most = Math.max(most,"
                    + " document.querySelectorAll('#service-options *').length); }"
                    + " return most; }");
    assertThat(drawn.intValue()).as("elements that are drawn after a key").isBetween(50, 300);
    assertThat(options(page)).hasCount(1);
    assertThat(page.locator(".combobox [role=status]").last()).hasText("1 service matches");
    field.press("Enter");

    assertThat(page).hasURL(Pattern.compile("[?&]service=service-4821$"));
    assertThat(field).hasValue("service-4821");
    assertThat(field).hasAttribute("aria-expanded", "false");
    assertThat(options(page)).hasCount(0);
  }

  @Test
  void theServiceFieldWorksByKeyboardAsTheComboboxPatternSays() {
    var page = open(dorado, "/");
    var field = filter(page, "Service");
    assertThat(field).hasAttribute("placeholder", "All services (4)");
    assertThat(field).hasAttribute("aria-autocomplete", "list");
    assertThat(field).hasAttribute("aria-controls", "service-options");

    field.press("ArrowDown");
    assertThat(options(page))
        .hasText(
            new Pattern[] {
              Pattern.compile("^All services, chosen$"),
              Pattern.compile("^checkout"),
              Pattern.compile("^idle"),
              Pattern.compile("^ledger"),
              Pattern.compile("^search")
            });
    assertActive(page, field, "All services");
    field.press("ArrowDown");
    assertActive(page, field, "checkout");
    field.press("ArrowUp");
    field.press("ArrowUp");
    assertActive(page, field, "search");
    field.press("Escape");
    assertThat(field).hasAttribute("aria-expanded", "false");
    assertThat(page).not().hasURL(Pattern.compile("service="));

    // Found by its team, too; a choice is taken by Enter alone.
    field.pressSequentially("paym");
    assertThat(options(page)).hasCount(2);
    field.press("ArrowDown");
    assertActive(page, field, "ledger");
    field.press("Tab");
    assertThat(field).hasValue("");
    assertThat(page).not().hasURL(Pattern.compile("service="));
    pick(page, "Service", "ledg");
    assertThat(page).hasURL(Pattern.compile("[?&]service=ledger$"));

    // Half a name is no choice, whatever is typed next; a refresh leaves it alone.
    field.fill("che");
    refresh(page);
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(field).hasValue("che");
    field.press("Escape");
    assertThat(field).hasValue("ledger");
    field.press("Escape");
    assertThat(page).not().hasURL(Pattern.compile("service="));
    assertThat(field).hasValue("");
  }

  @Test
  void theServiceFieldWorksByPointerAndSaysWhatItDoesNotFind() {
    var page = open(dorado, "/?service=ledger");
    var field = filter(page, "Service");
    assertThat(field).hasValue("ledger");

    field.fill("nothing of the kind");
    assertThat(page.locator("#service-options"))
        .containsText("No service matches “nothing of the kind”.");
    field.press("Enter");
    assertThat(page).hasURL(Pattern.compile("[?&]service=ledger$"));
    field.fill("sea");
    options(page).first().click();
    assertThat(page).hasURL(Pattern.compile("[?&]service=search$"));
    page.getByLabel("Clear service").click();
    assertThat(page).not().hasURL(Pattern.compile("service="));
    assertThat(page.getByLabel("Clear service")).isHidden();

    // Left empty, it is cleared as well.
    pick(page, "Service", "ledger");
    assertThat(page).hasURL(Pattern.compile("[?&]service=ledger$"));
    field.fill("");
    field.press("Tab");
    assertThat(page).not().hasURL(Pattern.compile("service="));

    // Within a team, its services alone.
    pick(page, "Team", "payments");
    assertThat(field).hasAttribute("placeholder", "All services (2)");
    page.navigate(dorado.address() + "/?service=unheard-of");
    assertThat(field).hasValue("unheard-of");
    Chromium.assertWellFormed(page);
  }

  @Test
  void teamsAreSortedByWhatGotWorseFirstWithTheNumbersOfTheApi() throws Exception {
    var page = open(dorado, "/");
    page.locator("#views").getByText("Teams").click();
    assertThat(page).hasURL(Pattern.compile("[?&]view=teams$"));
    String from = LocalDate.now(ZoneOffset.UTC).minusDays(90).toString();
    Map<String, JsonNode> teams = new HashMap<>();
    dorado
        .api("summary?group_by=team&tz=UTC&from=" + from)
        .at("/groups")
        .forEach(group -> teams.put(group.at("/group/team").asText(), group.get("metrics")));
    assertThat(teams.get("payments").at("/change_lead_time/change/verdict").asText())
        .isEqualTo("worse");
    assertThat(teams.get("discovery").at("/change_fail_rate/change/verdict").asText())
        .isEqualTo("worse");

    // A fail rate of four times is a larger change than a lead time of three.
    assertThat(groups(page))
        .hasText(
            new Pattern[] {
              Pattern.compile("^discovery"),
              Pattern.compile("^payments"),
              Pattern.compile("^platform"),
              Pattern.compile("^tools")
            });
    var leadTime = group(page, "payments").locator("[data-metric-of=change_lead_time]");
    var leadTimes = teams.get("payments").at("/change_lead_time");
    assertThat(leadTime.locator(".team-value > b"))
        .hasText(
            ITWebPage.spaced(
                ReadableDuration.of(
                    Duration.ofSeconds(Math.round(leadTimes.get("value").asDouble())))));
    assertThat(leadTime.locator(".sure")).hasText(leadTimes.get("n").asInt() + " changes");
    assertThat(leadTime.locator(".verdict")).hasText("worse");
    assertThat(leadTime.locator(".tier")).hasText(Pattern.compile("Medium|High"));
    assertThat(leadTime.locator(".spark path.line")).hasCount(1);
    assertThat(group(page, "discovery").locator("[data-metric-of=change_fail_rate] .tier"))
        .hasText(Pattern.compile("Low|Medium"));
    assertThat(group(page, "tools").locator("[data-metric-of=change_fail_rate]"))
        .hasText("No data");
    assertThat(page.locator(".teams-verdict"))
        .hasText(
            "3 teams got worse and 1 team got better in at least one metric, by more than chance.");
    assertThat(filter(page, "Benchmarks")).isVisible();
    assertThat(filter(page, "Interval")).isHidden();
    Chromium.assertWellFormed(page);
  }

  @Test
  void theTableOfTeamsIsSortedByItsHeadsAndTheAddressKeepsIt() {
    var page = open(dorado, "/?view=teams");
    assertThat(groups(page)).hasCount(4);
    var head = page.locator("th", hasText("Change lead time"));
    head.locator("button").press("Enter");
    assertThat(groups(page).first()).containsText("payments");
    assertThat(head).hasAttribute("aria-sort", "descending");
    assertThat(head.locator("button")).isFocused();
    head.locator("button").press("Enter");
    assertThat(head).hasAttribute("aria-sort", "ascending");
    // Who has no data is last, however it is sorted.
    assertThat(groups(page).last()).containsText("tools");
    assertThat(page).hasURL(Pattern.compile("sort=-change_lead_time"));
    page.reload();
    assertThat(head).hasAttribute("aria-sort", "ascending");
    filter(page, "Sorted by").selectOption("name");
    assertThat(groups(page).first()).containsText("discovery");
    assertThat(head).not().hasAttribute("aria-sort", Pattern.compile("."));
  }

  @Test
  void hundredsOfTeamsAreShownFiftyAtATimeByOneQuestionEach() throws Exception {
    List<String> asked = new ArrayList<>();
    var page = chromium.newPage();
    page.onRequest(
        request -> {
          if (request.url().contains("group_by=team")) {
            asked.add(request.url());
          }
        });
    page.navigate(many().address() + "/?view=teams");
    assertThat(groups(page)).hasCount(50);
    assertThat(page.locator("#teams-body")).containsText("50 of 417 teams shown");
    page.locator("#teams-body").getByText("Show more").click();
    assertThat(groups(page)).hasCount(100);
    page.locator("th", hasText("Team")).locator("button").click();
    page.locator("th", hasText("Team")).locator("button").click();
    assertThat(groups(page).first()).containsText("team-416");
    assertThat(asked).hasSize(2);
  }

  @Test
  void aTeamOpensItsDeliveryAndItsServicesAndTheTableIsAFile() throws Exception {
    var page = open(dorado, "/?view=teams&period=180");
    var file = page.waitForDownload(() -> page.getByLabel("CSV of teams").click());
    assertThat(file.suggestedFilename()).isEqualTo("teams.csv");
    assertThat(Files.readString(file.path())).startsWith("team,").contains("\npayments,");

    group(page, "payments").locator("a").click();
    assertThat(page).hasURL(Pattern.compile("\\?period=180&team=payments$"));
    assertThat(filter(page, "Team")).hasValue("payments");
    assertThat(page.locator("#tiles .tile").first()).isVisible();
    page.locator("#views").getByText("Teams").click();
    assertThat(page.locator("#teams-title")).hasText("Services of payments");
    assertThat(groups(page))
        .hasText(new Pattern[] {Pattern.compile("^checkout"), Pattern.compile("^ledger")});
    assertThat(group(page, "checkout").locator(".worse .verdict")).hasText("worse");
  }

  @Test
  void withoutAnOwnerTheTableOfTeamsSaysWhereOwnersComeFrom() throws Exception {
    try (var empty =
        PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_nobody").migrated()) {
      insert(empty, "deliveries", delivery());
      var page = open(empty, "/?view=teams");
      assertThat(page.locator("#teams-body"))
          .hasText("No team owns a service in this period. Owners come from the catalog.");
    }
    try (var broken = PageUnderTest.start(clickHouse.jdbcUrl(), "nothing_here")) {
      var page = open(broken, "/?view=teams");
      assertThat(page.locator("#problems")).containsText("run ./dorado migrate");
      assertThat(page.locator("#teams")).isHidden();
    }
  }

  @Test
  void aServiceHasItsOwnAddressWithItsNumbersStagesIncidentsAndCatalog() {
    var page = open(dorado, "/");
    page.locator("#rows-panel a", hasText("search")).first().click();
    assertThat(page).hasURL(Pattern.compile("\\?view=service&service=search$"));
    assertThat(page.locator("#service-title")).hasText("search");
    assertThat(page.locator("#service-head"))
        .containsText(Pattern.compile("Team\\s*discovery\\s*Tier\\s*1\\s*Repository\\s*github"));
    assertThat(page.locator("[data-metric=change_fail_rate] .verdict")).hasText("worse");
    assertThat(page.locator("#service-stages")).containsText(ITWebPage.spaced("Review 2 h"));
    assertThat(page.locator("#service-stages")).containsText("90 changes");
    assertThat(page.locator("#service-incidents li"))
        .hasText(
            new Pattern[] {
              Pattern.compile("PD-1.*F6\\s*The deployment that caused it"),
              Pattern.compile("PD-2.*Linked to no deployment")
            });
    assertThat(page.locator("#rows-panel tr.row", hasText("F6"))).hasCount(9);

    page.getByText("The deployment that caused it").click();
    assertThat(page.locator("tr.story")).containsText("Did it fail?");
    assertThat(page).hasURL(Pattern.compile("view=service&service=search&rows=deployments"));
    page.getByText("All incidents of the period").click();
    assertThat(page.locator("table.incidents tr.row")).hasCount(2);
    Chromium.assertWellFormed(page);
    page.locator("#service-head").getByText("discovery").click();
    assertThat(page).hasURL(Pattern.compile("\\?team=discovery$"));
  }

  @Test
  void aServiceIsWholeWhoeverOwnedItAndItsCatalogSaysWhoDid() {
    var page = open(dorado, "/?view=service&service=ledger&team=discovery&golden_path=true");
    assertThat(page.locator("[data-metric=deployment_frequency]")).containsText("90 deployments");
    assertThat(filter(page, "Team")).isHidden();
    assertThat(page.locator(".catalog-history tbody tr"))
        .hasText(
            new Pattern[] {
              Pattern.compile("payments \\(changed\\)"),
              Pattern.compile("The beginning\\s*platform")
            });
    assertThat(page.locator("#service-incidents"))
        .containsText("No incident of this service started in this period.");
    page.navigate(dorado.address() + "/?view=service&service=idle");
    assertThat(page.locator("#service-stages")).containsText("No change with known stages");
    assertThat(page.locator("[data-metric=change_lead_time]")).containsText("No data");
  }

  @Test
  void withoutAServiceItIsAskedForAndAnUnknownOneIsSaidToBeSo() {
    var page = open(dorado, "/?view=service");
    assertThat(page.locator("#service-head")).containsText("No service is chosen.");
    assertThat(page.locator("#tiles")).isHidden();
    page.getByText("Find a service").click();
    assertThat(filter(page, "Service")).isFocused();
    pick(page, "Service", "check");
    assertThat(page.locator("#service-head")).containsText("Checkout of the shop.");
    assertThat(page.locator("#tiles")).isVisible();
    page.navigate(dorado.address() + "/?view=service&service=nope");
    assertThat(page.locator("#service-head")).containsText("The service 'nope' is unknown");
    assertThat(page.locator("#tiles")).isHidden();
    assertThat(page.locator("#problems")).isHidden();
  }

  @Test
  void theViewsOfTeamsAndServicesFitAPhone() {
    var page =
        chromium.open(
            dorado.address() + "/?view=teams",
            new Browser.NewContextOptions().setViewportSize(360, 740));
    assertThat(groups(page)).hasCount(4);
    assertThat(filter(page, "Sorted by")).isVisible();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    page.getByText("More filters").click();
    filter(page, "Team").click();
    assertThat(page.locator("#team-options [role=option]")).hasCount(5);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    page.navigate(dorado.address() + "/?view=service&service=search");
    assertThat(page.locator("#service-incidents li")).hasCount(2);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
  }

  @Test
  void theServicesThatMovedARateAddUpToItsChange() throws Exception {
    var page = open(dorado, "/?metric=change_fail_rate");
    page.locator("#contributors-more > summary").press("Enter");
    String from = LocalDate.now(ZoneOffset.UTC).minusDays(90).toString();
    var rate = dorado.api("summary?tz=UTC&from=" + from).at("/groups/0/metrics/change_fail_rate");

    // All failures are of search, so its part is the whole change.
    String points = "%.1f".formatted(100 * rate.at("/change/difference").asDouble());
    assertThat(rate.at("/change/verdict").asText()).isEqualTo("worse");
    var contributors = page.locator("#contributors");
    assertThat(contributors)
        .containsText(
            "Change fail rate: %s percentage points higher than before. This is more than chance."
                .formatted(points));
    assertThat(contributors.locator("li"))
        .hasText(
            new Pattern[] {
              Pattern.compile(
                  "^search raised it by %s percentage points: 30 of 90 deployments failed, before \\d of \\d+\\. worse$"
                      .formatted(points.replace(".", "\\.")))
            });
    assertThat(contributors).containsText("The parts of all 4 services add up to the change.");
    int failed =
        dorado.api("deployments?failed=true&limit=1000&tz=UTC&from=" + from).get("items").size();
    assertThat(contributors.locator("tbody tr"))
        .hasText(new Pattern[] {Pattern.compile("^F6.*\\D%d\\d$".formatted(failed))});
    contributors.locator("a").click();
    assertThat(page.locator("#service-title")).hasText("search");
    assertThat(page.locator("#contributors-more")).isHidden();
  }

  @Test
  void theServicesWhoseMediansMovedAreNoPartsOfTheChange() {
    List<String> asked = new ArrayList<>();
    var page = chromium.newPage();
    page.onRequest(
        request -> {
          if (request.url().contains("group_by=service")) {
            asked.add(request.url());
          }
        });
    page.navigate(dorado.address() + "/?metric=change_lead_time");
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(asked).as("asked for only if somebody wants to see it").isEmpty();
    page.locator("#contributors-more > summary").click();

    var contributors = page.locator("#contributors");
    assertThat(contributors.locator("li").first())
        .hasText(
            ITWebPage.spaced(
                "checkout has a median of 1 d 18 h, before 12 h: 90 changes, before 91. worse"));
    assertThat(contributors).containsText("Medians do not add up");
    assertThat(contributors.locator("tbody tr"))
        .hasText(
            new Pattern[] {
              Pattern.compile("^Coding"),
              Pattern.compile("^Pickup"),
              Pattern.compile("^Review\\s*2\\s*h\\s*2\\s*h$"),
              Pattern.compile("^Deploy")
            });
    page.getByText("Deployment frequency", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(contributors).containsText("The parts of all 4 services add up to the change.");
    assertThat(asked).hasSize(1);
  }

  private static Map<String, Object> delivery() {
    return Map.of(
        "sender", "github",
        "id", "1",
        "received_at", hoursAgo(1),
        "outcome", "accepted",
        "kind", "push",
        "events", 1,
        "bytes", 100);
  }

  private static Locator groups(Page page) {
    return page.locator("#teams-body tr.row");
  }

  private static Locator group(Page page, String name) {
    return page.locator("#teams-body tr[data-group='%s']".formatted(name));
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private static void assertActive(Page page, Locator field, String name) {
    var active = page.locator("#service-options [aria-selected=true]");
    assertThat(active).hasCount(1);
    assertThat(active).containsText(name);
    assertThat(field.getAttribute("aria-activedescendant")).isEqualTo(active.getAttribute("id"));
  }

  private static Locator options(Page page) {
    return page.locator("#service-options [role=option]");
  }

  private static PageUnderTest many() throws Exception {
    if (many == null) {
      many =
          chromium.serve(
              PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_many")
                  .migrated());
      List<Map<String, Object>> entries = new ArrayList<>();
      IntStream.range(0, MANY)
          .forEach(
              i ->
                  entries.add(
                      Map.of(
                          "service",
                          "service-%04d".formatted(i),
                          "valid_from",
                          Instant.EPOCH.toString(),
                          "owner",
                          "team-%03d".formatted(i / 12),
                          "row_version",
                          1,
                          "row_deleted",
                          0)));
      many.insertAll("catalog", entries);
    }
    return many;
  }

  private static Page open(PageUnderTest dorado, String path) {
    return chromium.open(dorado.address() + path);
  }
}
