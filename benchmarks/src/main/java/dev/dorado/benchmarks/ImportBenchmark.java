package dev.dorado.benchmarks;

import dev.dorado.benchmarks.FactCounts.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a founder does first with a new tool: import a large repository into {@code ./dorado up} as
 * it is by default. The floor is Git itself reading the same history.
 */
@Command(
    name = "import",
    description = {
      "Imports a repository of 100,000 commits into './dorado up' with default settings: times,"
          + " memory, and what the API is like meanwhile.",
      "Ends with 1 if not all facts are there in time."
    },
    mixinStandardHelpOptions = true)
final class ImportBenchmark implements Callable<Integer> {

  private static final String NAME = "github.com/bench/imported";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration COUNTING = Duration.ofSeconds(20);
  private static final Duration STILL = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Pattern USED =
      Pattern.compile("^jvm_memory_used_bytes\\{area=\"heap\".*\\} (\\S+)$", Pattern.MULTILINE);

  @Option(
      names = "--commits",
      defaultValue = "100000",
      description = "Commits of the generated repository (default: ${DEFAULT-VALUE}).")
  private int commits;

  @Option(
      names = "--tags",
      defaultValue = "500",
      description = "Tags of it, on release lines (default: ${DEFAULT-VALUE}).")
  private int tags;

  @Option(
      names = "--repository",
      paramLabel = "PATH",
      description = "A real repository in place of the generated one; each tag is a deployment.")
  private Optional<Path> path;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "",
      description = "Heap of the standalone, as 2g (default: the launcher's own choice).")
  private String heap;

  @Option(
      names = "--reads",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Reads of the API a second, which take CPU from the import (default: ${DEFAULT-VALUE}).")
  private int readsPerSecond;

  @Option(
      names = "--patience",
      paramLabel = "MINUTES",
      defaultValue = "15",
      description = "How long facts are waited for after the import (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Override
  public Integer call() throws Exception {
    Path scratch = Files.createTempDirectory("dorado-bench");
    try {
      var repository = repository(scratch);
      double floor = seconds(() -> readByGit(repository.path()));
      System.out.printf(
          "%,d commits and %,d tags; 'git log' reads them with their paths in %.1f s%n",
          repository.commits(), repository.tags(), floor);
      try (var dorado = StandaloneProcess.start(scratch.resolve("data"), heap)) {
        System.out.printf("ready in %.1f s%n", dorado.untilReady().toMillis() / 1000.0);
        return imported(dorado, repository, scratch, floor) ? 0 : 1;
      }
    } finally {
      BenchmarkParts.delete(scratch);
    }
  }

  /** Imports a repository by {@code ./dorado backfill git}; its output is shown. */
  static void backfill(StandaloneProcess dorado, GeneratedRepository repository, Path scratch)
      throws IOException, InterruptedException {
    Path output = scratch.resolve("backfill.out");
    var process =
        StandaloneProcess.launcher(
                "backfill",
                "git",
                repository.path().toString(),
                "--repository",
                NAME,
                "--tags",
                "*",
                "--data",
                dorado.data().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    while (!process.waitFor(1, TimeUnit.SECONDS)) {
      dorado.requireAlive();
    }
    var lines = Files.readAllLines(output);
    System.out.println(lines.get(lines.size() - 1).strip());
    if (process.exitValue() != 0) {
      throw new IOException("the import failed:%n%s".formatted(String.join("\n", lines)));
    }
  }

  private GeneratedRepository repository(Path scratch) throws IOException, InterruptedException {
    if (path.isPresent()) {
      return GeneratedRepository.at(path.get().toAbsolutePath());
    }
    System.out.println("generating the repository");
    return GeneratedRepository.in(scratch.resolve("repository"), commits, tags);
  }

  private boolean imported(
      StandaloneProcess dorado, GeneratedRepository repository, Path scratch, double floor)
      throws IOException, InterruptedException {
    try (var observer = ImportObserver.start(dorado, readsPerSecond)) {
      double importing = seconds(() -> backfill(dorado, repository, scratch));
      long end = System.nanoTime();
      System.out.printf(
          "imported in %.1f s, the JVM's start included; waiting for facts%n", importing);
      long complete = awaitFacts(dorado, repository, end);
      System.out.print(observer.report());
      if (complete < 0) {
        System.out.printf("not all facts are there after %d min%n", patience);
        return false;
      }
      double facts = (complete - end) / 1e9;
      System.out.printf(
          "all facts %.1f s after the end of the import; in all %.1f times as long as 'git log'%n",
          facts, (importing + facts) / floor);
      report(dorado, observer);
      return true;
    }
  }

  /** When all facts were there first, or -1 if they are not in time. */
  private long awaitFacts(StandaloneProcess dorado, GeneratedRepository repository, long began)
      throws IOException, InterruptedException {
    var facts = new FactCounts(dorado.connections());
    Counts latest = new Counts(0, 0);
    long since = began;
    long told = began;
    while (System.nanoTime() - began < TimeUnit.MINUTES.toNanos(patience)) {
      dorado.requireAlive();
      Counts now = counted(facts).orElse(latest);
      if (!now.equals(latest)) {
        latest = now;
        since = System.nanoTime();
      }
      boolean complete =
          path.isPresent()
              ? now.deployments() == repository.tags()
                  && System.nanoTime() - since > STILL.toNanos()
              : now.deployments() == repository.tags() && now.changes() == repository.commits();
      if (complete) {
        System.out.printf(
            "%,d deployments and %,d changes, of %,d tags and %,d commits%n",
            now.deployments(), now.changes(), repository.tags(), repository.commits());
        return since;
      }
      if (System.nanoTime() - told > BETWEEN_LINES.toNanos()) {
        told = System.nanoTime();
        System.out.printf(
            "%4d s: %,d of %,d deployments, %,d of %,d changes%n",
            (told - began) / 1_000_000_000,
            now.deployments(),
            repository.tags(),
            now.changes(),
            repository.commits());
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    return -1;
  }

  /** Empty where a standalone that has no time does not answer. */
  private static Optional<Counts> counted(FactCounts facts) throws InterruptedException {
    var counting = new FutureTask<>(facts::now);
    var thread = new Thread(counting, "counting");
    thread.setDaemon(true);
    thread.start();
    try {
      return Optional.of(counting.get(COUNTING.toSeconds(), TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      System.out.println(e.getCause().getMessage());
    } catch (TimeoutException e) {
      System.out.printf("ClickHouse did not count within %d s%n", COUNTING.toSeconds());
    }
    return Optional.empty();
  }

  private static void report(StandaloneProcess dorado, ImportObserver observer)
      throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (Files.isExecutable(jcmd)) {
      new ProcessBuilder(jcmd.toString(), String.valueOf(dorado.pid()), "GC.run")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
    double used =
        USED.matcher(dorado.get("/metrics").body())
            .results()
            .mapToDouble(match -> Double.parseDouble(match.group(1)))
            .sum();
    System.out.printf(
        "%s: %,.0f MB; resident at the end, children included: %,d MB%n",
        Files.isExecutable(jcmd) ? "live heap" : "heap in use, as there is no jcmd to collect",
        used / (1024 * 1024),
        observer.resident() / 1024);
  }

  private static void readByGit(Path repository) throws IOException, InterruptedException {
    var git =
        Git.start(
            repository,
            "log",
            "--branches",
            "--tags",
            "--format=%H",
            "--name-only",
            "--no-renames");
    git.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    Git.await(git);
  }

  private static double seconds(Work work) throws IOException, InterruptedException {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e9;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }
}
