package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entity of another portal in Backstage's form, so that one reader reads them all. Its values
 * keep their lines, and its fields the names that they have in the portal. Immutable.
 *
 * @param origin the entity as it is in the file
 * @param entity the same in Backstage's form
 * @param fields what the portal calls a field, by Backstage's name of it
 */
record BackstageForm(LocatedNode origin, LocatedNode entity, Map<String, String> fields) {

  BackstageForm {
    requireNonNull(origin);
    requireNonNull(entity);
    fields = Map.copyOf(fields);
  }

  /** An entity of Backstage itself. */
  static BackstageForm same(LocatedNode entity) {
    return new BackstageForm(entity, entity, Map.of());
  }

  /** An entity of Backstage, or of one of the other portals. */
  static BackstageForm of(LocatedNode entity) {
    return entity.field("kind").isPresent()
        ? same(entity)
        : PortEntity.read(entity)
            .or(() -> CortexDescriptor.read(entity))
            .or(() -> CortexListing.read(entity))
            .orElseGet(() -> same(entity));
  }

  /** Makes the form field by field; what is absent stays absent. For one thread. */
  static final class Builder {

    private final LocatedNode origin;
    private final Map<String, Object> entity = new LinkedHashMap<>();
    private final Map<String, String> fields = new HashMap<>();

    /**
     * @param kind Backstage's kind of entity, else the portal's
     */
    Builder(LocatedNode origin, String kind) {
      this.origin = origin;
      put(Optional.of(withText(origin, kind)), "kind", "kind");
    }

    /**
     * Adds a value.
     *
     * @param name what the portal calls it
     * @param path Backstage's path to it
     */
    Builder put(Optional<LocatedNode> value, String name, String... path) {
      String field = String.join(".", path);
      value
          .filter(node -> !isNull(node))
          .ifPresentOrElse(
              node -> {
                place(path, node);
                fields.put(field, name);
              },
              () -> fields.putIfAbsent(field, name));
      return this;
    }

    /** Adds an annotation. */
    Builder annotate(Optional<LocatedNode> value, String name, String annotation) {
      return put(value, name, "metadata", "annotations", annotation);
    }

    /**
     * Adds where the code is.
     *
     * @param value an address, or owner/name on GitHub
     */
    Builder repository(Optional<LocatedNode> value, String name) {
      boolean isAddress =
          value.flatMap(LocatedNode::text).filter(text -> text.contains("://")).isPresent();
      return annotate(
          value, name, isAddress ? "backstage.io/source-location" : "github.com/project-slug");
    }

    /**
     * Adds what Dorado reads of the properties that people define themselves: {@code tier}, {@code
     * lifecycle}, {@code golden_path} with {@code golden_path_since}, and {@code dorado_…} for each
     * annotation {@code dorado.dev/…}. Hyphens stand for underscores.
     *
     * @param where what the portal calls these properties
     */
    Builder properties(Map<String, LocatedNode> properties, String where) {
      Map<String, String> names = new HashMap<>();
      properties.keySet().forEach(name -> names.putIfAbsent(name.replace('-', '_'), name));
      names.forEach(
          (plain, name) -> {
            if (plain.startsWith("dorado_")) {
              String annotation = plain.substring("dorado_".length()).replace('_', '-');
              annotate(value(properties, name), where + "." + name, "dorado.dev/" + annotation);
            }
          });
      named(names, properties, "tier")
          .ifPresent(
              name -> annotate(value(properties, name), where + "." + name, ServiceEntry.TIER));
      named(names, properties, "lifecycle")
          .ifPresent(name -> put(value(properties, name), where + "." + name, "spec", "lifecycle"));
      named(names, properties, "golden_path")
          .ifPresent(name -> goldenPath(names, properties, name, where));
      return this;
    }

    private void goldenPath(
        Map<String, String> names, Map<String, LocatedNode> properties, String name, String where) {
      Optional<LocatedNode> path = value(properties, name);
      Optional<String> since =
          named(names, properties, "golden_path_since")
              .flatMap(field -> value(properties, field))
              .flatMap(LocatedNode::text);
      boolean isDated =
          path.flatMap(LocatedNode::text).filter(text -> text.contains("@")).isPresent();
      annotate(
          path.map(
              node ->
                  since.isEmpty() || isDated || node.text().isEmpty()
                      ? node
                      : withText(node, node.text().get() + "@" + since.get())),
          where + "." + name,
          ServiceEntry.GOLDEN_PATH);
    }

    private static Optional<String> named(
        Map<String, String> names, Map<String, LocatedNode> properties, String plain) {
      return Optional.ofNullable(names.get(plain))
          .filter(name -> value(properties, name).isPresent());
    }

    /** A value; Cortex may have it with a description beside it. */
    private static Optional<LocatedNode> value(Map<String, LocatedNode> properties, String name) {
      LocatedNode node = properties.get(name);
      return Optional.of(node.field("value").orElse(node)).filter(there -> !isNull(there));
    }

    BackstageForm build() {
      return new BackstageForm(origin, node(entity), fields);
    }

    private static boolean isNull(LocatedNode node) {
      return node.fields().isEmpty() && node.items().isEmpty() && node.text().isEmpty();
    }

    @SuppressWarnings("unchecked")
    private void place(String[] path, LocatedNode value) {
      Map<String, Object> parent = entity;
      for (String name : Arrays.asList(path).subList(0, path.length - 1)) {
        parent = (Map<String, Object>) parent.computeIfAbsent(name, key -> new LinkedHashMap<>());
      }
      parent.put(path[path.length - 1], value);
    }

    private LocatedNode node(Map<String, Object> fields) {
      Map<String, LocatedNode> nodes = new LinkedHashMap<>();
      fields.forEach((name, value) -> nodes.put(name, toNode(value)));
      return new LocatedNode(origin.line(), Optional.of(nodes), Optional.empty(), Optional.empty());
    }

    @SuppressWarnings("unchecked")
    private LocatedNode toNode(Object value) {
      return value instanceof LocatedNode node ? node : node((Map<String, Object>) value);
    }
  }

  /** Another text in the place of a value. */
  static LocatedNode withText(LocatedNode node, String text) {
    return new LocatedNode(node.line(), Optional.empty(), Optional.empty(), Optional.of(text));
  }

  /** The first item of a list. */
  static Optional<LocatedNode> first(Optional<LocatedNode> list) {
    return list.flatMap(LocatedNode::items).map(List::stream).flatMap(items -> items.findFirst());
  }
}
