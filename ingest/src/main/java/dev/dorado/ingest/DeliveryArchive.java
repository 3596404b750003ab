package dev.dorado.ingest;

import dev.dorado.deliveries.Delivery;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Where the deliveries are kept, as they came. Thread-safe. */
interface DeliveryArchive {

  /**
   * The deliveries that are asked for, in that order; empty where there is none.
   *
   * @throws Away if the archive can't be asked
   */
  List<Optional<Delivery>> find(List<Place> places);

  /**
   * Hands on every delivery that is there at this moment, until {@code consumer} says false.
   *
   * @throws Away if the archive can't be asked
   */
  void forEach(Predicate<Delivery> consumer);

  /**
   * Which delivery, and where it is, as far as one knows.
   *
   * @param sender name of the sender
   * @param id id of the delivery
   * @param offset its offset in its partition, or one before it; 0 looks through all of it
   */
  record Place(String sender, String id, long offset) {}

  /** The archive does not answer. The message is for people. */
  final class Away extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Away(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
