package dev.dorado.streams;

import com.typesafe.config.ConfigFactory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.Connections;
import dev.dorado.streams.steps.StepSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * An instance of the topology in a process of its own, so that it can be killed. It ends with the
 * process that started it.
 */
final class TopologyProcess {

  private static final int SESSION_TIMEOUT_MS = 6_000;
  private static final int HEARTBEAT_INTERVAL_MS = 300;

  private TopologyProcess() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) throws IOException {
    Connections connections = Connections.load();
    KafkaStreams streams = instance(connections, Path.of(args[0]), args[1]);
    streams.start();
    while (System.in.read() >= 0) {
      // The parent lives.
    }
    Runtime.getRuntime().halt(0);
  }

  /** Starts {@link #main} in a process; its output goes to that of the test. */
  static Process start(Connections connections, Path stateDir, String applicationId)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath(), TopologyProcess.class.getName()));
    command.addAll(List.of(stateDir.toString(), applicationId));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "DORADO_KAFKA_BOOTSTRAP_SERVERS", connections.bootstrapServers(),
                "DORADO_KAFKA_PARTITIONS", Integer.toString(connections.partitions()),
                "DORADO_KAFKA_REPLICATION_FACTOR", "1",
                "DORADO_REGISTRY_URL", connections.registryUrl()));
    return builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** An instance that is not started. */
  static KafkaStreams instance(Connections connections, Path stateDir, String applicationId) {
    var config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.streams.state-dir",
                    stateDir.toString(),
                    "dorado.streams.application-id",
                    applicationId))
            .withFallback(ConfigFactory.load())
            .resolve();
    var builder = new StreamsBuilder();
    FactsTopology.build(
        builder,
        connections.registryClient(),
        RuleSettings.defaults(),
        connections.partitions(),
        new StepSettings(Duration.ofMillis(50), 3_000_000, Long.MAX_VALUE));
    var properties = StreamsRole.properties(config, connections);
    // A kill is noticed as soon as a broker lets it be by default, so that the test waits less.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_INTERVAL_MS);
    return new KafkaStreams(builder.build(), properties);
  }

  /** Surefire may hide the class path in a jar; then the property has it. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path",
        System.getProperty("java.class.path", "." + File.pathSeparator));
  }
}
