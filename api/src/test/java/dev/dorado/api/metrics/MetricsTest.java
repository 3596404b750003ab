package dev.dorado.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dorado.api.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Duration DAY = Duration.ofHours(24);
  private static final double SECONDS_OF_A_DAY = 86_400;

  private final Period march = period("2026-03-02", "2026-03-30");
  private final Tally tally = tally(march, "2026-04-15T12:00:00Z");

  @Test
  void nothingIsUnknownButForTheFrequencyOfWhatIsKnown() {
    for (MetricName name : MetricName.values()) {
      assertThat(Metrics.of(name, tally, false).value()).as(name.json()).isEmpty();
    }
    Metric frequency = Metrics.of(MetricName.DEPLOYMENT_FREQUENCY, tally, true);
    assertThat(frequency.value()).contains(0.0);
    assertThat(frequency.bounds().orElseThrow().low()).isZero();
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true).value()).isEmpty();
  }

  @Test
  void youngDeploymentsAreCountedAsImmature() {
    var young = tally(march, "2026-03-20T12:00:00Z");
    young.add(succeeded("2026-03-19T11:00:00Z"));
    young.add(succeeded("2026-03-19T12:00:00Z"));
    young.add(succeeded("2026-03-20T11:00:00Z"));
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, young, true).beside())
        .containsEntry("immature", 2);
  }

  @Test
  void aDeploymentIsImmatureUntilTheWindowOfItsServiceIsOver() {
    var young = tally(march, "2026-03-20T12:00:00Z");
    young.add(matureAt("2026-03-20T11:00:00Z", "2026-03-20T11:30:00Z"));
    young.add(matureAt("2026-03-10T11:00:00Z", "2026-03-24T11:00:00Z"));
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, young, true).beside())
        .containsEntry("immature", 1);
  }

  @Test
  void aFailureWhoseImpactBeganAtAnUnknownTimeHasNeitherRecoveryTimeNorAge() {
    tally.add(failed("2026-03-10T10:00:00Z", null, "2026-03-11T10:00:00Z"));
    tally.add(failed("2026-03-10T10:00:00Z", null, null));
    Metric recovery = Metrics.of(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, tally, true);
    assertThat(recovery.value()).isEmpty();
    assertThat(recovery.n()).isZero();
    assertThat(recovery.beside()).containsEntry("open", 1).containsEntry("oldest_open", null);
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true).value()).contains(1.0);
  }

  @Test
  void anOpenFailureIsShownWithItsAgeAndNotInTheMedian() {
    tally.add(failed("2026-03-10T10:00:00Z", "2026-03-10T10:30:00Z", null));
    tally.add(failed("2026-02-10T10:00:00Z", "2026-02-10T10:30:00Z", "2026-04-01T00:00:00Z"));
    Metric recovery = Metrics.of(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, tally, true);
    assertThat(recovery.value()).isEmpty();
    assertThat(recovery.beside()).containsEntry("open", 2);
    assertThat((double) recovery.beside().get("oldest_open"))
        .isEqualTo(47 * SECONDS_OF_A_DAY + 13.5 * 3600);
  }

  @Test
  void aFailureCountsByItsDeploymentAndItsRecoveryByItsEnd() {
    tally.add(failed("2026-02-28T10:00:00Z", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"));
    tally.add(failed("2026-03-29T10:00:00Z", "2026-03-29T11:00:00Z", "2026-03-31T10:00:00Z"));
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true).n()).isEqualTo(1);
    Metric recovery = Metrics.of(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, tally, true);
    assertThat(recovery.value()).contains(SECONDS_OF_A_DAY);
    assertThat(recovery.beside())
        .containsEntry("time_to_detect", SECONDS_OF_A_DAY)
        .containsEntry("deployment_to_recovery", 2 * SECONDS_OF_A_DAY)
        .containsEntry("open", 1);
  }

  @Test
  void impactDuringTheDeploymentIsDetectedAtOnce() {
    tally.add(failed("2026-03-10T10:00:00Z", "2026-03-10T09:58:00Z", "2026-03-10T10:08:00Z"));
    Metric recovery = Metrics.of(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, tally, true);
    assertThat(recovery.value()).contains(600.0);
    assertThat(recovery.beside()).containsEntry("time_to_detect", 0.0);
  }

  @Test
  void aRedeployCountsInNoRateButInTheRolloutSuccessRate() {
    tally.add(
        new Fact.Deployment(
            Instant.parse("2026-03-10T10:00:00Z"),
            true,
            false,
            false,
            null,
            null,
            false,
            false,
            null));
    assertThat(Metrics.of(MetricName.DEPLOYMENT_FREQUENCY, tally, true).value()).contains(0.0);
    assertThat(Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true).value()).isEmpty();
    assertThat(Metrics.of(MetricName.ROLLOUT_SUCCESS_RATE, tally, true).value()).contains(1.0);
  }

  @Test
  void probableReworkStandsBesideTheRate() {
    tally.add(
        new Fact.Deployment(
            Instant.parse("2026-03-10T10:00:00Z"),
            true,
            true,
            false,
            null,
            null,
            false,
            true,
            null));
    Metric rework = Metrics.of(MetricName.DEPLOYMENT_REWORK_RATE, tally, true);
    assertThat(rework.value()).contains(0.0);
    assertThat(rework.beside()).containsEntry("probable", 1);
  }

  @Test
  void daysAWeekAreCountedInWholeWeeksThatAreOver() {
    var period = period("2026-03-01", "2026-04-02");
    var now = tally(period, "2026-03-18T12:00:00Z");
    // Sunday 1 March and the week of the 16th are in no whole week that is over.
    now.add(succeeded("2026-03-01T10:00:00Z"));
    for (int day = 2; day <= 6; day++) {
      now.add(succeeded("2026-03-0" + day + "T10:00:00Z"));
      now.add(succeeded("2026-03-0" + day + "T11:00:00Z"));
    }
    now.add(succeeded("2026-03-09T10:00:00Z"));
    assertThat(now.daysPerWeek()).contains(3.0);
    assertThat(tally(period("2026-03-03", "2026-03-15"), "2026-04-01T00:00:00Z").daysPerWeek())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // benchmark, per day, days a week, days of the period, tier
    "2023, 1.0, 5, 28, ELITE",
    "2023, 1.0, 4.5, 28, HIGH",
    "2023, 0.1, 0.5, 28, MEDIUM",
    "2023, 0.0, 0, 90, LOW",
    "2023, 0.0, 0, 14, ",
    "2021, 0.05, 0, 90, HIGH",
    "2021, 0.0111, 0, 90, MEDIUM",
    "2021, 0.0, 0, 365, LOW",
    "2021, 0.0, 0, 90, ",
    "2025, 1.0, 5, 28, ",
  })
  void frequenciesHaveTiers(
      String year, double perDay, double daysPerWeek, double days, Tier expected) {
    assertThat(DoraBenchmarks.of(year).tierOfFrequency(perDay, Optional.of(daysPerWeek), days))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "2023, CHANGE_LEAD_TIME, 86399, ELITE",
    "2023, CHANGE_LEAD_TIME, 86400, HIGH",
    "2023, CHANGE_LEAD_TIME, 604800, MEDIUM",
    "2023, CHANGE_LEAD_TIME, 2700000, LOW",
    "2021, CHANGE_LEAD_TIME, 3600, HIGH",
    "2021, CHANGE_LEAD_TIME, 2700000, MEDIUM",
    "2023, CHANGE_FAIL_RATE, 0.05, ELITE",
    "2023, CHANGE_FAIL_RATE, 0.10, HIGH",
    "2023, CHANGE_FAIL_RATE, 0.15, MEDIUM",
    "2023, CHANGE_FAIL_RATE, 0.16, LOW",
    "2021, CHANGE_FAIL_RATE, 0.15, ELITE",
    "2024, CHANGE_FAIL_RATE, 0.05, ",
    "2023, FAILED_DEPLOYMENT_RECOVERY_TIME, 3599, ELITE",
    "2023, FAILED_DEPLOYMENT_RECOVERY_TIME, 86400, MEDIUM",
    "2024, FAILED_DEPLOYMENT_RECOVERY_TIME, 86399, HIGH",
    "2024, FAILED_DEPLOYMENT_RECOVERY_TIME, 86400, LOW",
    "2023, CHANGE_REWORK_RATE, 0.1, ",
    "2025, CHANGE_LEAD_TIME, 1, ",
    "2023, DEPLOYMENT_REWORK_RATE, 0.1, ",
    "2023, ROLLOUT_SUCCESS_RATE, 1, ",
  })
  void valuesHaveTiers(String year, MetricName metric, double value, Tier expected) {
    assertThat(DoraBenchmarks.of(year).tier(metric, value))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @ParameterizedTest
  @CsvSource({
    // failed, of, the tier of the number, the tiers that its interval reaches over
    "0, 1, ELITE, ELITE HIGH MEDIUM LOW",
    "0, 30, ELITE, ELITE HIGH MEDIUM",
    "0, 100, ELITE, ELITE",
    "8, 100, HIGH, ELITE HIGH MEDIUM",
    "40, 100, LOW, LOW",
  })
  void aTierIsAsSureAsTheNumber(int failed, int of, Tier tier, String tiers) {
    var benchmarks = DoraBenchmarks.of("2023");
    var tally = tally(period("2026-03-01", "2026-04-01"), "2026-05-01T00:00:00Z");
    for (int number = 0; number < of; number++) {
      String at = "2026-03-02T10:00:00Z";
      tally.add(number < failed ? failed(at, "2026-03-02T10:30:00Z", null) : succeeded(at));
    }
    var metric = Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true);
    assertThat(Metrics.tier(metric, tally, benchmarks)).contains(tier);
    assertThat(Metrics.tiers(metric, tally, benchmarks))
        .extracting(Tier::name)
        .containsExactly(tiers.split(" "));
  }

  @Test
  void withoutAnIntervalNoTierIsSure() {
    var benchmarks = DoraBenchmarks.of("2023");
    var tally = tally(period("2026-03-01", "2026-04-01"), "2026-05-01T00:00:00Z");
    var none = Metrics.of(MetricName.CHANGE_FAIL_RATE, tally, true);
    assertThat(Metrics.tier(none, tally, benchmarks)).isEmpty();
    assertThat(Metrics.tiers(none, tally, benchmarks)).isEmpty();
    var few =
        new Metric(
            MetricName.CHANGE_LEAD_TIME,
            Optional.of(60.0),
            1,
            Optional.empty(),
            Metrics.of(MetricName.CHANGE_LEAD_TIME, tally, true).beside());
    assertThat(Metrics.tier(few, tally, benchmarks)).contains(Tier.ELITE);
    assertThat(Metrics.tiers(few, tally, benchmarks)).isEmpty();
  }

  @Test
  void thereIsNoTierWithoutEvidence() {
    for (int day = 10; day < 30; day++) {
      tally.add(succeeded("2026-03-%dT10:00:00Z".formatted(day)));
    }
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    var complete = new Evidence(true, Optional.of(first), true);
    assertThat(rating(MetricName.CHANGE_FAIL_RATE, complete).tier()).contains(Tier.ELITE);
    assertThat(rating(MetricName.CHANGE_FAIL_RATE, complete).reason()).isEmpty();

    var withoutIncidents = new Evidence(true, Optional.of(first), false);
    assertThat(rating(MetricName.CHANGE_FAIL_RATE, withoutIncidents).reason().orElseThrow())
        .startsWith("no incident source is known");
    assertThat(rating(MetricName.CHANGE_FAIL_RATE, withoutIncidents).tiers()).isEmpty();
    assertThat(rating(MetricName.DEPLOYMENT_FREQUENCY, withoutIncidents).tier()).isPresent();

    var staging = new Evidence(false, Optional.of(first), true);
    assertThat(rating(MetricName.CHANGE_FAIL_RATE, staging).reason())
        .contains("the tiers are defined for production only");
    assertThat(rating(MetricName.DEPLOYMENT_FREQUENCY, staging).tier()).isEmpty();

    var neverHeardOf = new Evidence(true, Optional.empty(), true);
    assertThat(rating(MetricName.DEPLOYMENT_FREQUENCY, neverHeardOf).reason().orElseThrow())
        .startsWith("no deployment is known yet");
    assertThat(rating(MetricName.CHANGE_REWORK_RATE, complete).reason())
        .contains("no benchmark is known for this metric");
  }

  @Test
  void aLeadTimeHasNoTierIfThatOfMostChangesIsUnknown() {
    var complete = new Evidence(true, Optional.of(Instant.EPOCH), true);
    tally.add(change(3600.0));
    tally.add(change(null));
    assertThat(rating(MetricName.CHANGE_LEAD_TIME, complete).tier()).contains(Tier.ELITE);
    tally.add(change(null));
    assertThat(rating(MetricName.CHANGE_LEAD_TIME, complete).reason())
        .contains("the lead time of 2 of 3 changes is unknown");
  }

  @Test
  void aChangeHasADirection() {
    Period before = period("2026-02-02", "2026-03-02");
    var old = tally(before, "2026-04-15T12:00:00Z");
    for (int day = 2; day < 30; day++) {
      for (int number = 0; number < 8; number++) {
        tally.add(succeeded("2026-03-%02dT1%d:00:00Z".formatted(day, number)));
      }
      if (day < 29) {
        String time = "2026-02-%02dT10:00:00Z".formatted(day);
        old.add(day % 2 == 0 ? failed(time, time, time) : succeeded(time));
      }
    }
    var evidence = new Evidence(true, Optional.of(Instant.EPOCH), true);
    MetricChange frequency = change(MetricName.DEPLOYMENT_FREQUENCY, old, evidence);
    assertThat(frequency.verdict()).isEqualTo(MetricChange.Verdict.BETTER);
    assertThat(frequency.difference().orElseThrow()).isCloseTo(8 - 27 / 28.0, within(1e-9));
    assertThat(frequency.bounds().orElseThrow().low()).isPositive();
    MetricChange failRate = change(MetricName.CHANGE_FAIL_RATE, old, evidence);
    assertThat(failRate.verdict()).isEqualTo(MetricChange.Verdict.BETTER);
    assertThat(failRate.bounds().orElseThrow().high()).isNegative();
    assertThat(change(MetricName.ROLLOUT_SUCCESS_RATE, old, evidence).verdict())
        .isEqualTo(MetricChange.Verdict.COULD_BE_CHANCE);
    assertThat(change(MetricName.CHANGE_LEAD_TIME, old, evidence).verdict())
        .isEqualTo(MetricChange.Verdict.NO_DATA);

    // What was first heard of in the middle of the period before did not begin to deploy then.
    var young = new Evidence(true, Optional.of(Instant.parse("2026-02-10T00:00:00Z")), true);
    assertThat(change(MetricName.DEPLOYMENT_FREQUENCY, old, young).verdict())
        .isEqualTo(MetricChange.Verdict.COULD_BE_CHANCE);
    var unheardOf = new Evidence(true, Optional.of(march.from()), true);
    assertThat(change(MetricName.DEPLOYMENT_FREQUENCY, old, unheardOf).reason())
        .contains("no deployment is known before the period");
  }

  private Rating rating(MetricName name, Evidence evidence) {
    return Metrics.rating(
        Metrics.of(name, tally, true), tally, DoraBenchmarks.of("2023"), evidence);
  }

  private MetricChange change(MetricName name, Tally before, Evidence evidence) {
    return Metrics.change(
        Metrics.of(name, tally, true), tally, Metrics.of(name, before, true), before, evidence);
  }

  private static Fact change(Double leadTime) {
    return new Fact.Change(
        Instant.parse("2026-03-10T10:00:00Z"), false, leadTime, null, null, null, null, false);
  }

  @Test
  void everyBenchmarkIsLabelledWithItsYear() {
    for (DoraBenchmarks benchmarks : DoraBenchmarks.values()) {
      for (MetricName metric : MetricName.values()) {
        benchmarks
            .of(metric)
            .ifPresent(
                benchmark ->
                    assertThat(benchmark.source()).contains(Integer.toString(benchmark.year())));
      }
    }
  }

  private static Fact succeeded(String finishedAt) {
    return new Fact.Deployment(
        Instant.parse(finishedAt), true, true, false, null, null, false, false, null);
  }

  private static Fact matureAt(String finishedAt, String matureAt) {
    return new Fact.Deployment(
        Instant.parse(finishedAt),
        true,
        true,
        false,
        null,
        null,
        false,
        false,
        Instant.parse(matureAt));
  }

  private static Fact failed(String finishedAt, String impactStartedAt, String recoveredAt) {
    return new Fact.Deployment(
        Instant.parse(finishedAt),
        true,
        true,
        true,
        impactStartedAt == null ? null : Instant.parse(impactStartedAt),
        recoveredAt == null ? null : Instant.parse(recoveredAt),
        false,
        false,
        null);
  }

  private static Tally tally(Period period, String now) {
    return new Tally(period, Instant.parse(now), DAY);
  }

  private static Period period(String from, String to) {
    return new Period(
        LocalDate.parse(from).atStartOfDay(UTC).toInstant(),
        LocalDate.parse(to).atStartOfDay(UTC).toInstant(),
        UTC);
  }
}
