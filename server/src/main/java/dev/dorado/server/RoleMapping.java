package dev.dorado.server;

import com.typesafe.config.Config;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which people and groups have which role, for those whom somebody else authenticates. Immutable.
 *
 * @param readers names and groups that may read; empty: everybody
 * @param correctors names and groups that may post corrections
 * @param administrators names and groups that may administer
 */
record RoleMapping(Set<String> readers, Set<String> correctors, Set<String> administrators) {

  /** From {@code correctors}, {@code administrators} and, if it is there, {@code readers}. */
  static RoleMapping from(Config settings) {
    return new RoleMapping(
        settings.hasPath("readers") ? names(settings.getString("readers")) : Set.of(),
        names(settings.getString("correctors")),
        names(settings.getString("administrators")));
  }

  /** The role of somebody with these names and groups; empty if they may do nothing. */
  Optional<AccessRole> roleOf(Set<String> who) {
    if (!Collections.disjoint(administrators, who)) {
      return Optional.of(AccessRole.ADMINISTER);
    }
    if (!Collections.disjoint(correctors, who)) {
      return Optional.of(AccessRole.CORRECT);
    }
    return readers.isEmpty() || !Collections.disjoint(readers, who)
        ? Optional.of(AccessRole.READ)
        : Optional.empty();
  }

  /** Names that are separated by commas. */
  static Set<String> names(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
