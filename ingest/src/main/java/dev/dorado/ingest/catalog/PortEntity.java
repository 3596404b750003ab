package dev.dorado.ingest.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An entity of Port, as {@code GET /v1/blueprints/service/entities} lists it. */
final class PortEntity {

  /** Blueprints whose entities are services. */
  private static final Set<String> SERVICES = Set.of("service", "microservice", "component");

  /** Properties that may say where the code is; the first that is there counts. */
  private static final List<String> REPOSITORIES =
      List.of("repository", "repo", "repository_url", "repositoryUrl", "repo_url", "url");

  private PortEntity() {}

  /** The entity; empty if it is none of Port. */
  static Optional<BackstageForm> read(LocatedNode entity) {
    Optional<LocatedNode> identifier = entity.field("identifier");
    Optional<String> blueprint = entity.field("blueprint").flatMap(LocatedNode::text);
    if (identifier.isEmpty() || blueprint.isEmpty()) {
      return Optional.empty();
    }
    var form =
        new BackstageForm.Builder(entity, kind(blueprint.get()))
            .put(identifier, "identifier", "metadata", "name")
            .put(entity.field("title"), "title", "metadata", "title");
    Map<String, LocatedNode> properties =
        entity.field("properties").flatMap(LocatedNode::fields).orElse(Map.of());
    form.put(
        Optional.ofNullable(properties.get("description")),
        "properties.description",
        "metadata",
        "description");
    REPOSITORIES.stream()
        .filter(name -> properties.containsKey(name))
        .filter(name -> properties.get(name).text().isPresent())
        .findFirst()
        .ifPresent(
            name -> form.repository(Optional.of(properties.get(name)), "properties." + name));
    Optional<LocatedNode> team = entity.field("team");
    form.put(
        team.flatMap(LocatedNode::items).isPresent() ? BackstageForm.first(team) : team,
        "team",
        "spec",
        "owner");
    form.put(
        entity.field("relations").flatMap(relations -> relations.field("system")),
        "relations.system",
        "spec",
        "system");
    return Optional.of(form.properties(properties, "properties").build());
  }

  private static String kind(String blueprint) {
    String lower = blueprint.toLowerCase(Locale.ROOT);
    return SERVICES.contains(lower) ? "Component" : lower.equals("_team") ? "Group" : blueprint;
  }
}
