package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

/**
 * A file of Backstage entities.
 *
 * @param name how people find it: a path, or an address; empty if there is only one
 * @param content YAML of one or more documents, or a JSON object or array; not to be changed
 */
public record CatalogFile(String name, byte[] content) {

  public CatalogFile {
    requireNonNull(name);
    requireNonNull(content);
  }
}
