package dev.dorado.backfill;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** A sink that remembers what it was given, and fails after so many events if a test wants it. */
final class RecordingSink implements EventSink {

  final List<CanonicalEvent<?>> events = new ArrayList<>();
  private int room = Integer.MAX_VALUE;

  RecordingSink failingAfter(int events) {
    room = events;
    return this;
  }

  @Override
  public void write(List<? extends CanonicalEvent<?>> more) {
    if (events.size() + more.size() > room) {
      throw new BackfillException("Kafka is away");
    }
    events.addAll(more);
  }

  @Override
  public void flush() {}

  <V extends SpecificRecord> List<V> of(Class<V> type) {
    return events.stream()
        .map(CanonicalEvent::value)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  List<PushEvent> pushes(String ref) {
    return of(PushEvent.class).stream().filter(push -> push.getRef().equals(ref)).toList();
  }

  List<DeploymentEvent> deployments() {
    return of(DeploymentEvent.class);
  }

  /** The ids of all events, in the order in which they came. */
  List<String> ids() {
    return events.stream()
        .map(event -> (String) event.value().get(event.value().getSchema().getField("id").pos()))
        .toList();
  }
}
