package dev.dorado.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How old numbers are: the time from posting a webhook until the API answers with what it reports,
 * while others are posted at a steady rate. A few deliveries each second are probes: deployments of
 * a service of their own, which the API is asked for until it knows it.
 */
@Command(
    name = "fresh",
    description =
        "Milliseconds from posting a webhook until the API shows it, while others are posted at a steady rate.",
    mixinStandardHelpOptions = true)
final class FreshBenchmark implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int POSTING_THREADS = 16;
  private static final int MOST_ASKED = 100;
  private static final long LONGEST_MILLIS = 2 * PATIENCE.toMillis();
  private static final int PRECISION = 3;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "Deliveries a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--probes",
      paramLabel = "N",
      defaultValue = "5",
      description = "Probes a second, beside them (default: ${DEFAULT-VALUE}).")
  private int probes;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long it is measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "30",
      description = "Seconds before that are not measured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--services",
      paramLabel = "N",
      defaultValue = "50",
      description = "Services that the deliveries are of (default: ${DEFAULT-VALUE}).")
  private int services;

  private final AtomicLong next = new AtomicLong();
  private final AtomicLong posted = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private long postedInTime;

  @Override
  public Integer call() throws Exception {
    Path scratch = Files.createTempDirectory("dorado-bench");
    try (var dorado = StandaloneProcess.start(scratch.resolve("data"), "")) {
      phase(dorado, Duration.ofSeconds(warmUp));
      posted.set(0);
      Histogram fresh = phase(dorado, Duration.ofSeconds(seconds));
      System.out.printf(
          "%d deliveries in %d s (%.0f a second; asked for %d), %d failed%n",
          postedInTime, seconds, postedInTime / (double) seconds, rate + probes, failed.get());
      System.out.printf(
          "webhook to API, ms, of %d probes: p50 %d, p95 %d, p99 %d, longest %d%n",
          fresh.getTotalCount(),
          fresh.getValueAtPercentile(50),
          fresh.getValueAtPercentile(95),
          fresh.getValueAtPercentile(99),
          fresh.getMaxValue());
      return failed.get() == 0 ? 0 : 1;
    } finally {
      BenchmarkParts.delete(scratch);
    }
  }

  /** What the probes of some time took. The load goes on until the last of them is visible. */
  private Histogram phase(StandaloneProcess dorado, Duration time) throws InterruptedException {
    var fresh = new ConcurrentHistogram(LONGEST_MILLIS, PRECISION);
    Map<String, Long> waiting = new ConcurrentHashMap<>();
    ScheduledExecutorService posting = Executors.newScheduledThreadPool(POSTING_THREADS);
    var load =
        posting.scheduleAtFixedRate(
            () -> posting.execute(() -> post(dorado, "s" + next.get() % services)),
            0,
            TimeUnit.SECONDS.toNanos(1) / rate,
            TimeUnit.NANOSECONDS);
    var probing =
        posting.scheduleAtFixedRate(
            () -> posting.execute(() -> probe(dorado, waiting)),
            0,
            TimeUnit.SECONDS.toNanos(1) / probes,
            TimeUnit.NANOSECONDS);
    long began = System.nanoTime();
    while (System.nanoTime() - began < time.toNanos()) {
      look(dorado, waiting, fresh);
    }
    probing.cancel(false);
    long lastProbe = System.nanoTime();
    postedInTime = posted.get();
    while (!waiting.isEmpty() && System.nanoTime() - lastProbe < PATIENCE.toNanos()) {
      look(dorado, waiting, fresh);
    }
    load.cancel(false);
    posting.shutdown();
    failed.addAndGet(waiting.size());
    if (!posting.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      failed.incrementAndGet();
    }
    return fresh;
  }

  private void probe(StandaloneProcess dorado, Map<String, Long> waiting) {
    String service = "probe-" + next.get() + "-" + System.nanoTime();
    long began = System.nanoTime();
    post(dorado, service);
    waiting.put(service, began);
  }

  /** Asks once for all that is waited for, so that asking costs little however long it takes. */
  private void look(StandaloneProcess dorado, Map<String, Long> waiting, Histogram fresh)
      throws InterruptedException {
    List<String> asked = waiting.keySet().stream().limit(MOST_ASKED).toList();
    try {
      if (!asked.isEmpty()) {
        String answer =
            dorado.get("/api/v1/deployments?limit=1000&service=" + String.join(",", asked)).body();
        long now = System.nanoTime();
        for (String service : asked) {
          if (answer.contains("\"" + service + "\"")) {
            fresh.recordValue(TimeUnit.NANOSECONDS.toMillis(now - waiting.remove(service)));
          }
        }
      }
    } catch (IOException e) {
      fail(e);
    }
    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
  }

  private void post(StandaloneProcess dorado, String service) {
    long number = next.getAndIncrement();
    String sha = "%040x".formatted(number + 1);
    Instant now = Instant.now();
    try {
      var answer =
          dorado.post(
              "/webhooks/generic",
              """
              {"events":[
               {"kind":"change","repository":"bench/%1$s","branch":"main","sha":"%2$s",
                "committed_at":"%3$s"},
               {"kind":"deployment","id":"d%4$d","service":"%1$s","repository":"bench/%1$s",
                "environment":"production","status":"succeeded","sha":"%2$s","finished_at":"%3$s"}]}
              """
                  .formatted(service, sha, now, number));
      if (answer.statusCode() != 202) {
        throw new IOException("a delivery was answered " + answer.body());
      }
      posted.incrementAndGet();
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(IOException why) {
    if (failed.getAndIncrement() == 0) {
      System.err.println("the first failure: " + why.getMessage());
    }
  }
}
