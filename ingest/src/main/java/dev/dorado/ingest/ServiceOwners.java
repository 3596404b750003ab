package dev.dorado.ingest;

import java.util.Optional;

/** Which team owns a service now, as the catalog says. Thread-safe. */
@FunctionalInterface
interface ServiceOwners {

  /**
   * The team; empty if nobody owns the service, or the catalog does not know it.
   *
   * @param service name of the service, in lower case
   * @throws Publisher.NotAcknowledged if the catalog can't be read now
   */
  Optional<String> ownerOf(String service);
}
