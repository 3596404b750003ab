package dev.dorado.benchmarks;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;

/** Where an event belongs, and under which key. */
final class EventTopics {

  private EventTopics() {}

  /** The topic of an event's kind. */
  static Topic<? extends SpecificRecord> of(SpecificRecord event) {
    return Topics.events().stream()
        .filter(topic -> topic.valueType().isInstance(event))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no topic takes a " + event.getSchema().getName()));
  }

  /** The repository that an event is about. */
  static String keyOf(SpecificRecord event) {
    if (event instanceof PushEvent push) {
      return push.getRepository();
    }
    if (event instanceof PullRequestEvent pullRequest) {
      return pullRequest.getRepository();
    }
    if (event instanceof DeploymentEvent deployment) {
      return deployment.getRepository();
    }
    return ((IncidentEvent) event).getRepository();
  }
}
