package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.statistics.DailyCounts;
import dev.dorado.api.statistics.DailyRatio;
import dev.dorado.api.statistics.DailySamples;
import dev.dorado.api.statistics.Samples;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The facts of one group in one period, counted. A fact that is not of the period changes nothing,
 * but for failures that are still open at its end. Not thread-safe.
 */
public final class Tally {

  private static final int DAYS_OF_A_WEEK = 7;

  private final Period period;
  private final Instant asOf;
  private final Instant now;
  private final Duration proximityWindow;

  int attempts;
  int failedAttempts;
  int deployments;
  int failed;
  int immature;
  int rework;
  int probableRework;
  int open;
  Duration oldestOpen;
  final DailySamples recovery = new DailySamples();
  final Samples detection = new Samples();
  final Samples deploymentToRecovery = new Samples();
  int changes;
  int reactive;
  int bots;
  int unknownLeadTime;
  final DailySamples leadTime = new DailySamples();
  final Samples coding = new Samples();
  final Samples pickup = new Samples();
  final Samples review = new Samples();
  final Samples deploy = new Samples();
  int incidents;
  int unlinkedIncidents;
  final DailyRatio failures = new DailyRatio();
  final DailyRatio reworks = new DailyRatio();
  final DailyRatio rollouts = new DailyRatio();
  final DailyRatio reactions = new DailyRatio();
  private final Map<LocalDate, Long> deploymentsByDay = new HashMap<>();

  /**
   * Nothing yet.
   *
   * @param period when
   * @param now the present
   * @param proximityWindow for how long after a deployment an incident may still be linked to it
   *     (rule F6), if its fact does not say: until then the deployment is immature
   */
  public Tally(Period period, Instant now, Duration proximityWindow) {
    this.period = requireNonNull(period);
    this.asOf = period.to().isAfter(now) ? now : period.to();
    this.now = requireNonNull(now);
    this.proximityWindow = requireNonNull(proximityWindow);
  }

  /** The period. */
  public Period period() {
    return period;
  }

  /** Deployments that count (rule K2). */
  public int deployments() {
    return deployments;
  }

  /** Changes that were shipped. */
  public int changes() {
    return changes;
  }

  /** Whether nothing of the period was found. */
  public boolean isEmpty() {
    return attempts == 0
        && changes == 0
        && incidents == 0
        && recovery.samples().size() == 0
        && open == 0;
  }

  /** Counts a fact. */
  public void add(Fact fact) {
    if (fact instanceof Fact.Deployment deployment) {
      addFinished(deployment);
      addFailure(deployment);
    } else if (fact instanceof Fact.Change change) {
      addChange(change);
    } else if (fact instanceof Fact.Incident incident && isInside(incident.startedAt())) {
      incidents++;
      unlinkedIncidents += incident.linked() ? 0 : 1;
    }
  }

  private void addFinished(Fact.Deployment deployment) {
    if (!isInside(deployment.finishedAt())) {
      return;
    }
    long day = day(deployment.finishedAt());
    attempts++;
    rollouts.add(day, deployment.succeeded());
    failedAttempts += deployment.succeeded() ? 0 : 1;
    if (!deployment.counted()) {
      return;
    }
    deployments++;
    deploymentsByDay.merge(period.day(deployment.finishedAt()), 1L, Long::sum);
    failures.add(day, deployment.failed());
    reworks.add(day, deployment.rework());
    failed += deployment.failed() ? 1 : 0;
    immature += matureAt(deployment).isBefore(now) ? 0 : 1;
    rework += deployment.rework() ? 1 : 0;
    probableRework += deployment.reworkProbable() && !deployment.rework() ? 1 : 0;
  }

  private Instant matureAt(Fact.Deployment deployment) {
    return deployment.matureAt() == null
        ? deployment.finishedAt().plus(proximityWindow)
        : deployment.matureAt();
  }

  private void addFailure(Fact.Deployment deployment) {
    if (!deployment.failed()) {
      return;
    }
    Instant impact = deployment.impactStartedAt();
    Instant recovered = deployment.recoveredAt();
    if (isInside(recovered) && impact != null) {
      recovery.add(day(recovered), seconds(impact, recovered));
      if (deployment.finishedAt() != null) {
        // The impact may begin while the deployment is still going on: it was seen at once.
        detection.add(Math.max(0, seconds(deployment.finishedAt(), impact)));
        deploymentToRecovery.add(Math.max(0, seconds(deployment.finishedAt(), recovered)));
      }
    }
    Instant since = impact == null ? deployment.finishedAt() : impact;
    if (since != null
        && since.isBefore(asOf)
        && (recovered == null || !recovered.isBefore(period.to()))) {
      open++;
      // Of what began at an unknown time the age is unknown (R3).
      Duration age = impact == null ? null : Duration.between(impact, asOf);
      if (age != null && (oldestOpen == null || age.compareTo(oldestOpen) > 0)) {
        oldestOpen = age;
      }
    }
  }

  private void addChange(Fact.Change change) {
    if (!isInside(change.deployedAt())) {
      return;
    }
    changes++;
    reactions.add(day(change.deployedAt()), change.reactive());
    reactive += change.reactive() ? 1 : 0;
    if (change.bot()) {
      bots++;
    } else if (change.leadTime() == null) {
      unknownLeadTime++;
    } else {
      leadTime.add(day(change.deployedAt()), change.leadTime());
      addIfKnown(coding, change.coding());
      addIfKnown(pickup, change.pickup());
      addIfKnown(review, change.review());
      addIfKnown(deploy, change.deploy());
    }
  }

  /**
   * The median, over the ISO weeks that are wholly in the period and over, of the days with
   * deployments; empty if there is no such week.
   */
  Optional<Double> daysPerWeek() {
    LocalDate firstDay = period.day(period.from());
    if (period.from().isAfter(firstDay.atStartOfDay(period.zone()).toInstant())) {
      firstDay = firstDay.plusDays(1);
    }
    LocalDate end = period.day(asOf);
    var weeks = new Samples();
    LocalDate monday = firstDay.with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY));
    while (!monday.plusDays(DAYS_OF_A_WEEK).isAfter(end)) {
      int days = 0;
      for (int i = 0; i < DAYS_OF_A_WEEK; i++) {
        days += deploymentsByDay.containsKey(monday.plusDays(i)) ? 1 : 0;
      }
      weeks.add(days);
      monday = monday.plusDays(DAYS_OF_A_WEEK);
    }
    return weeks.median();
  }

  /** How many deployments each day of the period has. */
  DailyCounts deploymentsByDay() {
    List<DailyCounts.Day> days = new ArrayList<>();
    for (Period.Bucket day : period.buckets(Interval.DAY, asOf)) {
      LocalDate date = period.day(day.start());
      days.add(
          new DailyCounts.Day(date, day.inside().days(), deploymentsByDay.getOrDefault(date, 0L)));
    }
    return new DailyCounts(days);
  }

  private long day(Instant time) {
    return period.day(time).toEpochDay();
  }

  private boolean isInside(Instant time) {
    return time != null && period.contains(time);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private static void addIfKnown(Samples samples, Double value) {
    if (value != null) {
      samples.add(value);
    }
  }
}
