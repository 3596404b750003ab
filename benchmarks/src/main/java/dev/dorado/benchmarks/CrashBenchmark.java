package dev.dorado.benchmarks;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.Rules;
import dev.dorado.streams.generations.CatchUp;
import dev.dorado.streams.sink.ClickHouseSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether what was accepted is in the facts, once, whatever is killed meanwhile. Each run posts
 * deliveries, and kills parts of a running installation with SIGKILL, stops them with SIGSTOP,
 * starts another instance of streams, or fills the disk of Kafka. In the end the same deliveries go
 * through another installation, which nothing disturbs, and the facts of both must be equal.
 */
@Command(
    name = "crash",
    description =
        "Kills parts while deliveries come in, and counts what is lost or doubled: nothing may be.",
    mixinStandardHelpOptions = true)
final class CrashBenchmark implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int DISK_MEGABYTES = 512;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many runs (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Decides what is done to what, and when (default: another each time).")
  private Long seed;

  @Option(
      names = "--deliveries",
      paramLabel = "N",
      defaultValue = "300",
      description = "Deliveries of each run, about (default: ${DEFAULT-VALUE}).")
  private int deliveries;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Deliveries a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--pause",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long a SIGSTOP lasts (default: ${DEFAULT-VALUE}).")
  private int pause;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private List<Kind> only = List.of(Kind.values());

  /** What is done to an installation. */
  enum Kind {
    /** SIGKILL of one part, at a step. */
    KILL,
    /** SIGKILL of two or three at the same time, at any moment. */
    KILL_SEVERAL,
    /** SIGSTOP, and SIGCONT after a while. */
    STOP,
    /** One more instance of streams, which is then killed. */
    ONE_MORE,
    /** The disk of Kafka is full, and has space again after a while. */
    FULL_DISK
  }

  private final List<CrashLoad> loads = new ArrayList<>();
  private int kills;

  @Override
  public Integer call() throws Exception {
    long begin = seed == null ? System.nanoTime() & 0xffffff : seed;
    System.out.printf("seed %d%n", begin);
    Path scratch = Files.createTempDirectory("dorado-bench");
    boolean isWell = false;
    long lost = 0;
    long doubled = 0;
    List<Map<String, List<String>>> facts = new ArrayList<>();
    Optional<SmallDisk> disk =
        only.contains(Kind.FULL_DISK)
            ? SmallDisk.mount(scratch.resolve("disk"), DISK_MEGABYTES)
            : Optional.empty();
    if (disk.isEmpty() && only.contains(Kind.FULL_DISK)) {
      System.out.println("no full disk: this system allows no namespaces without root's rights");
    }
    try {
      try (var parts = CrashParts.start(scratch.resolve("disturbed"), disk)) {
        System.out.println("  run  deliveries  attempts  kills  lost  doubled  seconds  what");
        for (int run = 1; run <= runs; run++) {
          var result = run(parts, disk, run, begin * 1_000_003 + run);
          System.out.printf(
              "%5d  %10d  %8d  %5d  %4d  %7d  %7d  %s%n",
              run,
              loads.get(run - 1).deliveries(),
              loads.get(run - 1).attempts(),
              result.kills(),
              result.lost(),
              result.doubled(),
              result.seconds(),
              String.join("; ", result.what()));
          lost += result.lost();
          doubled += result.doubled();
        }
        for (var load : loads) {
          facts.add(GeneratedRows.all(parts.connections(), load.prefix()));
        }
      } finally {
        if (disk.isPresent()) {
          disk.get().close();
        }
      }
      int different = differences(scratch, facts);
      System.out.printf(
          "%d runs, %d kills, %d deliveries accepted: %d lost, %d doubled, %d rows of facts differ from the undisturbed ones (seed %d)%n",
          runs,
          kills,
          loads.stream().mapToInt(CrashLoad::accepted).sum(),
          lost,
          doubled,
          different,
          begin);
      isWell = lost == 0 && doubled == 0 && different == 0;
    } finally {
      if (isWell) {
        BenchmarkParts.delete(scratch);
      } else {
        System.out.println("what was left of it, logs included, is in " + scratch);
      }
    }
    return isWell ? 0 : 1;
  }

  private Result run(CrashParts parts, Optional<SmallDisk> disk, int run, long seedOfRun)
      throws Exception {
    var random = new Random(seedOfRun);
    var load = new CrashLoad(run, deliveries, seedOfRun);
    loads.add(load);
    long began = System.nanoTime();
    int killsBefore = kills;
    List<String> what = new ArrayList<>();
    load.post(parts.port(CrashParts.INGEST), rate);
    int disturbances = 1 + random.nextInt(3);
    for (int i = 0; i < disturbances; i++) {
      // Spread over the load; the last ones may come when all is posted and facts are derived.
      int after = deliveries * (i + 1) / (disturbances + 1);
      while (load.begun() < after) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
      what.add(disturb(parts, disk, load, random));
      parts.startMissing();
    }
    load.awaitAccepted(PATIENCE);
    if (parts.isAlive(CrashParts.SECOND_STREAMS)) {
      parts.kill(CrashParts.SECOND_STREAMS);
      kills++;
    }
    parts.startMissing();
    parts.awaitAllReady();
    awaitFacts(parts);
    var times = GeneratedRows.times(parts.connections(), load.prefix());
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    return new Result(kills - killsBefore, lost(load, times), times.doubled(), seconds, what);
  }

  private static long lost(CrashLoad load, GeneratedRows.Times times) {
    return 2L * load.deployments()
        + load.incidents()
        - times.deployments()
        - times.changes()
        - times.incidents();
  }

  private String disturb(CrashParts parts, Optional<SmallDisk> disk, CrashLoad load, Random random)
      throws Exception {
    Kind kind = only.get(random.nextInt(only.size()));
    return switch (kind) {
      case KILL -> {
        var moment = CrashMoment.values()[random.nextInt(CrashMoment.values().length)];
        String victim = moment.victims().get(random.nextInt(moment.victims().size()));
        boolean isSeen = moment.await(load, parts.connections());
        kill(parts, victim);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
        yield "SIGKILL %s at %s%s".formatted(victim, moment, isSeen ? "" : " (idle)");
      }
      case KILL_SEVERAL -> {
        Set<String> victims = new HashSet<>();
        int number = 2 + random.nextInt(2);
        while (victims.size() < number) {
          victims.add(CrashParts.ALL.get(random.nextInt(CrashParts.ALL.size())));
        }
        for (String victim : victims) {
          kill(parts, victim);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
        yield "SIGKILL " + String.join(", ", victims.stream().sorted().toList());
      }
      case STOP -> {
        String victim = CrashParts.ALL.get(random.nextInt(CrashParts.ALL.size()));
        parts.signal(victim, "STOP");
        TimeUnit.SECONDS.sleep(pause);
        parts.signal(victim, "CONT");
        yield "SIGSTOP %s for %d s".formatted(victim, pause);
      }
      case ONE_MORE -> {
        if (!parts.isAlive(CrashParts.SECOND_STREAMS)) {
          parts.start(CrashParts.SECOND_STREAMS);
          yield "one more instance of streams";
        }
        kill(parts, CrashParts.SECOND_STREAMS);
        yield "SIGKILL of the second instance of streams";
      }
      case FULL_DISK -> {
        if (disk.isEmpty()) {
          yield "(no full disk here)";
        }
        disk.get().fill();
        TimeUnit.SECONDS.sleep(5 + random.nextInt(10));
        boolean hasEnded = !parts.isAlive(CrashParts.KAFKA);
        disk.get().free();
        yield "Kafka's disk full" + (hasEnded ? ", so that Kafka ended" : "");
      }
    };
  }

  private void kill(CrashParts parts, String victim) throws InterruptedException {
    parts.kill(victim);
    kills++;
  }

  /** Waits until every event in Kafka has become facts in ClickHouse. */
  private static void awaitFacts(CrashParts parts) throws Exception {
    var config = parts.config();
    var caughtUp = new CountDownLatch(1);
    try (var catchUp =
        new CatchUp(
            1,
            config.getString("dorado.streams.application-id"),
            ClickHouseSink.group(config, 1),
            Rules.stepNames(RuleSettings.from(config)),
            parts.connections(),
            caughtUp::countDown)) {
      catchUp.start();
      if (!caughtUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "the facts have not caught up after %d s: streams says %s"
                .formatted(PATIENCE.toSeconds(), parts.get(CrashParts.STREAMS, "/health/ready")));
      }
    }
  }

  /** Sends the same deliveries through an installation that nothing disturbs. */
  private int differences(Path scratch, List<Map<String, List<String>>> facts) throws Exception {
    System.out.println("the same deliveries, undisturbed ...");
    int different = 0;
    try (var parts = CrashParts.start(scratch.resolve("undisturbed"), Optional.empty())) {
      for (var load : loads) {
        var again = load.again();
        again.post(parts.port(CrashParts.INGEST), 10 * rate);
        again.awaitAccepted(PATIENCE);
      }
      awaitFacts(parts);
      for (int i = 0; i < loads.size(); i++) {
        var reference = GeneratedRows.all(parts.connections(), loads.get(i).prefix());
        for (var table : reference.entrySet()) {
          different +=
              differences(
                  i + 1, table.getKey(), facts.get(i).get(table.getKey()), table.getValue());
        }
      }
    }
    return different;
  }

  private static int differences(int run, String table, List<String> rows, List<String> reference) {
    if (reference.isEmpty()) {
      throw new IllegalStateException(
          "run %d has no %s even undisturbed: nothing was compared".formatted(run, table));
    }
    List<String> lacking = new ArrayList<>(reference);
    rows.forEach(lacking::remove);
    List<String> beyond = new ArrayList<>(rows);
    reference.forEach(beyond::remove);
    lacking.stream()
        .limit(3)
        .forEach(row -> System.out.printf("run %d lacks in %s: %s%n", run, table, row));
    beyond.stream()
        .limit(3)
        .forEach(row -> System.out.printf("run %d has in %s: %s%n", run, table, row));
    return Math.max(lacking.size(), beyond.size());
  }

  private record Result(int kills, long lost, long doubled, long seconds, List<String> what) {}
}
