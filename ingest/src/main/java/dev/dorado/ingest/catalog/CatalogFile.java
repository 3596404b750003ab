package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A file of entities; read once, when it is first asked for, and each of its entities once for each
 * owner, so that a history of many files costs no more than what changes in it. Thread-safe.
 */
public final class CatalogFile {

  private final String name;
  private final byte[] content;
  private List<LocatedNode> documents;
  private LocatedNode.Unreadable unreadable;
  private final IdentityHashMap<LocatedNode, Reading> readings = new IdentityHashMap<>();

  /**
   * @param name how people find it: a path, or an address; empty if there is only one
   * @param content YAML of one or more documents, or a JSON object or array; not to be changed
   */
  public CatalogFile(String name, byte[] content) {
    this.name = requireNonNull(name);
    this.content = requireNonNull(content);
  }

  /** How people find it. */
  public String name() {
    return name;
  }

  /**
   * The documents in it.
   *
   * @throws LocatedNode.Unreadable if it is neither YAML nor JSON
   */
  synchronized List<LocatedNode> documents() {
    if (documents == null && unreadable == null) {
      try {
        documents = List.copyOf(LocatedNode.readAll(content));
      } catch (LocatedNode.Unreadable e) {
        unreadable = e;
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return documents;
  }

  /** What an entity of this file says if this team owns it; asked of {@code reader} once. */
  synchronized Reading reading(
      LocatedNode entity, Optional<String> team, Supplier<Reading> reader) {
    Reading known = readings.get(entity);
    if (known == null || !known.team().equals(team)) {
      known = reader.get();
      readings.put(entity, known);
    }
    return known;
  }

  /**
   * What an entity says.
   *
   * @param team the team that owns it
   * @param entry the entry, which nobody changes; empty if something of the entity can't be used
   * @param problems what that is
   */
  record Reading(
      Optional<String> team, Optional<CatalogEvent> entry, List<CatalogProblem> problems) {}
}
