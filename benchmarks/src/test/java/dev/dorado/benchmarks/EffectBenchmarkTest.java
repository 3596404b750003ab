package dev.dorado.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.benchmarks.SimulatedOrganisation.Effect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code ./dorado bench effect}: fixed seeds, and bounds for so few. */
class EffectBenchmarkTest {

  private static final int ORGANISATIONS = 100;
  private static final int DRAWS = 199;

  @ParameterizedTest
  @EnumSource(Scale.class)
  void intervalsHoldTheTruth(Scale scale) {
    for (Effect effect : Effect.values()) {
      var shares = EffectBenchmark.shares(scale, 6, effect, ORGANISATIONS, DRAWS);

      assertThat(shares.covered()).as("%s", effect).isBetween(0.90, 0.99);
      assertThat(shares.error()).as("%s", effect).isBetween(-0.1, 0.1);
    }
  }

  @ParameterizedTest
  @EnumSource(Scale.class)
  void whereThereIsNoEffectNoneIsFound(Scale scale) {
    var shares = EffectBenchmark.shares(scale, 6, Effect.NONE, ORGANISATIONS, DRAWS);

    assertThat(shares.found()).isBetween(0.0, 0.11);
    assertThat(shares.preTest()).isBetween(0.0, 0.11);
  }

  @ParameterizedTest
  @EnumSource(Scale.class)
  void theTestBeforeAdoptionAndTheBandKeepTheirPromiseWithManyLeads(Scale scale) {
    // The permutation test is not looked at here.
    var shares = EffectBenchmark.shares(scale, 30, Effect.NONE, ORGANISATIONS, 1);

    assertThat(shares.preTest()).isBetween(0.01, 0.09);
    assertThat(shares.band()).isBetween(0.88, 0.99);
  }
}
