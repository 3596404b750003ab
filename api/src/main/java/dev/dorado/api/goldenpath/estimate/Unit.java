package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/** A service in a panel: when it adopted the path, and its outcome in each block. Immutable. */
public final class Unit {

  /** The cohort of a unit that never adopts. */
  public static final int NEVER = Integer.MAX_VALUE;

  private final String name;
  private final String team;
  private final int cohort;
  private final int first;
  private final int end;
  private final double[] values;
  private final double[] weights;

  private Unit(Builder builder, double[] values) {
    this.name = builder.name;
    this.team = builder.team;
    this.cohort = builder.cohort;
    this.first = builder.first;
    this.end = Math.min(builder.end, values.length);
    this.values = values.clone();
    this.weights = builder.weights == null ? ones(values.length) : builder.weights.clone();
    if (weights.length != values.length) {
      throw new IllegalArgumentException(
          "the unit %s has %d values and %d weights"
              .formatted(name, values.length, weights.length));
    }
    for (int block = 0; block < values.length; block++) {
      if (block < first || block >= end) {
        this.values[block] = Double.NaN;
      }
    }
  }

  /** A unit that never adopts and is observed in all blocks, until the builder says otherwise. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its team; a team of its own without one. */
  public String team() {
    return team;
  }

  /** The block in which it adopted; {@link #NEVER} if it did not. */
  public int cohort() {
    return cohort;
  }

  /** The first block in which it is observed. */
  public int first() {
    return first;
  }

  /** The block after the last in which it is observed. */
  public int end() {
    return end;
  }

  /** The number of blocks of its panel. */
  public int blocks() {
    return values.length;
  }

  /** The outcome in a block; NaN if it is missing. */
  public double value(int block) {
    return values[block];
  }

  /** What the outcome in a block is a mean over, for the pooled estimate. */
  double weight(int block) {
    return weights[block];
  }

  /** Whether the outcome in a block is known. */
  public boolean has(int block) {
    return !Double.isNaN(values[block]);
  }

  /** The number of blocks in which its outcome is known. */
  public int known() {
    int known = 0;
    for (double value : values) {
      known += Double.isNaN(value) ? 0 : 1;
    }
    return known;
  }

  private static double[] ones(int blocks) {
    double[] ones = new double[blocks];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Builds a unit. */
  public static final class Builder {
    private final String name;
    private String team;
    private int cohort = NEVER;
    private int first;
    private int end = Integer.MAX_VALUE;
    private double[] weights;

    private Builder(String name) {
      this.name = requireNonNull(name);
      // No team has such a name.
      this.team = "service " + name;
    }

    /** It belongs to a team. */
    public Builder team(String team) {
      this.team = requireNonNull(team);
      return this;
    }

    /** It adopted in a block; one before 0 is before the panel. */
    public Builder adopted(int cohort) {
      this.cohort = cohort;
      return this;
    }

    /**
     * It is observed from one block to another; values outside are missing.
     *
     * @param first the first block
     * @param end the block after the last
     */
    public Builder observed(int first, int end) {
      this.first = Math.max(0, first);
      this.end = end;
      return this;
    }

    /** What the outcome of each block is a mean over. */
    public Builder weights(double... weights) {
      this.weights = weights.clone();
      return this;
    }

    /** The unit with its outcome in each block; NaN is missing. */
    public Unit values(double... values) {
      return new Unit(this, values);
    }
  }
}
