package dev.dorado.streams.cdevents;

/**
 * The types of CDEvents 0.5.1 that are published. What CDEvents has no word for has a type of its
 * own, as the specification says for custom events.
 */
final class CdEventTypes {

  /** The version of the specification. */
  static final String SPECIFICATION = "0.5.1";

  static final String SERVICE_DEPLOYED = "dev.cdevents.service.deployed.0.3.0";
  static final String SERVICE_UPGRADED = "dev.cdevents.service.upgraded.0.3.0";
  static final String SERVICE_ROLLED_BACK = "dev.cdevents.service.rolledback.0.3.0";
  static final String INCIDENT_DETECTED = "dev.cdevents.incident.detected.0.3.0";
  static final String INCIDENT_REPORTED = "dev.cdevents.incident.reported.0.3.0";
  static final String INCIDENT_RESOLVED = "dev.cdevents.incident.resolved.0.3.0";
  static final String ROLLOUT_FAILED = custom("dorado-rollout.failed");
  static final String FAILURE_DETECTED = custom("dorado-failure.detected");
  static final String FAILURE_RECOVERED = custom("dorado-failure.recovered");
  static final String REWORK_DETECTED = custom("dorado-rework.detected");

  private CdEventTypes() {}

  /** The type of an event of Dorado's own, by its subject and predicate. */
  static String custom(String subjectAndPredicate) {
    return "dev.cdeventsx.%s.0.1.0".formatted(subjectAndPredicate);
  }
}
