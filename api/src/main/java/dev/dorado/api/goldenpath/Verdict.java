package dev.dorado.api.goldenpath;

import dev.dorado.api.goldenpath.PathEffects.OutcomeEffect;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Estimate.Headline;
import dev.dorado.api.goldenpath.estimate.Estimate.Status;
import java.util.Locale;

/** The effect on an outcome in a sentence. It never says that there is no effect. */
final class Verdict {

  private static final double SIGNIFICANT = 0.05;

  private Verdict() {}

  /**
   * The sentence.
   *
   * @param adjusted the p-value that decides: adjusted for several outcomes, unless this one was
   *     named beforehand
   */
  static String of(OutcomeEffect effect, double adjusted) {
    Estimate estimate = effect.estimate();
    Outcome outcome = effect.outcome();
    String name = outcome.json().replace('_', ' ');
    if (estimate.status() == Status.REFUSED) {
      return "No estimate of the %s: %s.".formatted(name, estimate.reason().orElse(""));
    }
    Headline headline = estimate.headline().orElseThrow();
    var interval = headline.interval();
    boolean excludesZero = interval.low() > 0 || interval.high() < 0;
    var text = new StringBuilder();
    if (excludesZero && adjusted < SIGNIFICANT) {
      text.append(
          "The %s changed by %s after adoption, compared with services that had not adopted the path (95 %% interval %s to %s)."
              .formatted(
                  name,
                  change(outcome, interval.effect()),
                  change(outcome, interval.low()),
                  change(outcome, interval.high())));
    } else {
      text.append(
          "Cannot tell whether the path changes the %s: the 95 %% interval is %s to %s%s. An improvement of %s or more would probably have been seen."
              .formatted(
                  name,
                  change(outcome, interval.low()),
                  change(outcome, interval.high()),
                  excludesZero
                      ? String.format(
                          Locale.ROOT, ", with p = %.3f for all outcomes together", adjusted)
                      : "",
                  size(outcome, headline.minimumDetectable())));
    }
    if (estimate.status() == Status.EXPLORATORY) {
      text.append(
          " Exploratory: %d adopting and %d comparison clusters are few."
              .formatted(
                  estimate.counts().adoptingClusters(), estimate.counts().comparisonClusters()));
    }
    estimate
        .preTrend()
        .filter(test -> test.pValue() < SIGNIFICANT)
        .ifPresent(
            test ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        " Adopters already developed differently before adoption (p = %.3f), so do not read this as an effect of the path.",
                        test.pValue())));
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
    double change = 100 * effect(outcome, effect);
    return String.format(Locale.ROOT, outcome.isRatio() ? "%+.0f %%" : "%+.1f points", change);
  }

  private static String size(Outcome outcome, double size) {
    double change = 100 * improvement(outcome, size);
    return String.format(Locale.ROOT, outcome.isRatio() ? "%.0f %%" : "%.1f points", change);
  }
}
