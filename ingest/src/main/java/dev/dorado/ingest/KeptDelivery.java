package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.IngestMetrics.Outcome;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.schemas.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A delivery as the topic has kept it, to be translated again by the present senders. Immutable.
 *
 * @param kept what was kept
 * @param sender the sender of that name
 */
record KeptDelivery(Delivery kept, Sender sender) {

  KeptDelivery {
    requireNonNull(kept);
    requireNonNull(sender);
  }

  /**
   * What it means now, for a generation of facts.
   *
   * @param futureTolerance how far after its receipt its times may lie
   * @return events and, where it was no event before and is one now, what is to be kept instead
   */
  Again translate(int generation, Duration futureTolerance) {
    var request = request(futureTolerance);
    var taken =
        Intake.translate(sender, request, kept.getId(), () -> provenance(request, generation));
    boolean isRevived =
        taken.outcome() == Outcome.ACCEPTED && !kept.getOutcome().equals(Outcome.ACCEPTED.label());
    boolean givesFewer = taken.events().size() < kept.getEvents();
    return new Again(
        taken.events(),
        isRevived ? Optional.of(Intake.delivery(sender, request, taken)) : Optional.empty(),
        givesFewer,
        taken.outcome() != Outcome.DEAD && taken.skipped().isEmpty());
  }

  /**
   * What it means now, as if it came now.
   *
   * @param futureTolerance how far after its receipt its times may lie
   */
  First translate(Duration futureTolerance) {
    var request = request(futureTolerance);
    var taken =
        Intake.translate(
            sender, request, kept.getId(), () -> request.provenance(sender.name(), kept.getId()));
    return new First(Intake.delivery(sender, request, taken), taken.events());
  }

  private DeliveryRequest request(Duration futureTolerance) {
    return new DeliveryRequest(kept.getHeaders(), body(), kept.getReceivedAt())
        .withFutureTolerance(futureTolerance);
  }

  /**
   * What a delivery means that was not published before.
   *
   * @param delivery what is to be kept of it
   * @param events what it means
   */
  record First(Delivery delivery, List<CanonicalEvent<?>> events) {}

  /**
   * What a kept delivery means now.
   *
   * @param events what it means
   * @param revived what is to be kept in its place, if it was ignored or dead and is not any more
   * @param givesFewer whether it gave more events before
   * @param understood whether all of it could be read; if not, it says nothing of what it gave
   */
  record Again(
      List<CanonicalEvent<?>> events,
      Optional<Delivery> revived,
      boolean givesFewer,
      boolean understood) {}

  private Provenance provenance(DeliveryRequest request, int generation) {
    var provenance = request.provenance(sender.name(), kept.getId());
    return Provenance.newBuilder(provenance)
        .setOrigin(Origin.again(provenance.getOrigin(), generation))
        .build();
  }

  private byte[] body() {
    ByteBuffer body = kept.getBody().duplicate();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }
}
