package dev.dorado.benchmarks;

import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.FactsTopology;
import dev.dorado.streams.steps.StepSettings;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What an event costs in a service's history that gets longer and longer: the whole topology with
 * its stores, without a broker. The floor is the same measure at the shortest history.
 */
@Command(
    name = "scale",
    description =
        "Events per second and size of the state at 1,000, 10,000 and 100,000 deployments of one service.",
    mixinStandardHelpOptions = true)
final class ScaleBenchmark implements Callable<Integer> {

  private static final Duration FLUSH_INTERVAL = Duration.ofMillis(100);
  private static final int STEPS = 8;
  private static final int MEASURED = 200;
  private static final int BURST = 50;

  @Option(
      names = "--deployments",
      split = ",",
      defaultValue = "1000,10000,100000",
      description = "Lengths of the history (default: ${DEFAULT-VALUE}).")
  private int[] deployments;

  private final Map<Topic<?>, TestInputTopic<String, ?>> inputs = new HashMap<>();
  private TopologyTestDriver driver;
  private Map<?, ?> captured;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("dorado-scale");
    SchemaRegistryClient registry = registry();
    try (var started = start(folder, registry)) {
      driver = started;
      captured = capturedBy(started);
      System.out.printf(
          "%12s %12s %16s %18s %14s %12s %12s%n",
          "deployments",
          "commits",
          "each alone, /s",
          "in bursts, /s",
          "cost to first",
          "state, MB",
          "heap, MB");
      var service = new SyntheticService(1);
      int reached = 0;
      double floor = 0;
      for (int length : deployments) {
        while (reached < length) {
          int burst = Math.min(BURST, length - reached);
          for (int i = 0; i < burst; i++) {
            service.nextDeployment().forEach(event -> give(event, registry));
          }
          reached += burst;
          flush();
        }
        double alone = eventsPerSecond(service, registry, 1);
        double bursts = eventsPerSecond(service, registry, BURST);
        reached += 2 * MEASURED;
        floor = floor == 0 ? alone : floor;
        System.out.printf(
            "%,12d %,12d %,16.0f %,18.0f %14.2f %,12.1f %,12d%n",
            length, 2L * length, alone, bursts, floor / alone, stateBytes() / 1e6, heapMegabytes());
      }
    } finally {
      BenchmarkParts.delete(folder);
    }
    return 0;
  }

  /** The events of some deployments, with what they change brought up to date after each few. */
  private double eventsPerSecond(
      SyntheticService service, SchemaRegistryClient registry, int deploymentsAtOnce) {
    List<List<SpecificRecord>> all = new ArrayList<>();
    for (int i = 0; i < MEASURED; i++) {
      all.add(service.nextDeployment());
    }
    long events = 0;
    long started = System.nanoTime();
    for (int i = 0; i < all.size(); i++) {
      for (var event : all.get(i)) {
        give(event, registry);
        events++;
        if (deploymentsAtOnce == 1) {
          flush();
        }
      }
      if ((i + 1) % deploymentsAtOnce == 0) {
        flush();
      }
    }
    return events / ((System.nanoTime() - started) / 1e9);
  }

  private void flush() {
    for (int i = 0; i < STEPS; i++) {
      driver.advanceWallClockTime(FLUSH_INTERVAL);
    }
    captured.clear();
  }

  private void give(SpecificRecord event, SchemaRegistryClient registry) {
    give(EventTopics.of(event), event, registry);
  }

  @SuppressWarnings("unchecked")
  private <V extends SpecificRecord> void give(
      Topic<V> topic, SpecificRecord event, SchemaRegistryClient registry) {
    var input =
        (TestInputTopic<String, V>)
            inputs.computeIfAbsent(
                topic,
                t ->
                    driver.createInputTopic(
                        topic.name(),
                        new StringSerializer(),
                        new AvroSerde<>(topic, registry).serializer()));
    input.pipeInput(EventTopics.keyOf(event), topic.valueType().cast(event));
  }

  private static TopologyTestDriver start(Path folder, SchemaRegistryClient registry) {
    var builder = new StreamsBuilder();
    FactsTopology.build(
        builder,
        registry,
        RuleSettings.defaults(),
        1,
        new StepSettings(
            FLUSH_INTERVAL, StepSettings.SMALL_HISTORY, Long.MAX_VALUE, Long.MAX_VALUE, () -> 0));
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "scale");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    return new TopologyTestDriver(builder.build(), properties, Instant.EPOCH);
  }

  /**
   * What the driver has captured of each topic. It can only be read by topics that are named, and
   * would grow with each record of a changelog.
   */
  private static Map<?, ?> capturedBy(TopologyTestDriver driver)
      throws ReflectiveOperationException {
    Field captured = TopologyTestDriver.class.getDeclaredField("outputRecordsByTopic");
    captured.setAccessible(true);
    return (Map<?, ?>) captured.get(driver);
  }

  private long stateBytes() {
    long bytes = 0;
    for (String name : driver.getAllStateStores().keySet()) {
      KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(name);
      try (var all = store.all()) {
        while (all.hasNext()) {
          var entry = all.next();
          bytes += entry.key.get().length + entry.value.length;
        }
      }
    }
    return bytes;
  }

  private static long heapMegabytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1_000_000;
  }

  private static SchemaRegistryClient registry() throws Exception {
    var registry = new MockSchemaRegistryClient();
    for (var topic : Topics.all()) {
      registry.register(topic.subject(), new AvroSchema(topic.schema()));
    }
    return registry;
  }
}
