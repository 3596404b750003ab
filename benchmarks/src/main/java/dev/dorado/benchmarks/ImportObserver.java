package dev.dorado.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * What a person would notice of a standalone that is busy: how long reads of the API take, made at
 * a steady rate whether those before are answered or not; what its health reports, and how much
 * memory it takes. Thread-safe.
 */
final class ImportObserver implements AutoCloseable {

  private static final Duration TIME_OUT = Duration.ofSeconds(10);
  private static final Pattern DETAIL = Pattern.compile("\"problem\":\"([^\"]{0,60})");
  private static final List<String> READS =
      List.of(
          "/api/v1/summary",
          "/api/v1/series?interval=month",
          "/api/v1/deployments?limit=50",
          "/api/v1/changes?limit=50",
          "/api/v1/services");

  private final StandaloneProcess dorado;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final Histogram millis = new Histogram(TimeUnit.MINUTES.toMillis(1), 3);
  private final Map<String, Integer> healths = new TreeMap<>();
  private long timeOuts;
  private long failures;
  private long peakKilobytes;
  private int turn;

  private ImportObserver(StandaloneProcess dorado) {
    this.dorado = dorado;
  }

  /**
   * Starts to read.
   *
   * @param readsPerSecond how often the API is read
   */
  static ImportObserver start(StandaloneProcess dorado, int readsPerSecond) {
    var observer = new ImportObserver(dorado);
    observer.timer.scheduleAtFixedRate(
        observer::read, 0, 1_000_000 / readsPerSecond, TimeUnit.MICROSECONDS);
    observer.timer.scheduleAtFixedRate(observer::look, 0, 500, TimeUnit.MILLISECONDS);
    return observer;
  }

  /** A line for each thing that was observed so far. */
  synchronized String report() {
    return "API reads: %,d; ms: p50 %d, p95 %d, p99 %d, max %d; %d timed out after %d s, %d failed%nhealth, by samples of 500 ms: %s%npeak of resident memory, children included: %,d MB%n"
        .formatted(
            millis.getTotalCount(),
            millis.getValueAtPercentile(50),
            millis.getValueAtPercentile(95),
            millis.getValueAtPercentile(99),
            millis.getMaxValue(),
            timeOuts,
            TIME_OUT.toSeconds(),
            failures,
            healths,
            peakKilobytes / 1024);
  }

  /** The resident memory of all processes now, in kB; 0 where the system does not tell. */
  long resident() {
    return dorado.resident();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    readers.shutdownNow();
  }

  private void read() {
    String path = READS.get(turn++ % READS.size());
    readers.execute(
        () -> {
          long began = System.nanoTime();
          read(began, status(path));
        });
  }

  /** 0 if there is no answer in time. */
  private int status(String path) {
    try {
      return dorado.get(path).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private synchronized void read(long began, int status) {
    long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    millis.recordValue(Math.min(elapsed, millis.getHighestTrackableValue()));
    if (status == 0 && elapsed >= TIME_OUT.toMillis()) {
      timeOuts++;
    } else if (status != 200) {
      failures++;
    }
  }

  private void look() {
    String health = health();
    long kilobytes = resident();
    synchronized (this) {
      healths.merge(health, 1, Integer::sum);
      peakKilobytes = Math.max(peakKilobytes, kilobytes);
    }
  }

  private String health() {
    try {
      var answer = dorado.get("/health/ready");
      if (answer.statusCode() == 200) {
        return "UP";
      }
      var detail = DETAIL.matcher(answer.body());
      return "DOWN" + (detail.find() ? " (" + detail.group(1) + "…)" : "");
    } catch (IOException e) {
      return "no answer";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "no answer";
    }
  }
}
