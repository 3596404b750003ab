package dev.dorado.streams;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import dev.dorado.server.HttpRole;
import dev.dorado.streams.sink.ClickHouseSink;
import dev.dorado.streams.steps.StepSettings;
import io.javalin.config.JavalinConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams role: the topology and the sink. It waits for what {@code ./dorado migrate} sets up,
 * then runs until it is closed. Thread-safe.
 */
public final class StreamsRole implements HttpRole {

  private static final Logger log = LoggerFactory.getLogger(StreamsRole.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int MAX_REQUEST_BYTES = Topics.MAX_DELIVERY_BYTES + 1024 * 1024;

  private final Prerequisites prerequisites;
  private final KafkaStreams streams;
  private final ClickHouseSink sink;
  private final KafkaMeters streamsMetrics;
  private final Thread starter;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile String topologyWaitsFor = "it is being checked what is set up";
  private volatile String sinkWaitsFor = "waiting for the topology to start";
  private volatile String failure;

  private StreamsRole(Config config, Connections connections, MeterRegistry metrics) {
    requireNonNull(connections);
    var registry = connections.registryClient();
    this.prerequisites = new Prerequisites(connections, registry);
    var builder = new StreamsBuilder();
    FactsTopology.build(
        builder,
        registry,
        RuleSettings.from(config),
        connections.partitions(),
        new StepSettings(
            config.getDuration("dorado.streams.flush-interval"),
            config.getInt("dorado.streams.inputs-in-memory")));
    this.streams = new KafkaStreams(builder.build(), properties(config, connections));
    this.streams.setUncaughtExceptionHandler(this::failed);
    this.sink = new ClickHouseSink(config, connections, registry, metrics);
    this.streamsMetrics = new KafkaMeters(config, metrics);
    this.streamsMetrics.add(streams);
    this.starter = new Thread(this::startWhenReady, "dorado-streams-starter");
  }

  /** Starts the role; it is ready when its checks are. */
  public static StreamsRole start(Config config, Connections connections, MeterRegistry metrics) {
    var role = new StreamsRole(config, connections, metrics);
    role.starter.start();
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
        new Check("sink", this::sinkProblem));
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    starter.interrupt();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Leaving, so that the next start need not wait for this one's session to run out.
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    sink.close();
    streamsMetrics.close();
    prerequisites.close();
  }

  /** Settings of Kafka Streams. */
  static Properties properties(Config config, Connections connections) {
    var settings = config.getConfig("dorado.streams");
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.getString("application-id"));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers());
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
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
    // A large push is as large between the steps; a broker's own limit is 1 MiB.
    properties.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(MAX_REQUEST_BYTES));
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return properties;
  }

  private void startWhenReady() {
    try {
      while ((topologyWaitsFor = prerequisites.missingForTopology()) != null) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      streams.start();
      while ((sinkWaitsFor = prerequisites.missingForSink()) != null) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      sink.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("the streams role does not start", e);
      failure = "it does not start: " + e.getMessage();
    }
  }

  private String streamsProblem() {
    if (failure != null) {
      return failure;
    }
    if (topologyWaitsFor != null) {
      return topologyWaitsFor;
    }
    var state = streams.state();
    return state == KafkaStreams.State.RUNNING ? null : "Kafka Streams is " + state;
  }

  private String sinkProblem() {
    return sinkWaitsFor == null ? sink.problem() : sinkWaitsFor;
  }

  private StreamThreadExceptionResponse failed(Throwable error) {
    log.error("the topology failed", error);
    if (mayPass(error)) {
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    failure = "the topology has stopped: %s; the log says more".formatted(error.getMessage());
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean mayPass(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }
}
