package dev.dorado.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What CPU time the process has used, in all and by groups of its threads. The compiler's and the
 * collector's threads are told apart where the system says what its threads use (Linux); else they
 * are native threads, as those of ClickHouse and RocksDB. A thread that ends between two looks is
 * among them too.
 *
 * @param nanos of the process
 * @param threads nanoseconds of each thread by its id, which is below zero for one of the JVM's own
 * @param groups the group of each thread
 */
record CpuTimes(long nanos, Map<Long, Long> threads, Map<Long, String> groups) {

  private static final String NATIVE = "native";

  /** The group of the threads of the JVM's compiler. */
  static final String COMPILER = "compiler";

  private static final Path TASKS = Path.of("/proc/self/task");

  /**
   * As it is now.
   *
   * @param group the group of a thread by its name
   */
  static CpuTimes now(UnaryOperator<String> group) {
    var beans = ManagementFactory.getThreadMXBean();
    Map<Long, Long> threads = new HashMap<>();
    Map<Long, String> groups = new HashMap<>();
    for (var thread : beans.getThreadInfo(beans.getAllThreadIds())) {
      if (thread != null) {
        long time = beans.getThreadCpuTime(thread.getThreadId());
        if (time >= 0) {
          threads.put(thread.getThreadId(), time);
          groups.put(thread.getThreadId(), group.apply(thread.getThreadName()));
        }
      }
    }
    addOwnOfJvm(threads, groups);
    var process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    return new CpuTimes(process, threads, groups);
  }

  private static void addOwnOfJvm(Map<Long, Long> threads, Map<Long, String> groups) {
    String[] ids = TASKS.toFile().list();
    for (String id : ids == null ? new String[0] : ids) {
      Path task = TASKS.resolve(id);
      try {
        String group = ownOfJvm(Files.readString(task.resolve("comm")));
        if (group != null) {
          String used = Files.readString(task.resolve("schedstat"));
          threads.put(-Long.parseLong(id), Long.parseLong(used.substring(0, used.indexOf(' '))));
          groups.put(-Long.parseLong(id), group);
        }
      } catch (IOException e) {
        // The thread has ended meanwhile: what it used counts as native.
      }
    }
  }

  private static String ownOfJvm(String thread) {
    if (thread.startsWith("C1 ") || thread.startsWith("C2 ")) {
      return COMPILER;
    }
    return thread.startsWith("GC Thread") || thread.startsWith("G1 ") ? "collector" : null;
  }

  /** Nanoseconds since {@code before}, in each group. */
  Map<String, Long> since(CpuTimes before) {
    Map<String, Long> used = new HashMap<>();
    threads.forEach(
        (id, time) ->
            used.merge(groups.get(id), time - before.threads.getOrDefault(id, 0L), Long::sum));
    long ofJava = used.values().stream().mapToLong(Long::longValue).sum();
    used.put(NATIVE, Math.max(0, nanos - before.nanos - ofJava));
    return used;
  }

  /**
   * The compiler's share, from 0 to 1; empty where the system does not tell.
   *
   * @param used what {@link #since} answered
   */
  static OptionalDouble compiling(Map<String, Long> used) {
    double all = used.values().stream().mapToLong(Long::longValue).sum();
    Long compiler = used.get(COMPILER);
    return compiler == null ? OptionalDouble.empty() : OptionalDouble.of(compiler / all);
  }

  /**
   * As "topology 62 %, broker 20 %", the largest first, without what is under a hundredth.
   *
   * @param used what {@link #since} answered, or the sum of several
   */
  static String shares(Map<String, Long> used) {
    double all = used.values().stream().mapToLong(Long::longValue).sum();
    return used.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .filter(group -> group.getValue() / all >= 0.01)
        .map(group -> "%s %.0f %%".formatted(group.getKey(), 100 * group.getValue() / all))
        .collect(Collectors.joining(", "));
  }

  /** The broker, clients of Kafka and ClickHouse's endpoint by the names of their threads. */
  static String partOf(String thread) {
    if (thread.startsWith("kafka-producer-network-thread")
        || thread.startsWith("kafka-coordinator-heartbeat-thread")
        || thread.startsWith("kafka-admin-client-thread")) {
      return "Kafka clients";
    }
    if (thread.contains("StreamThread")) {
      return "stream threads";
    }
    if (thread.startsWith("dorado-sink")) {
      return "sink";
    }
    if (thread.contains("kafka")
        || thread.startsWith("group-coordinator")
        || thread.startsWith("raft-")
        || thread.startsWith("quorum-")
        || thread.startsWith("broker-")
        || thread.startsWith("TxnMarkerSender")
        || thread.startsWith("ExpirationReaper")) {
      return "broker";
    }
    return thread.toLowerCase(Locale.ROOT).contains("clickhouse")
        ? "ClickHouse's endpoint"
        : "other threads";
  }
}
