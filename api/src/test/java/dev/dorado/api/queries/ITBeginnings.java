package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.queries.Beginnings.Beginning;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first changes of contributors are those that the newest rows give one by one: over random
 * changes that are written again and retracted.
 */
final class ITBeginnings {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
  private static final int DAYS = 400;
  private static final int CHANGES = 1200;
  private static final long FIRST_DAYS = Duration.ofDays(90).toMillis();

  /** A version of a row; the times are milliseconds, or null. */
  private record Change(
      String service,
      String environment,
      String repository,
      String contributor,
      boolean bot,
      Long started,
      Long merged,
      Long deployed,
      boolean beforeBaseline) {

    Long seen() {
      return started == null ? merged : started;
    }

    boolean isOfPerson() {
      return !bot && contributor != null && seen() != null;
    }

    boolean isOfProduction() {
      return environment.equals("production");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void firstChangesAreThoseOfTheNewestRows(long seed) throws SQLException {
    String database = clickHouse.database() + "_" + seed;
    var connections =
        new Connections("", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", database);
    Map<Integer, Change> newest = write(connections, new Random(seed));
    Instant from = START.plus(Duration.ofDays(95));
    Instant to = START.plus(Duration.ofDays(300));
    try (var asked = AskedClickHouse.open(connections, new SimpleMeterRegistry())) {
      var found = new Beginnings(asked.current()).contributors(from, to);

      assertThat(found).isEqualTo(expected(newest.values().stream().toList(), from, to));
      assertThat(found.values()).extracting(Beginning::leftOut).contains(true, false);
      assertThat(found.values()).extracting(Beginning::deployed).contains(Optional.empty());
    }
  }

  private static Map<String, Beginning> expected(List<Change> rows, Instant from, Instant to) {
    Map<String, Long> firsts = new HashMap<>();
    rows.stream()
        .filter(row -> row.seen() != null)
        .forEach(row -> firsts.merge(row.repository(), row.seen(), Math::min));
    Map<String, List<Change>> byPerson = new HashMap<>();
    rows.stream()
        .filter(Change::isOfPerson)
        .forEach(
            row -> byPerson.computeIfAbsent(row.contributor(), key -> new ArrayList<>()).add(row));
    Map<String, Beginning> expected = new HashMap<>();
    byPerson.forEach(
        (person, own) -> {
          Change first =
              own.stream()
                  .min(Comparator.comparing(Change::seen).thenComparing(Change::service))
                  .orElseThrow();
          boolean isOfPeriod =
              first.seen() >= from.toEpochMilli() && first.seen() < to.toEpochMilli();
          if (isOfPeriod) {
            Optional<Long> deployed =
                own.stream()
                    .filter(Change::isOfProduction)
                    .map(Change::deployed)
                    .filter(Objects::nonNull)
                    .min(Comparator.naturalOrder());
            boolean isLeftOut =
                own.stream()
                    .anyMatch(
                        row ->
                            row.isOfProduction() && row.beforeBaseline()
                                || row.seen() < firsts.get(row.repository()) + FIRST_DAYS);
            expected.put(person, new Beginning(first.service(), first.seen(), deployed, isLeftOut));
          }
        });
    return expected;
  }

  /** Writes up to three versions of each change; answers with the newest that are not retracted. */
  private static Map<Integer, Change> write(Connections connections, Random random)
      throws SQLException {
    Map<Integer, Change> newest = new LinkedHashMap<>();
    List<String> inserts = new ArrayList<>();
    for (int version = 1; version <= 3; version++) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < CHANGES; i++) {
        boolean isWritten = version == 1 || random.nextInt(4) == 0;
        if (!isWritten) {
          continue;
        }
        boolean isRetracted = version > 1 && random.nextInt(5) == 0;
        Change change = change(random, i);
        if (isRetracted) {
          newest.remove(i);
        } else {
          newest.put(i, change);
        }
        values.add(literals(change, i, version, isRetracted));
      }
      inserts.add(String.join(", ", values));
    }
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection);
      for (String values : inserts) {
        statement.execute(
            "INSERT INTO "
                + connections.database(1)
                + ".changes (service, environment, id, repository, contributor, bot, started_at,"
                + " merged_at, deployed_at, shipping_rule, row_version, row_deleted) VALUES "
                + values);
      }
    }
    return newest;
  }

  /** Its key never changes; everything else may. */
  private static Change change(Random random, int i) {
    long day = Duration.ofDays(1).toMillis();
    long repositoryFrom = START.toEpochMilli() + (i % 5) * 40 * day;
    long begun = repositoryFrom + (long) (random.nextDouble() * DAYS * day);
    // The higher its number, the later a contributor comes.
    long number = (begun - START.toEpochMilli()) / (2 * day) - random.nextInt(20);
    return new Change(
        "service-" + i % 3,
        i % 4 == 0 ? "staging" : "production",
        "acme/" + i % 5,
        random.nextInt(20) == 0 ? null : "person-" + number,
        random.nextInt(10) == 0,
        random.nextInt(8) == 0 ? null : begun,
        random.nextInt(8) == 0 ? null : begun + random.nextInt(1_000_000),
        random.nextInt(3) == 0 ? null : begun + random.nextInt(1_000_000_000),
        random.nextInt(60) == 0);
  }

  private static String literals(Change change, int i, int version, boolean isRetracted) {
    return Stream.of(
            text(change.service()),
            text(change.environment()),
            text("change-" + i),
            text(change.repository()),
            text(change.contributor()),
            String.valueOf(change.bot()),
            time(change.started()),
            time(change.merged()),
            time(change.deployed()),
            change.beforeBaseline() ? "'S5'" : "NULL",
            String.valueOf(version),
            isRetracted ? "1" : "0")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(String value) {
    return value == null ? "NULL" : "'" + value + "'";
  }

  private static String time(Long millis) {
    return millis == null ? "NULL" : "fromUnixTimestamp64Milli(%d, 'UTC')".formatted(millis);
  }
}
