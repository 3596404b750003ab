package dev.dorado.api.goldenpath;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A service, as far as a golden path is asked about.
 *
 * @param name its name
 * @param teams its teams over time, oldest first
 * @param spells its times on golden paths, oldest first
 * @param firstSeen when it first deployed or shipped a change; empty if it never did
 * @param removedAt when the catalog dropped it; empty if it has not
 * @param cells what it did in each block
 */
public record PathService(
    String name,
    List<Ownership> teams,
    List<Spell> spells,
    Optional<Instant> firstSeen,
    Optional<Instant> removedAt,
    ServiceCells cells) {

  /** This share of the first block may lie before the service was first seen. */
  private static final Duration LATE_START = Duration.ofDays(7);

  /**
   * A team from a time on.
   *
   * @param from since when
   * @param team the team; empty without one
   */
  public record Ownership(Instant from, Optional<String> team) {}

  public PathService {
    requireNonNull(name);
    teams = List.copyOf(teams);
    spells = List.copyOf(spells);
    requireNonNull(firstSeen);
    requireNonNull(removedAt);
    requireNonNull(cells);
  }

  /** Its team at a time. */
  Optional<String> teamAt(Instant time) {
    Optional<String> team = Optional.empty();
    for (Ownership ownership : teams) {
      if (!ownership.from().isAfter(time)) {
        team = ownership.team();
      }
    }
    return team;
  }

  /** Whether it was there at a time: seen, and not dropped from the catalog. */
  boolean exists(Instant time) {
    return firstSeen.filter(seen -> !seen.isAfter(time)).isPresent()
        && removedAt.filter(removed -> !removed.isAfter(time)).isEmpty();
  }

  /** The first block that it is observed in, but for a week at most; never below 0. */
  int firstBlock(Blocks blocks) {
    Instant seen = firstSeen.orElse(Instant.MAX);
    if (seen.isBefore(blocks.start())) {
      return 0;
    }
    if (!seen.isBefore(blocks.end())) {
      return blocks.count();
    }
    int block = blocks.indexOf(seen);
    return seen.isAfter(blocks.startOf(block).plus(LATE_START)) ? block + 1 : block;
  }
}
