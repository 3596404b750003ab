package dev.dorado.streams.generations;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a generation until ClickHouse has all that the events which were there make of it, then
 * says so, once.
 *
 * <p>That nothing waits anywhere at one moment would say little: a step holds keys back for a
 * while, and where deliveries keep coming nothing is ever still. So the events that are there are
 * followed, place by place, in the order in which the steps feed each other: once the events are
 * read, what their records came to is in front of the first step; once that is read, the keys it
 * marked are waited for; then it is in front of the next. Kafka Streams commits what it read, what
 * it marked and what it wrote in one transaction, so that nothing can be between two places.
 *
 * <p>The first round may take hours, in which further events come. A second one is as short as what
 * came in the first needs, and after it the generation is as near to the present as any.
 */
public final class CatchUp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
  private static final int ROUNDS = 2;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration AFTER_AN_ERROR = Duration.ofSeconds(1);

  private final int generation;
  private final String applicationId;
  private final String sinkGroup;
  private final List<String> steps;
  private final Connections connections;
  private final Offsets offsets;
  private final Map<String, DirtyKeys> marks = new HashMap<>();
  private final Thread thread;
  private volatile boolean running = true;

  /**
   * @param generation its number
   * @param applicationId its application id, which is the consumer group of the topology too
   * @param sinkGroup the consumer group of its sink
   * @param steps names of the steps, in the order in which they feed each other
   * @param whenDone is run when it has caught up; where that fails, it is tried again
   */
  public CatchUp(
      int generation,
      String applicationId,
      String sinkGroup,
      List<String> steps,
      Connections connections,
      Done whenDone) {
    this.generation = generation;
    this.applicationId = requireNonNull(applicationId);
    this.sinkGroup = requireNonNull(sinkGroup);
    this.steps = List.copyOf(steps);
    this.connections = requireNonNull(connections);
    this.offsets = new Offsets(connections, "dorado-catch-up");
    this.thread = new Thread(() -> run(whenDone), "dorado-catch-up-g" + generation);
  }

  /** What is done when a generation has caught up. */
  @FunctionalInterface
  public interface Done {
    /** Does it. */
    void run() throws Exception;
  }

  /** Begins to follow. */
  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    running = false;
    try {
      // It looks often whether it is to go on; only Kafka's own patience may be longer.
      thread.join(PATIENCE.toMillis());
      thread.interrupt();
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    offsets.close();
  }

  private void run(Done whenDone) {
    try {
      while (running) {
        try {
          for (int round = 1; round <= ROUNDS; round++) {
            follow(round);
          }
          whenDone.run();
          return;
        } catch (InterruptException e) {
          return;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        } catch (Exception e) {
          log.warn(
              "whether generation {} has caught up can't be seen, trying again: {}",
              generation,
              e.getMessage());
          forgetMarks();
          rest(AFTER_AN_ERROR);
        }
      }
    } finally {
      forgetMarks();
    }
  }

  private void follow(int round) throws ExecutionException, InterruptedException {
    log.info("generation {}: round {} of {}, reading the events", generation, round, ROUNDS);
    passed(applicationId, ends(Topics.events().stream().map(Topic::name).toList()));
    for (String step : steps) {
      passed(applicationId, ends(List.of(Topics.repartition(applicationId, step))));
      cleared(step);
      log.info("generation {}: round {}, past the step {}", generation, round, step);
    }
    passed(sinkGroup, ends(Topics.facts(generation).stream().map(Topic::name).toList()));
    log.info("generation {}: round {}, its facts are in ClickHouse", generation, round);
  }

  /** Waits until the keys that a step has marked now have been worked off. */
  private void cleared(String step) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends =
        ends(List.of(Topics.changelog(applicationId, step + "-dirty")));
    var keys = marks.get(step);
    if (keys == null) {
      keys = new DirtyKeys(connections);
      marks.put(step, keys);
      keys.start(ends.keySet());
    }
    while (!keys.hasRead(ends, POLL)) {
      requireRunning();
    }
    keys.awaitMarked();
    while (!keys.hasCleared(POLL)) {
      requireRunning();
    }
  }

  /** Where the topics end now, once they are there. */
  private Map<TopicPartition, Long> ends(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    while (true) {
      var ends = offsets.ends(topics);
      if (ends.isPresent()) {
        return ends.get();
      }
      rest(POLL);
    }
  }

  private void passed(String group, Map<TopicPartition, Long> ends)
      throws ExecutionException, InterruptedException {
    while (!Offsets.passed(offsets.committed(group), ends)) {
      rest(POLL);
    }
  }

  private void rest(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    requireRunning();
  }

  private void requireRunning() {
    if (!running) {
      throw new InterruptException("it is no longer to be followed");
    }
  }

  private void forgetMarks() {
    for (var keys : marks.values()) {
      try {
        keys.close();
      } catch (KafkaException e) {
        log.debug("a consumer of marks is not closed", e);
      }
    }
    marks.clear();
  }
}
