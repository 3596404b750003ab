package dev.dorado.benchmarks;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.Rules;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.StreamsRole;
import dev.dorado.streams.generations.CatchUp;
import dev.dorado.streams.generations.Offsets;
import dev.dorado.streams.sink.ClickHouseSink;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast a history that is in Kafka becomes facts in ClickHouse. The floor is Kafka Streams
 * moving the same records, as bytes, into one topic under the same settings.
 */
@Command(
    name = "replay",
    description =
        "Events per second from Kafka into facts in ClickHouse, and the ratio to a bare pass-through of Kafka Streams.",
    mixinStandardHelpOptions = true)
final class ReplayBenchmark implements Callable<Integer> {

  private static final String PASS_THROUGH = "bench-pass-through";
  private static final Duration POLL = Duration.ofMillis(10);

  @Option(
      names = "--events",
      defaultValue = "1000000",
      description = "Events to replay (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--services",
      defaultValue = "50",
      description = "Services that the events are of (default: ${DEFAULT-VALUE}).")
  private int services;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads of Kafka Streams, of both (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Override
  public Integer call() throws Exception {
    try (var parts = BenchmarkParts.start(Map.of("dorado.streams.threads", threads))) {
      long bytes = fill(parts.connections());
      System.out.printf(
          "%,d events of %d services, %,d bytes each on average; %d stream thread(s), %s, commits every %d ms, %d cores%n",
          events,
          services,
          bytes / events,
          threads,
          StreamsConfig.EXACTLY_ONCE_V2,
          parts.config().getDuration("dorado.streams.commit-interval").toMillis(),
          Runtime.getRuntime().availableProcessors());
      // The first warms the compiler up, which only the floor profits from.
      passThrough(parts, 1);
      var floor = passThrough(parts, 2);
      report("pass-through", floor);
      var facts = facts(parts);
      report("facts in ClickHouse", facts);
      count(parts.connections());
      countRecords(parts);
      System.out.printf(
          "ratio: %.1f %% of the pass-through; of CPU, which other work on the machine touches less: %.1f %%%n",
          100.0 * floor.elapsed().toNanos() / facts.elapsed().toNanos(),
          100.0 * floor.cpuNanos() / facts.cpuNanos());
    }
    return 0;
  }

  private void report(String name, Measured measured) {
    double seconds = measured.elapsed().toNanos() / 1e9;
    double cpu = measured.cpuNanos() / 1e9;
    System.out.printf(
        "%-20s %,9.0f events/s: %.1f s, CPU %.1f s (%.2f cores, %.0f µs an event): %s%n",
        name,
        events / seconds,
        seconds,
        cpu,
        cpu / seconds,
        1e6 * cpu / events,
        CpuTimes.shares(measured.cpu()));
  }

  /** Writes the histories of all services side by side; answers with the bytes of the values. */
  private long fill(Connections connections) {
    var registry = connections.registryClient();
    var histories = IntStream.range(0, services).mapToObj(SyntheticService::new).toList();
    Map<Topic<?>, AvroSerde<?>> serdes = new HashMap<>();
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            connections.bootstrapServers(),
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            ProducerConfig.LINGER_MS_CONFIG,
            20,
            ProducerConfig.BATCH_SIZE_CONFIG,
            256 * 1024);
    long bytes = 0;
    int written = 0;
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; written < events; i++) {
        for (var event : histories.get(i % services).nextDeployment()) {
          if (written < events) {
            var topic = EventTopics.of(event);
            byte[] value = serialize(topic, event, serdes, registry);
            // That it failed, if it did, the count of what was read shows.
            var unused =
                producer.send(new ProducerRecord<>(topic.name(), EventTopics.keyOf(event), value));
            bytes += value.length;
            written++;
          }
        }
      }
    }
    return bytes;
  }

  @SuppressWarnings("unchecked") // each topic is put in with the serde of its own values
  private static <V extends SpecificRecord> byte[] serialize(
      Topic<V> topic,
      SpecificRecord event,
      Map<Topic<?>, AvroSerde<?>> serdes,
      SchemaRegistryClient registry) {
    var serde = (AvroSerde<V>) serdes.computeIfAbsent(topic, t -> new AvroSerde<>(topic, registry));
    return serde.serializer().serialize(topic.name(), topic.valueType().cast(event));
  }

  private Measured passThrough(BenchmarkParts parts, int run) throws Exception {
    String name = PASS_THROUGH + "-" + run;
    parts.createTopic(name, Topics.PUSHES.settings());
    var bytes = Serdes.ByteArray();
    var builder = new StreamsBuilder();
    List<String> topics = Topics.events().stream().map(Topic::name).toList();
    builder.stream(topics, Consumed.with(bytes, bytes)).to(name, Produced.with(bytes, bytes));
    var properties = StreamsRole.properties(parts.config(), parts.connections());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    try (var streams = new KafkaStreams(builder.build(), properties);
        var offsets = new Offsets(parts.connections(), "dorado-bench")) {
      var ends = offsets.ends(topics).orElseThrow();
      long written = ends.values().stream().mapToLong(Long::longValue).sum();
      if (written != events) {
        throw new IllegalStateException(
            "Kafka has %,d events: expected the %,d that were written".formatted(written, events));
      }
      return measured(
          () -> {
            streams.start();
            while (!Offsets.passed(offsets.committed(name), ends)) {
              TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
          });
    }
  }

  private static Measured facts(BenchmarkParts parts) throws Exception {
    var caughtUp = new CountDownLatch(1);
    var config = parts.config();
    String applicationId = config.getString("dorado.streams.application-id");
    var steps = Rules.stepNames(RuleSettings.from(config));
    try (var catchUp =
            new CatchUp(
                1,
                applicationId,
                ClickHouseSink.group(config, 1),
                steps,
                parts.connections(),
                caughtUp::countDown);
        var offsets = new Offsets(parts.connections(), "dorado-bench");
        var role = new Role(parts)) {
      return measured(
          () -> {
            role.start();
            catchUp.start();
            try (var progress =
                new ReplayProgress(
                    offsets, applicationId, ClickHouseSink.group(config, 1), steps)) {
              while (!caughtUp.await(1, TimeUnit.SECONDS)) {
                role.requireHealth();
              }
            }
          });
    }
  }

  /** What ClickHouse has: that it was all computed, and not just passed by. */
  private static void count(Connections connections) throws SQLException {
    try (var clickHouse = connections.clickHouse();
        var statement = clickHouse.createStatement()) {
      for (String table : List.of("deployments", "changes", "incidents")) {
        try (var rows =
            statement.executeQuery(
                "SELECT count() FROM `%s`.`%s` FINAL".formatted(connections.database(1), table))) {
          rows.next();
          System.out.printf("  %,d %s", rows.getLong(1), table);
        }
      }
      System.out.println();
    }
  }

  /** How much the topology wrote between an event and its facts, which is what bounds it. */
  private void countRecords(BenchmarkParts parts) throws ExecutionException, InterruptedException {
    var config = parts.config();
    String applicationId = config.getString("dorado.streams.application-id");
    try (var offsets = new Offsets(parts.connections(), "dorado-bench")) {
      for (String step : Rules.stepNames(RuleSettings.from(config))) {
        System.out.printf(
            "  %-10s an event: %.2f in, %.2f kept, %.2f marks, %.2f out%n",
            step,
            perEvent(offsets, Topics.repartition(applicationId, step)),
            perEvent(offsets, Topics.changelog(applicationId, step + "-inputs")),
            perEvent(offsets, Topics.changelog(applicationId, step + "-dirty")),
            perEvent(offsets, Topics.changelog(applicationId, step + "-outputs")));
      }
      for (var facts : Topics.facts(1)) {
        System.out.printf("  %-32s %.2f an event%n", facts.name(), perEvent(offsets, facts.name()));
      }
    }
  }

  /** Records written to a topic, and the few marks of transactions. */
  private double perEvent(Offsets offsets, String topic)
      throws ExecutionException, InterruptedException {
    var ends = offsets.ends(List.of(topic)).orElseThrow();
    return (double) ends.values().stream().mapToLong(Long::longValue).sum() / events;
  }

  private static Measured measured(Work work) throws Exception {
    var before = CpuTimes.now(CpuTimes::partOf);
    long started = System.nanoTime();
    work.run();
    var elapsed = Duration.ofNanos(System.nanoTime() - started);
    return new Measured(elapsed, CpuTimes.now(CpuTimes::partOf).since(before));
  }

  /** The streams role, started when the clock is. */
  private static final class Role implements AutoCloseable {

    private final BenchmarkParts parts;
    private StreamsRole role;

    Role(BenchmarkParts parts) {
      this.parts = parts;
    }

    void start() {
      role =
          StreamsRole.start(
              parts.config(),
              parts.connections(),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    /** A role that has stopped would never catch up. */
    void requireHealth() {
      for (var check : role.checks()) {
        var result = check.run();
        if (!result.healthy() && String.valueOf(result.problem()).contains("stopped")) {
          throw new IllegalStateException(result.name() + ": " + result.problem());
        }
      }
    }

    @Override
    public void close() {
      if (role != null) {
        role.close();
      }
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws ExecutionException, InterruptedException;
  }

  private record Measured(Duration elapsed, Map<String, Long> cpu) {

    long cpuNanos() {
      return cpu.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
