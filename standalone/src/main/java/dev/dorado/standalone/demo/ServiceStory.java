package dev.dorado.standalone.demo;

import dev.dorado.standalone.demo.DemoService.Cadence;
import dev.dorado.standalone.demo.DemoService.Reporter;
import dev.dorado.standalone.demo.PlannedChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The story of one service after its changes have come to main: releases to staging and production,
 * roll-outs that fail, deployments that go wrong and what is done about them. Not thread-safe.
 */
final class ServiceStory {

  private static final double ROLLOUT_FAILS = 0.04;
  private static final int SHAS_REMEMBERED = 20;

  private final DemoService service;
  private final RepositoryStory repository;
  private final RolloutReports reports;
  private final Timeline timeline;
  private final Chance chance;
  private final BadWeeks badWeeks;
  private final Consumer<DemoDelivery> told;

  /** On main, not yet on the way to production. */
  private final List<MergedChange> waiting = new ArrayList<>();

  /** What is and was in production, newest first. */
  private final Deque<String> deployed = new ArrayDeque<>();

  private List<String> recentFiles = List.of();
  private Instant busyUntil = Instant.EPOCH;
  private Instant troubleUntil = Instant.EPOCH;

  /** While a rollback stands, nothing goes out until this is on main. */
  private Optional<PlannedChange> awaited = Optional.empty();

  private boolean stopped;
  private int deployments;
  private int rollbacks;
  private long lastRollout;
  private Optional<Instant> outage = Optional.empty();
  private Optional<Instant> wentDown = Optional.empty();

  ServiceStory(
      DemoService service,
      RepositoryStory repository,
      RolloutReports reports,
      Timeline timeline,
      Chance chance,
      BadWeeks badWeeks,
      Consumer<DemoDelivery> told) {
    this.service = service;
    this.repository = repository;
    this.reports = reports;
    this.timeline = timeline;
    this.chance = chance;
    this.badWeeks = badWeeks;
    this.told = told;
    this.lastRollout = 3_000_000_000L + Math.abs((long) service.name().hashCode()) % 9000 * 100_000;
  }

  /** Deployments so far, as rule K2 counts them: a new version or an older one, in production. */
  int deployments() {
    return deployments;
  }

  /** Those of them that were rollbacks. */
  int rollbacks() {
    return rollbacks;
  }

  /** Files of the latest release. */
  List<String> recentFiles() {
    return recentFiles;
  }

  /** The first deployment after {@code time} brings the service down for a working day. */
  void planOutageAfter(Instant time) {
    outage = Optional.of(time);
  }

  /** When the planned outage was seen, if it has been. */
  Optional<Instant> wentDown() {
    return wentDown;
  }

  /** A change has come to main. */
  void merged(Instant at, MergedChange change) {
    waiting.add(change);
    if (awaited.isPresent() && awaited.get().equals(change.plan())) {
      awaited = Optional.empty();
      stopped = false;
    }
    if (change.plan().isUrgent()) {
      stopped = false;
      later(at.plus(chance.minutes(5, 12)), true);
    } else if (service.paceAt(at).cadence() == Cadence.EACH_MERGE) {
      later(at.plus(chance.minutes(6, 15)), false);
    }
  }

  /** Releases what is waiting, unless there is nothing, or people are busy with a failure. */
  void release(Instant at, boolean urgent) {
    if (!service.isDeployed() || waiting.isEmpty() || stopped) {
      return;
    }
    if (at.isBefore(busyUntil)) {
      later(busyUntil.plusSeconds(120), urgent);
      return;
    }
    List<MergedChange> shipped = List.copyOf(waiting);
    waiting.clear();
    String sha = repository.head();
    Instant staged = rollOut("staging", false, sha, at, chance.minutes(2, 6), true);
    Instant production = staged.plus(urgent ? chance.minutes(1, 3) : chance.minutes(6, 40));
    // An incident that begins while a roll-out fails makes it a deployment (S10), which would be
    // right, but is not what is meant here.
    boolean fails =
        service.reporter() != Reporter.CDEVENTS
            && chance.happens(ROLLOUT_FAILS)
            && at.isAfter(troubleUntil);
    if (fails) {
      production =
          rollOut(service.production().get(0), true, sha, production, chance.minutes(2, 9), false)
              .plus(chance.minutes(12, 40));
    }
    Instant done = rollOutToProduction(sha, production);
    timeline.at(done, () -> shipped(done, sha, shipped));
  }

  private void later(Instant at, boolean urgent) {
    timeline.at(at, () -> release(at, urgent));
  }

  private Instant rollOutToProduction(String sha, Instant from) {
    Instant now = from;
    for (String environment : service.production()) {
      now = rollOut(environment, true, sha, now, chance.minutes(3, 12), true);
      if (!environment.equals(service.production().get(service.production().size() - 1))) {
        now = now.plus(chance.minutes(10, 40));
      }
    }
    busyUntil = now;
    return now;
  }

  private Instant rollOut(
      String environment,
      boolean production,
      String sha,
      Instant start,
      Duration takes,
      boolean succeeds) {
    var rollout =
        new Rollout(
            ++lastRollout,
            service,
            environment,
            production,
            sha,
            start,
            start.plus(takes),
            succeeds);
    timeline.at(start, () -> reports.started(rollout).forEach(told));
    timeline.at(rollout.finishedAt(), () -> reports.finished(rollout).forEach(told));
    busyUntil = rollout.finishedAt();
    return rollout.finishedAt();
  }

  private void shipped(Instant at, String sha, List<MergedChange> changes) {
    remember(sha);
    recentFiles =
        changes.get(changes.size() - 1).files().stream()
            .filter(file -> !file.endsWith("pom.xml"))
            .toList();
    for (MergedChange change : changes) {
      change
          .plan()
          .remedies()
          .ifPresent(
              incident -> {
                Instant closed = at.plus(chance.minutes(4, 25));
                timeline.at(closed, () -> repository.closeIncident(closed, incident));
              });
    }
    if (outage.isPresent() && at.isAfter(outage.get())) {
      outage = Optional.empty();
      goesDown(at, sha, changes.get(changes.size() - 1));
    } else if (chance.happens(service.paceAt(at).failureShare() * badWeeks.factorAt(at))) {
      goesWrong(at, sha, changes);
    }
  }

  private void remember(String sha) {
    deployments++;
    deployed.push(sha);
    while (deployed.size() > SHAS_REMEMBERED) {
      deployed.removeLast();
    }
  }

  private void goesWrong(Instant at, String sha, List<MergedChange> changes) {
    int die = chance.between(1, 100);
    Instant seen = at.plus(service.isOnGoldenPath(at) ? quick() : chance.minutes(10, 90));
    troubleUntil = seen;
    MergedChange cause = changes.get(changes.size() - 1);
    if (die <= 40 && deployed.size() > 1) {
      timeline.at(seen, () -> rollBack(seen, sha, cause));
    } else if (die <= 70) {
      timeline.at(seen, () -> fixForward(seen, cause, Kind.HOTFIX));
    } else if (die <= 84) {
      timeline.at(seen, () -> fixForward(seen, cause, Kind.REVERT));
    } else {
      timeline.at(seen, () -> sitOut(seen));
    }
  }

  /** An incident, the version before, and the fix later, in peace. */
  private void rollBack(Instant at, String bad, MergedChange cause) {
    if (!bad.equals(deployed.peek()) || at.isBefore(busyUntil)) {
      fixForward(at, cause, Kind.HOTFIX);
      return;
    }
    stopped = true;
    Optional<DemoIncident> incident = maybeIncident(at);
    Duration hesitation = service.isOnGoldenPath(at) ? quick() : chance.minutes(10, 50);
    Instant back = backToVersionBefore(at.plus(hesitation));
    Instant closed = back.plusSeconds(600);
    incident.ifPresent(it -> timeline.at(closed, () -> repository.closeIncident(closed, it)));
    repair(closed, cause);
  }

  private Instant backToVersionBefore(Instant start) {
    String bad = deployed.pop();
    String good = deployed.pop();
    deployed.push(bad);
    Instant done = rollOutToProduction(good, start);
    timeline.at(
        done,
        () -> {
          remember(good);
          rollbacks++;
        });
    return done;
  }

  /** The fix after a rollback: an ordinary pull request, whose merge lets releases go on. */
  private void repair(Instant from, MergedChange cause) {
    Instant begin = OfficeHours.next(from.plusSeconds(1800));
    var plan =
        new PlannedChange(
            service,
            Kind.FIX,
            "fix: " + Phrases.fault(chance),
            "So that #" + cause.pull().number() + " can go out again.",
            cause.files(),
            Optional.empty());
    awaited = Optional.of(plan);
    timeline.at(begin, () -> repository.begin(begin, plan));
  }

  private void fixForward(Instant at, MergedChange cause, Kind kind) {
    Optional<DemoIncident> incident = maybeIncident(at);
    String body = incident.map(it -> "Ends #" + it.number() + ".").orElse("A customer wrote.");
    String title = "Hotfix for " + Phrases.fault(chance);
    if (kind == Kind.REVERT) {
      title = "Revert \"" + cause.plan().title() + "\"";
      body = "This reverts commit " + cause.sha() + ".\n\n" + body;
    }
    var plan = new PlannedChange(service, kind, title, body, cause.files(), incident);
    Instant begin = at.plus(chance.minutes(5, 30));
    timeline.at(begin, () -> repository.begin(begin, plan));
  }

  /** Most failures have an incident; some are noticed and mended without one. */
  private Optional<DemoIncident> maybeIncident(Instant at) {
    return chance.happens(0.8)
        ? Optional.of(repository.openIncident(at, service, severity(), Phrases.symptom(chance)))
        : Optional.empty();
  }

  /** Where alerts and roll-outs are everybody's, it goes faster. */
  private Duration quick() {
    return chance.minutes(3, 15);
  }

  /** An incident that passes without another deployment: somebody adds machines. */
  private void sitOut(Instant at) {
    var incident = repository.openIncident(at, service, severity(), Phrases.symptom(chance));
    Instant closed = at.plus(chance.minutes(40, 300));
    timeline.at(closed, () -> repository.closeIncident(closed, incident));
  }

  /** The outage: nine hours, a rollback late in them, and the cause named at the end. */
  private void goesDown(Instant at, String sha, MergedChange cause) {
    stopped = true;
    Instant seen = at.plus(Duration.ofMinutes(9));
    timeline.at(
        seen,
        () -> {
          wentDown = Optional.of(seen);
          var incident = repository.openIncident(seen, service, "sev1", "nobody can order");
          Instant back = backToVersionBefore(seen.plus(Duration.ofHours(7)));
          Instant closed = back.plus(Duration.ofHours(2));
          DemoIncident explained =
              incident.withBody(
                  incident.body() + "\n\nThe migration locked the orders.\nroot cause: " + sha);
          timeline.at(closed, () -> repository.closeIncident(closed, explained));
          repair(closed, cause);
        });
  }

  /** An incident that no deployment is near to, unless one happens to be. */
  void planUnrelatedIncident(Instant at) {
    timeline.at(
        at,
        () -> {
          if (at.isAfter(busyUntil.plus(Duration.ofHours(26)))) {
            sitOut(at);
          }
        });
  }

  private String severity() {
    return chance.happens(0.25) ? "sev2" : "sev3";
  }
}
