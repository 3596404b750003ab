package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that is wrong with a catalog: what, where, and what was expected.
 *
 * @param file name of the file; empty if there is only one
 * @param entity the entity, as {@code Component checkout}; null if the file can't be read
 * @param field the field, as {@code metadata.name}; null if the file can't be read
 * @param line the line, from 1; 0 where there are no lines
 * @param problem what is wrong
 * @param expected what was expected; null if the file can't be read
 */
public record CatalogProblem(
    String file, String entity, String field, int line, String problem, String expected) {

  public CatalogProblem {
    requireNonNull(file);
    requireNonNull(problem);
  }

  /** A file that is neither YAML nor JSON. */
  static CatalogProblem syntax(String file, int line, String problem) {
    return new CatalogProblem(file, null, null, line, problem, null);
  }

  /** The same of an entity that was in no file, but came from a program. */
  CatalogProblem withoutLine() {
    return new CatalogProblem("", entity, field, 0, problem, expected);
  }

  /** Whether the file is not even YAML or JSON, so that nobody knows what is in it. */
  public boolean isSyntax() {
    return entity == null;
  }

  /** All of it in a sentence, for people. */
  public String message() {
    String where =
        Stream.of(entity == null ? "" : entity, file, line == 0 ? "" : "line " + line)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
    return isSyntax()
        ? where + ": " + problem
        : "%s: %s %s: expected %s".formatted(where, field, problem, expected);
  }
}
