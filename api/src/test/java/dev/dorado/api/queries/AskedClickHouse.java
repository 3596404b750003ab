package dev.dorado.api.queries;

import dev.dorado.schemas.Connections;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** The connections through which tests ask ClickHouse, with bounds that no test reaches. */
final class AskedClickHouse {

  private static final QueryBounds BOUNDS =
      new QueryBounds(Duration.ofMinutes(1), 1 << 30, 1 << 30);

  private AskedClickHouse() {}

  static ClickHouse open(Connections connections, MeterRegistry metrics) {
    return new ClickHouse(connections, 2, Duration.ofSeconds(10), BOUNDS, 2, metrics);
  }
}
