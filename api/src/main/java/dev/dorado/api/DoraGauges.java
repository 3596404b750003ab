package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.ServicesQuery;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics of the 90 days up to now as Prometheus gauges: of the organisation, of each team and
 * of each service, as {@code /summary} computes them. A number that is unknown has no gauge. The
 * answer is kept for {@code dorado.api.dora-gauges-age}, and has at most {@code
 * dorado.api.dora-gauges-groups} teams and as many services, those with the most deployments.
 * Thread-safe.
 */
final class DoraGauges {

  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final int DAYS = 90;
  private static final List<String> BOUNDS = List.of("low", "high", "previous");

  private final ApiSettings settings;
  private final Clock clock;
  private String kept = "";
  private Instant keptSince = Instant.MIN;

  DoraGauges(ApiSettings settings, Clock clock) {
    this.settings = requireNonNull(settings);
    this.clock = requireNonNull(clock);
  }

  /** The gauges in Prometheus' text format. One request at a time computes them. */
  synchronized String text(Database database) {
    Instant now = clock.instant();
    if (now.isAfter(keptSince.plus(settings.doraGaugesAge())) || now.isBefore(keptSince)) {
      kept = compute(database);
      keptSince = now;
    }
    return kept;
  }

  private String compute(Database database) {
    var gauges = new Gauges();
    for (var by : List.of("organisation", "team", "service")) {
      var query = query(by);
      List<Map<?, ?>> groups =
          listOf(settings.summary(database).answer(query, DoraBenchmarks.DEFAULT).get("groups"))
              .stream()
              .sorted(Comparator.comparing(DoraGauges::deployments).reversed())
              .limit(settings.doraGaugesGroups())
              .toList();
      for (var group : groups) {
        add(gauges, by, (Map<?, ?>) group.get("group"), (Map<?, ?>) group.get("metrics"));
      }
    }
    addLastDeployments(gauges, database);
    return gauges.text();
  }

  private static void add(Gauges gauges, String by, Map<?, ?> group, Map<?, ?> metrics) {
    Labels labels =
        Labels.of("by", by, "team", name(group.get("team")), "service", name(group.get("service")));
    for (MetricName metric : MetricName.values()) {
      var numbers = (Map<?, ?>) metrics.get(metric.json());
      String name = "dorado_" + metric.json();
      String unit = " Unit: " + metric.unit() + ".";
      gauges.add(name, metric.description() + unit, labels, numbers.get("value"));
      gauges.add(name + "_n", "How many rows " + name + " is over.", labels, numbers.get("n"));
      for (String bound : BOUNDS) {
        String help =
            bound.equals("previous")
                ? "The value of " + name + " in the 90 days before."
                : "Bound of the 95 % interval of " + name + ": " + bound + ".";
        gauges.add(name + "_" + bound, help + unit, labels, numbers.get(bound));
      }
    }
    var recovery = (Map<?, ?>) metrics.get(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME.json());
    gauges.add(
        "dorado_oldest_open_failure_seconds",
        "Age of the oldest failure that has not recovered (rule R3); absent without one.",
        labels,
        recovery.get("oldest_open"));
    var failures = (Map<?, ?>) metrics.get(MetricName.CHANGE_FAIL_RATE.json());
    gauges.add(
        "dorado_incidents", "Incidents that began (rule E7).", labels, failures.get("incidents"));
    gauges.add(
        "dorado_unlinked_incidents_share",
        "Share of incidents that no rule links to a deployment (rule F7), 0 to 1.",
        labels,
        failures.get("unlinked_incidents_share"));
  }

  private void addLastDeployments(Gauges gauges, Database database) {
    new ServicesQuery(database)
        .all(query("organisation")).stream()
            .sorted(
                Comparator.comparing(
                        (Map<String, Object> row) -> ((Number) row.get("deployments")).longValue())
                    .reversed())
            .limit(settings.doraGaugesGroups())
            .filter(row -> row.get("last_deployment_at") != null)
            .forEach(
                row ->
                    gauges.add(
                        "dorado_last_deployment_timestamp_seconds",
                        "Finish of a service's last deployment, in seconds since 1970.",
                        Labels.of("team", name(row.get("team")), "service", name(row.get("id"))),
                        ((Instant) row.get("last_deployment_at")).getEpochSecond()));
  }

  private Query query(String by) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (!by.equals("organisation")) {
      parameters.put("group_by", List.of(by));
    }
    return Request.of(null, Parameters.COMMON, parameters, clock).query(DAYS);
  }

  private static long deployments(Map<?, ?> group) {
    var frequency =
        (Map<?, ?>) ((Map<?, ?>) group.get("metrics")).get(MetricName.DEPLOYMENT_FREQUENCY.json());
    return ((Number) frequency.get("n")).longValue();
  }

  private static List<Map<?, ?>> listOf(Object groups) {
    return ((List<?>) groups).stream().<Map<?, ?>>map(group -> (Map<?, ?>) group).toList();
  }

  /** Prometheus takes a label without a text for one that is not there. */
  private static String name(Object name) {
    return name == null ? "" : name.toString();
  }

  /** Gauges by name, with their data points. */
  private static final class Gauges {

    private final Map<String, GaugeSnapshot.Builder> byName = new TreeMap<>();

    void add(String name, String help, Labels labels, Object value) {
      if (value instanceof Number number) {
        byName
            .computeIfAbsent(name, absent -> GaugeSnapshot.builder().name(name).help(help))
            .dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(number.doubleValue())
                    .build());
      }
    }

    String text() {
      var snapshots = MetricSnapshots.builder();
      byName.values().forEach(gauge -> snapshots.metricSnapshot(gauge.build()));
      var out = new ByteArrayOutputStream();
      try {
        PrometheusTextFormatWriter.create().write(out, snapshots.build());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toString(StandardCharsets.UTF_8);
    }
  }
}
