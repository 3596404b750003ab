package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.Cursor;
import dev.dorado.api.Filter;
import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Page after page, a list has the newest version of each row and nothing else: over random rows
 * most of which were written again with other times, moved out of the list, or retracted.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ITLists {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant HANDOVER = Instant.parse("2026-02-01T00:00:00Z");
  private static final int CHANGES = 400;
  private static final List<String> SERVICES = List.of("a", "b", "é", "z-1");

  /** Versions of a change at most: the first pages of versions hold few that are the newest. */
  private static final int VERSIONS = 8;

  private final Map<String, Change> newest = new TreeMap<>();
  private Connections connections;
  private ClickHouse asked;

  @BeforeAll
  void write() throws SQLException {
    connections =
        new Connections(
            "", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", clickHouse.database());
    asked = AskedClickHouse.open(connections, new SimpleMeterRegistry());
    Random random = new Random(7);
    List<List<String>> inserts = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      int versions = 1 + random.nextInt(VERSIONS);
      for (int version = 1; version <= versions; version++) {
        var change = change(random, i, version, versions);
        newest.put(change.id(), change);
        while (inserts.size() < version) {
          inserts.add(new ArrayList<>());
        }
        inserts.get(version - 1).add(change.literals(version));
      }
    }
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection);
      statement.execute("SYSTEM STOP MERGES %s.changes".formatted(connections.database(1)));
      statement.execute(
          "INSERT INTO %s.catalog (service, valid_from, owner, row_version) VALUES"
                  .formatted(connections.database(1))
              + " ('a', 0, 'first', 1), ('a', %s, 'second', 1)".formatted(time(HANDOVER)));
      for (List<String> rows : inserts) {
        statement.execute(
            "INSERT INTO %s.changes (service, environment, id, merged_at, deployed_at, row_version,"
                    .formatted(connections.database(1))
                + " row_deleted) VALUES "
                + String.join(", ", rows));
      }
    }
  }

  @AfterAll
  void disconnect() {
    asked.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 60, 1000})
  void pagesHaveTheNewestRowsInTheirOrder(int limit) {
    assertThat(pages(Filter.ANY, ChangesQuery.Shipped.YES, limit))
        .isEqualTo(expected(Filter.ANY, ChangesQuery.Shipped.YES));
  }

  @ParameterizedTest
  @EnumSource(ChangesQuery.Shipped.class)
  void whateverTimeOrdersThem(ChangesQuery.Shipped shipped) {
    assertThat(expected(Filter.ANY, shipped)).hasSizeGreaterThan(20);
    assertThat(pages(Filter.ANY, shipped, 11)).isEqualTo(expected(Filter.ANY, shipped));
  }

  @Test
  void filtersChooseAmongTheNewestVersions() {
    for (Filter filter :
        List.of(
            filter(List.of("production"), List.of(), List.of()),
            filter(List.of("staging"), List.of("a", "é"), List.of()),
            filter(List.of(), List.of(), List.of("second")),
            filter(List.of(), List.of(), List.of("first", "second")),
            filter(List.of(), List.of(), List.of("nobody")))) {
      assertThat(pages(filter, ChangesQuery.Shipped.YES, 5))
          .as(filter.toString())
          .isEqualTo(expected(filter, ChangesQuery.Shipped.YES));
    }
  }

  private List<String> pages(Filter filter, ChangesQuery.Shipped shipped, int limit) {
    List<String> found = new ArrayList<>();
    Cursor cursor = null;
    do {
      var query =
          new Query(
              new Period(FROM, TO, ZoneOffset.UTC),
              TO,
              Interval.DAY,
              filter,
              List.of(),
              limit,
              cursor);
      Page page =
          new ChangesQuery(asked.current(), Duration.ofDays(180))
              .page(query, shipped, Optional.empty());
      assertThat(page.items().size()).isLessThanOrEqualTo(limit);
      page.items().forEach(row -> found.add(row.get("id").toString()));
      cursor = page.next();
    } while (cursor != null);
    return found;
  }

  private List<String> expected(Filter filter, ChangesQuery.Shipped shipped) {
    boolean byMerge = shipped != ChangesQuery.Shipped.YES;
    Stream<Change> changes =
        newest.values().stream()
            .filter(change -> !change.deleted())
            .filter(change -> shipped != ChangesQuery.Shipped.NO || change.deployedAt() == null)
            .filter(change -> isInside(byMerge ? change.mergedAt() : change.deployedAt()))
            .filter(change -> filter.wantsEnvironment(change.environment(), List.of()))
            .filter(change -> filter.wantsService(change.service()))
            .filter(change -> filter.wantsTeam(change.team()));
    return changes
        .sorted(
            Comparator.comparing(
                    (Change change) -> byMerge ? change.mergedAt() : change.deployedAt())
                .thenComparing(Change::service)
                .thenComparing(Change::environment)
                .thenComparing(Change::id)
                .reversed())
        .map(Change::id)
        .toList();
  }

  private static boolean isInside(Instant time) {
    return time != null && !time.isBefore(FROM) && time.isBefore(TO);
  }

  private static Filter filter(
      List<String> environments, List<String> services, List<String> teams) {
    return new Filter(environments, services, teams, List.of(), List.of());
  }

  /** The last version is late in the list or out of it, so that those before it stand in front. */
  private static Change change(Random random, int i, int version, int versions) {
    boolean isLast = version == versions;
    long days = isLast ? random.nextInt(50) - 5 : 45 + random.nextInt(14);
    // Several changes of the same time: then service, environment and id order them.
    Instant merged = FROM.plus(Duration.ofDays(days));
    Instant deployed = random.nextInt(5) == 0 ? null : merged.plus(Duration.ofHours(12));
    return new Change(
        SERVICES.get(i % SERVICES.size()),
        i % 3 == 0 ? "staging" : "production",
        "c%03d".formatted(i),
        merged,
        deployed,
        isLast && version > 1 && random.nextInt(4) == 0);
  }

  private static String time(Instant time) {
    return time == null
        ? "NULL"
        : "fromUnixTimestamp64Milli(%d, 'UTC')".formatted(time.toEpochMilli());
  }

  private record Change(
      String service,
      String environment,
      String id,
      Instant mergedAt,
      Instant deployedAt,
      boolean deleted) {

    String team() {
      Instant factTime = deployedAt == null ? mergedAt : deployedAt;
      return service.equals("a") ? (factTime.isBefore(HANDOVER) ? "first" : "second") : null;
    }

    String literals(int version) {
      return "('%s', '%s', '%s', %s, %s, %d, %d)"
          .formatted(
              service, environment, id, time(mergedAt), time(deployedAt), version, deleted ? 1 : 0);
    }
  }
}
