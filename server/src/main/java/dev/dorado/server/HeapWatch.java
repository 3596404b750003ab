package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether this process has become one that only collects garbage. {@link #problem} says so
 * first; if it lasts, the process ends with {@link #OUT_OF_MEMORY}, as the JVM ends it on an {@link
 * OutOfMemoryError}. A process that ends is started again by its supervisor and seen by its
 * operator; one that hangs is neither. Thread-safe.
 */
public final class HeapWatch implements AutoCloseable {

  /** The exit code of a process that ran out of memory, which is also the JVM's own. */
  public static final int OUT_OF_MEMORY = 3;

  private static final Logger log = LoggerFactory.getLogger(HeapWatch.class);
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final List<GarbageCollectorMXBean> collectors;
  private final Optional<MemoryPoolMXBean> old;
  private final HeapPressure pressure;
  private final Duration interval;

  /** Made while there is room for it. */
  private final String explanation;

  private final String message;

  private final Runnable end;
  private final Thread thread = new Thread(this::watch, "dorado-heap-watch");
  private volatile String problem;

  private HeapWatch(Duration window, Duration grace, Duration interval, Runnable end) {
    this.collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(HeapWatch::stopsTheProcess)
            .toList();
    this.old = oldGeneration();
    this.pressure = new HeapPressure(window, grace);
    this.interval = interval;
    this.explanation = explanation(window);
    this.message = "Error: " + explanation;
    this.end = requireNonNull(end);
  }

  /** Starts to watch; a hopeless heap ends the process with a message on standard error. */
  static HeapWatch start() {
    return start(WINDOW, GRACE, INTERVAL, () -> Runtime.getRuntime().halt(OUT_OF_MEMORY));
  }

  /** As above, with other times and another end. */
  static HeapWatch start(Duration window, Duration grace, Duration interval, Runnable end) {
    var watch = new HeapWatch(window, grace, interval, end);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  /** What is wrong with the heap, for people; null if there is room. */
  String problem() {
    return problem;
  }

  /** The most that the heap may grow to, for people, as {@code 1,024 MB}. */
  public static String size() {
    return "%,d MB".formatted(Runtime.getRuntime().maxMemory() / (1024 * 1024));
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      // Not all collectors have a generation that says how much a collection has left.
      while (old.isPresent()) {
        TimeUnit.MILLISECONDS.sleep(interval.toMillis());
        var state = pressure.add(sample(old.get()));
        if (state == HeapPressure.State.FINE) {
          problem = null;
        } else if (problem == null) {
          problem = explanation;
          log.error("{}", problem);
        }
        if (state == HeapPressure.State.HOPELESS) {
          giveUp();
          return;
        }
      }
    } catch (OutOfMemoryError e) {
      // Where the JVM was not told to end the process itself.
      giveUp();
    } catch (InterruptedException e) {
      // It is being closed.
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp() {
    System.err.println(message);
    end.run();
  }

  private static String explanation(Duration window) {
    return "out of memory: the heap of %s is full: more than %.0f %% of the last %d s went into collections that left less than %.0f %% of it free; give it more with DORADO_JAVA_OPTS=-Xmx..., or use a larger instance"
        .formatted(
            size(),
            100 * HeapPressure.MOST_TIME,
            window.toSeconds(),
            100 * HeapPressure.LEAST_FREE);
  }

  private HeapPressure.Sample sample(MemoryPoolMXBean pool) {
    long millis = collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
    var left = pool.getCollectionUsage();
    double free =
        left.getMax() <= 0 ? 1 : (double) (left.getMax() - left.getUsed()) / left.getMax();
    return new HeapPressure.Sample(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(millis), free);
  }

  /** The times of the others are those of work beside the process. */
  private static boolean stopsTheProcess(GarbageCollectorMXBean collector) {
    return !collector.getName().contains("Concurrent") && !collector.getName().endsWith("Cycles");
  }

  private static Optional<MemoryPoolMXBean> oldGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
        .max(Comparator.comparingLong(pool -> pool.getCollectionUsage().getMax()));
  }
}
