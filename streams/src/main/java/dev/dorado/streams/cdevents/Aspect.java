package dev.dorado.streams.cdevents;

import java.util.Locale;
import java.util.Optional;

/**
 * What is decided of a fact. Each aspect is published for itself, so that a fact that is corrected
 * in one of them gives one event.
 */
enum Aspect {
  /** A deployment, or a rollout that failed. */
  DEPLOYMENT(null, "dorado-deployment.withdrawn"),
  /** A deployment failed (rule F1). */
  FAILURE(DEPLOYMENT, "dorado-failure.withdrawn"),
  /** A failed deployment recovered (rules R1 and R3). */
  RECOVERY(FAILURE, "dorado-failure.reopened"),
  /** A deployment is rework (rule W1). */
  REWORK(DEPLOYMENT, "dorado-rework.withdrawn"),
  /** An incident. */
  INCIDENT(null, "dorado-incident.withdrawn"),
  /** The end of an incident. */
  RESOLUTION(INCIDENT, "dorado-incident.reopened");

  private final Aspect of;
  private final String withdrawal;

  Aspect(Aspect of, String withdrawal) {
    this.of = of;
    this.withdrawal = withdrawal;
  }

  /** What it is an aspect of; whoever withdraws that withdraws this. */
  Optional<Aspect> of() {
    return Optional.ofNullable(of);
  }

  /** Subject and predicate of the event that withdraws it; CDEvents has no word for it. */
  String withdrawal() {
    return withdrawal;
  }

  /** Its name in the topic of what was published. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
