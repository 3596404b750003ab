package dev.dorado.streams.generations;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.sink.ClickHouseSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/** The rows of deliveries, refusals and rejected records, which all generations have in common. */
public final class DeliveryRows {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(200);

  private DeliveryRows() {}

  /**
   * Comes back once all that is in their topics now is in ClickHouse.
   *
   * @throws IllegalStateException if it takes longer than ten minutes
   */
  public static void await(Config config, Connections connections)
      throws ExecutionException, InterruptedException {
    List<String> topics =
        List.of(Topics.DELIVERIES.name(), Topics.REFUSALS.name(), Topics.REJECTED.name());
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (var offsets = new Offsets(connections, "dorado-delivery-rows")) {
      Map<TopicPartition, Long> ends = new HashMap<>(offsets.ends(topics).orElseThrow());
      while (!Offsets.passed(offsets.committed(ClickHouseSink.groupOfDeliveries(config)), ends)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "the rows of deliveries are not in ClickHouse after %d minutes: see that a role streams runs and is healthy, then run this again"
                  .formatted(PATIENCE.toMinutes()));
        }
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    }
  }
}
