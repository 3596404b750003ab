package dev.dorado.ingest.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entity as {@code GET /api/v1/catalog} of Cortex lists it. Owners and custom data are in it if
 * they were asked for ({@code includeOwners}, {@code includeMetadata}).
 */
final class CortexListing {

  private CortexListing() {}

  /** The entity; empty if it is none of Cortex. */
  static Optional<BackstageForm> read(LocatedNode entity) {
    Optional<LocatedNode> tag = entity.field("tag");
    Optional<String> type = entity.field("type").flatMap(LocatedNode::text);
    if (tag.isEmpty() || type.isEmpty()) {
      return Optional.empty();
    }
    boolean isArchived =
        entity.field("isArchived").flatMap(LocatedNode::text).filter("true"::equals).isPresent();
    var form =
        new BackstageForm.Builder(
                entity, isArchived ? "archived " + type.get() : CortexDescriptor.kind(type.get()))
            .put(tag, "tag", "metadata", "name")
            .put(entity.field("name"), "name", "metadata", "title")
            .put(entity.field("description"), "description", "metadata", "description")
            .put(owner(entity), "owners", "spec", "owner")
            .put(
                entity
                    .field("hierarchy")
                    .flatMap(hierarchy -> BackstageForm.first(hierarchy.field("parents")))
                    .flatMap(parent -> parent.field("tag")),
                "hierarchy.parents",
                "spec",
                "system");
    entity
        .field("git")
        .ifPresent(
            git ->
                git.field("provider")
                    .flatMap(LocatedNode::text)
                    .ifPresent(
                        provider ->
                            CortexDescriptor.repository(
                                form,
                                provider,
                                git.field("repository"),
                                git.field("basepath"),
                                "git")));
    return Optional.of(form.properties(metadata(entity), "metadata").build());
  }

  /** A team has a tag in Cortex; of another provider, the name of a group. */
  private static Optional<LocatedNode> owner(LocatedNode entity) {
    return entity
        .field("owners")
        .flatMap(owners -> BackstageForm.first(owners.field("teams")))
        .or(
            () ->
                entity
                    .field("ownership")
                    .flatMap(ownership -> BackstageForm.first(ownership.field("groups"))))
        .flatMap(
            team ->
                team.field("tag").or(() -> team.field("groupName")).or(() -> team.field("name")));
  }

  /** Keys and values. */
  private static Map<String, LocatedNode> metadata(LocatedNode entity) {
    Map<String, LocatedNode> metadata = new LinkedHashMap<>();
    List<LocatedNode> pairs =
        entity.field("metadata").flatMap(LocatedNode::items).orElse(List.of());
    for (LocatedNode pair : pairs) {
      Optional<String> key = pair.field("key").flatMap(LocatedNode::text);
      Optional<LocatedNode> value = pair.field("value");
      if (key.isPresent() && value.isPresent()) {
        metadata.put(key.get(), value.get());
      }
    }
    return metadata;
  }
}
