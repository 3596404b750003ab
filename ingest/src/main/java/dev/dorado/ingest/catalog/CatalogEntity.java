package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogFile.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An entity of a catalog file, read field by field. What can't be used is told to whoever collects
 * the problems, and reads as if it were absent; so that all problems are found at once. For one
 * thread.
 */
final class CatalogEntity {

  private final CatalogFile file;
  private final BackstageForm form;
  private final LocatedNode node;
  private final Consumer<CatalogProblem> problems;

  CatalogEntity(CatalogFile file, BackstageForm form, Consumer<CatalogProblem> problems) {
    this.file = requireNonNull(file);
    this.form = form;
    this.node = form.entity();
    this.problems = requireNonNull(problems);
  }

  /** Kind and name, as far as they are there, for people. */
  String label() {
    String kind = textAt(List.of("kind")).orElse("entity");
    return textAt(List.of("metadata", "name")).map(name -> kind + " " + name).orElse(kind);
  }

  /**
   * What it says if this team owns it, read by {@code reader} from a copy of this, the first time;
   * what is wrong with it is told each time.
   */
  Optional<CatalogEvent> reading(
      Optional<String> team, Function<CatalogEntity, CatalogEvent> reader) {
    Reading reading =
        file.reading(
            form.origin(),
            team,
            () -> {
              List<CatalogProblem> found = new ArrayList<>();
              CatalogEvent entry = reader.apply(new CatalogEntity(file, form, found::add));
              return new Reading(
                  team, found.isEmpty() ? Optional.of(entry) : Optional.empty(), found);
            });
    reading.problems().forEach(problems);
    return reading.entry();
  }

  /** Whether it is an object at all; if not, that is a problem. */
  boolean isObject() {
    if (node.fields().isEmpty()) {
      report("$", node.line(), "is no object", "an entity");
      return false;
    }
    return true;
  }

  /** A text that must be there; {@code path} is the way to it. */
  Optional<String> text(String expected, String... path) {
    Optional<String> text = maybeText(path);
    boolean isAbsent =
        at(List.of(path))
            .filter(there -> there.fields().isPresent() || there.items().isPresent())
            .isEmpty();
    if (text.isEmpty() && isAbsent) {
      report(nameOfField(path), lineOf(List.of(path)), "is missing", expected);
    }
    return text;
  }

  /** A text that may be absent or blank. */
  Optional<String> maybeText(String... path) {
    Optional<LocatedNode> there = at(List.of(path));
    if (there.isPresent()
        && (there.get().fields().isPresent() || there.get().items().isPresent())) {
      report(nameOfField(path), lineOf(List.of(path)), "is an object or a list", "a text");
      return Optional.empty();
    }
    return textAt(List.of(path));
  }

  /** An annotation of the entity. */
  Optional<String> annotation(String name) {
    return maybeText("metadata", "annotations", name);
  }

  /** The texts of a list that may be absent. */
  List<String> texts(String... path) {
    return at(List.of(path)).flatMap(LocatedNode::items).orElse(List.of()).stream()
        .flatMap(item -> item.text().stream())
        .toList();
  }

  /** The names of the fields of an object that may be absent. */
  Set<String> names(String... path) {
    return at(List.of(path)).flatMap(LocatedNode::fields).map(Map::keySet).orElse(Set.of());
  }

  /** Kind, name, file and line, for people. */
  String where() {
    String place = file.name().isEmpty() ? "" : ", " + file.name();
    return "%s%s, line %d".formatted(label(), place, node.line());
  }

  /** What Backstage has resolved: the references to which a relation of this type leads. */
  List<String> relations(String type) {
    return at(List.of("relations")).flatMap(LocatedNode::items).orElse(List.of()).stream()
        .filter(item -> item.field("type").flatMap(LocatedNode::text).orElse("").equals(type))
        .flatMap(item -> item.field("targetRef").flatMap(LocatedNode::text).stream())
        .toList();
  }

  /** The value at {@code path} can't be used. */
  void unusable(String value, String expected, String... path) {
    report(nameOfField(path), lineOf(List.of(path)), "is '%s'".formatted(value), expected);
  }

  /** The value of an annotation can't be used. */
  void unusableAnnotation(String name, String value, String expected) {
    unusable(value, expected, "metadata", "annotations", name);
  }

  private void report(String field, int line, String problem, String expected) {
    problems.accept(new CatalogProblem(file.name(), label(), field, line, problem, expected));
  }

  private String nameOfField(String... path) {
    String name = form.fields().get(String.join(".", path));
    if (name != null) {
      return name;
    }
    return path.length == 3 && path[1].equals("annotations")
        ? "metadata.annotations['%s']".formatted(path[2])
        : String.join(".", path);
  }

  private Optional<String> textAt(List<String> path) {
    return at(path).flatMap(LocatedNode::text).filter(text -> !text.isEmpty());
  }

  private Optional<LocatedNode> at(List<String> path) {
    Optional<LocatedNode> there = Optional.of(node);
    for (String name : path) {
      there = there.flatMap(parent -> parent.field(name));
    }
    return there;
  }

  /** The line of the value, else of the nearest thing around it that is there. */
  private int lineOf(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      Optional<LocatedNode> there = at(path.subList(0, length));
      if (there.isPresent()) {
        return there.get().line();
      }
    }
    return node.line();
  }

  /** The name that a reference ends in: {@code group:default/team-a} names {@code team-a}. */
  static String nameOf(String reference) {
    String lower = reference.strip().toLowerCase(Locale.ROOT);
    return lower.substring(Math.max(lower.lastIndexOf('/'), lower.lastIndexOf(':')) + 1);
  }

  /** The kind that a reference begins with, in lower case; empty if it states none. */
  static Optional<String> kindOf(String reference) {
    int colon = reference.indexOf(':');
    return colon < 1
        ? Optional.empty()
        : Optional.of(reference.substring(0, colon).strip().toLowerCase(Locale.ROOT));
  }
}
