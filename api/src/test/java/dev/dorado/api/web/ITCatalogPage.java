package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import dev.dorado.embedded.ClickHouseExtension;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The view Catalog and the page on paper, in a real browser: the organisation of {@link
 * OrganisationHistory}, and the service stranger, which a deployment names and no entry.
 */
class ITCatalogPage {

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static PageUnderTest dorado;
  private static PageUnderTest empty;

  @BeforeAll
  static void start() throws Exception {
    dorado =
        chromium.serve(PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated());
    OrganisationHistory.write(dorado);
    dorado.insert("deployments", stranger());
    empty =
        chromium.serve(
            PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_none").migrated());
    empty.insert("deliveries", Map.of("sender", "github", "id", "1", "outcome", "accepted"));
  }

  @Test
  void everyServiceSaysWhereItIsKnownFromAndWhatIsMissing() {
    var page = chromium.open(dorado.address() + "/");
    page.locator("#views").getByText("Catalog").click();
    assertThat(page).hasURL(Pattern.compile("[?&]view=catalog$"));

    assertThat(rows(page)).hasCount(5);
    assertThat(row(page, "checkout")).containsText("payments");
    assertThat(row(page, "checkout")).containsText("catalog and deliveries");
    assertThat(row(page, "idle").locator("td[data-label=Missing]")).containsText("deployment");
    assertThat(row(page, "stranger").locator("td[data-label='Known from']")).hasText("deliveries");
    assertThat(row(page, "stranger").locator("td[data-label=Missing]"))
        .hasText("catalog entry, owner");
    assertThat(row(page, "stranger")).containsText("github.com/acme/strange from deliveries");
    assertThat(page.locator("#catalog-facts"))
        .containsText(Pattern.compile("Services\\s*5\\s*In the catalog\\s*4 \\(80"));
    assertThat(page.locator("#catalog-teams tbody tr"))
        .hasText(
            new Pattern[] {
              Pattern.compile("^discovery\\s*1"),
              Pattern.compile("^payments\\s*2"),
              Pattern.compile("^tools\\s*1"),
              Pattern.compile("^No owner\\s*1")
            });
    Chromium.assertWellFormed(page);
  }

  @Test
  void whatIsMissingIsAChoiceInTheAddressWithinATeam() {
    var page = chromium.open(dorado.address() + "/?view=catalog");
    page.locator("#catalog-only").getByText("Something is missing").press("Enter");
    assertThat(page).hasURL(Pattern.compile("[?&]catalog=missing$"));
    assertThat(rows(page)).hasCount(2);
    page.locator("#catalog-only").getByText("No repository").click();
    assertThat(page.locator("#catalog-services .empty")).containsText("None: no repository.");

    page.locator("#catalog-teams").getByText("payments").click();
    assertThat(page).hasURL(Pattern.compile("team=payments"));
    page.locator("#catalog-only").getByText("All (2)").click();
    assertThat(rows(page)).hasCount(2);
    row(page, "ledger").getByRole(AriaRole.LINK).first().click();
    assertThat(page.locator("#service-title")).hasText("ledger");
  }

  @Test
  void withoutServicesItSaysHowTheyBecomeKnown() {
    var page = chromium.open(empty.address() + "/?view=catalog");

    assertThat(page.locator("#catalog-services .empty")).containsText("./dorado catalog apply");
    assertThat(page.locator("#catalog-teams")).containsText("Owners come from the catalog.");
  }

  @Test
  void itFitsAPhone() {
    var page =
        chromium.open(
            dorado.address() + "/?view=catalog",
            new Browser.NewContextOptions().setViewportSize(360, 740));
    assertThat(rows(page)).hasCount(5);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
  }

  /** The width is that of A4 between its margins, at 96 dots an inch; wide views lie across. */
  @ParameterizedTest
  @CsvSource({
    "'', 703, #rows-panel tbody tr",
    "view=service&service=search, 703, #rows-panel tbody tr",
    "view=teams, 1031, #teams-body tbody tr",
    "view=catalog, 1031, #catalog-services tbody tr",
    "view=practices, 1031, #practices-table tbody tr",
    "view=ingest, 703, #ingest h2"
  })
  void aViewFitsOnPaperWithItsTablesAndWithoutWhatIsForTheScreen(
      String choices, int width, String content) {
    var page =
        chromium.open(
            dorado.address() + "/?" + choices,
            new Browser.NewContextOptions()
                .setViewportSize(width, 1000)
                .setColorScheme(ColorScheme.DARK));
    assertThat(page.locator(content).first()).isVisible();

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

    assertThat(page.locator("#filters")).isHidden();
    assertThat(page.locator("#views")).isHidden();
    assertThat(page.locator("#print-choice")).containsText(Pattern.compile("printed .* http://"));
    assertThat(page.evaluate("getComputedStyle(document.documentElement).colorScheme"))
        .isEqualTo("light");
    assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(width);
    assertThat(
            page.evaluate(
                "[...document.querySelectorAll('table.rows')].filter((table) =>"
                    + " table.offsetParent && getComputedStyle(table).display !== 'table').length"))
        .isEqualTo(0);
  }

  private static Locator rows(Page page) {
    return page.locator("#catalog-services tbody tr");
  }

  private static Locator row(Page page, String id) {
    return page.locator("#catalog-services tr[data-id='%s']".formatted(id));
  }

  private static Map<String, Object> stranger() {
    return Map.ofEntries(
        Map.entry("service", "stranger"),
        Map.entry("id", "s1"),
        Map.entry("environment", "production"),
        Map.entry("repository", "github.com/acme/strange"),
        Map.entry("finished_at", ITWebPage.hoursAgo(30)),
        Map.entry("status", "succeeded"),
        Map.entry("counted", true),
        Map.entry("kind", "forward"),
        Map.entry("row_version", 1),
        Map.entry("row_deleted", 0),
        Map.entry("environments", List.of("production")));
  }
}
