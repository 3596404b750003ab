package dev.dorado.rules.attribute;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.route.Environments;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.CatalogTimeline;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.steps.RoutedChange;
import dev.dorado.steps.RoutedIncident;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a service, and its facts. Read from the top: the inputs, then the rules in the
 * order in which they build on each other, then the facts.
 */
final class ServiceHistory extends DerivedHistory {

  private final String service;
  private final Derived<String, Boolean, RuleSettings> settings;
  private final Verdicts verdicts;
  private final Links links;

  ServiceHistory(String service, RuleSettings global) {
    this.service = service;
    Table<String, RoutedAttempt> attempts = inputs(RoutedAttempt.class);
    Table<String, RoutedChange> changes = inputs(RoutedChange.class);
    Table<String, RoutedIncident> incidentEvents = inputs(RoutedIncident.class);
    Table<String, CatalogTimeline> timelines = inputs(CatalogTimeline.class);
    Table<String, CorrectionEvent> correctionEvents = inputs(CorrectionEvent.class);

    settings =
        derivation.each(
            "settings (E8)", theWhole(), (whole, none) -> settings(values(timelines), global));
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

    var corrections = new Corrections(derivation, theWhole(), correctionEvents);
    var counted = new CountedAttempts(derivation, attempts, this::settings);
    var rollouts =
        new Rollouts(derivation, new AttemptIds(derivation, counted.counted()), this::settings);
    var exclusions = new Exclusions(derivation, theWhole(), corrections, rollouts);
    var ledgers = new Ledgers(derivation, rollouts, exclusions);
    verdicts =
        new Verdicts(
            derivation,
            theWhole(),
            service,
            corrections,
            exclusions,
            rollouts,
            ledgers,
            incidentEvents);
    var shipping = new Shipping(derivation, changes, ledgers);
    var accusations = new Accusations(derivation, changes, ledgers, shipping, this::settings);
    var named = new NamedCauses(derivation, changes, ledgers);
    links =
        new Links(
            derivation, incidents, ledgers, shipping, accusations, named, verdicts, this::settings);
    var outages = new Outages(derivation, incidents);
    var failures =
        new Failures(
            derivation, ledgers, shipping, links, accusations, outages, verdicts, this::settings);
    var rework = new Rework(derivation, incidents, ledgers, shipping, verdicts, this::settings);

    var deploymentFacts =
        new DeploymentFacts(service, shipping, failures, rework, verdicts, this::settings);
    outputs(
        "deployment fact",
        ledgers.byId(),
        (id, deployment) -> List.of(deploymentFacts.of(deployment)));
    outputs(
        "excluded deployment",
        ledgers.excluded(),
        (id, deployment) -> List.of(deploymentFacts.ofExcluded(deployment)));
    var changeFacts = new ChangeFacts(service, shipping, rework, this::settings);
    outputs("change fact", changes, (id, change) -> changeFacts.of(change));
    outputs("incident fact", incidentEvents, (id, event) -> List.of(fact(new Incident(event))));
    outputs(
        "evidence (E4, E6)",
        counted.evidence(),
        (id, attempt) -> List.of(counted.candidate(service, attempt)));
    outputs("correction fact", correctionEvents, (id, correction) -> List.of(fact(correction)));
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
    List<String> marks = new ArrayList<>(event.getMarks());
    if (incident.isStartUnknown()) {
      marks.add("only its end was heard: when its impact started is unknown (E7)");
    }
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
            .setLinkRule(link == null ? null : Rule.nameOf(link.rule()))
            .setLinkMethod(link == null ? null : link.method())
            .setLinkConfidence(link == null ? null : link.confidence())
            .setLinkEvidence(link == null ? List.of() : link.evidence())
            .setLinkRejected(link == null ? List.of() : link.rejected())
            .setCorrections(verdicts.onIncident(incident.id()).corrections())
            .setMarks(marks)
            .setUrl(event.getUrl())
            .setStartUnknown(incident.isStartUnknown())
            .build();
    String key = service + "|" + incident.id();
    return new Output(Target.INCIDENT_FACTS, key, key, fact);
  }

  private Output fact(CorrectionEvent correction) {
    var effect = verdicts.effect(correction);
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
            .setEffect(effect.name())
            .setEffectReason(effect.reason())
            .build();
    String key = service + "|" + correction.getCorrection();
    return new Output(Target.CORRECTION_FACTS, key, key, fact);
  }
}
