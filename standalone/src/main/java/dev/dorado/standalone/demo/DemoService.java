package dev.dorado.standalone.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * A service of the scratch organisation.
 *
 * @param name name in the catalog
 * @param team its owner
 * @param tier its tier
 * @param description a line for people
 * @param folder the part of its repository that it owns, ending in /, or nothing for the whole
 * @param production its production environments, in the order of a roll-out; none if it is never
 *     deployed
 * @param reporter who reports its deployments
 * @param pace how it works, up to the golden path
 * @param goldenPath since when it is on the golden path and how it works then, if it is
 */
record DemoService(
    String name,
    String team,
    String tier,
    String description,
    String folder,
    List<String> production,
    Reporter reporter,
    Pace pace,
    Optional<GoldenPath> goldenPath) {

  /** How it works at {@code time}. */
  Pace paceAt(Instant time) {
    return isOnGoldenPath(time) ? goldenPath.orElseThrow().pace() : pace;
  }

  boolean isOnGoldenPath(Instant time) {
    return goldenPath
        .filter(path -> !time.isBefore(path.since().atStartOfDay(ZoneOffset.UTC).toInstant()))
        .isPresent();
  }

  boolean isDeployed() {
    return !production.isEmpty();
  }

  /** Which sender tells of the deployments. */
  enum Reporter {
    GITHUB,
    GENERIC,
    CDEVENTS
  }

  /** When a service is released. */
  enum Cadence {
    EACH_MERGE,
    DAILY,
    WEEKLY,
    FORTNIGHTLY
  }

  /**
   * How a service works.
   *
   * @param changesPerWeek pull requests merged in an ordinary week
   * @param cadence when it is released
   * @param codingHours median of office hours from first commit to pull request
   * @param pickupHours median of office hours until the first review
   * @param failureShare share of deployments that go wrong in an ordinary week
   */
  record Pace(
      double changesPerWeek,
      Cadence cadence,
      double codingHours,
      double pickupHours,
      double failureShare) {}

  /**
   * The golden path of a service.
   *
   * @param since the first day on it
   * @param pace how the service works from then on
   */
  record GoldenPath(LocalDate since, Pace pace) {}
}
