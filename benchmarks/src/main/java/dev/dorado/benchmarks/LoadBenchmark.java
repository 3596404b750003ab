package dev.dorado.benchmarks;

import dev.dorado.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A {@code ./dorado up} under an even load of GitHub's deliveries for minutes, then under ten times
 * as many for seconds, then under the even load again. In the end every delivery that was answered
 * 202 is looked for in Kafka.
 */
@Command(
    name = "load",
    description =
        "Posts deliveries to './dorado up' at an even rate for minutes, then ten times as many for seconds: latencies, memory, and whether anything is lost.",
    mixinStandardHelpOptions = true)
final class LoadBenchmark implements Callable<Integer> {

  private static final int BODIES = 400;
  private static final int TIMES = 10;
  private static final Pattern SPOOLED =
      Pattern.compile("dorado_ingest_spooled_total\\{how=\"accepted\"} (\\S+)");
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Deliveries a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "600",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "60",
      description = "Seconds before that at the same rate (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--overload",
      paramLabel = "N",
      defaultValue = "10",
      description = "Seconds of ten times as many (default: ${DEFAULT-VALUE}).")
  private int overload;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Connections at the even rate; ten times as many beyond (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "",
      description = "Heap of Dorado, as -Xmx has it (default: the launcher's choice).")
  private String heap;

  private long peakKilobytes;

  @Override
  public Integer call() throws Exception {
    Path scratch = Files.createTempDirectory("dorado-bench");
    var answers = new LoadAnswers();
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    try (var dorado = StandaloneProcess.start(scratch.resolve("data"), heap)) {
      System.out.printf(
          "%d cores for client, ingest, Kafka, streams and ClickHouse; resident after the start %,d MB%n",
          Runtime.getRuntime().availableProcessors(), dorado.resident() / 1024);
      var looking = timer.scheduleAtFixedRate(() -> look(dorado), 0, 500, TimeUnit.MILLISECONDS);
      var deliveries = GitHubDeliveries.signed(BODIES, "not asked for in open mode");
      var steady = new LoadClient(port(dorado), "/webhooks/github", deliveries, connections);
      var flood = new LoadClient(port(dorado), "/webhooks/github", deliveries, TIMES * connections);
      phase("warm-up", dorado, steady, rate, warmUp, answers);
      for (int done = 0; done < seconds; ) {
        int slice = Math.min((int) BETWEEN_LOOKS.toSeconds() * 6, seconds - done);
        done += slice;
        phase("even, to %d s".formatted(done), dorado, steady, rate, slice, answers);
      }
      phase("overload", dorado, flood, TIMES * rate, overload, answers);
      phase("after it", dorado, steady, rate, warmUp, answers);
      looking.cancel(false);
      System.out.printf("peak of resident memory: %,d MB%n", peakKilobytes / 1024);
      int lost = lost(dorado, answers.accepted());
      System.out.printf(
          "%,d deliveries were answered 202, of which %,d are not in Kafka%n",
          answers.accepted().cardinality(), lost);
      return lost == 0 ? 0 : 1;
    } finally {
      timer.shutdownNow();
      BenchmarkParts.delete(scratch);
    }
  }

  private void phase(
      String name,
      StandaloneProcess dorado,
      LoadClient client,
      int perSecond,
      int time,
      LoadAnswers answers)
      throws IOException, InterruptedException {
    dorado.requireAlive();
    int before = answers.accepted().cardinality();
    var result = client.offered(Duration.ofSeconds(time), perSecond, answers);
    double taken = result.elapsed().toNanos() / 1e9;
    System.out.printf(
        "%-14s %,6d/s offered for %d s: %,.0f/s accepted; ms from due: p50 %.1f, p90 %.1f, p99 %.1f, max %.0f; %s; resident %,d MB; spooled so far %s%n",
        name,
        perSecond,
        time,
        (answers.accepted().cardinality() - before) / taken,
        result.micros().getValueAtPercentile(50) / 1e3,
        result.micros().getValueAtPercentile(90) / 1e3,
        result.micros().getValueAtPercentile(99) / 1e3,
        result.micros().getMaxValue() / 1e3,
        answers.report(),
        dorado.resident() / 1024,
        spooled(dorado));
  }

  private static int port(StandaloneProcess dorado) {
    return dorado.uri("/").getPort();
  }

  private static String spooled(StandaloneProcess dorado) throws IOException, InterruptedException {
    var found = SPOOLED.matcher(dorado.get("/metrics").body());
    return found.find() ? found.group(1) : "?";
  }

  private synchronized void look(StandaloneProcess dorado) {
    peakKilobytes = Math.max(peakKilobytes, dorado.resident());
  }

  /** How many of the accepted deliveries Kafka does not have. */
  private static int lost(StandaloneProcess dorado, BitSet accepted) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            dorado.connections().bootstrapServers(),
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            16 * 1024 * 1024);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.DELIVERIES.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          accepted.clear(LoadClient.numberOf(record.key()));
        }
      }
    }
    return accepted.cardinality();
  }
}
