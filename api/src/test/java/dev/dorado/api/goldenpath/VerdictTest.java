package dev.dorado.api.goldenpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.goldenpath.PathEffects.OutcomeEffect;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Estimate.Counts;
import dev.dorado.api.goldenpath.estimate.Estimate.Headline;
import dev.dorado.api.goldenpath.estimate.Estimate.Interval;
import dev.dorado.api.goldenpath.estimate.Estimate.Status;
import dev.dorado.api.goldenpath.estimate.Levels;
import dev.dorado.api.goldenpath.estimate.Panel.Clustering;
import dev.dorado.api.goldenpath.estimate.PreTrend;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void anEffectIsSaidWithItsIntervalAndARealMinusSign() {
    String verdict =
        verdict(Outcome.CHANGE_LEAD_TIME, Status.ESTIMATED, logs(-0.5, -0.7, -0.3), 0.0001, 0.5);

    assertThat(verdict)
        .isEqualTo(
            "After adoption, the change lead time fell by 39 % compared with services that had not"
                + " adopted the path (95 % interval: −50 % to −26 %).");
  }

  @Test
  void anIntervalThatIncludesZeroIsNotSaidToBeNoEffect() {
    String verdict =
        verdict(
            Outcome.CHANGE_FAIL_RATE,
            Status.EXPLORATORY,
            new Interval(-0.01, -0.063, 0.0001),
            0.4,
            0.5);

    assertThat(verdict)
        .isEqualTo(
            "Cannot tell whether the path changes the change fail rate: the 95 % interval is −6.3"
                + " to 0.0 percentage points. An improvement of 10.0 percentage points or more"
                + " would probably have been seen. This is exploratory: only 6 adopting and 7"
                + " comparison teams.");
  }

  @Test
  void aPValueOfTheTestThatDisagreesWithTheIntervalIsNamed() {
    String verdict =
        verdict(Outcome.DEPLOYMENT_FREQUENCY, Status.ESTIMATED, logs(0.2, 0.1, 0.3), 0.0812, 0.5);

    assertThat(verdict)
        .contains("is +11 % to +35 %, but the permutation test gives p = 0.081 when adjusted");
  }

  @Test
  void aTinyPValueIsABoundAndNeverZero() {
    String verdict =
        verdict(
            Outcome.CHANGE_LEAD_TIME, Status.ESTIMATED, logs(-0.5, -0.7, -0.3), 0.0001, 0.0000004);

    assertThat(verdict)
        .endsWith(
            "The trend of adopters already differed before adoption (p < 0.001), so do not read"
                + " this as an effect of the path.")
        .doesNotContain("0.000");
  }

  private static Interval logs(double effect, double low, double high) {
    return new Interval(effect, low, high);
  }

  private static String verdict(
      Outcome outcome, Status status, Interval interval, double p, double preTrend) {
    var estimate =
        new Estimate(
            status,
            Optional.empty(),
            Optional.of(new Headline(interval, p, 0.1)),
            new Counts(12, 14, 6, 7, 0, 0),
            Optional.of(new PreTrend(preTrend, 0.1)),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return Verdict.of(
        new OutcomeEffect(outcome, estimate, new Levels(1, 1, 1, 1)),
        p,
        outcome != Outcome.CHANGE_LEAD_TIME,
        Clustering.TEAM);
  }
}
