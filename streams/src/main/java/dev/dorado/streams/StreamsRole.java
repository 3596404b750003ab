package dev.dorado.streams;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.SetupException;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import dev.dorado.server.HttpRole;
import dev.dorado.server.Traces;
import dev.dorado.streams.cdevents.CdEvents;
import dev.dorado.streams.generations.Computation;
import dev.dorado.streams.generations.GenerationPlan;
import dev.dorado.streams.generations.GenerationPlan.Part;
import dev.dorado.streams.generations.GenerationPlan.Start;
import dev.dorado.streams.generations.Reprocessing;
import dev.dorado.streams.generations.StateFolders;
import dev.dorado.streams.rejected.RejectedCount;
import dev.dorado.streams.sink.ClickHouseSink;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.javalin.config.JavalinConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams role: the topology and the sink of the generation of facts that answers queries, and
 * of one that is being built, if any. It waits for what {@code ./dorado migrate} sets up, then runs
 * until it is closed. Which generations there are, it reads from their table again and again.
 * Thread-safe.
 */
public final class StreamsRole implements HttpRole {

  private static final Logger log = LoggerFactory.getLogger(StreamsRole.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Soon enough for an administrator who has just changed a setting of a topic. */
  private static final Duration BETWEEN_LOOKS_AT_TOPICS = Duration.ofSeconds(10);

  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int HEARTBEAT_INTERVAL_MS = 1_000;

  /** Within it, a long history must have been derived anew. */
  private static final int TRANSACTION_TIMEOUT_MS = 120_000;

  private static final int BATCH_BYTES = 128 * 1024;

  private final Config config;
  private final Connections connections;
  private final MeterRegistry metrics;
  private final SchemaRegistryClient registry;
  private final Prerequisites prerequisites;
  private final Generations generations;
  private final RejectedCount rejectedRecords;
  private final Computation computation;
  private final ClickHouseSink deliveriesSink;
  private final Traces traces;
  private final CdEvents cdEvents;
  private final Map<Integer, GenerationRun> runs = new ConcurrentSkipListMap<>();
  private final Thread worker;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile int current;
  private volatile String topologyWaitsFor = "it is being checked what is set up";
  private volatile String sinkWaitsFor = "waiting for the topology to start";
  private volatile String failure;

  /** What was set aside and not processed since; null if nothing was, or that is not known yet. */
  private volatile String rejected;

  /** Which topics take shorter records than is written to them; null if none does. */
  private volatile String narrowTopics;

  private StreamsRole(Config config, Connections connections, MeterRegistry metrics) {
    this.config = requireNonNull(config);
    this.connections = requireNonNull(connections);
    this.metrics = requireNonNull(metrics);
    this.registry = connections.registryClient();
    this.prerequisites = new Prerequisites(connections, registry);
    this.generations = new Generations(connections);
    this.rejectedRecords = new RejectedCount(connections);
    this.computation = Computation.of(config, registry);
    this.deliveriesSink = ClickHouseSink.ofDeliveries(config, connections, registry, metrics);
    this.traces = Traces.from(config, "streams");
    this.cdEvents = new CdEvents(config, connections, registry, metrics);
    this.worker = new Thread(this::work, "dorado-streams-generations");
  }

  /** Starts the role; it is ready when its checks are. */
  public static StreamsRole start(Config config, Connections connections, MeterRegistry metrics) {
    var role = new StreamsRole(config, connections, metrics);
    role.worker.start();
    return role;
  }

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public void configure(JavalinConfig config) {
    // Health and metrics, which every role has, are all that it serves.
  }

  @Override
  public List<Check> checks() {
    return List.of(
        new Check("kafka", prerequisites::kafkaProblem),
        new Check("streams", this::streamsProblem),
        new Check("sink", this::sinkProblem),
        Check.degrading("rejected", () -> rejected),
        Check.degrading("topics", () -> narrowTopics),
        Check.degrading("cdevents", cdEvents::problem));
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    worker.interrupt();
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    runs.values().forEach(GenerationRun::close);
    deliveriesSink.close();
    cdEvents.close();
    prerequisites.close();
    traces.close();
  }

  /** Settings of Kafka Streams, under which every generation of facts is computed. */
  public static Properties properties(Config config, Connections connections) {
    var settings = config.getConfig("dorado.streams");
    var properties = new Properties();
    properties.putAll(connections.kafkaClient(Map.of()));
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.getString("application-id"));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.getString("state-dir"));
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.getInt("threads"));
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.getInt("standby-replicas"));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        settings.getDuration("commit-interval").toMillis());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) connections.replicationFactor());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // After a kill, another instance or the next start takes over this soon.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
    // An instance learns with its heartbeat that another has come or gone; until then, both wait.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_INTERVAL_MS);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Topics.MAX_RECORD_BYTES);
    // A record that is set aside holds another one whole.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        2L * Topics.MAX_RECORD_BYTES);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_TIMEOUT_MS);
    // The order of arrival decides nothing: no topic waits for the others.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    // A large push is as large between the steps; a broker's own limit is 1 MiB.
    properties.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(Topics.MAX_RECORD_BYTES));
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    // Each batch of a partition begins with two blocks of the compression, 128 KiB in all.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    return properties;
  }

  private void work() {
    try {
      while ((topologyWaitsFor = prerequisites.missingForTopology()) != null) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      // Which generation there is to compute, ClickHouse says.
      while ((topologyWaitsFor = prerequisites.missingForSink()) != null) {
        sinkWaitsFor = topologyWaitsFor;
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      topologyWaitsFor = "it is being checked which generation of facts there is";
      sinkWaitsFor = topologyWaitsFor;
      deliveriesSink.start();
      boolean decided = false;
      long nextLookAtTopics = System.nanoTime();
      while (true) {
        try {
          decided = decided || decide();
          follow(generations.all());
          rejected = rejectedRecords.problem(runs.keySet());
          if (System.nanoTime() - nextLookAtTopics >= 0) {
            narrowTopics =
                prerequisites.narrowTopics(
                    runs.keySet(), config.getString("dorado.streams.application-id"));
            nextLookAtTopics = System.nanoTime() + BETWEEN_LOOKS_AT_TOPICS.toNanos();
          }
        } catch (SQLException | SetupException | ExecutionException e) {
          log.warn(
              "which generations of facts there are can't be seen or changed, trying again: {}",
              reason(e));
          if (runs.isEmpty()) {
            topologyWaitsFor =
                "waiting to know which generation of facts there is: %s".formatted(reason(e));
          }
        }
        TimeUnit.MILLISECONDS.sleep(
            config.getDuration("dorado.reprocess.poll-interval").toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed.get()) {
        log.error("the streams role can't go on", e);
        failure = "it can't go on: %s; the log says more".formatted(e.getMessage());
      }
    }
  }

  /** Whether the facts that are there are this program's is asked once, at the start. */
  private boolean decide() throws SQLException, ExecutionException, InterruptedException {
    List<Generation> all = generations.all();
    try (var reprocessing = new Reprocessing(config, connections)) {
      var first = Generation.current(all).orElseThrow();
      boolean isUntouched = !first.isKnown() && reprocessing.isUntouched(first);
      boolean mayBegin = config.getBoolean("dorado.reprocess.automatic");
      var start = GenerationPlan.atStart(all, computation, isUntouched, mayBegin);
      if (start instanceof Start.Adopt adopt) {
        generations.adopt(
            adopt.first(), computation.settings(), computation.code(), computation.rules());
      } else if (start instanceof Start.Begin begin) {
        var begun = reprocessing.begin(computation, step -> log.info("{}", step));
        log.warn(
            "the facts that are there were computed in another way ({}): generation {} is computed beside them, and answers queries once it has caught up",
            String.join("; ", begin.why()),
            begun.number());
      } else if (start instanceof Start.Refuse refuse) {
        failure = refusal(refuse.current());
        log.error(failure);
      } else if (start instanceof Start.Ask ask) {
        askForReprocessing(ask);
      }
    }
    Generation.building(all)
        .filter(building -> !computation.isThatOf(building))
        .ifPresent(
            building ->
                log.warn(
                    "generation {} is being built in another way than this role is set up for ({}); './dorado generations drop {}' gives it up",
                    building.number(),
                    String.join("; ", computation.differencesTo(building)),
                    building.number()));
    return true;
  }

  private String refusal(Generation newer) {
    return "no facts are computed: generation %d was computed by version %d of the rules, and this program has version %d. Run the newer version of Dorado. To go back for good, run './dorado reprocess' of this version, or restore a backup that was taken before the upgrade"
        .formatted(newer.number(), newer.rules(), computation.rules());
  }

  /** Never mixed: what can't be gone on with stands still, and the rest keeps its own settings. */
  private void askForReprocessing(Start.Ask ask) {
    String why =
        "generation %d of the facts was computed in another way (%s), and dorado.reprocess.automatic is false: run './dorado reprocess'"
            .formatted(ask.current().number(), String.join("; ", ask.why()));
    log.warn(why);
    if (!computation.canCompute(ask.current())) {
      failure = "no facts are computed: " + why;
    }
  }

  /** Starts and stops what the table of generations says. */
  private void follow(List<Generation> all) throws InterruptedException {
    Map<Integer, Part> plan = GenerationPlan.running(all, computation);
    current = Generation.current(all).map(Generation::number).orElse(0);
    if (plan.getOrDefault(current, Part.SINK) == Part.WHOLE || plan.size() > 1) {
      // What was asked for has been done: by a command, or by another instance.
      failure = null;
    }
    for (var run : List.copyOf(runs.entrySet())) {
      if (plan.get(run.getKey()) != run.getValue().part()) {
        log.info("generation {} of the facts is no longer computed here", run.getKey());
        runs.remove(run.getKey()).close();
      }
    }
    for (var generation : all) {
      int number = generation.number();
      if (plan.containsKey(number) && !runs.containsKey(number)) {
        String missing = prerequisites.missing(number);
        if (number == current) {
          topologyWaitsFor = missing;
          sinkWaitsFor = missing;
        }
        if (missing == null) {
          start(generation, plan.get(number));
        }
      }
    }
    if (cdEvents.awaits(current) && runs.containsKey(current)) {
      cdEvents.follow(current, prerequisites.missingForCdEvents());
    }
    StateFolders.deleteDropped(
        Path.of(config.getString("dorado.streams.state-dir")),
        config.getString("dorado.streams.application-id"),
        all);
  }

  private void start(Generation generation, Part part) {
    log.info("generation {} of the facts is computed here: {}", generation.number(), part);
    var run = new GenerationRun(generation, part, config, connections, registry, metrics, traces);
    runs.put(generation.number(), run);
    run.start();
  }

  private String streamsProblem() {
    if (failure != null) {
      return failure;
    }
    if (topologyWaitsFor != null) {
      return topologyWaitsFor;
    }
    // One that is being built may be preparing to run, which keeps nobody waiting.
    return problems(
        run ->
            run.getKey() == current ? run.getValue().streamsProblem() : run.getValue().failure());
  }

  private String sinkProblem() {
    if (sinkWaitsFor != null) {
      return sinkWaitsFor;
    }
    String problem = deliveriesSink.problem();
    return problem != null ? problem : problems(run -> run.getValue().sinkProblem());
  }

  private String problems(Function<Map.Entry<Integer, GenerationRun>, String> problem) {
    String problems =
        runs.entrySet().stream()
            .map(problem)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? null : problems;
  }

  private static String reason(Exception error) {
    return error instanceof SQLException away
        ? Connections.reason(away)
        : error instanceof ExecutionException ? error.getCause().getMessage() : error.getMessage();
  }
}
