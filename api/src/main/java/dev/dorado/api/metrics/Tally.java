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
  DailySamples leadTime = new DailySamples();
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
      addIncidents(1, incident.linked() ? 0 : 1);
    }
  }

  /** Counts incidents of the period, and those of them that no rule links to a deployment. */
  public void addIncidents(int begun, int unlinked) {
    incidents += begun;
    unlinkedIncidents += unlinked;
  }

  private void addFinished(Fact.Deployment deployment) {
    if (!isInside(deployment.finishedAt())) {
      return;
    }
    int counted = deployment.counted() ? 1 : 0;
    addFinished(
        period.day(deployment.finishedAt()),
        1,
        deployment.succeeded() ? 1 : 0,
        counted,
        deployment.failed() ? counted : 0,
        matureAt(deployment).isBefore(now) ? 0 : counted,
        deployment.rework() ? counted : 0,
        deployment.reworkProbable() && !deployment.rework() ? counted : 0);
  }

  /**
   * Counts the deployments that finished on a day of the period. Their failures and recoveries are
   * counted by {@link #addFailure}.
   *
   * @param date the day
   * @param finished attempts of any outcome
   * @param succeeded attempts that succeeded
   * @param counted deployments that count; the rest are numbers of those
   * @param failing failed their users
   * @param young may still be found to have failed
   * @param reworking are rework
   * @param probable are probably rework, but not rework
   */
  public void addFinished(
      LocalDate date,
      int finished,
      int succeeded,
      int counted,
      int failing,
      int young,
      int reworking,
      int probable) {
    long day = date.toEpochDay();
    attempts += finished;
    failedAttempts += finished - succeeded;
    deployments += counted;
    failed += failing;
    immature += young;
    rework += reworking;
    probableRework += probable;
    rollouts.add(day, succeeded, finished);
    failures.add(day, failing, counted);
    reworks.add(day, reworking, counted);
    if (counted > 0) {
      deploymentsByDay.merge(date, (long) counted, Long::sum);
    }
  }

  private Instant matureAt(Fact.Deployment deployment) {
    return deployment.matureAt() == null
        ? deployment.finishedAt().plus(proximityWindow)
        : deployment.matureAt();
  }

  /** Counts the failure of a deployment as open or ended, as far as it is of the period. */
  public void addFailure(Fact.Deployment deployment) {
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
    boolean isUnknown = !change.bot() && change.leadTime() == null;
    addShipped(
        period.day(change.deployedAt()),
        1,
        change.reactive() ? 1 : 0,
        change.bot() ? 1 : 0,
        isUnknown ? 1 : 0);
    if (!change.bot() && !isUnknown) {
      leadTime.add(day(change.deployedAt()), change.leadTime());
      addIfKnown(coding, change.coding());
      addIfKnown(pickup, change.pickup());
      addIfKnown(review, change.review());
      addIfKnown(deploy, change.deploy());
    }
  }

  /**
   * Counts the changes that were shipped on a day of the period. Their lead times are set by {@link
   * #setLeadTimes}.
   *
   * @param date the day
   * @param shipped all of them
   * @param reacting are reactive
   * @param ofBots a bot made them
   * @param unknown those of people whose lead time is unknown
   */
  public void addShipped(LocalDate date, int shipped, int reacting, int ofBots, int unknown) {
    changes += shipped;
    reactive += reacting;
    bots += ofBots;
    unknownLeadTime += unknown;
    reactions.add(date.toEpochDay(), reacting, shipped);
  }

  /**
   * Sets the known lead times of people's changes, and the medians of their stages, which are null
   * if they are unknown.
   */
  public void setLeadTimes(
      DailySamples times, Double coding, Double pickup, Double review, Double deploy) {
    leadTime = requireNonNull(times);
    addIfKnown(this.coding, coding);
    addIfKnown(this.pickup, pickup);
    addIfKnown(this.review, review);
    addIfKnown(this.deploy, deploy);
  }

  /**
   * The median, over the ISO weeks that are wholly in the period and over, of the days with
   * deployments; empty if there is no such week.
   */
  public Optional<Double> daysPerWeek() {
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
