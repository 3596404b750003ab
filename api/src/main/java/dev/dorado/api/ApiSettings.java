package dev.dorado.api;

import com.typesafe.config.Config;
import dev.dorado.api.digest.Digest;
import dev.dorado.api.digest.DigestSettings;
import dev.dorado.api.goldenpath.Outcome;
import dev.dorado.api.queries.ClickHouse;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.QueryBounds;
import dev.dorado.api.queries.SummaryQuery;
import dev.dorado.schemas.Connections;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The settings of the api.
 *
 * @param poolSize connections to ClickHouse at most
 * @param connectTimeout how long a request waits for a connection
 * @param queryBounds what one query may take of ClickHouse
 * @param queriesAtOnce queries that ClickHouse answers at the same time at most; 0 if that depends
 *     on where it is
 * @param answerAge for how long an answer is given again if no row has changed
 * @param answerMemory bytes that answers which may be given again take at most
 * @param staleAfter how long after its merge a change that is not shipped is shown as stale
 * @param fewestContributors with fewer contributors, nothing is said of them
 * @param seriesCells buckets times groups of a series at most
 * @param doraGaugesAge for how long {@code /metrics/dora} answers what it computed last
 * @param doraGaugesGroups teams, and services, of which {@code /metrics/dora} has gauges
 * @param goldenPathOutcome the outcome of the golden path that is named beforehand
 * @param digest where the weekly digest is sent
 * @param proximityWindow for how long after a deployment an incident may still be linked to it
 */
record ApiSettings(
    int poolSize,
    Duration connectTimeout,
    QueryBounds queryBounds,
    int queriesAtOnce,
    Duration answerAge,
    long answerMemory,
    Duration staleAfter,
    int fewestContributors,
    int seriesCells,
    Duration doraGaugesAge,
    int doraGaugesGroups,
    Outcome goldenPathOutcome,
    DigestSettings digest,
    Duration proximityWindow) {

  private static final int FEWEST = 2;
  private static final long FEWEST_BYTES = 1024 * 1024;
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);

  ApiSettings {
    if (poolSize < 1) {
      throw new IllegalArgumentException(
          "dorado.api.pool-size is %d: expected 1 or more".formatted(poolSize));
    }
    if (connectTimeout.compareTo(SHORTEST_TIMEOUT) < 0) {
      throw new IllegalArgumentException(
          "dorado.api.connect-timeout is %s: expected 1s or more".formatted(connectTimeout));
    }
    if (queryBounds.time().compareTo(SHORTEST_TIMEOUT) < 0) {
      throw new IllegalArgumentException(
          "dorado.api.query-timeout is %s: expected 1s or more".formatted(queryBounds.time()));
    }
    requireBytes("query-memory", queryBounds.memory());
    requireBytes("query-result", queryBounds.result());
    if (queriesAtOnce < 0) {
      throw new IllegalArgumentException(
          "dorado.api.queries-at-once is %d: expected 0 or more".formatted(queriesAtOnce));
    }
    if (answerAge.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.api.answer-age is %s: expected 0s or more".formatted(answerAge));
    }
    if (answerMemory < 0 || answerMemory > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "dorado.api.answer-memory is %d bytes: expected 0 to 2GiB".formatted(answerMemory));
    }
    if (staleAfter.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.api.stale-after is %s: expected 0s or more".formatted(staleAfter));
    }
    if (fewestContributors < FEWEST) {
      throw new IllegalArgumentException(
          "dorado.api.fewest-contributors is %d: expected %d or more, so that no number is of one person"
              .formatted(fewestContributors, FEWEST));
    }
    if (seriesCells < 1) {
      throw new IllegalArgumentException(
          "dorado.api.series-cells is %d: expected 1 or more".formatted(seriesCells));
    }
    if (doraGaugesAge.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.api.dora-gauges-age is %s: expected 0s or more".formatted(doraGaugesAge));
    }
    if (doraGaugesGroups < 1) {
      throw new IllegalArgumentException(
          "dorado.api.dora-gauges-groups is %d: expected 1 or more".formatted(doraGaugesGroups));
    }
    if (proximityWindow.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.rules.proximity-window is %s: expected 0s or more".formatted(proximityWindow));
    }
  }

  static ApiSettings from(Config config) {
    return new ApiSettings(
        config.getInt("dorado.api.pool-size"),
        config.getDuration("dorado.api.connect-timeout"),
        new QueryBounds(
            config.getDuration("dorado.api.query-timeout"),
            config.getBytes("dorado.api.query-memory"),
            config.getBytes("dorado.api.query-result")),
        config.getInt("dorado.api.queries-at-once"),
        config.getDuration("dorado.api.answer-age"),
        config.getBytes("dorado.api.answer-memory"),
        config.getDuration("dorado.api.stale-after"),
        config.getInt("dorado.api.fewest-contributors"),
        config.getInt("dorado.api.series-cells"),
        config.getDuration("dorado.api.dora-gauges-age"),
        config.getInt("dorado.api.dora-gauges-groups"),
        outcome(config.getString("dorado.api.golden-path-outcome")),
        DigestSettings.from(config),
        config.getDuration("dorado.rules.proximity-window"));
  }

  /** The summary of a database, whose facts may know the window that they were computed with. */
  SummaryQuery summary(Database database) {
    return new SummaryQuery(database, proximityWindow(database));
  }

  /** The window of proximity (F6) that the facts of a database were computed with. */
  Duration proximityWindow(Database database) {
    return database.proximityWindow().orElse(proximityWindow);
  }

  /** A pool of connections to {@code connections}. */
  ClickHouse clickHouse(Connections connections, MeterRegistry metrics) {
    return new ClickHouse(
        connections, poolSize, connectTimeout, queryBounds, queriesAtOnce(connections), metrics);
  }

  /** A ClickHouse on this machine must leave processors to what computes and writes the facts. */
  private int queriesAtOnce(Connections connections) {
    if (queriesAtOnce > 0) {
      return queriesAtOnce;
    }
    return connections.hasLocalClickHouse()
        ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2)
        : poolSize;
  }

  /** The digest of a week, for a team or for all of them. */
  Digest digest(Database database, LocalDate week, Optional<String> team, Instant now) {
    return Digest.of(summary(database), week, digest.zone(), team, digest.page(), now);
  }

  private static Outcome outcome(String name) {
    return Outcome.of(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dorado.api.golden-path-outcome is %s: expected one of %s"
                        .formatted(name, String.join(", ", Outcome.names()))));
  }

  /** ClickHouse takes 0 for no bound. */
  private static void requireBytes(String name, long value) {
    if (value < FEWEST_BYTES) {
      throw new IllegalArgumentException(
          "dorado.api.%s is %d bytes: expected 1MiB or more".formatted(name, value));
    }
  }
}
