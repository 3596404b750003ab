package dev.dorado.benchmarks;

import dev.dorado.benchmarks.GitHubDeliveries.Signed;
import dev.dorado.benchmarks.LoadClient.Result;
import dev.dorado.benchmarks.WrittenRecords.Written;
import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Topics;
import dev.dorado.server.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many signed deliveries of GitHub ingest accepts, and how long they wait. The floors are bare
 * handlers of Javalin in the same process ({@link BareHandlers}), measured in turn with it.
 */
@Command(
    name = "ingest",
    description =
        "Signed deliveries per second that ingest accepts, and the ratio to bare handlers; latencies at an even rate.",
    mixinStandardHelpOptions = true)
final class IngestBenchmark implements Callable<Integer> {

  private static final String SECRET = "benchmark";
  private static final int DELIVERIES = 400;
  private static final int WARM_UP_SLICE = 5;
  private static final double QUIET_COMPILER = 0.02;
  private static final String DORADO = "ingest";
  private static final String WEBHOOKS = "/webhooks/github";
  private static final String SAME = "produce the same";
  private static final String BODY = "produce the body";
  private static final String READ = "read only";

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "Connections at once (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "6",
      description = "Length of each part of a round (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "120",
      description =
          "Most seconds of each part before the first round (default: ${DEFAULT-VALUE}); fewer where the compiler has no more to do.")
  private int warmUp;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "Deliveries a second of the open loop (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--without-floors",
      description = "Measures ingest alone, as for a profile; then there are no ratios.")
  private boolean withoutFloors;

  /** The parts of the process by the names of their threads. */
  static String partOf(String thread) {
    if (thread.startsWith("client-")) {
      return "load client";
    }
    if (thread.startsWith("dorado-http")
        || thread.startsWith("JettyServerThreadPool")
        || thread.startsWith("qtp")) {
      return "HTTP threads";
    }
    return thread.startsWith("dorado-answers") ? "answering threads" : CpuTimes.partOf(thread);
  }

  @Override
  public Integer call() throws Exception {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var deliveries = GitHubDeliveries.signed(DELIVERIES, SECRET);
    try (var parts = BenchmarkParts.start(Map.of("dorado.ingest.secrets.github", SECRET));
        var server =
            HttpServer.start(
                "127.0.0.1",
                0,
                Topics.MAX_DELIVERY_BYTES,
                metrics,
                List.of(IngestRole.start(parts.config(), parts.connections(), false, metrics)));
        var bare = BareHandlers.start(parts, written(parts, server.port(), deliveries))) {
      Map<String, LoadClient> clients = new LinkedHashMap<>();
      clients.put(DORADO, client(server.port(), WEBHOOKS, deliveries));
      if (!withoutFloors) {
        clients.put(SAME, client(bare.port(), BareHandlers.SAME, deliveries));
        clients.put(BODY, client(bare.port(), BareHandlers.BODY, deliveries));
        clients.put(READ, client(bare.port(), BareHandlers.READ, deliveries));
      }
      System.out.printf(
          "%d connections, bodies of %,d bytes on average, %d rounds of %d s each, %d cores for all%n",
          connections,
          (int) deliveries.stream().mapToInt(one -> one.body().length).average().orElseThrow(),
          rounds,
          seconds,
          Runtime.getRuntime().availableProcessors());
      closedLoop(clients);
      openLoop(clients);
    }
    return 0;
  }

  private LoadClient client(int port, String path, List<Signed> deliveries) {
    return new LoadClient(port, path, deliveries, connections);
  }

  /** What ingest on {@code port} writes for each of the deliveries, by its signature. */
  private Map<String, List<Written>> written(
      BenchmarkParts parts, int port, List<Signed> deliveries) throws IOException {
    List<String> ids = client(port, WEBHOOKS, deliveries).once();
    var byId = WrittenRecords.byDelivery(parts.connections());
    Map<String, List<Written>> bySignature = new HashMap<>();
    for (int i = 0; i < deliveries.size(); i++) {
      bySignature.put(deliveries.get(i).signature(), byId.get(ids.get(i)));
    }
    var records = bySignature.values().stream().flatMap(List::stream).toList();
    System.out.printf(
        "a delivery is %.1f records of %,d bytes in all%n",
        (double) records.size() / deliveries.size(),
        records.stream().mapToInt(record -> record.value().length).sum() / deliveries.size());
    return bySignature;
  }

  private void closedLoop(Map<String, LoadClient> clients) throws InterruptedException {
    Map<String, List<Result>> results = new LinkedHashMap<>();
    for (var client : clients.entrySet()) {
      warmUp(client.getKey(), client.getValue());
    }
    for (int round = 0; round < rounds; round++) {
      for (var client : clients.entrySet()) {
        results
            .computeIfAbsent(client.getKey(), name -> new ArrayList<>())
            .add(client.getValue().closed(Duration.ofSeconds(seconds)));
      }
    }
    System.out.printf("%nclosed loop%n");
    results.forEach(
        (name, all) -> {
          report(name, all);
          System.out.printf("  %s%n", CpuTimes.shares(cpu(all)));
        });
    for (String floor : results.keySet().stream().skip(1).toList()) {
      System.out.printf(
          "ratio to %-16s: %5.1f %%; of CPU, the client's included, which other work on the machine touches less: %5.1f %%%n",
          floor,
          100 * median(results.get(DORADO)) / median(results.get(floor)),
          100 * cpuMicrosEach(results.get(floor)) / cpuMicrosEach(results.get(DORADO)));
    }
  }

  /** What runs for weeks is not measured while it is being compiled. */
  private void warmUp(String name, LoadClient client) throws InterruptedException {
    int warmed = 0;
    double compiling = 1;
    while (warmed < warmUp && compiling > QUIET_COMPILER) {
      int slice = Math.min(WARM_UP_SLICE, warmUp - warmed);
      var cpu = client.closed(Duration.ofSeconds(slice)).cpu();
      compiling = CpuTimes.compiling(cpu).orElse(1);
      warmed += slice;
    }
    System.out.printf(
        "warm after %d s: %s (of the last ones, the compiler had %.1f %%)%n",
        warmed, name, 100 * compiling);
  }

  private void openLoop(Map<String, LoadClient> clients) throws InterruptedException {
    System.out.printf("%nopen loop, %,d a second; latency from when a delivery was due%n", rate);
    for (var client : clients.entrySet()) {
      // Shorter rounds would hardly see the rare long pauses.
      var time = Duration.ofSeconds(2L * seconds);
      report(client.getKey(), List.of(client.getValue().open(time, rate)));
    }
  }

  private static void report(String name, List<Result> results) {
    var micros = results.get(0).micros().copy();
    results.stream().skip(1).forEach(result -> micros.add(result.micros()));
    System.out.printf(
        "%-17s %,8.0f/s (%,.0f to %,.0f); ms: p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.1f; CPU %.0f µs each%n",
        name,
        median(results),
        results.stream().mapToDouble(Result::perSecond).min().orElseThrow(),
        results.stream().mapToDouble(Result::perSecond).max().orElseThrow(),
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3,
        cpuMicrosEach(results));
  }

  private static double cpuMicrosEach(List<Result> results) {
    return results.stream().mapToDouble(Result::cpuMicrosEach).average().orElseThrow();
  }

  private static double median(List<Result> results) {
    double[] sorted = results.stream().mapToDouble(Result::perSecond).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static Map<String, Long> cpu(List<Result> results) {
    Map<String, Long> sum = new HashMap<>();
    results.forEach(
        result -> result.cpu().forEach((part, nanos) -> sum.merge(part, nanos, Long::sum)));
    return sum;
  }
}
