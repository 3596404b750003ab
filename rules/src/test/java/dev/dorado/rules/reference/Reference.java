package dev.dorado.rules.reference;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.reference.Changes.Change;
import dev.dorado.rules.reference.Failure.Incident;
import dev.dorado.rules.reference.Shipping.Attempt;
import dev.dorado.rules.reference.Shipping.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * All facts of a set of events, as docs/metrics.md has them: what is decided, without the texts for
 * people. Slow and plain on purpose.
 */
public final class Reference {

  private final Events events;
  private final Services services;
  private final List<SpecificRecord> facts = new ArrayList<>();

  /** What belongs to a service. */
  private static final class OfService {
    private final List<Attempt> attempts = new ArrayList<>();
    private final Map<String, Change> changes = new TreeMap<>();
    private final Map<String, Incident> incidents = new TreeMap<>();
    private final Map<String, String> classOf = new TreeMap<>();
  }

  private final Map<String, OfService> byService = new TreeMap<>();

  private Reference(List<SpecificRecord> told, RuleSettings settings) {
    this.events = new Events(told, settings);
    this.services = new Services(events);
  }

  /** The facts of {@code events}, in any order and repeated or not. */
  public static List<SpecificRecord> factsOf(List<SpecificRecord> events, RuleSettings settings) {
    return new Reference(events, settings).facts();
  }

  private OfService of(String service) {
    return byService.computeIfAbsent(service, s -> new OfService());
  }

  private List<SpecificRecord> facts() {
    Map<String, List<DeploymentEvent>> attempts = new TreeMap<>();
    for (var told : events.attempts()) {
      var attempt = services.located(told);
      attempts.computeIfAbsent(Services.placeOf(attempt), p -> new ArrayList<>()).add(attempt);
    }
    attempts.forEach(services::imply);
    Set<String> places = new TreeSet<>(attempts.keySet());
    events.all(PushEvent.class).forEach(push -> places.add(push.getRepository()));
    events.all(PullRequestEvent.class).forEach(pull -> places.add(pull.getRepository()));
    events.all(CiRunEvent.class).stream()
        .filter(run -> run.getRepository() != null)
        .forEach(run -> places.add(run.getRepository()));
    services.claimed().forEach(run -> places.add(run.getRepository()));
    places.forEach(place -> addPlace(place, attempts.getOrDefault(place, List.of())));
    events.incidents().forEach(this::addIncidents);
    events.all(CorrectionEvent.class).forEach(correction -> of(correction.getService()));
    byService.forEach(this::addService);
    events.catalog().values().forEach(entries -> entries.forEach(this::add));
    facts.addAll(Conflicts.of(events));
    return facts;
  }

  /** The episodes of an incident go to its services; E7: under the settings of all. */
  private void addIncidents(List<IncidentEvent> told) {
    for (var incident : events.episodes(told)) {
      for (var located : services.located(incident)) {
        String id = incident.getIncident();
        of(located.service()).incidents.put(id, new Incident(incident));
        of(located.service()).classOf.put(id, located.environmentClass());
      }
    }
  }

  /** What happened in a repository goes to its services. */
  private void addPlace(String place, List<DeploymentEvent> told) {
    var repository = new Repository(place, events);
    var heads = new Heads(repository);
    Set<String> deployed = new TreeSet<>();
    var sources = new Sources(events, repository, services);
    for (var counted : sources.attempts(told)) {
      var attempt = counted.attempt();
      String service = counted.service();
      String environmentClass = sources.environmentClass(service, attempt);
      if (!environmentClass.equals("none")) {
        String sha = heads.sha(attempt);
        var compared = heads.compared(attempt, sha);
        if (compared != null) {
          deployed.add(compared.name);
        }
        if (attempt.getFinishedAt() != null) {
          var ended = ended(attempt, environmentClass, sha == null ? attempt.getSha() : sha);
          ended.head = heads.places(attempt, sha);
          ended.version = Version.of(attempt, ended.sha, repository);
          of(service).attempts.add(ended);
        }
      }
    }
    sources.candidates.stream()
        .filter(candidate -> candidate.attempt().getFinishedAt() != null)
        .forEach(c -> add(c, sources.environmentClass(c.service(), c.attempt())));
    for (var change : new Changes(repository, deployed, events).all.values()) {
      for (String service : services.owning(place, change.files, change.mergedAt)) {
        of(service).changes.put(change.id, change);
      }
    }
    var runs =
        events.all(CiRunEvent.class).stream()
            .filter(run -> place.equals(run.getRepository()))
            .filter(run -> Events.merged(sameRun(run)).getJob() == null)
            .toList();
    Events.grouped(runs, run -> run.getRun() + "/" + run.getAttempt())
        .forEach(run -> add(repository, Events.merged(run)));
  }

  /** All that is told of a run in its repository. */
  private List<CiRunEvent> sameRun(CiRunEvent run) {
    return events.all(CiRunEvent.class).stream()
        .filter(other -> Objects.equals(other.getRepository(), run.getRepository()))
        .filter(other -> other.getRun().equals(run.getRun()))
        .filter(other -> other.getAttempt() == run.getAttempt())
        .toList();
  }

  private static Attempt ended(DeploymentEvent told, String environmentClass, String sha) {
    var attempt = new Attempt();
    attempt.givenId = told.getDeployment();
    attempt.id = attempt.givenId;
    attempt.repository = Services.repositoryOf(Services.placeOf(told));
    attempt.environment = Events.environment(told);
    attempt.environmentClass = environmentClass;
    attempt.sha = sha;
    attempt.toldVersion = told.getVersion() == null ? told.getArtifact() : told.getVersion();
    attempt.url = told.getUrl();
    attempt.finish = told.getFinishedAt();
    attempt.start = Objects.requireNonNullElse(told.getStartedAt(), attempt.finish);
    attempt.start = attempt.start.isAfter(attempt.finish) ? attempt.finish : attempt.start;
    attempt.succeeded = told.getStatus().equals("succeeded");
    attempt.declaredKind = told.getDeclaredKind();
    attempt.failed = Boolean.TRUE.equals(told.getFailed());
    attempt.rework = Boolean.TRUE.equals(told.getRework());
    attempt.incident = told.getIncident();
    attempt.layer = told.getLayer();
    attempt.hitchOf = told.getHitchOf();
    attempt.strategy = told.getStrategy();
    attempt.workflow = told.getWorkflow();
    attempt.source = told.getSource();
    return attempt;
  }

  private void addService(String service, OfService of) {
    var settings = events.settingsOf(service);
    var evidence =
        of.attempts.stream()
            .filter(attempt -> isEvidence(attempt, of.attempts, settings.rolloutWindow()))
            .toList();
    evidence.forEach(attempt -> addEvidence(service, attempt));
    addHeads(of.attempts, settings.rolloutWindow());
    of.attempts.removeAll(evidence);
    var changes = of.changes.values();
    var corrections =
        new Corrections(
            events.all(CorrectionEvent.class).stream()
                .filter(correction -> correction.getService().equals(service))
                .toList());
    var attempts = identified(of.attempts);
    Map<String, Shipping> byClass = new TreeMap<>();
    attempts.forEach(attempt -> byClass.put(attempt.environmentClass, null));
    byClass.put("production", null);
    byClass.replaceAll(
        (environment, none) ->
            new Shipping(
                attempts.stream()
                    .filter(attempt -> attempt.environmentClass.equals(environment))
                    .toList(),
                changes,
                corrections,
                settings.rolloutWindow()));
    corrections.decide(
        byClass.values().stream().flatMap(shipping -> shipping.all().stream()).toList(),
        of.incidents.keySet());
    byClass.forEach(
        (environment, shipping) -> {
          var incidents =
              of.incidents.values().stream()
                  .filter(i -> environment.equals("production"))
                  .filter(i -> of.classOf.get(i.event.getIncident()).equals(environment))
                  .toList();
          var failure = new Failure(shipping, changes, incidents, corrections, settings);
          var rework = new Rework(shipping, failure, incidents, corrections, settings);
          shipping.all().forEach(d -> add(service, environment, d, shipping, failure, rework));
          var tolerance = settings.clockTolerance();
          changes.forEach(c -> add(service, environment, c, shipping, rework, tolerance));
        });
    corrections.effects.forEach(
        (correction, effect) ->
            add(service, correction, corrections.effect(correction, of.classOf)));
    of.incidents
        .values()
        .forEach(incident -> add(service, of.classOf.get(incident.event.getIncident()), incident));
  }

  /**
   * E6: of several repositories that use an id, the attempt that finished first keeps it, and the
   * others get their repository after it. One whose repository is unknown is one of those that are
   * known.
   */
  private static List<Attempt> identified(List<Attempt> attempts) {
    List<Attempt> identified = new ArrayList<>();
    for (var sameId : Events.grouped(attempts, attempt -> attempt.givenId)) {
      var known = sameId.stream().filter(attempt -> attempt.repository != null).toList();
      var ofOne = new ArrayList<>(known.isEmpty() ? sameId : known);
      ofOne.sort(
          Comparator.comparing((Attempt attempt) -> attempt.finish)
              .thenComparing(attempt -> attempt.start)
              .thenComparing(attempt -> String.valueOf(attempt.repository)));
      ofOne.stream().skip(1).forEach(a -> a.id = a.givenId + "@" + a.repository);
      identified.addAll(ofOne);
    }
    return identified;
  }

  /**
   * E4: an outer layer reports what an inner one does too, if that had ended in the environment by
   * the end of the window after it. E6: a failure after the same thing had succeeded is a hitch.
   */
  private static boolean isEvidence(Attempt attempt, List<Attempt> all, Duration rolloutWindow) {
    var rollout =
        all.stream()
            .filter(other -> other.givenId.equals(attempt.hitchOf))
            .filter(other -> Objects.equals(other.repository, attempt.repository))
            .findFirst()
            .orElse(null);
    boolean isHitch =
        rollout != null
            && rollout.succeeded
            && !attempt.succeeded
            && !rollout.finish.isAfter(attempt.finish);
    List<String> layers = List.of("bundle", "application", "release", "rollout");
    return isHitch
        || (attempt.layer != null
            && all.stream()
                .filter(other -> other.layer != null)
                .filter(other -> layers.indexOf(other.layer) > layers.indexOf(attempt.layer))
                .filter(other -> other.environment.equals(attempt.environment))
                .anyMatch(other -> !other.finish.isAfter(attempt.finish.plus(rolloutWindow))));
  }

  /**
   * E4: an inner layer without a known commit rolls out that of the outer layer that had last begun
   * by then, within the window; of several layers the nearest.
   */
  private static void addHeads(Collection<Attempt> all, Duration window) {
    List<String> layers = List.of("bundle", "application", "release", "rollout");
    var known = all.stream().filter(a -> a.layer != null && !a.head.isEmpty()).toList();
    for (var attempt : all) {
      if (attempt.layer != null && attempt.sha == null && attempt.head.isEmpty()) {
        known.stream()
            .filter(other -> layers.indexOf(other.layer) < layers.indexOf(attempt.layer))
            .filter(other -> other.environment.equals(attempt.environment))
            .filter(other -> other.repository != null)
            .filter(other -> other.repository.equals(attempt.repository))
            .filter(other -> !other.start.isAfter(attempt.finish))
            .filter(other -> !other.start.isBefore(attempt.finish.minus(window)))
            .max(
                Comparator.comparing((Attempt other) -> layers.indexOf(other.layer))
                    .thenComparing(other -> other.start)
                    .thenComparing(other -> other.id))
            .ifPresent(
                outer -> {
                  attempt.sha = outer.sha;
                  attempt.head = outer.head;
                  attempt.version = attempt.version.ofCommit(outer.sha);
                });
      }
    }
  }

  private void addEvidence(String service, Attempt attempt) {
    String repository = attempt.repository == null ? "" : attempt.repository + " ";
    facts.add(
        CandidateFact.newBuilder()
            .setService(service)
            .setId("evidence " + repository + attempt.id)
            .setSource(attempt.source)
            .setName(attempt.workflow)
            .setChosenSource(attempt.source)
            .setEnvironment(attempt.environmentClass)
            .setRepository(attempt.repository)
            .setSha(attempt.sha)
            .setFinishedAt(attempt.finish)
            .setStatus("evidence")
            .build());
  }

  private void add(
      String service,
      String environment,
      Deployment deployment,
      Shipping shipping,
      Failure failure,
      Rework rework) {
    boolean excluded = shipping.excluded.contains(deployment);
    var first = deployment.first();
    // Failures are of production; S10: a failed attempt counts if an incident is linked to it.
    var verdict = environment.equals("production") ? failure.verdicts.get(deployment) : null;
    // K2: a redeploy is counted nowhere.
    boolean counted =
        !excluded && !deployment.is("redeploy") && (deployment.succeeded() || verdict != null);
    var recovery = verdict == null ? new Recovery(null, null, null) : failure.recovery(verdict);
    boolean isRework = counted && rework.isRework(deployment);
    boolean shipsNothing = !deployment.succeeded() || deployment.is("redeploy") || excluded;
    facts.add(
        DeploymentFact.newBuilder()
            .setService(service)
            .setId(deployment.id())
            .setEnvironment(environment)
            .setEnvironments(deployment.environments())
            .setRepository(first.repository)
            .setSha(first.sha)
            .setStartedAt(deployment.start())
            .setFinishedAt(deployment.finish())
            .setStatus(deployment.succeeded() ? "succeeded" : "failed")
            .setCounted(counted)
            .setKind(first.kind)
            .setPreviousDeployment(first.previous == null ? null : first.previous.id)
            .setChanges(shipsNothing || !first.head.isEmpty() ? deployment.changes().size() : null)
            .setFailed(verdict != null)
            .setFailureRule(verdict == null ? null : verdict.rule())
            .setIncidents(
                verdict == null
                    ? List.of()
                    : verdict.incidents().stream().map(i -> i.event.getIncident()).toList())
            .setImpactStartedAt(recovery.start())
            .setRecoveredAt(recovery.end())
            .setRecoveryMethod(recovery.method())
            .setRework(isRework)
            .setExcluded(excluded)
            .setReworkProbable(counted && !isRework && rework.isProbable(deployment))
            .setStrategy(
                deployment.members().stream()
                    .map(member -> member.strategy)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null))
            .build());
  }

  private void add(
      String service,
      String environment,
      Change change,
      Shipping shipping,
      Rework rework,
      Duration tolerance) {
    var by = shipping.deploymentOf.get(change);
    boolean atBaseline = shipping.atBaseline.contains(change);
    boolean awaited = environment.equals("production") && !change.offDefault;
    if (by == null && !atBaseline && !awaited) {
      return;
    }
    Instant deployed = by == null ? null : by.finish();
    var leadTime = new LeadTime(change, deployed, tolerance);
    facts.add(
        ChangeFact.newBuilder()
            .setService(service)
            .setId(change.id)
            .setEnvironment(environment)
            .setRepository(change.repository)
            .setSha(change.sha)
            .setPullRequest(change.pullRequest)
            .setBot(change.bot)
            .setStartedAt(leadTime.start)
            .setOpenedAt(change.openedAt)
            .setFirstReviewAt(change.firstReviewAt)
            .setReadyAt(change.readyAt)
            .setMergedAt(change.mergedAt)
            .setDeployedAt(deployed)
            .setDeploymentId(by == null ? null : by.id())
            .setShippingRule(by != null ? "S4" : atBaseline ? "S5" : null)
            .setLeadTime(leadTime.total)
            .setCoding(leadTime.coding)
            .setPickup(leadTime.pickup)
            .setReview(leadTime.review)
            .setDeploy(leadTime.deploy)
            .setReactive(rework.isReactive(change))
            .build());
  }

  private void add(String service, CorrectionEvent correction, String effect) {
    facts.add(
        CorrectionFact.newBuilder()
            .setService(service)
            .setId(correction.getCorrection())
            .setAction(correction.getAction())
            .setEffect(effect)
            .build());
  }

  private void add(String service, String environment, Incident incident) {
    var event = incident.event;
    facts.add(
        IncidentFact.newBuilder()
            .setService(service)
            .setId(event.getIncident())
            .setRepository(event.getRepository())
            .setEnvironment(environment)
            .setStartedAt(incident.start())
            .setStartUnknown(incident.isStartUnknown())
            .setDetectedAt(event.getDetectedAt())
            .setAcknowledgedAt(event.getAcknowledgedAt())
            .setResolvedAt(event.getResolvedAt())
            .setDeploymentId(incident.cause == null ? null : incident.cause.id())
            .setLinkRule(incident.rule)
            .build());
  }

  /** P2: a run, with its duration unless it ended before it began. */
  private void add(Repository repository, CiRunEvent run) {
    Instant started = run.getStartedAt();
    Instant finished = run.getFinishedAt();
    Instant time = Objects.requireNonNullElse(finished, run.getOccurredAt());
    boolean ordered = started != null && finished != null && !finished.isBefore(started);
    facts.add(
        CiRunFact.newBuilder()
            .setService(services.ofRepository(repository.name, time))
            .setId(run.getRun() + "/" + run.getAttempt() + "@" + repository.name)
            .setRepository(repository.name)
            .setWorkflow(run.getWorkflow())
            .setBranch(run.getBranch())
            .setSha(run.getSha())
            .setDefaultBranch(
                run.getBranch() != null && run.getBranch().equals(repository.defaultBranch))
            .setStartedAt(started)
            .setFinishedAt(finished)
            .setOutcome(run.getOutcome())
            .setDuration(ordered ? Duration.between(started, finished).toMillis() / 1000.0 : null)
            .build());
  }

  /** E4: what another source would have given. */
  private void add(Sources.Candidate candidate, String environmentClass) {
    var attempt = candidate.attempt();
    String repository = attempt.getRepository() == null ? "" : attempt.getRepository() + " ";
    facts.add(
        CandidateFact.newBuilder()
            .setService(candidate.service())
            .setId(candidate.source() + " " + repository + attempt.getDeployment())
            .setSource(candidate.source())
            .setName(candidate.name())
            .setChosenSource(candidate.chosen())
            .setEnvironment(environmentClass)
            .setRepository(attempt.getRepository())
            .setSha(attempt.getSha())
            .setFinishedAt(attempt.getFinishedAt())
            .setStatus(attempt.getStatus())
            .build());
  }

  private void add(dev.dorado.events.CatalogEvent entry) {
    facts.add(
        CatalogFact.newBuilder()
            .setService(entry.getService())
            .setValidFrom(entry.getValidFrom())
            .setRemoved(entry.getRemoved())
            .setOwner(entry.getOwner())
            .setTier(entry.getTier())
            .setRepository(entry.getRepository())
            .setPaths(entry.getPaths())
            .setAliases(entry.getAliases())
            .setGoldenPath(entry.getGoldenPath())
            .setGoldenPathSince(entry.getGoldenPathSince())
            .build());
  }
}
