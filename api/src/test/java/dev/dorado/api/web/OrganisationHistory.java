package dev.dorado.api.web;

import static dev.dorado.api.web.ITWebPage.hoursAgo;
import static dev.dorado.api.web.ITWebPage.sha;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an organisation of three teams delivered in the last 200 days, a deployment of one change a
 * day. In the last 90 days the lead time of checkout (of payments) is four times as long, and
 * search (of discovery) fails four times as often; ledger (of payments, before of platform) is as
 * it was, and idle (of tools) has never deployed.
 */
final class OrganisationHistory {

  static final int RECENT_DAYS = 90;
  private static final int DAYS = 200;

  private OrganisationHistory() {}

  static void write(PageUnderTest page) throws Exception {
    writeCatalog(page);
    for (String service : List.of("checkout", "ledger", "search")) {
      List<Map<String, Object>> deployments = new ArrayList<>();
      List<Map<String, Object>> changes = new ArrayList<>();
      for (int day = 1; day < DAYS; day++) {
        double hours = hoursSinceNoon(day);
        deployments.add(versioned(deployment(service, day, hours)));
        changes.add(versioned(change(service, day, hours)));
      }
      page.insertAll("deployments", deployments);
      page.insertAll("changes", changes);
    }
    page.insertAll(
        "incidents",
        List.of(
            versioned(incident("search", "PD-1", hoursSinceNoon(1), "F6")),
            versioned(incident("search", "PD-2", hoursSinceNoon(3), null))));
  }

  /** Periods are whole days, so the hour at which the tests run must not matter. */
  private static double hoursSinceNoon(int daysAgo) {
    Instant noon =
        LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo).atTime(12, 0).toInstant(ZoneOffset.UTC);
    return Duration.between(noon, Instant.now()).toMillis() / 3_600_000.0;
  }

  private static Map<String, Object> deployment(String service, int day, double hours) {
    var row = ITWebPage.deployment(service, day, day);
    row.put("started_at", hoursAgo(hours + 0.1));
    row.put("finished_at", hoursAgo(hours));
    boolean isSearch = service.equals("search");
    if (isSearch && day % (day <= RECENT_DAYS ? 3 : 12) == 1) {
      row.put("failed", true);
      row.put("failure_rule", "F6");
      row.put("failure_method", "an incident began while it was being deployed");
      row.put("failure_confidence", "medium");
      row.put("impact_started_at", hoursAgo(hours - 0.1));
      row.put("recovered_at", hoursAgo(hours - 1.1));
      row.put("recovery_rule", "R1");
    }
    return row;
  }

  private static Map<String, Object> change(String service, int day, double hours) {
    boolean isLong = service.equals("checkout") && day <= RECENT_DAYS;
    double leadTime = (isLong ? 40 : 10) + day % 5;
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("id", "github.com/acme/%s#%d".formatted(service, day));
    row.put("environment", "production");
    row.put("repository", "github.com/acme/" + service);
    row.put("sha", sha(day));
    row.put("pull_request", day);
    row.put("title", "Round totals half up");
    row.put("branch", "main");
    row.put("started_at", hoursAgo(hours + leadTime));
    row.put("opened_at", hoursAgo(hours + leadTime - 4));
    row.put("merged_at", hoursAgo(hours + 2));
    row.put("deployed_at", hoursAgo(hours));
    row.put("deployment_id", "github.com/acme/%s!deployment/%d".formatted(service, day));
    row.put("shipping_rule", "S4");
    row.put("lead_time", leadTime * 3600);
    row.put("coding", 4 * 3600);
    row.put("pickup", (leadTime - 8) * 3600);
    row.put("review", 2 * 3600);
    row.put("deploy", 2 * 3600);
    return row;
  }

  private static Map<String, Object> incident(
      String service, String id, double hours, String rule) {
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("id", id);
    row.put("title", "Results are empty");
    row.put("environment", "production");
    row.put("started_at", hoursAgo(hours - 0.1));
    row.put("resolved_at", hoursAgo(hours - 1.1));
    if (rule != null) {
      row.put("deployment_id", "github.com/acme/%s!deployment/1".formatted(service));
      row.put("link_rule", rule);
      row.put("link_method", "began 6 min after the deployment finished");
    }
    return row;
  }

  private static void writeCatalog(PageUnderTest page) throws Exception {
    String moved = hoursAgo(hoursSinceNoon(30) + 2);
    page.insertAll(
        "catalog",
        List.of(
            entry("checkout", "payments", Instant.EPOCH.toString(), "Checkout of the shop"),
            entry("ledger", "platform", Instant.EPOCH.toString(), "Ledger"),
            entry("ledger", "payments", moved, "Ledger"),
            entry("search", "discovery", Instant.EPOCH.toString(), "Search"),
            entry("idle", "tools", Instant.EPOCH.toString(), "Idle")));
  }

  private static Map<String, Object> entry(
      String service, String owner, String validFrom, String title) {
    Map<String, Object> row = new HashMap<>();
    row.put("service", service);
    row.put("owner", owner);
    row.put("valid_from", validFrom);
    row.put("title", title);
    row.put("tier", "1");
    row.put("repository", "github.com/acme/" + service);
    return versioned(row);
  }

  private static Map<String, Object> versioned(Map<String, Object> row) {
    row.put("row_version", 1);
    row.put("row_deleted", 0);
    return row;
  }
}
