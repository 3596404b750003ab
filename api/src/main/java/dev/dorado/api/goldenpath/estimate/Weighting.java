package dev.dorado.api.goldenpath.estimate;

/**
 * Which blocks of each adopter are in an aggregate, and with which weight. Immutable.
 *
 * @param firstEvent first block, counted from adoption
 * @param lastEvent last block, counted from adoption
 * @param byAdopter whether each adopter counts once, whatever number of blocks it has; else each
 *     block of each adopter does
 */
record Weighting(int firstEvent, int lastEvent, boolean byAdopter) {

  /**
   * Each adopter's mean over its blocks since adoption, averaged over adopters: θ = Σ_g (n_g ÷ N) ·
   * mean_t ATT(g,t), the group aggregation of Callaway and Sant'Anna (2021), equation 3.10.
   */
  static Weighting group(int firstPost) {
    return new Weighting(firstPost, Integer.MAX_VALUE, true);
  }

  /** Each adopter's blocks since adoption, all alike: their equation 3.11, "simple". */
  static Weighting simple(int firstPost) {
    return new Weighting(firstPost, Integer.MAX_VALUE, false);
  }

  /** One block, counted from adoption: their equation 3.4. */
  static Weighting event(int event) {
    return new Weighting(event, event, true);
  }

  int firstBlock(int cohort) {
    return Math.max(0, cohort + firstEvent);
  }

  int lastBlock(int cohort, int blocks) {
    return (int) Math.min(blocks - 1L, (long) cohort + lastEvent);
  }
}
