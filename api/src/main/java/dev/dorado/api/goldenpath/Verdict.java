package dev.dorado.api.goldenpath;

import dev.dorado.api.goldenpath.PathEffects.OutcomeEffect;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Estimate.Headline;
import dev.dorado.api.goldenpath.estimate.Estimate.Interval;
import dev.dorado.api.goldenpath.estimate.Estimate.Status;
import dev.dorado.api.goldenpath.estimate.Panel.Clustering;
import java.util.Locale;

/** The effect on an outcome in a sentence. It never says that there is no effect. */
final class Verdict {

  private static final double SIGNIFICANT = 0.05;

  /** A smaller p-value is only given as a bound. */
  private static final double SMALLEST_P = 0.001;

  /** The sign, not the hyphen of numbers for machines. */
  private static final String MINUS = "\u2212";

  private Verdict() {}

  /**
   * The sentence.
   *
   * @param p the p-value that decides
   * @param isAdjusted whether it is adjusted for several outcomes
   * @param clustering what forms a cluster
   */
  static String of(OutcomeEffect effect, double p, boolean isAdjusted, Clustering clustering) {
    Estimate estimate = effect.estimate();
    Outcome outcome = effect.outcome();
    String name = outcome.json().replace('_', ' ');
    if (estimate.status() == Status.REFUSED) {
      return "No estimate of the %s: %s.".formatted(name, estimate.reason().orElse(""));
    }
    Headline headline = estimate.headline().orElseThrow();
    var interval = headline.interval();
    String range = range(outcome, interval);
    boolean excludesZero = interval.low() > 0 || interval.high() < 0;
    var text = new StringBuilder();
    if (excludesZero && p < SIGNIFICANT) {
      text.append(
          "After adoption, the %s %s by %s compared with services that had not adopted the path (95 %% interval: %s)."
              .formatted(
                  name,
                  interval.effect() < 0 ? "fell" : "rose",
                  size(outcome, Math.abs(effect(outcome, interval.effect()))),
                  range));
    } else {
      text.append(
          "Cannot tell whether the path changes the %s: the 95 %% interval is %s%s. An improvement of %s or more would probably have been seen."
              .formatted(
                  name,
                  range,
                  excludesZero
                      ? ", but the permutation test gives "
                          + equalsP(p)
                          + (isAdjusted ? " when adjusted for all outcomes" : "")
                      : "",
                  size(outcome, improvement(outcome, headline.minimumDetectable()))));
    }
    if (estimate.status() == Status.EXPLORATORY) {
      text.append(
          " This is exploratory: only %d adopting and %d comparison %s."
              .formatted(
                  estimate.counts().adoptingClusters(),
                  estimate.counts().comparisonClusters(),
                  clustering == Clustering.TEAM ? "teams" : "services"));
    }
    estimate
        .preTrend()
        .filter(test -> test.pValue() < SIGNIFICANT)
        .ifPresent(
            test ->
                text.append(" The trend of adopters already differed before adoption (")
                    .append(equalsP(test.pValue()))
                    .append("), so do not read this as an effect of the path."));
    return text.toString();
  }

  /** An effect on the scale of answers: the part by which it changes, or a difference. */
  static double effect(Outcome outcome, double effect) {
    return outcome.isRatio() ? Math.expm1(effect) : effect;
  }

  /** The size of an improvement on the scale of answers. */
  static double improvement(Outcome outcome, double size) {
    return !outcome.isRatio()
        ? size
        : outcome.isBetterHigh() ? Math.expm1(size) : -Math.expm1(-size);
  }

  private static String change(Outcome outcome, double effect) {
    double change = effect(outcome, effect);
    String size = size(outcome, Math.abs(change));
    boolean isZero = size.equals(size(outcome, 0));
    return isZero ? size : (change < 0 ? MINUS : "+") + size;
  }

  private static String range(Outcome outcome, Interval interval) {
    String low = change(outcome, interval.low());
    return "%s to %s"
        .formatted(
            outcome.isRatio() ? low : low.substring(0, low.indexOf(' ')),
            change(outcome, interval.high()));
  }

  /** A size on the scale of answers, 0 or more. */
  private static String size(Outcome outcome, double size) {
    return String.format(
        Locale.ROOT, outcome.isRatio() ? "%.0f %%" : "%.1f percentage points", 100 * size);
  }

  private static String equalsP(double p) {
    return p < SMALLEST_P ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
  }
}
