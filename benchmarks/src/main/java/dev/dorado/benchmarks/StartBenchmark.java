package dev.dorado.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long {@code ./dorado up} takes on data that is there, after a clean stop and after SIGKILL:
 * until it is ready, and until a deployment that is reported then can be read. "Ready" alone would
 * hide that the topology waits for something.
 */
@Command(
    name = "start",
    description =
        "Seconds until './dorado up' is ready on existing data, and until a new deployment can be read, after SIGTERM and after SIGKILL.",
    mixinStandardHelpOptions = true)
final class StartBenchmark implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Starts after each kind of stop (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--commits",
      defaultValue = "2000",
      description = "Commits of the history that is imported first (default: ${DEFAULT-VALUE}).")
  private int commits;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data folder that is stopped; it is copied. In place of an imported history.")
  private Optional<Path> data;

  @Override
  public Integer call() throws Exception {
    Path scratch = Files.createTempDirectory("dorado-bench");
    try {
      Path folder = scratch.resolve("data");
      if (data.isPresent()) {
        copy(data.get(), folder);
      } else {
        prepare(scratch, folder);
      }
      // The first start writes the archive of classes, and the second is the first to use it.
      for (int i = 0; i < 2; i++) {
        StandaloneProcess.start(folder, "").close();
      }
      measure(folder, "SIGTERM", false);
      measure(folder, "SIGKILL", true);
      return 0;
    } finally {
      BenchmarkParts.delete(scratch);
    }
  }

  private void prepare(Path scratch, Path folder) throws IOException, InterruptedException {
    var repository = GeneratedRepository.in(scratch.resolve("repository"), commits, 20);
    try (var dorado = StandaloneProcess.start(folder, "")) {
      ImportBenchmark.backfill(dorado, repository, scratch);
      new FactCounts(dorado.connections()).awaitDeployments(repository.tags(), PATIENCE);
    }
  }

  private void measure(Path folder, String signal, boolean kill)
      throws IOException, InterruptedException {
    List<Double> ready = new ArrayList<>();
    List<Double> visible = new ArrayList<>();
    stop(StandaloneProcess.start(folder, ""), kill);
    for (int run = 1; run <= runs; run++) {
      var dorado = StandaloneProcess.start(folder, "");
      try {
        ready.add(dorado.untilReady().toMillis() / 1000.0);
        visible.add(untilVisible(dorado));
        System.out.printf(
            "after %s, %d of %d: ready in %.1f s, a new deployment visible %.1f s later%n",
            signal, run, runs, ready.get(run - 1), visible.get(run - 1));
        if (run == runs) {
          dorado.steps().forEach(step -> System.out.println("  " + step));
        }
      } finally {
        stop(dorado, kill);
      }
    }
    System.out.printf(
        "after %s: median %.1f s until ready, %.1f s more until a new deployment is visible%n",
        signal, median(ready), median(visible));
  }

  private static void stop(StandaloneProcess dorado, boolean kill) throws InterruptedException {
    if (kill) {
      dorado.kill();
    } else {
      dorado.close();
    }
  }

  private static double untilVisible(StandaloneProcess dorado)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    String service = "bench-" + began;
    var answer =
        dorado.post(
            "/webhooks/generic",
            """
            {"events":[{"kind":"deployment","service":"%s","environment":"production",
             "status":"succeeded","sha":"%s","finished_at":"%s"}]}
            """
                .formatted(service, "ab".repeat(20), Instant.now()));
    if (answer.statusCode() != 202) {
      throw new IOException("a deployment was answered with %s".formatted(answer.body()));
    }
    while (!dorado.get("/api/v1/deployments?service=" + service).body().contains("\"sha\"")) {
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new IOException(
            "a deployment was not visible after %d s".formatted(PATIENCE.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
