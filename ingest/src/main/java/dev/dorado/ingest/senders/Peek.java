package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.Optional;
import java.util.function.Function;

/** A look at a body that may be anything, where nothing may be thrown. */
final class Peek {

  private Peek() {}

  /** What {@code reading} finds, or empty if the body is not in that form. */
  static Optional<String> at(DeliveryRequest request, Function<Fields, Optional<String>> reading) {
    try {
      return reading.apply(request.fields());
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here it just is not known.
      return Optional.empty();
    }
  }

  /** The kind of event that a field of the body names. */
  static Sender.About kind(DeliveryRequest request, Function<Fields, Optional<String>> reading) {
    return new Sender.About(at(request, reading).map(Fields::cut), Optional.empty());
  }
}
