package dev.dorado.api.goldenpath;

/** What a service did in each block of four weeks. Filled once, then only read. */
public final class ServiceCells {

  private final double[] deployments;
  private final double[] failed;
  private final double[] rework;
  private final double[] changes;
  private final double[] reactive;
  private final double[] leadTimes;
  private final double[] meanLogLeadTime;
  private final double[] medianLeadTime;

  /** Nothing, in a number of blocks. */
  public ServiceCells(int blocks) {
    deployments = new double[blocks];
    failed = new double[blocks];
    rework = new double[blocks];
    changes = new double[blocks];
    reactive = new double[blocks];
    leadTimes = new double[blocks];
    meanLogLeadTime = new double[blocks];
    medianLeadTime = new double[blocks];
  }

  /**
   * The deployments of a block.
   *
   * @param count deployments (rule K2)
   * @param failed those that failed (rule F1)
   * @param rework those that were rework (rule W1)
   */
  public void setDeployments(int block, long count, long failed, long rework) {
    this.deployments[block] = count;
    this.failed[block] = failed;
    this.rework[block] = rework;
  }

  /**
   * The changes that were shipped in a block.
   *
   * @param count changes
   * @param reactive those that were reactive (rule W2)
   * @param leadTimes those with a lead time (rule L1), bots' left out
   * @param meanLogLeadTime mean of the logarithms of these, in seconds
   * @param medianLeadTime their median, in seconds
   */
  public void setChanges(
      int block,
      long count,
      long reactive,
      long leadTimes,
      double meanLogLeadTime,
      double medianLeadTime) {
    this.changes[block] = count;
    this.reactive[block] = reactive;
    this.leadTimes[block] = leadTimes;
    this.meanLogLeadTime[block] = meanLogLeadTime;
    this.medianLeadTime[block] = medianLeadTime;
  }

  /** Deployments in some blocks. */
  public double deployments(int first, int end) {
    return sum(deployments, first, end);
  }

  double failed(int first, int end) {
    return sum(failed, first, end);
  }

  double rework(int first, int end) {
    return sum(rework, first, end);
  }

  double changes(int first, int end) {
    return sum(changes, first, end);
  }

  double reactive(int first, int end) {
    return sum(reactive, first, end);
  }

  double leadTimes(int block) {
    return leadTimes[block];
  }

  double meanLogLeadTime(int block) {
    return meanLogLeadTime[block];
  }

  double medianLeadTime(int block) {
    return medianLeadTime[block];
  }

  private static double sum(double[] counts, int first, int end) {
    double sum = 0;
    for (int block = first; block < end; block++) {
      sum += counts[block];
    }
    return sum;
  }
}
