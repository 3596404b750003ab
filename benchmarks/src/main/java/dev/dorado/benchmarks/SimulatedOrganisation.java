package dev.dorado.benchmarks;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.api.goldenpath.estimate.Panel;
import dev.dorado.api.goldenpath.estimate.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An organisation of which half of the services adopt a path at random times, with the true effect.
 * Services differ, all share the shocks of their time, each has a slow noise of its own (AR(1)),
 * and a cell is a mean of a few changes, or a count. The same seed gives the same organisation.
 *
 * @param panel the services
 * @param truth the mean effect on adopters, on the scale of the estimate
 */
record SimulatedOrganisation(Panel panel, double truth) {

  private static final int BLOCKS = 26;
  private static final int FIRST_COHORT = 6;
  private static final int COHORTS = 13;
  private static final int FEWEST_CHANGES = 3;

  /** What adoption does. */
  enum Effect {
    /** Nothing. */
    NONE("no"),
    /** The same change from the start. */
    PLANTED("planted"),
    /** A change that grows for half a year. */
    GROWING("growing");

    private static final int GROWTH = 6;
    private final String words;

    Effect(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    private double after(int blocks, double size) {
      return switch (this) {
        case NONE -> 0;
        case PLANTED -> blocks < 0 ? 0 : size;
        case GROWING -> blocks < 0 ? 0 : size * Math.min(1, blocks / (double) GROWTH);
      };
    }
  }

  /** Mean logarithms of lead times; the effect is −30 %. */
  static SimulatedOrganisation ofLeadTimes(int adopters, int others, Effect effect, long seed) {
    return simulated(Scale.DIFFERENCE, adopters, others, effect, Math.log(0.7), seed);
  }

  /** Counts of deployments; the effect is +30 %. */
  static SimulatedOrganisation ofDeployments(int adopters, int others, Effect effect, long seed) {
    return simulated(Scale.PROPORTION, adopters, others, effect, Math.log(1.3), seed);
  }

  private static SimulatedOrganisation simulated(
      Scale scale, int adopters, int others, Effect effect, double size, long seed) {
    var random = new SplittableRandom(seed);
    double[] times = new double[BLOCKS];
    for (int block = 1; block < BLOCKS; block++) {
      times[block] = times[block - 1] + 0.1 * normal(random);
    }
    List<Unit> units = new ArrayList<>();
    double expected = 0;
    double changed = 0;
    for (int i = 0; i < adopters + others; i++) {
      boolean adopts = i < adopters;
      int cohort = adopts ? FIRST_COHORT + random.nextInt(COHORTS) : Unit.NEVER;
      double level = 0.7 * normal(random);
      double noise = 0.35 * normal(random);
      double[] values = new double[BLOCKS];
      double ofAdopter = 0;
      double base = 0;
      for (int block = 0; block < BLOCKS; block++) {
        noise = 0.4 * noise + 0.35 * Math.sqrt(1 - 0.4 * 0.4) * normal(random);
        double shift = adopts ? effect.after(block - cohort, size) : 0;
        if (adopts && block > cohort) {
          // A count is weighted by what it would have been; a mean of logarithms is not.
          double weight = scale == Scale.DIFFERENCE ? 1 : Math.exp(level + times[block]);
          base += weight / (BLOCKS - 1 - cohort);
          ofAdopter +=
              weight
                  * (scale == Scale.DIFFERENCE ? shift : Math.exp(shift))
                  / (BLOCKS - 1 - cohort);
        }
        values[block] = value(scale, level + times[block] + noise + shift, random);
      }
      expected += base;
      changed += ofAdopter;
      var unit = Unit.named("service " + i);
      units.add((adopts ? unit.adopted(cohort) : unit).values(values));
    }
    double truth = changed / expected;
    return new SimulatedOrganisation(
        new Panel(units, Panel.Clustering.SERVICE),
        scale == Scale.DIFFERENCE ? truth : Math.log(truth));
  }

  private static double value(Scale scale, double level, SplittableRandom random) {
    if (scale == Scale.PROPORTION) {
      return poisson(random, 6 * Math.exp(level));
    }
    int changes = poisson(random, 12);
    return changes < FEWEST_CHANGES
        ? Double.NaN
        : 11 + level + 1.2 * normal(random) / Math.sqrt(changes);
  }

  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static int poisson(SplittableRandom random, double mean) {
    double product = random.nextDouble();
    int events = 0;
    for (double limit = Math.exp(-mean); product > limit; events++) {
      product *= random.nextDouble();
    }
    return events;
  }
}
