package dev.dorado.streams.attribute;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.steps.CatalogTimeline;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.steps.RoutedChange;
import dev.dorado.steps.RoutedIncident;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Derived;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.route.Environments;
import dev.dorado.streams.steps.DerivedHistory;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is known of a service, and its facts. Read from the top: the inputs, then the rules in the
 * order in which they build on each other, then the facts.
 */
final class ServiceHistory extends DerivedHistory {

  private final String service;
  private final Table<String, RoutedIncident> incidentEvents;
  private final Table<String, CorrectionEvent> corrections;
  private final Table<String, Verdicts.OnDeployment> onDeployments;
  private final Table<String, Verdicts.OnIncident> onIncidents;
  private final Derived<String, Boolean, Verdicts> verdicts;
  private final Derived<String, Boolean, RuleSettings> settings;
  private final Ledgers ledgers;
  private final Links links;

  ServiceHistory(String service, RuleSettings global) {
    this.service = service;
    Table<String, RoutedAttempt> attempts = inputs(RoutedAttempt.class);
    Table<String, RoutedChange> changes = inputs(RoutedChange.class);
    incidentEvents = inputs(RoutedIncident.class);
    Table<String, CatalogTimeline> timelines = inputs(CatalogTimeline.class);
    corrections = inputs(CorrectionEvent.class);

    settings =
        derivation.each(
            "settings (E8)", theWhole(), (whole, none) -> settings(values(timelines), global));
    onDeployments = derivation.table();
    onIncidents = derivation.table();
    verdicts =
        derivation.each(
            "corrections",
            theWhole(),
            (whole, none) -> Verdicts.of(values(corrections)),
            (whole, said, rows) -> {
              said.deployments().forEach((id, verdict) -> rows.add(onDeployments, id, verdict));
              said.incidents().forEach((id, verdict) -> rows.add(onIncidents, id, verdict));
            },
            onDeployments,
            onIncidents);
    Table<Key, Incident> incidents = derivation.table();
    derivation.each(
        "incident in production",
        incidentEvents,
        (id, event) -> new Incident(event),
        (id, incident, rows) -> {
          if (incident.event().getEnvironmentClass().equals(Environments.PRODUCTION)) {
            rows.add(incidents, incident.order(), incident);
          }
        },
        incidents);

    ledgers = new Ledgers(derivation, attempts, onDeployments, this::settings);
    var shipping = new Shipping(derivation, changes, ledgers);
    var accusations = new Accusations(derivation, changes, ledgers, shipping, this::settings);
    var named = new Named(derivation, changes, ledgers);
    links =
        new Links(
            derivation,
            incidents,
            ledgers,
            shipping,
            accusations,
            named,
            onIncidents,
            this::settings);
    var outages = new Outages(derivation, incidents);
    var failures =
        new Failures(
            derivation,
            ledgers,
            shipping,
            links,
            accusations,
            outages,
            onDeployments,
            this::settings);
    var rework =
        new Rework(derivation, incidents, ledgers, shipping, onDeployments, this::settings);

    var deploymentFacts =
        new DeploymentFacts(service, shipping, failures, rework, onDeployments, this::settings);
    outputs(
        "deployment fact",
        ledgers.byId(),
        (id, deployment) -> List.of(deploymentFacts.of(deployment)));
    outputs(
        "excluded deployment",
        ledgers.excluded(),
        (id, attempt) -> List.of(deploymentFacts.ofExcluded(attempt)));
    var changeFacts = new ChangeFacts(service, shipping, rework, this::settings);
    outputs("change fact", changes, (id, change) -> changeFacts.of(change));
    outputs("incident fact", incidentEvents, (id, event) -> List.of(fact(new Incident(event))));
    outputs("correction fact", corrections, (id, correction) -> List.of(fact(correction)));
  }

  private RuleSettings settings() {
    return settings.get(WHOLE);
  }

  /** E8: settings apply to all time; the newest entry of the catalog says them. */
  private static RuleSettings settings(List<CatalogTimeline> timelines, RuleSettings global) {
    RuleSettings settings = global;
    for (var timeline : timelines) {
      List<CatalogEvent> entries = timeline.getEntries();
      if (!entries.isEmpty()) {
        settings = settings.with(entries.get(entries.size() - 1).getSettings());
      }
    }
    return settings;
  }

  private Output fact(Incident incident) {
    RoutedIncident event = incident.event();
    boolean inProduction = event.getEnvironmentClass().equals(Environments.PRODUCTION);
    var link = inProduction ? links.of(incident) : null;
    var verdict = onIncidents.get(incident.id());
    List<String> marks = new ArrayList<>(event.getMarks());
    if (event.getResolvedAt() != null && event.getResolvedAt().isBefore(event.getStartedAt())) {
      marks.add("resolved before it started (E2)");
    }
    var fact =
        IncidentFact.newBuilder()
            .setService(service)
            .setId(incident.id())
            .setRetracted(false)
            .setRepository(event.getRepository())
            .setTitle(event.getTitle())
            .setSeverity(event.getSeverity())
            .setEnvironment(event.getEnvironmentClass())
            .setStartedAt(event.getStartedAt())
            .setDetectedAt(event.getDetectedAt())
            .setAcknowledgedAt(event.getAcknowledgedAt())
            .setResolvedAt(event.getResolvedAt())
            .setDeploymentId(link == null ? null : link.deployment())
            .setLinkRule(link == null ? null : link.rule())
            .setLinkMethod(link == null ? null : link.method())
            .setLinkConfidence(link == null ? null : link.confidence())
            .setLinkEvidence(link == null ? List.of() : link.evidence())
            .setLinkRejected(link == null ? List.of() : link.rejected())
            .setCorrections(verdict == null ? List.of() : verdict.corrections())
            .setMarks(marks)
            .setUrl(event.getUrl())
            .build();
    String key = service + "|" + incident.id();
    return new Output(Target.INCIDENT_FACTS, key, key, fact);
  }

  private Output fact(CorrectionEvent correction) {
    var effect = verdicts.get(WHOLE).effects().get(correction.getCorrection());
    String unknown = unknown(correction);
    boolean isVoid = unknown != null && effect.equals(Verdicts.Effect.IN_FORCE);
    var fact =
        CorrectionFact.newBuilder()
            .setService(service)
            .setId(correction.getCorrection())
            .setRetracted(false)
            .setMadeAt(correction.getOccurredAt())
            .setAction(correction.getAction())
            .setDeploymentId(correction.getDeployment())
            .setIncidentId(correction.getIncident())
            .setMark(correction.getMark())
            .setRevokes(correction.getRevokes())
            .setReason(correction.getReason())
            .setAuthor(correction.getAuthor())
            .setEffect(isVoid ? "void" : effect.name())
            .setEffectReason(isVoid ? unknown : effect.reason())
            .build();
    String key = service + "|" + correction.getCorrection();
    return new Output(Target.CORRECTION_FACTS, key, key, fact);
  }

  /** What a correction is about and nobody knows (yet), for people; null if all is known. */
  private String unknown(CorrectionEvent correction) {
    String deployment = correction.getDeployment();
    String incident = correction.getIncident();
    if (deployment != null
        && ledgers.byId().get(deployment) == null
        && ledgers.ofMember(deployment) == null
        && ledgers.excluded().get(deployment) == null) {
      return "no deployment %s of %s is known".formatted(deployment, service);
    }
    if (incident != null && incidentEvents.get(incident) == null) {
      return "no incident %s of %s is known".formatted(incident, service);
    }
    String revoked = correction.getRevokes();
    boolean known =
        revoked == null
            || values(corrections).stream()
                .anyMatch(other -> Objects.equals(other.getCorrection(), revoked));
    return known ? null : "no correction %s of %s is known".formatted(revoked, service);
  }
}
