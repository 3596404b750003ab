package dev.dorado.ingest.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which team an owner stands for. A group is the team itself, however it is nested: who owns a
 * service directly is whom one asks. A user stands for the group that it is a member of.
 */
final class Owners {

  private final Set<String> groups = new HashSet<>();
  private final Map<String, List<String>> groupsOfUsers = new HashMap<>();
  private final Consumer<String> notes;

  /**
   * @param notes is told of owners that had to be guessed
   */
  Owners(Consumer<String> notes) {
    this.notes = notes;
  }

  /** Takes an entity of kind Group. */
  void addGroup(CatalogEntity entity) {
    entity
        .text("the name of the group", "metadata", "name")
        .ifPresent(name -> groups.add(CatalogEntity.nameOf(name)));
  }

  /** Takes an entity of kind User. */
  void addUser(CatalogEntity entity) {
    Optional<String> name = entity.text("the name of the user", "metadata", "name");
    List<String> memberOf = new ArrayList<>(entity.texts("spec", "memberOf"));
    memberOf.addAll(entity.relations("memberOf"));
    name.ifPresent(
        user ->
            groupsOfUsers.put(
                CatalogEntity.nameOf(user),
                memberOf.stream().map(CatalogEntity::nameOf).distinct().toList()));
  }

  /** The owners among {@code components} that are users, as references. */
  static boolean isUser(String reference) {
    return CatalogEntity.kindOf(reference).filter("user"::equals).isPresent();
  }

  /**
   * The team that owns a component: what Backstage has resolved, else what {@code spec.owner} says,
   * be it {@code team-a}, {@code group:team-a}, {@code group:default/team-a} or a user.
   */
  Optional<String> teamOf(CatalogEntity component) {
    Optional<String> stated = component.maybeText("spec", "owner");
    return component.relations("ownedBy").stream()
        .min((one, other) -> Boolean.compare(isUser(one), isUser(other)))
        .or(() -> stated)
        .map(reference -> team(component, reference));
  }

  /** The names of the groups and users that were taken. */
  Set<String> defined() {
    Set<String> names = new HashSet<>(groups);
    names.addAll(groupsOfUsers.keySet());
    return names;
  }

  /** The owner that a component states; empty if Backstage has resolved it, or there is none. */
  static Optional<String> stated(CatalogEntity component) {
    return component.relations("ownedBy").isEmpty()
        ? component.maybeText("spec", "owner").map(CatalogEntity::nameOf)
        : Optional.empty();
  }

  private String team(CatalogEntity component, String reference) {
    String name = CatalogEntity.nameOf(reference);
    // Without a kind an owner is a group, says Backstage; people write users all the same.
    boolean meansUser =
        isUser(reference)
            || (CatalogEntity.kindOf(reference).isEmpty()
                && !groups.contains(name)
                && groupsOfUsers.containsKey(name));
    if (!meansUser) {
      return name;
    }
    List<String> memberOf = groupsOfUsers.getOrDefault(name, List.of());
    if (memberOf.isEmpty()) {
      notes.accept(
          "%s is owned by the user %s, of whom no group is known: '%s' is taken as the team"
              .formatted(component.label(), name, name));
      return name;
    }
    if (memberOf.size() > 1) {
      notes.accept(
          "%s is owned by the user %s, who is a member of %s: the first is taken as the team"
              .formatted(component.label(), name, String.join(", ", memberOf)));
    }
    return memberOf.get(0);
  }
}
