package dev.dorado.ingest.catalog;

import dev.dorado.ingest.delivery.CanonicalEvent;
import java.util.List;

/**
 * What a catalog file says.
 *
 * @param events an event for each entry
 * @param ignored the entities that are no entries
 */
public record CatalogUpload(List<CanonicalEvent<?>> events, List<Ignored> ignored) {

  public CatalogUpload {
    events = List.copyOf(events);
    ignored = List.copyOf(ignored);
  }

  /**
   * An entity that says nothing that is measured.
   *
   * @param entity its kind and name
   * @param reason why it is ignored
   */
  public record Ignored(String entity, String reason) {}
}
