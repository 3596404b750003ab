package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * What deliveries gave before and don't give any more at a translation. An event is taken back only
 * if nothing else tells of it: no other delivery, and no import. Not thread-safe.
 */
final class Withdrawals {

  private final int generation;

  /** By sender and id of the delivery: the ids of the events that it gives now. */
  private final Map<String, Set<String>> givenNow = new HashMap<>();

  /**
   * @param generation for which generation of facts is translated
   */
  Withdrawals(int generation) {
    this.generation = generation;
  }

  /** A delivery gives these, and gave more. */
  void givesFewer(String sender, String delivery, List<CanonicalEvent<?>> events) {
    givenNow.put(
        name(sender, delivery),
        events.stream().map(event -> id(event.value())).collect(Collectors.toSet()));
  }

  /**
   * What is to be published, so that events which nothing tells of any more are none. What those
   * deliveries give now must have been published.
   */
  List<CanonicalEvent<?>> of(Connections connections) {
    if (givenNow.isEmpty()) {
      return List.of();
    }
    var reader = new TopicReader(connections, "dorado-withdrawals");
    List<CanonicalEvent<?>> withdrawn = new ArrayList<>();
    for (var topics : List.of(Topics.events(), Topics.observations())) {
      for (Topic<? extends SpecificRecord> topic : topics) {
        withdrawn.addAll(of(reader, topic));
      }
    }
    return withdrawn;
  }

  private <V extends SpecificRecord> List<CanonicalEvent<V>> of(
      TopicReader reader, Topic<V> topic) {
    Map<String, Told<V>> byId = new HashMap<>();
    reader.read(
        topic,
        Instant.EPOCH,
        (key, event) -> {
          if (isOld(event) && isGivenUp(event)) {
            byId.putIfAbsent(id(event), new Told<>(key, event));
          }
        });
    if (byId.isEmpty()) {
      return List.of();
    }
    reader.read(
        topic,
        Instant.EPOCH,
        (key, event) -> {
          Told<V> told = byId.get(id(event));
          if (told != null) {
            told.hear(event);
          }
        });
    return byId.values().stream().filter(Told::isGone).map(told -> told.withdrawn(topic)).toList();
  }

  private boolean isOld(SpecificRecord event) {
    String origin = provenance(event).getOrigin();
    return !origin.equals(Origin.BACKFILL)
        && !Origin.isWithdrawn(origin)
        && Origin.translation(origin) < generation;
  }

  private boolean isGivenUp(SpecificRecord event) {
    Set<String> now =
        givenNow.get(name(provenance(event).getSender(), provenance(event).getDelivery()));
    return now != null && !now.contains(id(event));
  }

  /** All that was ever told of an event that some delivery has given up. */
  private final class Told<V extends SpecificRecord> {

    private final String key;
    private final V event;
    private boolean isStillTold;
    private int given = -1;
    private int takenBack = -1;

    Told(String key, V event) {
      this.key = requireNonNull(key);
      this.event = requireNonNull(event);
    }

    void hear(SpecificRecord heard) {
      String origin = provenance(heard).getOrigin();
      if (Origin.isWithdrawn(origin)) {
        takenBack = Math.max(takenBack, Origin.translation(origin));
      } else if (isOld(heard) && isGivenUp(heard)) {
        given = Math.max(given, Origin.translation(origin));
      } else {
        isStillTold = true;
      }
    }

    boolean isGone() {
      return !isStillTold && given >= takenBack;
    }

    CanonicalEvent<V> withdrawn(Topic<V> topic) {
      event.put(
          event.getSchema().getField("provenance").pos(),
          Provenance.newBuilder(provenance(event)).setOrigin(Origin.withdrawn(generation)).build());
      var time = (Instant) event.get(event.getSchema().getField("occurred_at").pos());
      return new CanonicalEvent<>(topic, key, event, time, Optional.empty());
    }
  }

  private static String name(String sender, String delivery) {
    return sender + " " + delivery;
  }

  private static Provenance provenance(SpecificRecord event) {
    return (Provenance) event.get(event.getSchema().getField("provenance").pos());
  }

  private static String id(SpecificRecord event) {
    return (String) event.get(event.getSchema().getField("id").pos());
  }
}
