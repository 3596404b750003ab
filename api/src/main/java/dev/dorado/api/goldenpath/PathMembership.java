package dev.dorado.api.goldenpath;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a service adopted a path, left it, and was on others. Adoption is absorbing: only the first
 * time on the path counts, and what comes after it is left out. Immutable.
 *
 * @param spells times on the path that is asked for, oldest first
 * @param others times on other paths; none if any path is asked for
 */
record PathMembership(List<Spell> spells, List<Spell> others) {

  PathMembership {
    spells = List.copyOf(spells);
    others = List.copyOf(others);
  }

  /**
   * The membership in one path, or in any.
   *
   * @param all times on all paths, oldest first
   * @param path the path; empty for any, so that a change of paths is no end
   */
  static PathMembership of(List<Spell> all, Optional<String> path) {
    requireNonNull(path);
    if (path.isPresent()) {
      return new PathMembership(
          all.stream().filter(spell -> spell.path().equals(path.get())).toList(),
          all.stream().filter(spell -> !spell.path().equals(path.get())).toList());
    }
    List<Spell> joined = new ArrayList<>();
    for (Spell spell : all) {
      int last = joined.size() - 1;
      if (last >= 0 && !joined.get(last).until().isBefore(spell.from())) {
        Spell before = joined.get(last);
        joined.set(last, new Spell(before.path(), before.from(), spell.until(), spell.removed()));
      } else {
        joined.add(spell);
      }
    }
    return new PathMembership(joined, List.of());
  }

  /** When it adopted the path. */
  Optional<Instant> adoptedAt() {
    return spells.stream().findFirst().map(Spell::from);
  }

  /** When it left the path for the first time. */
  Optional<Instant> leftAt() {
    return spells.stream().findFirst().map(Spell::until).filter(time -> time.isBefore(Instant.MAX));
  }

  /** The first time on another path. */
  Optional<Spell> other() {
    return others.stream().findFirst();
  }

  boolean isOnPath(Instant time) {
    return spells.stream().anyMatch(spell -> spell.contains(time));
  }

  /** Whether it was on the path once, is in the catalog, and is not on the path at a time. */
  boolean hasLeft(Instant time) {
    return !isOnPath(time) && spells.stream().anyMatch(spell -> spell.hasLeft(time));
  }
}
