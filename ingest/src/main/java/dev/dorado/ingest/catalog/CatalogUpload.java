package dev.dorado.ingest.catalog;

import dev.dorado.events.CatalogEvent;
import java.util.List;

/**
 * What catalog files say.
 *
 * @param entries what is said of each service, as events that have neither time nor id yet
 * @param ignored the entities that say nothing that is measured
 * @param notes what was taken for lack of better, for people
 * @param warnings what is most likely a mistake but applied all the same, for people
 * @param problems all that can't be used; the entities that they name are not among the entries
 */
public record CatalogUpload(
    List<CatalogEvent> entries,
    List<Ignored> ignored,
    List<String> notes,
    List<String> warnings,
    List<CatalogProblem> problems) {

  public CatalogUpload {
    entries = List.copyOf(entries);
    ignored = List.copyOf(ignored);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
    problems = List.copyOf(problems);
  }

  /**
   * An entity that says nothing that is measured.
   *
   * @param entity its kind and name
   * @param reason why it is ignored
   */
  public record Ignored(String entity, String reason) {}
}
