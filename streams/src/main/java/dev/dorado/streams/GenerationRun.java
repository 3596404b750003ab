package dev.dorado.streams;

import com.typesafe.config.Config;
import dev.dorado.rules.Rules;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.server.Traces;
import dev.dorado.streams.generations.CatchUp;
import dev.dorado.streams.generations.Computation;
import dev.dorado.streams.generations.GenerationPlan.Part;
import dev.dorado.streams.rejected.RejectingHandler;
import dev.dorado.streams.rejected.Rejections;
import dev.dorado.streams.sink.ClickHouseSink;
import dev.dorado.streams.steps.StepSettings;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
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
 * What computes one generation of facts in this process: the topology under the generation's own
 * settings, its sink, and, while it has not caught up, what sees when it has. Runs until it is
 * closed. Thread-safe.
 */
final class GenerationRun implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GenerationRun.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final Generation generation;
  private final Part part;
  private final KafkaStreams streams;
  private final KafkaMeters streamsMetrics;
  private final ClickHouseSink sink;
  private final CatchUp catchUp;
  private volatile String failure;

  GenerationRun(
      Generation generation,
      Part part,
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics,
      Traces traces) {
    this.generation = generation;
    this.part = part;
    int number = generation.number();
    this.sink = ClickHouseSink.ofGeneration(number, config, connections, registry, metrics, traces);
    if (part == Part.SINK) {
      this.streams = null;
      this.streamsMetrics = null;
      this.catchUp = null;
      return;
    }
    var rules = Computation.rules(generation, config);
    var rejections = new Rejections(registry, metrics, number);
    var builder = new StreamsBuilder();
    FactsTopology.build(
        builder,
        registry,
        rules,
        connections.partitions(),
        StepSettings.from(config).with(traces),
        number,
        rejections);
    String applicationId =
        generation.applicationId(config.getString("dorado.streams.application-id"));
    var properties = StreamsRole.properties(config, connections);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    RejectingHandler.use(properties, rejections);
    this.streams = new KafkaStreams(builder.build(), properties);
    this.streams.setUncaughtExceptionHandler(this::failed);
    this.streamsMetrics = new KafkaMeters(config, metrics);
    this.streamsMetrics.add(streams);
    this.catchUp =
        generation.switchedAt().isPresent() || generation.readyAt().isPresent()
            ? null
            : new CatchUp(
                number,
                applicationId,
                ClickHouseSink.group(config, number),
                Rules.stepNames(rules),
                connections,
                () -> caughtUp(new Generations(connections)));
  }

  void start() {
    if (streams != null) {
      streams.start();
    }
    sink.start();
    if (catchUp != null) {
      catchUp.start();
    }
  }

  /** How much of the generation is run. */
  Part part() {
    return part;
  }

  /** Whether it runs, rather than preparing to. */
  boolean isRunning() {
    return streams == null || streams.state() == KafkaStreams.State.RUNNING;
  }

  /** What is wrong with the topology, or what it is doing instead of running; null if it runs. */
  String streamsProblem() {
    if (failure != null || isRunning()) {
      return failure;
    }
    return "Kafka Streams of generation %d is %s".formatted(generation.number(), streams.state());
  }

  /** Why the topology has stopped, or null. */
  String failure() {
    return failure;
  }

  /** What is wrong with the sink, or null. */
  String sinkProblem() {
    return sink.problem();
  }

  @Override
  public void close() {
    if (catchUp != null) {
      catchUp.close();
    }
    if (streams != null) {
      // Leaving, so that the next start need not wait for this one's session to run out.
      streams.close(
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
      streamsMetrics.close();
    }
    sink.close();
  }

  private void caughtUp(Generations generations) throws Exception {
    if (generation.preview()) {
      generations.readyToCompare(generation);
      log.info("generation {} of the facts, a preview, has caught up", generation.number());
      return;
    }
    generations.switchTo(generation);
    log.info(
        "generation {} of the facts has caught up and answers queries now", generation.number());
  }

  private StreamThreadExceptionResponse failed(Throwable error) {
    log.error("the topology of generation {} failed", generation.number(), error);
    if (mayPass(error)) {
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    failure =
        "the topology of generation %d has stopped: %s; the log says more"
            .formatted(generation.number(), error.getMessage());
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
