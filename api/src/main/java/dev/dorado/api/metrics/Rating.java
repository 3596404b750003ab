package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The tier of a metric, or why it has none.
 *
 * @param tier the tier of the value
 * @param tiers the tiers that its interval reaches over, best first
 * @param reason why there is no tier, for people; empty if there is one
 */
public record Rating(Optional<Tier> tier, List<Tier> tiers, Optional<String> reason) {

  public Rating {
    requireNonNull(tier);
    tiers = List.copyOf(tiers);
    requireNonNull(reason);
    if (tier.isPresent() == reason.isPresent()) {
      throw new IllegalArgumentException("a rating has a tier or a reason why it has none");
    }
  }

  static Rating none(String reason) {
    return new Rating(Optional.empty(), List.of(), Optional.of(reason));
  }
}
