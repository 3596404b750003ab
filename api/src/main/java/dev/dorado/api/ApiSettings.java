package dev.dorado.api;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of the api.
 *
 * @param poolSize connections to ClickHouse at most
 * @param connectTimeout how long a request waits for a connection
 * @param queryTimeout how long a query may take
 * @param staleAfter how long after its merge a change that is not shipped is shown as stale
 * @param fewestContributors with fewer contributors, nothing is said of them
 * @param seriesCells buckets times groups of a series at most
 * @param proximityWindow for how long after a deployment an incident may still be linked to it
 */
record ApiSettings(
    int poolSize,
    Duration connectTimeout,
    Duration queryTimeout,
    Duration staleAfter,
    int fewestContributors,
    int seriesCells,
    Duration proximityWindow) {

  private static final int FEWEST = 2;
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
    if (queryTimeout.compareTo(SHORTEST_TIMEOUT) < 0) {
      throw new IllegalArgumentException(
          "dorado.api.query-timeout is %s: expected 1s or more".formatted(queryTimeout));
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
    if (proximityWindow.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.rules.proximity-window is %s: expected 0s or more".formatted(proximityWindow));
    }
  }

  static ApiSettings from(Config config) {
    return new ApiSettings(
        config.getInt("dorado.api.pool-size"),
        config.getDuration("dorado.api.connect-timeout"),
        config.getDuration("dorado.api.query-timeout"),
        config.getDuration("dorado.api.stale-after"),
        config.getInt("dorado.api.fewest-contributors"),
        config.getInt("dorado.api.series-cells"),
        config.getDuration("dorado.rules.proximity-window"));
  }
}
