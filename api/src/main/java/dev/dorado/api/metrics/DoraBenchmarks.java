package dev.dorado.api.metrics;

import static dev.dorado.api.metrics.Tier.ELITE;
import static dev.dorado.api.metrics.Tier.HIGH;
import static dev.dorado.api.metrics.Tier.LOW;
import static dev.dorado.api.metrics.Tier.MEDIUM;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The benchmarks of DORA's reports by year, and the tier that a number is in. The tiers are DORA's
 * clusters over all metrics, used here one metric at a time. Every span is in seconds.
 */
@SuppressWarnings("ImmutableEnumChecker") // Spans is a record of numbers and texts.
public enum DoraBenchmarks {
  /** DORA's report of 2021. */
  Y2021(
      2021,
      new Spans(Spans.HOUR, Spans.WEEK, 6 * Spans.MONTH, "1 hour", "1 week", "6 months"),
      new Spans(Spans.HOUR, Spans.DAY, Spans.WEEK, "1 hour", "1 day", "1 week")),
  /** DORA's report of 2023: the default. */
  Y2023(
      2023,
      new Spans(Spans.DAY, Spans.WEEK, Spans.MONTH, "1 day", "1 week", "1 month"),
      new Spans(Spans.HOUR, Spans.DAY, Spans.WEEK, "1 hour", "1 day", "1 week")),
  /** DORA's report of 2024. */
  Y2024(
      2024,
      new Spans(Spans.DAY, Spans.WEEK, Spans.MONTH, "1 day", "1 week", "1 month"),
      new Spans(Spans.HOUR, Spans.DAY, Spans.DAY, "1 hour", "1 day", "1 day")),
  /** DORA's quick check of 2025, which has means of scores from 0 to 10 and no tiers. */
  Y2025(2025, null, null);

  /** What is taken where nobody says. */
  public static final DoraBenchmarks DEFAULT = Y2023;

  private static final double ON_DEMAND_DAYS_A_WEEK = 5;
  private static final double DAYS_OF_A_MONTH = 365.25 / 12;
  private static final String NO_TIERS = "no tiers were given in 2025; ";

  private final int year;
  private final Spans leadTime;
  private final Spans recovery;

  DoraBenchmarks(int year, Spans leadTime, Spans recovery) {
    this.year = year;
    this.leadTime = leadTime;
    this.recovery = recovery;
  }

  /** The year, as a parameter says it. */
  public String parameter() {
    return Integer.toString(year);
  }

  /** Every year, as a parameter says it. */
  public static List<String> parameters() {
    return Arrays.stream(values()).map(DoraBenchmarks::parameter).toList();
  }

  /** The benchmarks of a year, which there are. */
  public static DoraBenchmarks of(String year) {
    return valueOf("Y" + year);
  }

  /** What {@code metric} is compared with; empty if nobody has measured it. */
  public Optional<Benchmark> of(MetricName metric) {
    return switch (metric) {
      case DEPLOYMENT_FREQUENCY -> Optional.of(frequency());
      case CHANGE_LEAD_TIME -> Optional.of(spans(leadTime, "5.5"));
      case FAILED_DEPLOYMENT_RECOVERY_TIME -> Optional.of(spans(recovery, "7.4"));
      case CHANGE_FAIL_RATE -> Optional.of(changeFailRate());
      case DEPLOYMENT_REWORK_RATE ->
          this == Y2025
              ? Optional.of(
                  Benchmark.withoutBands(year, source(), NO_TIERS + "mean of the industry: 22 %"))
              : Optional.empty();
      case CHANGE_REWORK_RATE, ROLLOUT_SUCCESS_RATE -> Optional.empty();
    };
  }

  /**
   * The tier of a lead time, recovery time or rate; empty where the benchmark gives none. For the
   * frequency see {@link #tierOfFrequency}.
   */
  public Optional<Tier> tier(MetricName metric, double value) {
    return switch (metric) {
      case CHANGE_LEAD_TIME -> Optional.ofNullable(leadTime).map(spans -> spans.tier(value));
      case FAILED_DEPLOYMENT_RECOVERY_TIME ->
          Optional.ofNullable(recovery).map(spans -> spans.tier(value));
      case CHANGE_FAIL_RATE -> tierOfChangeFailRate(value);
      case DEPLOYMENT_FREQUENCY, DEPLOYMENT_REWORK_RATE, CHANGE_REWORK_RATE, ROLLOUT_SUCCESS_RATE ->
          Optional.empty();
    };
  }

  /**
   * The tier of a frequency (rule G3). Low is not said of a period that is too short to tell.
   *
   * @param perDay deployments a day
   * @param daysPerWeek median of the days with deployments in a week; empty without a whole week
   * @param days calendar days of the period
   */
  public Optional<Tier> tierOfFrequency(double perDay, Optional<Double> daysPerWeek, double days) {
    if (this == Y2025 || daysPerWeek.isEmpty()) {
      return Optional.empty();
    }
    if (daysPerWeek.get() >= ON_DEMAND_DAYS_A_WEEK) {
      return Optional.of(ELITE);
    }
    boolean isHigh = this == Y2021 ? perDay * DAYS_OF_A_MONTH >= 1 : daysPerWeek.get() >= 1;
    if (isHigh) {
      return Optional.of(HIGH);
    }
    double daysForMedium = this == Y2021 ? 6 * DAYS_OF_A_MONTH : DAYS_OF_A_MONTH;
    if (perDay * daysForMedium >= 1) {
      return Optional.of(MEDIUM);
    }
    return days >= Math.floor(daysForMedium) - 2 ? Optional.of(LOW) : Optional.empty();
  }

  private Optional<Tier> tierOfChangeFailRate(double value) {
    return switch (this) {
      case Y2021 -> Optional.of(value <= 0.15 ? ELITE : value <= 0.30 ? HIGH : LOW);
      case Y2023 ->
          Optional.of(value <= 0.05 ? ELITE : value <= 0.10 ? HIGH : value <= 0.15 ? MEDIUM : LOW);
      case Y2024, Y2025 -> Optional.empty();
    };
  }

  private Benchmark frequency() {
    String onDemand = "on demand: deployments on 5 or more days a week";
    return switch (this) {
      case Y2021 ->
          Benchmark.ofBands(
              year,
              source(),
              onDemand,
              "at least once a month",
              "at least once in 6 months",
              "less than once in 6 months");
      case Y2023, Y2024 ->
          Benchmark.ofBands(
              year,
              source(),
              onDemand,
              "at least once a week",
              "at least once a month",
              "less than once a month");
      case Y2025 ->
          Benchmark.withoutBands(
              year, source(), NO_TIERS + "mean of the industry: 4.8 on a scale from 0 to 10");
    };
  }

  private Benchmark spans(Spans spans, String mean) {
    return spans == null
        ? Benchmark.withoutBands(
            year,
            source(),
            NO_TIERS + "mean of the industry: %s on a scale from 0 to 10".formatted(mean))
        : spans.benchmark(year, source());
  }

  private Benchmark changeFailRate() {
    return switch (this) {
      case Y2021 ->
          new Benchmark(
              year,
              source(),
              List.of(
                  new Benchmark.Band(ELITE, "15 % or less"),
                  new Benchmark.Band(HIGH, "more than 15 % to 30 %"),
                  new Benchmark.Band(LOW, "more than 30 %")),
              "high, medium and low had the same range in 2021");
      case Y2023 ->
          Benchmark.ofBands(
              year,
              source(),
              "5 % or less",
              "more than 5 % to 10 %",
              "more than 10 % to 15 %",
              "more than 15 %");
      case Y2024 ->
          Benchmark.withoutBands(
              year,
              source(),
              "elite 5 %, high 20 %, medium 10 %, low 40 %: not monotonic, so that no tier follows"
                  + " from this rate alone");
      case Y2025 -> Benchmark.withoutBands(year, source(), NO_TIERS + "mean of the industry: 19 %");
    };
  }

  private String source() {
    return this == Y2025 ? "DORA's quick check of 2025" : "DORA's report of " + year;
  }

  /** Below which span each tier is, and how to say so. */
  private record Spans(
      double elite,
      double high,
      double medium,
      String eliteText,
      String highText,
      String mediumText) {

    static final double HOUR = 3600;
    static final double DAY = 24 * HOUR;
    static final double WEEK = 7 * DAY;
    static final double MONTH = DAY * 365.25 / 12;

    Tier tier(double value) {
      return value < elite ? ELITE : value < high ? HIGH : value < medium ? MEDIUM : LOW;
    }

    Benchmark benchmark(int year, String source) {
      return Benchmark.ofBands(
          year,
          source,
          "less than " + eliteText,
          "less than " + highText,
          "less than " + mediumText,
          mediumText + " or more");
    }
  }
}
