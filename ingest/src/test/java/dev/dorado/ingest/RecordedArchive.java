package dev.dorado.ingest;

import dev.dorado.deliveries.Delivery;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The deliveries that a {@link RecordingPublisher} was given: of each key the latest. */
final class RecordedArchive implements DeliveryArchive {

  private final RecordingPublisher kafka;

  RecordedArchive(RecordingPublisher kafka) {
    this.kafka = kafka;
  }

  @Override
  public List<Optional<Delivery>> find(List<Place> places) {
    return places.stream()
        .map(
            place ->
                kafka.deliveries.stream()
                    .filter(delivery -> delivery.getSender().equals(place.sender()))
                    .filter(delivery -> delivery.getId().equals(place.id()))
                    .reduce((older, newer) -> newer))
        .toList();
  }

  @Override
  public void forEach(Predicate<Delivery> wantsMore) {
    for (var delivery : kafka.deliveries) {
      if (!wantsMore.test(delivery)) {
        return;
      }
    }
  }
}
