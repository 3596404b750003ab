package dev.dorado.benchmarks;

import com.typesafe.config.ConfigFactory;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.generations.Offsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** When something is killed: as soon as a step is seen to do its work, or at any time. */
enum CrashMoment {
  /** At any time. */
  RANDOM(CrashParts.ALL),
  /** A request was sent and is not answered. */
  ACCEPT(List.of(CrashParts.INGEST)),
  /** Kafka got an event. */
  PRODUCE(List.of(CrashParts.INGEST, CrashParts.KAFKA)),
  /** The step that gives commits their positions got a record. */
  ROUTE(List.of(CrashParts.STREAMS, CrashParts.KAFKA)),
  /** The step that decides on deployments got a record. */
  ATTRIBUTE(List.of(CrashParts.STREAMS, CrashParts.KAFKA)),
  /** Kafka got a fact, which the sink has not written. */
  SINK(List.of(CrashParts.STREAMS, CrashParts.CLICKHOUSE)),
  /** ClickHouse got rows, whose offsets the sink has not committed. */
  COMMIT(List.of(CrashParts.STREAMS, CrashParts.KAFKA));

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(2);

  private final List<String> victims;

  CrashMoment(List<String> victims) {
    this.victims = victims;
  }

  /** What may be killed then. */
  List<String> victims() {
    return victims;
  }

  /**
   * Waits for the next time that the step does something.
   *
   * @return false if it was not seen to do so for a while, as there is no more to do
   */
  boolean await(CrashLoad load, Connections connections) throws Exception {
    try (var offsets = new Offsets(connections, "dorado-bench")) {
      long before = seen(load, connections, offsets);
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (seen(load, connections, offsets) == before) {
        if (System.nanoTime() > end) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      return true;
    }
  }

  private long seen(CrashLoad load, Connections connections, Offsets offsets)
      throws ExecutionException, InterruptedException, SQLException {
    return switch (this) {
      case RANDOM -> System.nanoTime();
      case ACCEPT -> load.attempts();
      case PRODUCE -> ends(offsets, Topics.events().stream().map(Topic::name).toList());
      case ROUTE -> ends(offsets, List.of(into(Target.ROUTE)));
      case ATTRIBUTE -> ends(offsets, List.of(into(Target.ATTRIBUTE)));
      case SINK -> ends(offsets, Topics.facts(1).stream().map(Topic::name).toList());
      case COMMIT -> GeneratedRows.inserted(connections);
    };
  }

  private static String into(Target step) {
    String application = ConfigFactory.load().getString("dorado.streams.application-id");
    return Topics.repartition(application, step.label());
  }

  private static long ends(Offsets offsets, List<String> topics)
      throws ExecutionException, InterruptedException {
    return offsets.ends(topics).orElse(Map.of()).values().stream().mapToLong(Long::longValue).sum();
  }
}
