package dev.dorado.api.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Chromium of this machine, without a window. Nothing is downloaded. It is started before the
 * tests of a class, which are skipped where there is none; what a test opens is closed after it.
 */
final class Chromium implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final double LONGEST_WAIT_MS = 30_000;

  // A test speaks to its own server alone: whatever else a browser does by itself is off.
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final String DUPLICATE_IDS =
      "(() => { const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);"
          + " return ids.filter((id, i) => ids.indexOf(id) !== i); })()";
  private static final String LABELS_WITHOUT_CONTROL =
      "[...document.querySelectorAll('label')].filter((label) => !label.control)"
          + ".map((label) => label.textContent)";
  private static final String REFERENCES_TO_NOTHING =
      "['aria-controls', 'aria-labelledby', 'aria-describedby', 'list', 'for'].flatMap((name) =>"
          + " [...document.querySelectorAll(`[${name}]`)].map((node) => node.getAttribute(name)))"
          + ".filter((id) => !document.getElementById(id))";

  private final List<PageUnderTest> served = new ArrayList<>();
  private final List<BrowserContext> ofATest = new ArrayList<>();
  private Playwright playwright;
  private Browser browser;

  // Shared where a test wants nothing special of it, so that the chart's library is read once.
  private BrowserContext ordinary;

  @Override
  public void beforeAll(ExtensionContext tests) {
    Path program =
        program()
            .orElseGet(
                () ->
                    abort(
                        "The page is not tested: no Chromium on this machine. Install the package"
                            + " chromium, or name the program in the variable CHROMIUM."));
    // A busy machine is slow, not wrong; a test that passes never waits for as long.
    PlaywrightAssertions.setDefaultAssertionTimeout(LONGEST_WAIT_MS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(ARGUMENTS));
    ordinary = browser.newContext(quiet(new Browser.NewContextOptions()));
  }

  /** A server of pages, which is closed after the last test. */
  PageUnderTest serve(PageUnderTest page) {
    served.add(page);
    return page;
  }

  /** A page at an address, which is closed after the test. */
  Page open(String address) {
    return at(ordinary, address);
  }

  /** The same in a context of its own. */
  Page open(String address, Browser.NewContextOptions options) {
    return at(context(options), address);
  }

  /** A context of its own, in UTC and without animations, which is closed after the test. */
  BrowserContext context(Browser.NewContextOptions options) {
    var context = browser.newContext(quiet(options));
    ofATest.add(context);
    return context;
  }

  /** A page that shows nothing yet. */
  Page newPage() {
    return ordinary.newPage();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    ofATest.forEach(BrowserContext::close);
    ofATest.clear();
    ordinary.pages().forEach(Page::close);
  }

  /** Every id is of one element, every label has a field, and every reference leads somewhere. */
  static void assertWellFormed(Page page) {
    for (String faults : List.of(DUPLICATE_IDS, LABELS_WITHOUT_CONTROL, REFERENCES_TO_NOTHING)) {
      assertThat(page.evaluate(faults)).as(faults).isEqualTo(List.of());
    }
  }

  private static Page at(BrowserContext context, String address) {
    var page = context.newPage();
    page.navigate(address);
    return page;
  }

  private static Browser.NewContextOptions quiet(Browser.NewContextOptions options) {
    return options.setReducedMotion(ReducedMotion.REDUCE).setTimezoneId("UTC");
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    served.forEach(PageUnderTest::close);
    if (playwright != null) {
      // With its browser, if that has been started.
      playwright.close();
    }
  }

  private static Optional<Path> program() {
    String named = System.getProperty("chromium", System.getenv().getOrDefault("CHROMIUM", ""));
    if (!named.isEmpty()) {
      Path program = Path.of(named);
      if (!Files.isExecutable(program)) {
        throw new IllegalStateException(
            "CHROMIUM is '%s', which is no program that can be run".formatted(named));
      }
      return Optional.of(program);
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
