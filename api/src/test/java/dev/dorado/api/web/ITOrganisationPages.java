package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static dev.dorado.api.web.ITWebPage.filter;
import static dev.dorado.api.web.ITWebPage.pick;
import static dev.dorado.api.web.ITWebPage.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import dev.dorado.embedded.ClickHouseExtension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page of an organisation, in a real browser on the real API and ClickHouse. The team payments
 * has checkout, whose lead time grew from 10 to 40 hours, and ledger, which did not change; search
 * of discovery fails more often than before; idle of tools has never deployed.
 */
class ITOrganisationPages {

  private static final int MANY = 5000;

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static Chromium chromium;
  private static PageUnderTest dorado;

  /** A page over thousands of services; null until the first test asks for it. */
  private static PageUnderTest many;

  private static BrowserContext context;

  @BeforeAll
  static void start() throws Exception {
    setDefaultAssertionTimeout(30_000);
    chromium = Chromium.startOrSkip();
    context = chromium.browser().newContext(options());
    dorado = PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database()).migrated();
    OrganisationHistory.write(dorado);
  }

  @AfterAll
  static void stop() {
    for (var page : new PageUnderTest[] {dorado, many}) {
      if (page != null) {
        page.close();
      }
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void closePages() {
    context.pages().forEach(Page::close);
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
    var took =
        (Number)
            page.evaluate(
                "() => { const field = document.querySelector('[name=service]');"
                    + " const begun = performance.now();"
                    + " for (const text of ['s', 'se', 'ser', 'service-4', 'service-4821']) {"
                    + " field.value = text; field.dispatchEvent(new Event('input')); }"
                    + " return performance.now() - begun; }");
    assertThat(took.doubleValue()).as("ms for five keys on a busy machine").isLessThan(2000);
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

    // Within a team, its services alone.
    pick(page, "Team", "payments");
    assertThat(field).hasAttribute("placeholder", "All services (2)");
    page.navigate(dorado.address() + "/?service=unheard-of");
    assertThat(field).hasValue("unheard-of");
    assertThat(page.evaluate(ITWebPage.DUPLICATE_IDS)).isEqualTo(List.of());
    assertThat(page.evaluate(ITWebPage.LABELS_WITHOUT_CONTROL)).isEqualTo(List.of());
    assertThat(page.evaluate(ITWebPage.REFERENCES_TO_NOTHING)).isEqualTo(List.of());
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
      many = PageUnderTest.start(clickHouse.jdbcUrl(), clickHouse.database() + "_many").migrated();
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
    var page = context.newPage();
    page.navigate(dorado.address() + path);
    return page;
  }

  private static Browser.NewContextOptions options() {
    return new Browser.NewContextOptions()
        .setReducedMotion(ReducedMotion.REDUCE)
        .setTimezoneId("UTC")
        .setViewportSize(1280, 900);
  }
}
