package dev.dorado.ingest.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A descriptor of Cortex, as a {@code cortex.yaml} has it: OpenAPI with {@code x-cortex-…}. */
final class CortexDescriptor {

  private CortexDescriptor() {}

  /** The entity; empty if it is none of Cortex. */
  static Optional<BackstageForm> read(LocatedNode descriptor) {
    Optional<LocatedNode> info = descriptor.field("info");
    Optional<LocatedNode> tag = info.flatMap(fields -> fields.field("x-cortex-tag"));
    if (tag.isEmpty()) {
      return Optional.empty();
    }
    LocatedNode fields = info.get();
    String type = fields.field("x-cortex-type").flatMap(LocatedNode::text).orElse("service");
    var form =
        new BackstageForm.Builder(descriptor, kind(type))
            .put(tag, "info.x-cortex-tag", "metadata", "name")
            .put(fields.field("title"), "info.title", "metadata", "title")
            .put(fields.field("description"), "info.description", "metadata", "description")
            .put(owner(fields), "info.x-cortex-owners", "spec", "owner");
    for (String parents : List.of("x-cortex-parents", "x-cortex-domain-parents")) {
      form.put(
          BackstageForm.first(fields.field(parents)).flatMap(parent -> parent.field("tag")),
          "info." + parents,
          "spec",
          "system");
    }
    fields
        .field("x-cortex-git")
        .flatMap(LocatedNode::fields)
        .ifPresent(
            git ->
                git.forEach(
                    (provider, place) ->
                        repository(
                            form,
                            provider,
                            place.field("repository"),
                            place.field("basepath"),
                            "info.x-cortex-git." + provider)));
    onCall(form, fields);
    form.annotate(
        fields
            .field("x-cortex-issues")
            .flatMap(issues -> issues.field("jira"))
            .flatMap(jira -> jira.field("projects"))
            .flatMap(CortexDescriptor::joined),
        "info.x-cortex-issues.jira.projects",
        "jira/project-key");
    Map<String, LocatedNode> metadata =
        fields.field("x-cortex-custom-metadata").flatMap(LocatedNode::fields).orElse(Map.of());
    return Optional.of(form.properties(metadata, "info.x-cortex-custom-metadata").build());
  }

  /** Backstage's kind of a type of Cortex. */
  static String kind(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "service" -> "Component";
      case "team" -> "Group";
      default -> type;
    };
  }

  /** Adds where the code is: owner/name at a provider, and a folder in it. */
  static void repository(
      BackstageForm.Builder form,
      String provider,
      Optional<LocatedNode> repository,
      Optional<LocatedNode> folder,
      String where) {
    String field = where + ".repository";
    switch (provider.toLowerCase(Locale.ROOT)) {
      case "github" -> form.annotate(repository, field, "github.com/project-slug");
      case "gitlab" -> form.annotate(repository, field, "gitlab.com/project-slug");
      case "bitbucket" ->
          form.annotate(
              withText(repository, name -> "url:https://bitbucket.org/" + name),
              field,
              "backstage.io/source-location");
      default -> {
        // Others name no repository by itself; 'dorado_…' properties and aliases do.
      }
    }
    form.annotate(
        withText(folder, CortexDescriptor::withOneSlash), where + ".basepath", ServiceEntry.PATHS);
  }

  /** The path of a folder, which ends with a single slash. */
  private static String withOneSlash(String folder) {
    int end = folder.length();
    while (end > 0 && folder.charAt(end - 1) == '/') {
      end--;
    }
    return folder.substring(0, end) + "/";
  }

  private static Optional<LocatedNode> withText(
      Optional<LocatedNode> value, UnaryOperator<String> change) {
    return value.flatMap(
        node ->
            node.text()
                .filter(text -> !text.isEmpty())
                .map(text -> BackstageForm.withText(node, change.apply(text))));
  }

  /** The first owner that is a team. */
  private static Optional<LocatedNode> owner(LocatedNode fields) {
    return fields
        .field("x-cortex-owners")
        .flatMap(LocatedNode::items)
        .flatMap(
            owners ->
                owners.stream()
                    .filter(
                        owner ->
                            owner
                                .field("type")
                                .flatMap(LocatedNode::text)
                                .filter("group"::equalsIgnoreCase)
                                .isPresent())
                    .findFirst())
        .flatMap(owner -> owner.field("name"));
  }

  /** The id of a schedule names no service of PagerDuty. */
  private static void onCall(BackstageForm.Builder form, LocatedNode fields) {
    Optional<LocatedNode> pagerDuty =
        fields.field("x-cortex-oncall").flatMap(onCall -> onCall.field("pagerduty"));
    boolean isService =
        pagerDuty
            .flatMap(there -> there.field("type"))
            .flatMap(LocatedNode::text)
            .filter("service"::equalsIgnoreCase)
            .isPresent();
    form.annotate(
        isService ? pagerDuty.flatMap(there -> there.field("id")) : Optional.empty(),
        "info.x-cortex-oncall.pagerduty.id",
        "pagerduty.com/service-id");
  }

  private static Optional<LocatedNode> joined(LocatedNode list) {
    return list.items()
        .map(
            items ->
                BackstageForm.withText(
                    list,
                    items.stream()
                        .flatMap(item -> item.text().stream())
                        .collect(Collectors.joining(","))));
  }
}
