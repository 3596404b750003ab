package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What /ingest counts of deliveries is what they give one by one, written again or not. */
final class ITIngestCounts {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2026-03-08T00:00:00Z");
  private static final int DELIVERIES = 3000;
  private static final int MOST_REASONS = 5;

  private record Delivery(
      String sender,
      String id,
      Instant received,
      String outcome,
      String reason,
      String kind,
      String repository,
      Instant occurred) {

    boolean isInside() {
      return !received.isBefore(FROM) && received.isBefore(TO);
    }

    /** Of which list of reasons it is; null if of none. */
    String reasons() {
      if (outcome.equals("accepted")) {
        return reason == null ? null : "skipped_reasons";
      }
      return outcome + "_reasons";
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void countsAreThoseOfTheDeliveriesOneByOne() throws SQLException {
    var connections =
        new Connections(
            "", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", clickHouse.database());
    List<Delivery> newest = write(connections);
    try (var asked = AskedClickHouse.open(connections, new SimpleMeterRegistry())) {
      var period = new Period(FROM, TO, ZoneOffset.UTC);
      var query = new Query(period, TO, Interval.DAY, Filter.ANY, List.of(), 10, null);
      var answer = new IngestQuery(asked.current()).answer(query);

      Map<String, List<Delivery>> bySender =
          newest.stream()
              .collect(Collectors.groupingBy(Delivery::sender, TreeMap::new, Collectors.toList()));
      List<Map<String, Object>> senders = (List<Map<String, Object>>) answer.get("senders");
      assertThat(senders)
          .extracting(sender -> sender.get("sender"))
          .containsExactlyElementsOf(bySender.keySet());
      for (Map<String, Object> sender : senders) {
        assertSender(sender, bySender.get(sender.get("sender").toString()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void assertSender(Map<String, Object> sender, List<Delivery> all) {
    assertCounts(sender, all);
    assertThat(sender.get("kinds"))
        .isEqualTo(
            counted(
                all,
                delivery -> row("kind", delivery.kind(), "outcome", delivery.outcome()),
                Comparator.comparing(row -> row.get("kind") + " " + row.get("outcome"))));
    for (String reasons : List.of("ignored_reasons", "dead_reasons", "skipped_reasons")) {
      assertThat(sender.get(reasons)).as(reasons).isEqualTo(reasons(all, reasons));
    }
    Map<String, List<Delivery>> byRepository =
        all.stream()
            .filter(delivery -> delivery.repository() != null)
            .collect(Collectors.groupingBy(Delivery::repository));
    List<Map<String, Object>> repositories = (List<Map<String, Object>>) sender.get("repositories");
    assertThat(repositories).extracting(row -> row.get("repository")).hasSize(byRepository.size());
    assertThat(repositories)
        .isSortedAccordingTo(
            Comparator.comparing((Map<String, Object> row) -> (Instant) row.get("last_delivery_at"))
                .reversed());
    for (Map<String, Object> repository : repositories) {
      List<Delivery> own = byRepository.get(repository.get("repository").toString());
      assertCounts(repository, own);
      for (String reasons : List.of("ignored_reasons", "dead_reasons")) {
        assertThat(repository.get(reasons))
            .isEqualTo(reasons(own, reasons).stream().limit(MOST_REASONS).toList());
      }
    }
  }

  private static void assertCounts(Map<String, Object> row, List<Delivery> all) {
    for (String outcome : List.of("accepted", "ignored", "dead")) {
      assertThat(row.get(outcome))
          .isEqualTo(
              all.stream()
                  .filter(Delivery::isInside)
                  .filter(delivery -> delivery.outcome().equals(outcome))
                  .count());
    }
    assertThat(row.get("last_delivery_at"))
        .isEqualTo(all.stream().map(Delivery::received).max(Comparator.naturalOrder()).get());
    double[] lags =
        all.stream()
            .filter(Delivery::isInside)
            .filter(delivery -> delivery.occurred() != null)
            .mapToDouble(
                delivery ->
                    Duration.between(delivery.occurred(), delivery.received()).toMillis() / 1000.0)
            .sorted()
            .toArray();
    if (lags.length == 0) {
      assertThat(row.get("lag_seconds")).isNull();
      assertThat(row.get("skew_seconds")).isNull();
    } else {
      int middle = lags.length / 2;
      double median = lags.length % 2 == 1 ? lags[middle] : (lags[middle - 1] + lags[middle]) / 2;
      assertThat(row.get("lag_seconds")).isEqualTo(median);
      assertThat(row.get("skew_seconds")).isEqualTo(Math.max(0, -lags[0]));
    }
  }

  private static List<Map<String, Object>> reasons(List<Delivery> all, String reasons) {
    return counted(
        all.stream().filter(delivery -> reasons.equals(delivery.reasons())).toList(),
        delivery -> row("reason", delivery.reason()),
        Comparator.comparing(row -> (String) row.get("reason")));
  }

  /** Deliveries of the period by a key, the most first. */
  private static List<Map<String, Object>> counted(
      List<Delivery> all,
      Function<Delivery, Map<String, Object>> key,
      Comparator<Map<String, Object>> order) {
    Map<Map<String, Object>, Long> counts = new HashMap<>();
    all.stream()
        .filter(Delivery::isInside)
        .forEach(delivery -> counts.merge(key.apply(delivery), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(
            entry -> {
              Map<String, Object> row = new LinkedHashMap<>(entry.getKey());
              row.put("count", entry.getValue());
              return row;
            })
        .sorted(
            Comparator.comparing((Map<String, Object> row) -> (long) row.get("count"))
                .reversed()
                .thenComparing(order))
        .toList();
  }

  private static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    return row;
  }

  /** Writes some deliveries twice, with another outcome; answers with the newest of each. */
  private static List<Delivery> write(Connections connections) throws SQLException {
    var random = new Random(7);
    Map<Integer, Delivery> newest = new LinkedHashMap<>();
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection);
      for (int version = 1; version <= 2; version++) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < DELIVERIES; i++) {
          if (version == 1 || random.nextInt(5) == 0) {
            Delivery delivery = delivery(random, i);
            newest.put(i, delivery);
            values.add(literals(delivery, version));
          }
        }
        statement.execute(
            "INSERT INTO "
                + connections.database()
                + ".deliveries (sender, id, received_at, outcome, reason, kind, repository,"
                + " occurred_at, row_version) VALUES "
                + String.join(", ", values));
      }
    }
    return List.copyOf(newest.values());
  }

  private static Delivery delivery(Random random, int i) {
    Instant received = FROM.minusSeconds(200_000).plusSeconds(random.nextInt(1_000_000));
    String outcome = List.of("accepted", "accepted", "ignored", "dead").get(random.nextInt(4));
    boolean hasReason = !outcome.equals("accepted") || random.nextInt(4) == 0;
    return new Delivery(
        "sender-" + i % 3,
        "delivery-" + i,
        received,
        outcome,
        hasReason ? "reason " + (char) ('a' + random.nextInt(9)) : null,
        "kind " + random.nextInt(3),
        random.nextInt(6) == 0 ? null : "acme/" + random.nextInt(12),
        random.nextInt(5) == 0 ? null : received.minusMillis(random.nextInt(90_000) - 10_000));
  }

  private static String literals(Delivery delivery, int version) {
    return List.of(
            text(delivery.sender()),
            text(delivery.id()),
            time(delivery.received()),
            text(delivery.outcome()),
            text(delivery.reason()),
            text(delivery.kind()),
            text(delivery.repository()),
            time(delivery.occurred()),
            String.valueOf(version))
        .stream()
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(String value) {
    return value == null ? "NULL" : "'" + value + "'";
  }

  private static String time(Instant time) {
    return Objects.isNull(time)
        ? "NULL"
        : "fromUnixTimestamp64Milli(%d, 'UTC')".formatted(time.toEpochMilli());
  }
}
