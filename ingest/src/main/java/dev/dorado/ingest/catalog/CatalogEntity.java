package dev.dorado.ingest.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An entity of a catalog file, read field by field; every complaint names the entity, the field and
 * the line.
 */
final class CatalogEntity {

  private final LocatedNode node;

  CatalogEntity(LocatedNode node) {
    this.node = node;
  }

  /** Kind and name, as far as they are there, for people. */
  String label() {
    String kind = textAt(List.of("kind")).orElse("entity");
    return textAt(List.of("metadata", "name")).map(name -> kind + " " + name).orElse(kind);
  }

  /** A text that must be there; {@code path} is the way to it. */
  String text(String expected, String... path) {
    return maybeText(path).orElseThrow(() -> absent(expected, path));
  }

  /** A text that may be absent or blank. */
  Optional<String> maybeText(String... path) {
    Optional<LocatedNode> found = at(List.of(path));
    if (found.isPresent()
        && (found.get().fields().isPresent() || found.get().items().isPresent())) {
      throw problem("is an object or a list", "a text", path);
    }
    return textAt(List.of(path));
  }

  /** An annotation of the entity. */
  Optional<String> annotation(String name) {
    return maybeText("metadata", "annotations", name);
  }

  /** The problem that the value at {@code path} can't be used. */
  CatalogProblem unusable(String value, String expected, String... path) {
    return problem("is '%s'".formatted(value), expected, path);
  }

  /** The problem that the value of an annotation can't be used. */
  CatalogProblem unusableAnnotation(String name, String value, String expected) {
    return unusable(value, expected, "metadata", "annotations", name);
  }

  private CatalogProblem absent(String expected, String... path) {
    return problem("is missing", expected, path);
  }

  private CatalogProblem problem(String what, String expected, String... path) {
    String field =
        path.length == 3 && path[1].equals("annotations")
            ? "metadata.annotations['%s']".formatted(path[2])
            : String.join(".", path);
    return CatalogProblem.field(label(), field, lineOf(List.of(path)), what, expected);
  }

  private Optional<String> textAt(List<String> path) {
    return at(path).flatMap(LocatedNode::text).filter(text -> !text.isEmpty());
  }

  private Optional<LocatedNode> at(List<String> path) {
    Optional<LocatedNode> found = Optional.of(node);
    for (String name : path) {
      found = found.flatMap(parent -> parent.field(name));
    }
    return found;
  }

  /** The line of the value, else of the nearest thing around it that is there. */
  private int lineOf(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      Optional<LocatedNode> found = at(path.subList(0, length));
      if (found.isPresent()) {
        return found.get().line();
      }
    }
    return node.line();
  }

  /** The name that a reference ends in: {@code group:default/team-a} names {@code team-a}. */
  static String nameOf(String reference) {
    String lower = reference.strip().toLowerCase(Locale.ROOT);
    return lower.substring(Math.max(lower.lastIndexOf('/'), lower.lastIndexOf(':')) + 1);
  }
}
