package dev.dorado.benchmarks;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How many facts ClickHouse has, of the generation that answers queries. Not thread-safe. */
final class FactCounts {

  private static final Duration POLL = Duration.ofMillis(250);

  private final Connections connections;

  FactCounts(Connections connections) {
    this.connections = connections;
  }

  /**
   * Numbers of facts.
   *
   * @param deployments deployments
   * @param changes changes
   */
  record Counts(long deployments, long changes) {}

  /** As it is now. */
  Counts now() throws IOException {
    try (var clickHouse = connections.clickHouse();
        var statement = clickHouse.createStatement()) {
      int generation =
          Generation.current(new Generations(connections).all()).orElseThrow().number();
      String database = connections.database(generation);
      try (var rows =
          statement.executeQuery(
              "SELECT (SELECT count() FROM `%1$s`.deployments FINAL), (SELECT count() FROM `%1$s`.changes FINAL)"
                  .formatted(database))) {
        rows.next();
        return new Counts(rows.getLong(1), rows.getLong(2));
      }
    } catch (SQLException e) {
      throw new IOException("ClickHouse does not count: " + Connections.reason(e), e);
    }
  }

  /** Waits until there are {@code expected} deployments. */
  void awaitDeployments(long expected, Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (now().deployments() != expected) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "%s: expected %d deployments within %d s"
                .formatted(now(), expected, patience.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }
}
