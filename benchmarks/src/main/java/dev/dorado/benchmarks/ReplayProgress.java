package dev.dorado.benchmarks;

import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.generations.Offsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Tells from time to time how far a replay has come: of each group of topics, how many records have
 * been read and how many there are so far. A thread of its own, until it is closed.
 */
final class ReplayProgress implements AutoCloseable {

  private static final long EVERY_SECONDS = 10;

  private final Offsets offsets;
  private final String sinkGroup;
  private final String applicationId;
  private final Map<String, List<String>> topics = new LinkedHashMap<>();
  private final long started = System.nanoTime();
  private final Thread thread = new Thread(this::run, "dorado-bench-progress");

  /**
   * Begins to tell.
   *
   * @param steps names of the steps, in the order in which they feed each other
   */
  ReplayProgress(Offsets offsets, String applicationId, String sinkGroup, List<String> steps) {
    this.offsets = offsets;
    this.applicationId = applicationId;
    this.sinkGroup = sinkGroup;
    topics.put("events", names(Topics.events()));
    steps.forEach(step -> topics.put(step, List.of(Topics.repartition(applicationId, step))));
    topics.put("facts", names(Topics.facts(1)));
    thread.setDaemon(true);
    thread.start();
  }

  private static List<String> names(List<? extends Topic<?>> topics) {
    return topics.stream().map(Topic::name).toList();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(EVERY_SECONDS);
        System.err.println(line());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      System.err.println("how far the replay has come can't be seen: " + e.getCause());
    }
  }

  private String line() throws ExecutionException, InterruptedException {
    var read = new LinkedHashMap<>(offsets.committed(applicationId));
    read.putAll(offsets.committed(sinkGroup));
    StringBuilder line =
        new StringBuilder("%4d s".formatted((System.nanoTime() - started) / 1_000_000_000));
    for (var group : topics.entrySet()) {
      var ends = offsets.ends(group.getValue()).orElse(Map.of());
      long all = ends.values().stream().mapToLong(Long::longValue).sum();
      long done = ends.keySet().stream().mapToLong(at -> read.getOrDefault(at, 0L)).sum();
      if (all > 0) {
        line.append("  %s %,d/%,d".formatted(group.getKey(), done, all));
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
