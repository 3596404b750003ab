package dev.dorado.api.goldenpath.estimate;

/**
 * An effect, and what it is without each cluster. Immutable.
 *
 * <p>The variance is the jackknife over clusters, V = (N − 1) ÷ N · Σ (θ₍₋ᵢ₎ − θ)², which stays
 * near the truth with few treated clusters where the sandwich is too small (Bell and McCaffrey
 * 2002; MacKinnon, Nielsen and Webb 2023, CV3J).
 */
final class Aggregate {

  private final double effect;
  private final double[] withoutCluster;
  private final int adopters;
  private final int adoptingClusters;
  private final int comparisonClusters;

  Aggregate(
      double effect,
      double[] withoutCluster,
      int adopters,
      int adoptingClusters,
      int comparisonClusters) {
    this.effect = effect;
    this.withoutCluster = withoutCluster;
    this.adopters = adopters;
    this.adoptingClusters = adoptingClusters;
    this.comparisonClusters = comparisonClusters;
  }

  /** The effect; NaN if nothing could be compared. */
  double effect() {
    return effect;
  }

  /** How many adopters are in it. */
  int adopters() {
    return adopters;
  }

  /** How many clusters with adopters are in it. */
  int adoptingClusters() {
    return adoptingClusters;
  }

  /** How many clusters without adopters are compared with. */
  int comparisonClusters() {
    return comparisonClusters;
  }

  /** By how much the effect changes without a cluster. */
  double influence(int cluster) {
    return withoutCluster[cluster] - effect;
  }

  int clusters() {
    return withoutCluster.length;
  }

  double standardError() {
    return Math.sqrt(covariance(this));
  }

  double covariance(Aggregate other) {
    double sum = 0;
    for (int cluster = 0; cluster < withoutCluster.length; cluster++) {
      sum += influence(cluster) * other.influence(cluster);
    }
    return sum * (withoutCluster.length - 1) / withoutCluster.length;
  }

  /** The effect in standard errors. */
  double studentised() {
    return effect / standardError();
  }
}
