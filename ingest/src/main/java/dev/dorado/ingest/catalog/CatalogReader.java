package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogUpload.Ignored;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.schemas.Bounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads catalog files: Backstage's entities, of which the components are services, and groups and
 * users say who owns them. Port's and Cortex's entities are read as such, too. A pure function of
 * the files, which finds all that is wrong at once. Thread-safe.
 */
public final class CatalogReader {

  /** What a file says has no time of its own yet; what it schedules may be in the future. */
  private static final Bounds BOUNDS =
      new Bounds(Bounds.EARLIEST_IMPORTED, Bounds.LATEST_SCHEDULED);

  private static final String KIND =
      "the kind of entity, as Component (or Port's 'identifier' and 'blueprint', or Cortex's 'x-cortex-tag')";

  private final ServiceEntry services;

  /**
   * @param repositories how repositories are named
   */
  public CatalogReader(RepositoryName repositories) {
    this.services = new ServiceEntry(requireNonNull(repositories));
  }

  /** What {@code files} say together: an owner in one may be a group or user in another. */
  public CatalogUpload read(List<CatalogFile> files) {
    List<CatalogProblem> problems = new ArrayList<>();
    List<CatalogEntity> components = new ArrayList<>();
    List<Ignored> ignored = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    var owners = new Owners(notes::add);
    for (var entity : entities(files, problems)) {
      String kind = entity.text(KIND, "kind").orElse("");
      switch (kind.toLowerCase(Locale.ROOT)) {
        case "" -> {} // which it has told
        case "component" -> components.add(entity);
        case "group" -> owners.addGroup(entity);
        case "user" -> owners.addUser(entity);
        default ->
            ignored.add(
                new Ignored(entity.label(), "entities of kind %s are no services".formatted(kind)));
      }
    }
    List<CatalogEvent> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> warnings = new LinkedHashSet<>();
    Map<CatalogEntity, String> statedOwners = new LinkedHashMap<>();
    var warning = new CatalogWarnings(warnings::add);
    for (var component : components) {
      warning.ofAnnotations(component);
      Owners.stated(component).ifPresent(owner -> statedOwners.put(component, owner));
      Optional<CatalogEvent> entry =
          services.read(component, owners).filter(event -> isWithinBounds(component, event));
      if (entry.isPresent()
          && !seen.add(
              entry.get().getService() + " " + Objects.toString(entry.get().getValidFrom()))) {
        component.unusable(
            entry.get().getService(),
            "each service once for each dorado.dev/valid-from",
            "metadata",
            "name");
      } else {
        entry.ifPresent(entries::add);
      }
    }
    warning.ofOwners(statedOwners, owners.defined());
    return new CatalogUpload(
        withoutNamesOfOthers(entries),
        ignored,
        List.copyOf(notes),
        List.copyOf(warnings),
        problems);
  }

  private static boolean isWithinBounds(CatalogEntity component, CatalogEvent entry) {
    var refused = BOUNDS.fit(entry).refused();
    refused.ifPresent(
        excess -> component.unusable(excess.value(), excess.expected(), excess.field()));
    return refused.isEmpty();
  }

  /** An application that is named like another service is thought to be that one. */
  private static List<CatalogEvent> withoutNamesOfOthers(List<CatalogEvent> entries) {
    Set<String> services = new HashSet<>();
    entries.forEach(entry -> services.add(entry.getService()));
    return entries.stream()
        .map(
            entry ->
                entry.getAliases().stream().noneMatch(services::contains)
                    ? entry
                    : CatalogEvent.newBuilder(entry)
                        .setAliases(
                            entry.getAliases().stream()
                                .filter(alias -> !services.contains(alias))
                                .toList())
                        .build())
        .toList();
  }

  private static List<CatalogEntity> entities(
      List<CatalogFile> files, List<CatalogProblem> problems) {
    List<CatalogEntity> entities = new ArrayList<>();
    for (var file : files) {
      try {
        List<LocatedNode> nodes = nodes(file.documents());
        if (nodes.isEmpty()) {
          problems.add(
              CatalogProblem.syntax(
                  file.name(),
                  1,
                  "the file is empty: expected entities of Backstage, Port or Cortex"));
        }
        nodes.stream()
            .map(node -> new CatalogEntity(file, BackstageForm.of(node), problems::add))
            .filter(CatalogEntity::isObject)
            .forEach(entities::add);
      } catch (LocatedNode.Unreadable e) {
        problems.add(CatalogProblem.syntax(file.name(), e.line(), e.getMessage()));
      }
    }
    return entities;
  }

  /** Documents, or what an array or a portal's own list has in it. */
  private static List<LocatedNode> nodes(List<LocatedNode> documents) {
    List<LocatedNode> nodes = new ArrayList<>();
    for (var document : documents) {
      Optional<List<LocatedNode>> list =
          document.field("kind").isEmpty()
              ? document
                  .items()
                  .or(() -> document.field("items").flatMap(LocatedNode::items))
                  .or(() -> document.field("entities").flatMap(LocatedNode::items))
              : Optional.empty();
      list.ifPresentOrElse(nodes::addAll, () -> nodes.add(document));
    }
    return nodes;
  }
}
