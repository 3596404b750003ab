package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a group's sources: without them a number may be right and still mean nothing.
 *
 * @param isProduction whether all of it is of production, which DORA's tiers are about
 * @param firstDeployment when the first deployment that is known of it finished; empty if none is
 * @param hasIncidentSource whether its failures would have been reported
 */
public record Evidence(
    boolean isProduction, Optional<Instant> firstDeployment, boolean hasIncidentSource) {

  public Evidence {
    requireNonNull(firstDeployment);
  }
}
