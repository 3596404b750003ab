package dev.dorado.api.metrics;

import java.time.Instant;

/** What the metrics need to know of a row. Times may be null where they are unknown. */
public sealed interface Fact {

  /**
   * A deployment, or an attempt that failed.
   *
   * @param finishedAt when it finished
   * @param succeeded whether the attempt succeeded
   * @param counted whether it counts as a deployment (rules K2, S10)
   * @param failed whether it failed its users (rule F1)
   * @param impactStartedAt when their trouble began (rule R1)
   * @param recoveredAt when it ended, null while it is open (rule R3)
   * @param rework whether it is rework (rule W1)
   * @param reworkProbable whether it probably is
   * @param matureAt when no later incident is linked to it by proximity any more (rules F6, G2);
   *     null if the fact does not say
   */
  record Deployment(
      Instant finishedAt,
      boolean succeeded,
      boolean counted,
      boolean failed,
      Instant impactStartedAt,
      Instant recoveredAt,
      boolean rework,
      boolean reworkProbable,
      Instant matureAt)
      implements Fact {}

  /**
   * A change of a service that was shipped. Durations are seconds, null if unknown.
   *
   * @param deployedAt when it was shipped
   * @param bot whether a bot made it (rule E5)
   * @param leadTime from start to production (rule L1)
   * @param coding from first commit to opening (rule L2)
   * @param pickup from opening to first review
   * @param review from first review to merge
   * @param deploy from merge to production
   * @param reactive whether it is reactive (rule W2)
   */
  record Change(
      Instant deployedAt,
      boolean bot,
      Double leadTime,
      Double coding,
      Double pickup,
      Double review,
      Double deploy,
      boolean reactive)
      implements Fact {}

  /**
   * An incident of a service.
   *
   * @param startedAt when its impact began
   * @param linked whether a rule links it to a deployment
   */
  record Incident(Instant startedAt, boolean linked) implements Fact {}
}
