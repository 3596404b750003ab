package dev.dorado.api.goldenpath;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.api.goldenpath.estimate.Levels.Summary;
import dev.dorado.api.metrics.MetricName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The outcomes whose change the golden path is asked for. */
public enum Outcome {
  /** Deployments in four weeks. */
  DEPLOYMENT_FREQUENCY(
      MetricName.DEPLOYMENT_FREQUENCY, Scale.PROPORTION, 1, "a deployment in 4 weeks", true) {
    @Override
    double value(ServiceCells cells, int first, int end) {
      return cells.deployments(first, end);
    }
  },

  /** Mean logarithm of the lead times of changes shipped in four weeks. */
  CHANGE_LEAD_TIME(
      MetricName.CHANGE_LEAD_TIME,
      Scale.DIFFERENCE,
      1,
      "3 changes with a lead time in 4 weeks",
      false) {
    private static final int FEWEST = 3;

    @Override
    double value(ServiceCells cells, int first, int end) {
      return cells.leadTimes(first) < FEWEST ? Double.NaN : cells.meanLogLeadTime(first);
    }

    @Override
    double level(ServiceCells cells, int first, int end) {
      return cells.leadTimes(first) < FEWEST ? Double.NaN : cells.medianLeadTime(first);
    }
  },

  /** Failed deployments ÷ deployments of twelve weeks. */
  CHANGE_FAIL_RATE(
      MetricName.CHANGE_FAIL_RATE, Scale.DIFFERENCE, 3, "5 deployments in 12 weeks", false) {
    @Override
    double value(ServiceCells cells, int first, int end) {
      return share(cells.failed(first, end), weight(cells, first, end));
    }

    @Override
    double weight(ServiceCells cells, int first, int end) {
      return cells.deployments(first, end);
    }
  },

  /** Rework ÷ deployments of twelve weeks. */
  DEPLOYMENT_REWORK_RATE(
      MetricName.DEPLOYMENT_REWORK_RATE, Scale.DIFFERENCE, 3, "5 deployments in 12 weeks", false) {
    @Override
    double value(ServiceCells cells, int first, int end) {
      return share(cells.rework(first, end), weight(cells, first, end));
    }

    @Override
    double weight(ServiceCells cells, int first, int end) {
      return cells.deployments(first, end);
    }
  },

  /** Reactive changes ÷ shipped changes of twelve weeks. */
  CHANGE_REWORK_RATE(
      MetricName.CHANGE_REWORK_RATE, Scale.DIFFERENCE, 3, "5 shipped changes in 12 weeks", false) {
    @Override
    double value(ServiceCells cells, int first, int end) {
      return share(cells.reactive(first, end), weight(cells, first, end));
    }

    @Override
    double weight(ServiceCells cells, int first, int end) {
      return cells.changes(first, end);
    }
  };

  private static final int FEWEST_OF_RATE = 5;

  private final MetricName metric;
  private final Scale scale;
  private final int blocks;
  private final String cell;
  private final boolean isBetterHigh;

  Outcome(MetricName metric, Scale scale, int blocks, String cell, boolean isBetterHigh) {
    this.metric = metric;
    this.scale = scale;
    this.blocks = blocks;
    this.cell = cell;
    this.isBetterHigh = isBetterHigh;
  }

  /** The name in answers: that of the metric. */
  public String json() {
    return metric.json();
  }

  /** The outcome of that name. */
  public static Optional<Outcome> of(String name) {
    return Arrays.stream(values()).filter(outcome -> outcome.json().equals(name)).findFirst();
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Outcome::json).toList();
  }

  /** How it changes. */
  public Scale scale() {
    return scale;
  }

  /** Blocks of four weeks that one of its blocks has. */
  public int blocks() {
    return blocks;
  }

  /** What a block needs to have a value, for people. */
  public String cell() {
    return cell;
  }

  /** Whether more of it is better. */
  public boolean isBetterHigh() {
    return isBetterHigh;
  }

  /**
   * Whether an effect is a factor, given as the part by which it changes; else percentage points.
   */
  public boolean isRatio() {
    return this == DEPLOYMENT_FREQUENCY || this == CHANGE_LEAD_TIME;
  }

  /** The number that stands for many of its cells. */
  Summary summary() {
    return this == CHANGE_LEAD_TIME ? Summary.MEDIAN : Summary.MEAN;
  }

  /** The value of one of its blocks, which has some blocks of four weeks; NaN if it is missing. */
  abstract double value(ServiceCells cells, int first, int end);

  /** The value for people, before any logarithm. */
  double level(ServiceCells cells, int first, int end) {
    return value(cells, first, end);
  }

  /** What the value is a mean over. */
  double weight(ServiceCells cells, int first, int end) {
    return 1;
  }

  private static double share(double part, double whole) {
    return whole < FEWEST_OF_RATE ? Double.NaN : part / whole;
  }
}
