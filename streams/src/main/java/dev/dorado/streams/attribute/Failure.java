package dev.dorado.streams.attribute;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Why a deployment failed (rule F1), and what ended it. Equal to itself only. */
final class Failure {

  private final Deployment deployment;
  private final String rule;
  private final String method;
  private final String confidence;
  private final Set<String> evidence = new TreeSet<>();
  private final List<Incident> incidents = new ArrayList<>();
  private final List<Remedy> remedies = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();

  Failure(Deployment deployment, String rule, String method, String confidence) {
    this.deployment = deployment;
    this.rule = rule;
    this.method = method;
    this.confidence = confidence;
  }

  /**
   * A deployment that ended a failure.
   *
   * @param by the deployment
   * @param kind rollback, revert, hotfix or next deployment
   */
  record Remedy(Deployment by, String kind) {
    Instant at() {
      return by.finish();
    }
  }

  Deployment deployment() {
    return deployment;
  }

  String rule() {
    return rule;
  }

  String method() {
    return method;
  }

  String confidence() {
    return confidence;
  }

  /** Ids of what made it fail. */
  Set<String> evidence() {
    return evidence;
  }

  /** The incidents linked to it. */
  List<Incident> incidents() {
    return incidents;
  }

  /** What ended it; decides only if there are no incidents. */
  List<Remedy> remedies() {
    return remedies;
  }

  /** What was passed over, and by which rule, for people. */
  List<String> rejected() {
    return rejected;
  }
}
