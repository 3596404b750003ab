package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** A file of Backstage entities; read once, when it is first asked for. Thread-safe. */
public final class CatalogFile {

  private final String name;
  private final byte[] content;
  private List<LocatedNode> documents;
  private LocatedNode.Unreadable unreadable;

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
}
