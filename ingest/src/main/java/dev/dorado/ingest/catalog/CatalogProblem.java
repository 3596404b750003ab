package dev.dorado.ingest.catalog;

/** What is wrong with a catalog file. Nothing of the file is applied. */
public final class CatalogProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean syntax;
  private final String entity;
  private final String field;
  private final int line;

  private CatalogProblem(boolean syntax, String entity, String field, int line, String message) {
    super(message);
    this.syntax = syntax;
    this.entity = entity;
    this.field = field;
    this.line = line;
  }

  /** The file is neither YAML nor JSON. */
  static CatalogProblem syntax(int line, String problem) {
    return new CatalogProblem(true, null, null, line, "line %d: %s".formatted(line, problem));
  }

  /** A field of an entity is missing or can't be used. */
  static CatalogProblem field(
      String entity, String field, int line, String problem, String expected) {
    return new CatalogProblem(
        false,
        entity,
        field,
        line,
        "%s, line %d: %s %s: expected %s; nothing of the file was applied"
            .formatted(entity, line, field, problem, expected));
  }

  /** Whether the file is not even YAML or JSON. */
  public boolean isSyntax() {
    return syntax;
  }

  /** The entity, as {@code Component checkout}; null if the file can't be read. */
  public String entity() {
    return entity;
  }

  /** The field, as {@code metadata.name}; null if the file can't be read. */
  public String field() {
    return field;
  }

  /** The line, from 1. */
  public int line() {
    return line;
  }
}
