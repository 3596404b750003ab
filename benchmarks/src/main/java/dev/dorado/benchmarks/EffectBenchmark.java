package dev.dorado.benchmarks;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Study;
import dev.dorado.benchmarks.SimulatedOrganisation.Effect;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether the estimate of the golden path's effect is honest: simulated organisations whose effect
 * is known. An interval of 95 % has to hold the truth in 93 to 97 % of them, and the test has to
 * find an effect in 3 to 7 % of those that have none.
 */
@Command(
    name = "effect",
    description =
        "How often intervals of the golden path's effect hold the truth, in simulated organisations.",
    mixinStandardHelpOptions = true)
final class EffectBenchmark implements Callable<Integer> {

  /** Adopters, and as many others. */
  private static final int[] SIZES = {6, 15};

  private static final int SEEDS = 1_000_000;

  @Option(
      names = "--organisations",
      defaultValue = "500",
      description = "Organisations for each line (default: ${DEFAULT-VALUE}).")
  private int organisations;

  @Option(
      names = "--draws",
      defaultValue = "999",
      description = "Draws of the permutation test (default: ${DEFAULT-VALUE}).")
  private int draws;

  @Override
  public Integer call() {
    System.out.println(
        "| outcome | clusters | effect | mean error | covered | p < 0.05 | pre-test < 0.05 | band | refused |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (Scale scale : Scale.values()) {
      for (int size : SIZES) {
        for (Effect effect : Effect.values()) {
          Shares shares = shares(scale, size, effect, organisations, draws);
          System.out.printf(
              Locale.ROOT,
              "| %s | %d + %d | %s | %+.3f | %.1f %% | %.1f %% | %.1f %% | %s | %d |%n",
              scale == Scale.DIFFERENCE ? "change lead time" : "deployments",
              size,
              size,
              effect.words(),
              shares.error(),
              100 * shares.covered(),
              100 * shares.found(),
              100 * shares.preTest(),
              effect == Effect.NONE && Double.isFinite(shares.band())
                  ? "%.1f %%".formatted(100 * shares.band())
                  : "–",
              shares.refused());
        }
      }
    }
    return 0;
  }

  /** What comes of some organisations, each of a seed of its own. */
  static Shares shares(Scale scale, int size, Effect effect, int organisations, int draws) {
    int refused = 0;
    int covered = 0;
    int found = 0;
    int preTest = 0;
    int eventStudies = 0;
    int band = 0;
    double error = 0;
    for (int i = 0; i < organisations; i++) {
      long seed = (long) effect.ordinal() * SEEDS + i;
      var organisation =
          scale == Scale.DIFFERENCE
              ? SimulatedOrganisation.ofLeadTimes(size, size, effect, seed)
              : SimulatedOrganisation.ofDeployments(size, size, effect, seed);
      Estimate estimate = Study.of(organisation.panel(), scale, "a value", draws);
      if (estimate.headline().isEmpty()) {
        refused++;
        continue;
      }
      var headline = estimate.headline().get();
      double truth = organisation.truth();
      covered += headline.interval().low() <= truth && truth <= headline.interval().high() ? 1 : 0;
      found += headline.pValue() < 0.05 ? 1 : 0;
      preTest += estimate.preTrend().filter(test -> test.pValue() < 0.05).isPresent() ? 1 : 0;
      error += headline.interval().effect() - truth;
      if (!estimate.eventStudy().isEmpty()) {
        eventStudies++;
        band += estimate.eventStudy().stream().allMatch(EffectBenchmark::holdsZero) ? 1 : 0;
      }
    }
    double all = organisations - refused;
    return new Shares(
        covered / all,
        found / all,
        preTest / all,
        (double) band / eventStudies,
        error / all,
        refused);
  }

  private static boolean holdsZero(Estimate.Event event) {
    return event.interval().low() <= 0 && event.interval().high() >= 0;
  }

  /**
   * Shares of the organisations that are not refused.
   *
   * @param covered the interval holds the truth
   * @param found the permutation test finds an effect
   * @param preTest the pre-test finds a difference, though there is none
   * @param band the band of the event study holds 0 in all blocks; NaN without an event study
   * @param error mean of estimate − truth
   * @param refused how many are refused, for too few adopters with a value to compare with
   */
  record Shares(
      double covered, double found, double preTest, double band, double error, int refused) {}
}
