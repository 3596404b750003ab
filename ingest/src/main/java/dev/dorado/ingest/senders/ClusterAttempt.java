package dev.dorado.ingest.senders;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An attempt of a tool that deploys from within a cluster. It knows an object of the cluster by its
 * name; of the code it knows what its user has stated.
 *
 * @param id id of the attempt
 * @param object name of what is deployed: an application, a rollout, a canary
 * @param outcome started, succeeded or failed
 * @param moment when that was
 * @param layer the layer that the tool is of (rule E4), from outer to inner {@link #BUNDLE}, {@link
 *     #APPLICATION}, {@link #RELEASE}, {@link #ROLLOUT}
 */
record ClusterAttempt(String id, String object, String outcome, Moment moment, String layer) {

  /** What applies further applications. */
  static final String BUNDLE = "bundle";

  /** What applies manifests: an Application of Argo CD, a Kustomization. */
  static final String APPLICATION = "application";

  /** A release of Helm. */
  static final String RELEASE = "release";

  /** What shifts traffic to a new version step by step. */
  static final String ROLLOUT = "rollout";

  ClusterAttempt {
    requireNonNull(id);
    requireNonNull(object);
    requireNonNull(outcome);
    requireNonNull(moment);
    requireNonNull(layer);
  }

  /**
   * The event, as far as all of these tools tell it.
   *
   * @param repository name of the repository, if it is known
   * @param isFindable whether the service can be found by the code: else the object's name is all
   *     there is to find it by
   */
  DeploymentEvent.Builder event(
      Stated stated, Optional<String> repository, boolean isFindable, Provenance provenance) {
    Instant time = moment.at();
    return DeploymentEvent.newBuilder()
        .setId(moment.idOf("deployment", id, outcome))
        .setProvenance(provenance)
        .setOccurredAt(time)
        .setDeployment(id)
        .setRepository(repository.orElse(null))
        .setService(stated.service().orElse(isFindable ? null : object.toLowerCase(Locale.ROOT)))
        .setStatus(outcome)
        .setFinishedAt(outcome.equals("started") ? null : time)
        .setLayer(layer)
        .setStrategy(stated.strategy().orElse(null))
        .setNames(isStated(stated) ? List.of() : names())
        .setWorkflow(object);
  }

  private static boolean isStated(Stated stated) {
    return stated.repository().isPresent() || stated.service().isPresent();
  }

  /** By which the catalog may know the object; the id begins with the tool. */
  private List<String> names() {
    String tool = id.substring(0, id.indexOf(':'));
    return List.of(tool + ":" + object, object.toLowerCase(Locale.ROOT));
  }

  /**
   * Where it deploys to: what is stated, else a label that says it, else the first of the places
   * that has the name of an environment in its own.
   */
  static Optional<String> environment(
      Stated stated, Optional<Fields> labels, List<Optional<String>> places) {
    return stated
        .environment()
        .or(() -> labels.flatMap(l -> l.maybeText("environment").or(() -> l.maybeText("env"))))
        .or(() -> EnvironmentName.among(places));
  }
}
