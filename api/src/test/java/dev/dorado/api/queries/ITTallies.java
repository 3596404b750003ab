package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.TestSnapshots;
import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.metrics.Fact;
import dev.dorado.api.metrics.Metric;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Metrics;
import dev.dorado.api.metrics.Tally;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What ClickHouse counts is, to the digit, what the newest rows give one by one: over random facts
 * that are written again, corrected, retracted, and overtaken by older versions.
 */
final class ITTallies {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final Duration WINDOW = Duration.ofHours(24);
  private static final Instant START = Instant.parse("2026-01-15T00:00:00Z");
  private static final long DAYS = 110;
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final Instant NOW = Instant.parse("2026-04-25T10:11:12.345678Z");
  private static final Instant HANDOVER = Instant.parse("2026-04-02T12:00:00Z");
  private static final Filter PRODUCTION =
      new Filter(List.of("production"), List.of(), List.of(), List.of(), List.of());

  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private Connections connections;
  private ClickHouse asked;

  /** The newest version of each row by table and key; null once it is retracted. */
  private final Map<String, Row> newest = new LinkedHashMap<>();

  /** The newest version of each row, retracted or not. */
  private final Map<String, Integer> versions = new HashMap<>();

  private final Map<String, List<String>> inserts = new TreeMap<>();

  @BeforeEach
  void connect() throws SQLException {
    connections =
        new Connections(
            "", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", clickHouse.database());
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection);
      TestSnapshots.stop(connections);
      for (String table :
          List.of(
              "deployments",
              "deployments_recent",
              "deployments_snapshot",
              "changes",
              "changes_recent",
              "changes_snapshot",
              "incidents",
              "catalog")) {
        statement.execute("TRUNCATE TABLE %s.%s".formatted(connections.database(1), table));
      }
    }
    asked = AskedClickHouse.open(connections, metrics);
  }

  @AfterEach
  void disconnect() {
    asked.close();
  }

  @ParameterizedTest
  @EnumSource(Days.class)
  void numbersAreThoseOfTheNewestRows(Days days) throws SQLException {
    write(new Random(days.ordinal()), days, false);
    assertThat(asked.current().snapshot("changes")).isEmpty();
    assertNumbersAreThoseOfTheNewestRows(days);
  }

  @ParameterizedTest
  @EnumSource(Days.class)
  void numbersOfASnapshotAndWhatWasWrittenSinceAreThoseOfTheNewestRows(Days days)
      throws SQLException {
    write(new Random(days.ordinal()), days, true);
    assertThat(asked.current().snapshot("changes")).isPresent();
    assertThat(asked.current().snapshot("deployments")).isPresent();
    assertNumbersAreThoseOfTheNewestRows(days);
  }

  private void assertNumbersAreThoseOfTheNewestRows(Days days) {
    boolean readAll = false;
    for (List<Dimension> grouping :
        List.of(
            List.<Dimension>of(),
            List.of(Dimension.SERVICE),
            List.of(Dimension.TEAM),
            List.of(Dimension.ENVIRONMENT, Dimension.TEAM))) {
      for (Filter filter : List.of(PRODUCTION, PRODUCTION.inAnyEnvironment())) {
        Query april = query(Instant.parse("2026-03-31T22:00:00Z"), "2026-05-01", filter, grouping);
        Query weeks = query(Instant.parse("2026-03-20T05:30:00Z"), "2026-04-20", filter, grouping);
        for (Query query : List.of(april, weeks)) {
          long before = queriesOfChanges();
          assertThat(summary(query)).as("%s by %s", days, grouping).isEqualTo(expected(query));
          readAll |= queriesOfChanges() > before + 1;
          assertThat(series(query)).as("%s by %s", days, grouping).isEqualTo(expectedRows(query));
        }
      }
    }
    assertThat(readAll).as("all lead times were read").isEqualTo(days == Days.APART);
  }

  private long queriesOfChanges() {
    return metrics.find("dorado.api.query").tag("query", "metric-changes").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private Map<Group, Object> summary(Query query) {
    Map<Group, Object> found = new TreeMap<>(Group.ORDER);
    for (Object item :
        (List<?>)
            new SummaryQuery(asked.current(), WINDOW)
                .answer(query, DoraBenchmarks.DEFAULT)
                .get("groups")) {
      Map<?, ?> group = (Map<?, ?>) item;
      found.put(groupOf((Map<?, ?>) group.get("group")), group);
    }
    return found;
  }

  private Map<Group, Object> expected(Query query) {
    Period period = query.period().elapsed(query.now());
    Period before = query.period().previous(query.now());
    var known = KnownServices.load(asked.current());
    var evidence = EvidenceQuery.load(asked.current(), known, query);
    var groups = known.groups(query.period(), query.filter(), query.grouping());
    Map<Group, SummaryQuery.Pair> pairs = new TreeMap<>(Group.ORDER);
    groups.forEach(group -> pairs.put(group, pair(period, before)));
    rows(query)
        .forEach(
            row -> {
              var pair = pairs.computeIfAbsent(row.group(query), group -> pair(period, before));
              pair.current().add(row.fact());
              pair.before().add(row.fact());
            });
    Map<Group, Object> expected = new TreeMap<>(Group.ORDER);
    pairs.forEach(
        (group, pair) -> {
          if (groups.contains(group) || !pair.current().isEmpty()) {
            expected.put(
                group,
                SummaryQuery.group(
                    query.grouping(),
                    group,
                    pair,
                    groups.contains(group),
                    DoraBenchmarks.DEFAULT,
                    evidence.of(group)));
          }
        });
    return expected;
  }

  private static SummaryQuery.Pair pair(Period period, Period before) {
    return new SummaryQuery.Pair(new Tally(period, NOW, WINDOW), new Tally(before, NOW, WINDOW));
  }

  /** Value and n of each metric, by bucket and group. */
  private Map<String, Object> series(Query query) {
    Map<String, Object> found = new TreeMap<>();
    for (var row : new SeriesQuery(asked.current(), WINDOW, 10_000).answer(query)) {
      Map<String, Object> numbers = new TreeMap<>();
      for (MetricName name : MetricName.values()) {
        numbers.put(name.json(), row.get(name.json()) + " of " + row.get(name.json() + "_n"));
      }
      List<String> group =
          query.grouping().stream().map(by -> String.valueOf(row.get(by.column()))).toList();
      found.put(row.get("time") + " " + group, numbers);
    }
    return found;
  }

  private Map<String, Object> expectedRows(Query query) {
    var groups =
        KnownServices.load(asked.current())
            .groups(query.period(), query.filter(), query.grouping());
    Map<String, Object> expected = new TreeMap<>();
    for (var bucket : query.period().buckets(query.interval(), query.now())) {
      Map<Group, Tally> tallies = new TreeMap<>(Group.ORDER);
      groups.forEach(group -> tallies.put(group, tally(bucket)));
      rows(query)
          .filter(row -> tallies.containsKey(row.group(query)))
          .forEach(row -> tallies.get(row.group(query)).add(row.fact()));
      tallies.forEach(
          (group, tally) -> {
            Map<String, Object> numbers = new TreeMap<>();
            for (MetricName name : MetricName.values()) {
              Metric metric = Metrics.of(name, tally, bucket.start().isBefore(NOW));
              numbers.put(name.json(), metric.value().orElse(null) + " of " + metric.n());
            }
            List<String> values = group.values().stream().map(String::valueOf).toList();
            expected.put(bucket.start() + " " + values, numbers);
          });
    }
    return expected;
  }

  private static Tally tally(Period.Bucket bucket) {
    return new Tally(bucket.inside().elapsed(NOW), NOW, WINDOW);
  }

  private Stream<Row> rows(Query query) {
    return newest.values().stream()
        .filter(row -> row != null && !row.excluded())
        .filter(row -> query.filter().wantsEnvironment(row.environment(), List.of()));
  }

  private static Group groupOf(Map<?, ?> json) {
    return new Group(
        json.values().stream().map(value -> (String) value).collect(Collectors.toList()));
  }

  private static Query query(Instant from, String to, Filter filter, List<Dimension> grouping) {
    Instant end = LocalDate.parse(to).atStartOfDay(ZONE).toInstant();
    return new Query(new Period(from, end, ZONE), NOW, Interval.WEEK, filter, grouping, 100, null);
  }

  /** Facts of a busy service, and of three quiet ones. */
  private void write(Random random, Days days, boolean takesSnapshots) throws SQLException {
    for (int i = 0; i < days.changes + 300; i++) {
      writeChange(random, i < days.changes ? "busy" : "quiet-" + i % 3, i, days.spread);
    }
    for (int i = 0; i < 600; i++) {
      writeDeployment(random, i % 2 == 0 ? "busy" : "quiet-" + i % 3, i);
      if (i % 6 == 0) {
        writeIncident(random, i % 4 == 0 ? "busy" : "quiet-" + i % 3, i);
      }
    }
    insert("catalog", 0, "('busy', 0, false, 'first', 1, 0)");
    insert("catalog", 0, "('busy', %s, false, 'second', 1, 0)".formatted(time(HANDOVER)));
    insert("catalog", 0, "('quiet-0', 0, false, 'second', 1, 0)");
    try (var connection = connections.clickHouse()) {
      flush(connection, takesSnapshots);
    }
  }

  private void writeChange(Random random, String service, int i, double ofDays)
      throws SQLException {
    for (int version : versions(random)) {
      Instant at = at(random);
      boolean bot = random.nextInt(10) == 0;
      double daily = ofDays * new Random(at.toEpochMilli() / DAY).nextGaussian();
      Double lead = unless(random, 20, seconds(Math.exp(9 + daily + random.nextGaussian())));
      Double coding = unless(random, 5, seconds(1000 * random.nextDouble()));
      Double pickup = unless(random, 5, (double) random.nextInt(4));
      Double review = unless(random, 5, -seconds(10 * random.nextDouble()));
      Double deploy = unless(random, 2, seconds(1e6 * random.nextDouble()));
      boolean reactive = random.nextInt(5) == 0;
      String environment = i % 9 == 0 ? "staging" : "production";
      boolean shipped = random.nextInt(15) > 0;
      Fact fact =
          new Fact.Change(shipped ? at : null, bot, lead, coding, pickup, review, deploy, reactive);
      boolean deleted =
          keep("changes " + environment, service, i, version, environment, at, false, fact, random);
      insert(
          "changes",
          version,
          "('%s', 'c%d', '%s', 'acme/%s', '', %s, %s, %s, %s, %s, %s, %s, %s, %d, %d)"
              .formatted(
                  service,
                  i,
                  environment,
                  service,
                  shipped ? time(at) : "NULL",
                  bot,
                  lead,
                  coding,
                  pickup,
                  review,
                  deploy,
                  reactive,
                  version,
                  deleted ? 1 : 0));
    }
  }

  private void writeDeployment(Random random, String service, int i) throws SQLException {
    for (int version : versions(random)) {
      Instant at = at(random);
      boolean succeeded = random.nextInt(8) > 0;
      boolean counted = succeeded && random.nextInt(12) > 0;
      boolean failed = counted && random.nextInt(4) == 0;
      boolean excluded = random.nextInt(20) == 0;
      Instant impact = failed && random.nextInt(8) > 0 ? later(random, at, 4) : null;
      Instant recovered = failed && random.nextInt(5) > 0 ? later(random, at, 900) : null;
      boolean rework = random.nextInt(6) == 0;
      boolean probable = random.nextInt(6) == 0;
      Instant mature = random.nextBoolean() ? later(random, at, 500) : null;
      String environment = i % 7 == 0 ? "staging" : "production";
      Fact fact =
          new Fact.Deployment(
              at, succeeded, counted, failed, impact, recovered, rework, probable, mature);
      boolean deleted =
          keep("deployments", service, i, version, environment, at, excluded, fact, random);
      insert(
          "deployments",
          version,
          "('%s', 'd%d', '%s', ['%s'], %s, '%s', %s, %s, %s, %s, %s, %s, %s, %s, %d, %d)"
              .formatted(
                  service,
                  i,
                  environment,
                  environment,
                  time(at),
                  succeeded ? "succeeded" : "failed",
                  counted,
                  failed,
                  time(impact),
                  time(recovered),
                  rework,
                  probable,
                  time(mature),
                  excluded,
                  version,
                  deleted ? 1 : 0));
    }
  }

  private void writeIncident(Random random, String service, int i) throws SQLException {
    for (int version : versions(random)) {
      Instant at = at(random);
      boolean linked = random.nextBoolean();
      Fact fact = new Fact.Incident(at, linked);
      boolean deleted =
          keep("incidents", service, i, version, "production", at, false, fact, random);
      insert(
          "incidents",
          version,
          "('%s', 'i%d', 'production', %s, %s, %d, %d)"
              .formatted(service, i, time(at), linked ? "'F4'" : "NULL", version, deleted ? 1 : 0));
    }
  }

  /** Versions of a row in the order in which they arrive. */
  private static List<Integer> versions(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> List.of(1, 2);
      case 1 -> List.of(1, 3, 2);
      default -> List.of(1);
    };
  }

  /** Remembers a version if it is the newest; returns whether it is a retraction. */
  private boolean keep(
      String table,
      String service,
      int i,
      int version,
      String environment,
      Instant at,
      boolean excluded,
      Fact fact,
      Random random) {
    boolean deleted = version > 1 && random.nextInt(3) == 0;
    String key = "%s %s %d".formatted(table, service, i);
    if (version >= versions.getOrDefault(key, 0)) {
      versions.put(key, version);
      newest.put(key, deleted ? null : new Row(service, environment, at, excluded, fact));
    }
    return deleted;
  }

  /** Each version is of an insert of its own, in the order of arrival: 1, then 3, then 2. */
  private void insert(String table, int version, String values) {
    int arrival = version == 2 ? 3 : version == 3 ? 2 : version;
    inserts.computeIfAbsent(arrival + " " + table, added -> new ArrayList<>()).add(values);
  }

  private void flush(Connection connection, boolean takesSnapshots) throws SQLException {
    Map<String, String> columns =
        Map.of(
            "catalog",
            "service, valid_from, removed, owner",
            "changes",
            "service, id, environment, repository, sha, deployed_at, bot, lead_time, coding,"
                + " pickup, review, deploy, reactive",
            "deployments",
            "service, id, environment, environments, finished_at, status, counted, failed,"
                + " impact_started_at, recovered_at, rework, rework_probable, mature_at,"
                + " excluded",
            "incidents",
            "service, id, environment, started_at, link_rule");
    try (var statement = connection.createStatement()) {
      boolean isTaken = !takesSnapshots;
      for (var insert : inserts.entrySet()) {
        if (!isTaken && insert.getKey().startsWith("2")) {
          TestSnapshots.take(connections);
          isTaken = true;
        }
        String table = insert.getKey().substring(insert.getKey().indexOf(' ') + 1);
        List<String> rows = insert.getValue();
        for (int first = 0; first < rows.size(); first += 500) {
          statement.execute(
              "INSERT INTO %s.%s (%s, row_version, row_deleted) VALUES %s"
                  .formatted(
                      connections.database(1),
                      table,
                      columns.get(table),
                      String.join(", ", rows.subList(first, Math.min(first + 500, rows.size())))));
        }
      }
    }
  }

  /** A time of the whole span; now and then exactly a midnight of the zone. */
  private static Instant at(Random random) {
    Instant at = START.plusMillis((long) (random.nextDouble() * DAYS * DAY));
    return random.nextInt(50) == 0
        ? at.atZone(ZONE).toLocalDate().atStartOfDay(ZONE).toInstant()
        : at;
  }

  private static Instant later(Random random, Instant at, int hours) {
    return at.plusMillis((long) (random.nextDouble() * hours * 3_600_000));
  }

  private static double seconds(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static Double unless(Random random, int oneOf, double value) {
    return random.nextInt(oneOf) == 0 ? null : (Double) value;
  }

  private static String time(Instant time) {
    return time == null
        ? "NULL"
        : "fromUnixTimestamp64Milli(%d, 'UTC')".formatted(time.toEpochMilli());
  }

  /** How the lead times of the busy service are distributed over its days. */
  enum Days {
    /** Few, all of which are read. */
    FEW(300, 0.5),
    /** Many, much the same every day: those around the quantiles are read. */
    ALIKE(7000, 0),
    /** Many, but the days differ so much that the intervals span most of them. */
    APART(7000, 3);

    private final int changes;
    private final double spread;

    Days(int changes, double spread) {
      this.changes = changes;
      this.spread = spread;
    }
  }

  private record Row(String service, String environment, Instant at, boolean excluded, Fact fact) {

    Group group(Query query) {
      List<String> values = new ArrayList<>();
      for (Dimension dimension : query.grouping()) {
        values.add(
            switch (dimension) {
              case SERVICE -> service;
              case TEAM -> team();
              case ENVIRONMENT -> environment;
              default -> throw new IllegalArgumentException(dimension.column());
            });
      }
      return new Group(values);
    }

    private String team() {
      return switch (service) {
        case "busy" -> at.isBefore(HANDOVER) ? "first" : "second";
        case "quiet-0" -> "second";
        default -> null;
      };
    }
  }
}
