package dev.dorado.api.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import dev.dorado.embedded.ClickHouseExtension;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People log in on the page in a real browser, at an issuer of others' making with a form. */
class ITLogin {

  private static final String ISSUER = "acme";

  @RegisterExtension
  @Order(1)
  static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @RegisterExtension static final Chromium chromium = new Chromium();

  private static final MockOAuth2Server issuer =
      new MockOAuth2Server(OAuth2Config.Companion.fromJson("{\"interactiveLogin\": true}"));

  private static PageUnderTest dorado;

  @BeforeAll
  static void start() throws Exception {
    issuer.start();
    dorado =
        chromium.serve(
            PageUnderTest.startWithLogin(
                    clickHouse.jdbcUrl(),
                    clickHouse.database(),
                    Map.of(
                        "dorado.access.oidc.issuer",
                        "http://localhost:%d/%s".formatted(port(), ISSUER),
                        "dorado.access.oidc.client-id",
                        "dorado",
                        "dorado.access.oidc.client-secret",
                        "a-secret-of-the-client-0123456789",
                        "dorado.access.oidc.readers",
                        "dev",
                        "dorado.access.oidc.teams-claim",
                        "teams"))
                .migrated());
  }

  @AfterAll
  static void stop() {
    issuer.shutdown();
  }

  private static int port() {
    return issuer.baseUrl().port();
  }

  @Test
  void whoLogsInSeesWhatTheyLookedAtWithTheirNameAndLogsOut() {
    BrowserContext context = chromium.context(new Browser.NewContextOptions());
    Page page = context.newPage();
    page.navigate(dorado.address() + "/?view=catalog&period=30");
    var dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Log in on the page, or send a token");

    dialog.getByRole(AriaRole.LINK, in("Log in")).click();
    logInAsAnn(page);

    page.waitForURL(dorado.address() + "/?view=catalog&period=30");
    assertThat(page.locator("#who")).containsText("ann");
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(page.locator("#sign-in")).not().isVisible();
    Chromium.assertWellFormed(page);
    var cookie =
        context.cookies().stream().filter(it -> it.name.equals("dorado_session")).findFirst();
    assertThat(cookie).hasValueSatisfying(it -> assertThat(it.httpOnly).isTrue());
    assertThat((String) page.evaluate("document.cookie")).doesNotContain("dorado");

    page.getByRole(AriaRole.BUTTON, button("Log out")).click();

    // By way of the issuer, which logs out, too.
    page.waitForURL(dorado.address() + "/");
    assertThat(page.locator("#who")).hasText("Log in");
    assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
    assertThat(context.cookies()).noneMatch(it -> it.name.equals("dorado_session"));
  }

  @Test
  void aForeignPageChangesNothingWithTheCookieOfWhoIsLoggedIn() {
    BrowserContext context = chromium.context(new Browser.NewContextOptions());
    Page page = context.newPage();
    page.navigate(dorado.address() + "/login");
    logInAsAnn(page);
    assertThat(page.locator("#who")).containsText("ann");

    Page foreign = context.newPage();
    // Another port of another name: another origin, and another site.
    foreign.navigate("http://localhost:%d/%s/isalive".formatted(port(), ISSUER));
    foreign.evaluate(
        "address => fetch(address, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => 0)",
        dorado.address() + "/logout");

    page.reload();
    assertThat(page.locator("#who")).containsText("ann");
    assertThat(
            context
                .request()
                .get(dorado.address() + "/api/v1/summary", RequestOptions.create())
                .status())
        .isEqualTo(200);
  }

  @Test
  void whoIsRestrictedToATeamSeesItsServicesAndNoViewOfAllTeams() throws Exception {
    dorado.insertAll(
        "catalog",
        List.of(
            Map.of(
                "service", "checkout", "valid_from", "2026-01-01T00:00:00Z", "owner", "payments"),
            Map.of("service", "finder", "valid_from", "2026-01-01T00:00:00Z", "owner", "search")));
    Page page = chromium.context(new Browser.NewContextOptions()).newPage();
    page.navigate(dorado.address() + "/login?to=%3Fview%3Dcatalog");
    logIn(page, "eve", ", \"teams\": [\"payments\"]");

    assertThat(page.locator("#catalog-services")).containsText("checkout");
    assertThat(page.locator("body")).not().containsText("finder");
    assertThat(page.locator("#who span")).hasAttribute("title", "May read: payments");
    for (String view : List.of("golden-path", "practices", "ingest")) {
      assertThat(page.locator("#views a[data-view=" + view + "]")).isHidden();
    }
    assertThat(page.locator("#ingest-chip")).isHidden();
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(page.locator("#problems")).isHidden();

    page.navigate(dorado.address() + "/?view=ingest");
    assertThat(page.locator("#updated")).containsText("Updated");
    assertThat(page.locator("#ingest")).isHidden();
    assertThat(page.locator("#problems")).isHidden();
  }

  private static void logInAsAnn(Page page) {
    logIn(page, "ann", ", \"teams\": []");
  }

  private static void logIn(Page page, String name, String claims) {
    page.locator("input[name=username]").fill(name);
    page.locator("textarea[name=claims]")
        .fill("{\"preferred_username\": \"%s\", \"groups\": [\"dev\"]%s}".formatted(name, claims));
    page.locator("input[type=submit], button[type=submit]").first().click();
  }

  private static Page.GetByRoleOptions button(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Locator.GetByRoleOptions in(String name) {
    return new Locator.GetByRoleOptions().setName(name);
  }
}
