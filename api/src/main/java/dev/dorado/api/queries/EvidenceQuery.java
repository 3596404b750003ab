package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is known by the end of a period of the sources of each group's numbers.
 *
 * <p>A service has an incident source if, in the period or in the year before its end, an incident
 * of it was reported or one of its deployments was marked as failed (rule F2). A service that the
 * catalog names for an incident tool has one too, if that much is known of any service. Rollbacks,
 * reverts and hotfixes are no source: they show some failures, and their absence shows nothing.
 */
final class EvidenceQuery {

  private static final String PRODUCTION = "production";
  private static final Duration A_YEAR = Duration.ofDays(365);

  /** The tools that report incidents, as the catalog's aliases name them. */
  private static final List<String> INCIDENT_TOOLS =
      List.of(
          "pagerduty:",
          "opsgenie:",
          "incident-io:",
          "rootly:",
          "firehydrant:",
          "servicenow:",
          "statuspage:",
          "jira:",
          "datadog:",
          "devlake:");

  private final KnownServices known;
  private final Query query;
  private final Map<Group, Set<String>> services;
  private final Set<String> reporting;

  private EvidenceQuery(KnownServices known, Query query, Set<String> reporting) {
    this.known = known;
    this.query = query;
    this.services = known.services(query.period(), query.filter(), query.grouping());
    this.reporting = reporting;
  }

  static EvidenceQuery load(Database database, KnownServices known, Query query) {
    return new EvidenceQuery(known, query, reporting(database, query.period()));
  }

  /** What is known of {@code group}. */
  Evidence of(Group group) {
    Set<String> ofGroup = services.getOrDefault(group, Set.of());
    Set<String> environments = environments(group);
    Optional<Instant> first =
        ofGroup.stream()
            .flatMap(service -> known.firstDeployment(service, environments).stream())
            .min(Instant::compareTo)
            .filter(time -> time.isBefore(query.period().to()));
    return new Evidence(
        Set.of(PRODUCTION).containsAll(environments),
        first,
        ofGroup.stream().anyMatch(this::hasIncidentSource));
  }

  private Set<String> environments(Group group) {
    int index = query.grouping().indexOf(Dimension.ENVIRONMENT);
    return index >= 0 ? Set.of(group.values().get(index)) : known.environments(query.filter());
  }

  private boolean hasIncidentSource(String service) {
    return reporting.contains(service)
        || !reporting.isEmpty()
            && known.catalog().at(service, query.asOf()).stream()
                .flatMap(entry -> entry.aliases().stream())
                .anyMatch(alias -> INCIDENT_TOOLS.stream().anyMatch(alias::startsWith));
  }

  /** The services of which an incident or a mark was reported. */
  private static Set<String> reporting(Database database, Period period) {
    Instant year = period.to().minus(A_YEAR);
    long from = Stream.of(year, period.from()).min(Instant::compareTo).get().toEpochMilli();
    long to = period.to().toEpochMilli();
    Set<String> found = new HashSet<>();
    database.forEach(
        "incident-sources",
        Sql.of(
                """
                SELECT service FROM %1$s.incidents FINAL
                WHERE environment = 'production' AND %2$s >= ? AND %2$s < ?
                UNION DISTINCT
                SELECT service"""
                    .formatted(database.name(), millis("coalesce(started_at, detected_at)")),
                from,
                to)
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    Filter.ANY,
                    List.of(),
                    List.of(),
                    FactTable.times(from, to),
                    Sql.of("environment = 'production' AND failed AND failure_rule = 'F2'"),
                    TalliesQuery.between("finished_at", from, to))),
        row -> found.add(row.getString(1)));
    return found;
  }
}
