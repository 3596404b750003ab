package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import dev.dorado.embedded.ClickHouseExtension;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the page says of the numbers of a period that is over, in a real browser on the real API and
 * ClickHouse: in February a deployment was found to have failed, and another came late.
 */
class ITRevisionsPage {

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final String FEBRUARY = "/?period=custom&from=2026-02-01&to=2026-02-28";

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static PageUnderTest dorado;

  @BeforeAll
  static void start() throws Exception {
    dorado =
        chromium.serve(PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated());
    dorado.recordRevisions();
    dorado.insert("deployments", deployment("d1", "2026-02-02T10:00:00Z", false, 1));
    dorado.insert("deployments", deployment("d2", "2026-02-03T10:00:00Z", false, 1));
    dorado.recordRevisions();
    dorado.insert("deployments", deployment("d1", "2026-02-02T10:00:00Z", true, 2));
    dorado.insert("deployments", deployment("d3", "2026-02-04T10:00:00Z", false, 1));
    dorado.recordRevisions();
  }

  @Test
  void whatWasRevisedSinceThePeriodEndedIsListedWithTheValuesBeforeAndAfter() {
    var page = open(FEBRUARY);
    assertThat(page.locator("#revisions-title"))
        .hasText(Pattern.compile("^2 facts behind these numbers were revised since 1 Mar 2026"));
    assertThat(page.locator("#revisions-body")).isHidden();

    page.locator("#revisions-title").press("Enter");
    var rows = page.locator("#revisions-body tbody tr");
    assertThat(rows).hasCount(2);
    assertThat(page.locator("#revisions-body tr", hasText("d1")))
        .containsText(Pattern.compile("failed: no → yes.*Events that came later"));
    assertThat(page.locator("#revisions-body tr", hasText("d1"))).containsText("Change fail rate");
    assertThat(page.locator("#revisions-body tr", hasText("d3"))).containsText("counts now");
    assertThat(page.locator("#revisions-body")).containsText("Revisions are recorded since");
    Chromium.assertWellFormed(page);

    var file = page.waitForDownload(() -> page.getByLabel("CSV of what was revised").click());
    assertThat(file.suggestedFilename()).isEqualTo("dorado-revisions-2026-03-01.csv");
    page.locator("#revisions-body a", hasText("d1")).click();
    assertThat(page.locator("tr.story")).containsText("Did it fail?");
  }

  @Test
  void theDayOfPublicationIsAChoiceInTheAddress() {
    var page = open(FEBRUARY);
    page.locator("#revisions-title").click();
    page.getByLabel("The numbers were published on").fill("2026-03-20");
    assertThat(page).hasURL(Pattern.compile("[?&]since=2026-03-20"));
    assertThat(page.locator("#revisions-title")).containsText("since 20 Mar 2026");

    // Of another period nothing was published on that day.
    page.locator("#filters [name=period]").selectOption("90");
    assertThat(page).not().hasURL(Pattern.compile("since="));
  }

  @Test
  void numbersOfAPeriodThatGoesOnAreNotPublishedYet() {
    var page = open("/");
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(page.locator("#revisions")).isHidden();
  }

  @Test
  void theListFitsAPhone() {
    var page =
        chromium.open(
            dorado.address() + FEBRUARY, new Browser.NewContextOptions().setViewportSize(360, 740));
    page.locator("#revisions-title").click();
    assertThat(page.locator("#revisions-body tbody tr")).hasCount(2);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
  }

  @Test
  void whereNothingWasRevisedThatIsSaid() {
    var page = open("/?period=custom&from=2026-01-01&to=2026-01-31");
    assertThat(page.locator("#revisions-title"))
        .hasText(Pattern.compile("^No fact behind these numbers was revised since 1 Feb 2026"));
  }

  private static Page open(String path) {
    return chromium.open(dorado.address() + path);
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private static Map<String, Object> deployment(
      String id, String finished, boolean failed, int version) {
    return Map.ofEntries(
        Map.entry("service", "shop"),
        Map.entry("id", id),
        Map.entry("environment", "production"),
        Map.entry("finished_at", finished),
        Map.entry("status", "succeeded"),
        Map.entry("counted", true),
        Map.entry("kind", "forward"),
        Map.entry("failed", failed),
        Map.entry("row_version", version),
        Map.entry("row_deleted", 0));
  }
}
