package dev.dorado.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Kafka, the registry and ClickHouse on a scratch folder, set up for Dorado as {@code ./dorado up}
 * sets them up; all is gone when it is closed. Not thread-safe.
 */
final class BenchmarkParts implements AutoCloseable {

  private static final int PARTITIONS = 3;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Config config;
  private final Connections connections;

  private BenchmarkParts(Map<String, Object> settings) throws IOException {
    Path folder = Files.createTempDirectory("dorado-bench");
    parts.push(() -> delete(folder));
    try {
      var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
      parts.push(kafka);
      var registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
      parts.push(registry);
      var clickHouse = EmbeddedClickHouse.start(folder.resolve("clickhouse"), 0);
      parts.push(clickHouse);
      Map<String, Object> all = new HashMap<>(settings);
      all.put("dorado.kafka.bootstrap-servers", kafka.bootstrapServers());
      all.put("dorado.kafka.partitions", PARTITIONS);
      all.put("dorado.kafka.replication-factor", 1);
      all.put("dorado.registry.url", registry.url());
      all.put("dorado.clickhouse.url", clickHouse.jdbcUrl());
      all.put("dorado.clickhouse.user", "default");
      all.put("dorado.clickhouse.password", "");
      all.put("dorado.streams.state-dir", folder.resolve("streams").toString());
      config = ConfigFactory.parseMap(all, "benchmark").withFallback(ConfigFactory.load());
      connections = Connections.from(config);
      new Setup(connections, step -> {}).run();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything and sets it up.
   *
   * @param settings settings that win over {@code reference.conf} and the environment
   */
  static BenchmarkParts start(Map<String, Object> settings) throws IOException {
    return new BenchmarkParts(settings);
  }

  Config config() {
    return config;
  }

  Connections connections() {
    return connections;
  }

  /** A topic of the benchmark's own, with as many partitions as those of Dorado. */
  void createTopic(String name, Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    Map<String, Object> client =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers());
    try (var admin = Admin.create(client)) {
      admin
          .createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1).configs(settings)))
          .all()
          .get();
    }
  }

  /** Stops all, the latest first. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("a part of the benchmark did not stop cleanly: " + e);
      }
    }
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
