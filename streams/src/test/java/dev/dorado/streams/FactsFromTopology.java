package dev.dorado.streams;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.Facts;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.steps.StepSettings;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The real topology, without a broker: events in, the facts that stand out. */
final class FactsFromTopology implements AutoCloseable {

  private static final Duration FLUSH_INTERVAL = Duration.ofMillis(100);

  private static final Duration LOOK = Duration.ofMillis(20);

  /** So many steps may follow each other before a fact comes out. */
  private static final int STEPS_AT_MOST = 10;

  private static final SchemaRegistryClient REGISTRY = registry();

  private final Path folder;
  private final Arrival.Memory memory;
  private final boolean isSlow;

  /** Of a slow topology, it is later at each look. */
  private final AtomicLong nanoTime = new AtomicLong();

  private final Facts facts = new Facts();
  private TopologyTestDriver driver;
  private int driversStarted;

  FactsFromTopology(Path folder, Arrival.Memory memory, boolean isSlow) {
    this.isSlow = isSlow;
    this.folder = folder;
    this.memory = memory;
    this.driver = start();
  }

  private TopologyTestDriver start() {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "facts");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(
        StreamsConfig.STATE_DIR_CONFIG, folder.resolve("" + ++driversStarted).toString());
    properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    properties.put(StreamsConfig.PROCESSOR_WRAPPER_CLASS_CONFIG, StoresInMemory.class);
    // The driver always has all that there is: looking for what may be to come takes its time.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    var builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
    FactsTopology.build(builder, REGISTRY, RuleSettings.defaults(), 1, settings());
    return new TopologyTestDriver(
        builder.build(), properties, Instant.parse("2026-01-01T00:00:00Z"));
  }

  private StepSettings settings() {
    int small =
        memory == Arrival.Memory.NONE ? Integer.MAX_VALUE : memory == Arrival.Memory.ALL ? 0 : 3;
    long room = memory == Arrival.Memory.ALL ? Long.MAX_VALUE : 300_000;
    return new StepSettings(FLUSH_INTERVAL, small, room, Long.MAX_VALUE, this::lookAtTheClock);
  }

  private long lookAtTheClock() {
    return isSlow ? nanoTime.addAndGet(LOOK.toNanos()) : 0;
  }

  /** An event is published. */
  void give(SpecificRecord event) {
    if (event instanceof PushEvent e) {
      give(Topics.PUSHES, e.getRepository(), e);
    } else if (event instanceof PullRequestEvent e) {
      give(Topics.PULL_REQUESTS, e.getRepository(), e);
    } else if (event instanceof CiRunEvent e) {
      give(Topics.CI_RUNS, e.getRepository(), e);
    } else if (event instanceof ArtifactEvent e) {
      give(Topics.ARTIFACTS, e.getArtifact(), e);
    } else if (event instanceof DeploymentEvent e) {
      give(Topics.DEPLOYMENTS, e.getDeployment(), e);
    } else if (event instanceof IncidentEvent e) {
      give(Topics.INCIDENTS, e.getIncident(), e);
    } else if (event instanceof CorrectionEvent e) {
      give(Topics.CORRECTIONS, e.getService(), e);
    } else {
      var e = (CatalogEvent) event;
      give(Topics.CATALOG, e.getService(), e);
    }
  }

  private <V extends SpecificRecord> void give(Topic<V> topic, String key, V event) {
    driver
        .createInputTopic(
            topic.name(), new StringSerializer(), new AvroSerde<>(topic, REGISTRY).serializer())
        .pipeInput(key, event);
  }

  /** Some time passes, in which steps look for new input. */
  void wait(Duration duration) {
    driver.advanceWallClockTime(duration);
    read();
  }

  /** Stops, and starts anew with what the stores hold. */
  void restart() {
    read();
    List<Map.Entry<String, List<KeyValue<Object, Object>>>> kept = new ArrayList<>();
    for (String name : driver.getAllStateStores().keySet()) {
      List<KeyValue<Object, Object>> entries = new ArrayList<>();
      try (var all = driver.<Object, Object>getKeyValueStore(name).all()) {
        all.forEachRemaining(entries::add);
      }
      kept.add(Map.entry(name, entries));
    }
    driver.close();
    driver = start();
    for (var store : kept) {
      KeyValueStore<Object, Object> copy = driver.getKeyValueStore(store.getKey());
      store.getValue().forEach(entry -> copy.put(entry.key, entry.value));
    }
  }

  /** The facts, once every step has seen everything. */
  Facts facts() {
    for (int quiet = 0; quiet < STEPS_AT_MOST; quiet++) {
      driver.advanceWallClockTime(FLUSH_INTERVAL);
      quiet = read() || hasMarks() ? 0 : quiet;
    }
    return facts;
  }

  /** Whether a step has a key that is not up to date. */
  private boolean hasMarks() {
    for (String name : driver.getAllStateStores().keySet()) {
      if (name.endsWith("-dirty")) {
        try (var marks = driver.<Object, Object>getKeyValueStore(name).all()) {
          if (marks.hasNext()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Reads what was put out. Answers whether there was anything. */
  private boolean read() {
    boolean any = false;
    for (var topic : Topics.facts()) {
      any |= read(topic);
    }
    return any;
  }

  private <V extends SpecificRecord> boolean read(Topic<V> topic) {
    Deserializer<V> values = new AvroSerde<>(topic, REGISTRY).deserializer();
    var output = driver.createOutputTopic(topic.name(), new StringDeserializer(), values);
    var read = output.readKeyValuesToList();
    for (var fact : read) {
      int retracted = fact.value.getSchema().getField("retracted").pos();
      if (Boolean.TRUE.equals(fact.value.get(retracted))) {
        facts.remove(fact.key, fact.value);
      } else {
        facts.put(fact.key, fact.value);
      }
    }
    return !read.isEmpty();
  }

  @Override
  public void close() {
    driver.close();
  }

  private static SchemaRegistryClient registry() {
    var registry = new MockSchemaRegistryClient();
    try {
      for (var topic : Topics.all()) {
        registry.register(topic.subject(), new AvroSchema(topic.schema()));
      }
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
  }
}
