package dev.dorado.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.ApiRole;
import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.HttpRole;
import dev.dorado.server.HttpServer;
import dev.dorado.server.ServerSettings;
import dev.dorado.streams.StreamsRole;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One part of an installation in a process of its own, so that it can be killed. */
final class CrashPart {

  static final String PASSWORD = "DORADO_CLICKHOUSE_PASSWORD";

  private CrashPart() {}

  /**
   * Runs until standard input ends, which is when the process that started it does.
   *
   * @param arguments what it is, its port, and its folder
   */
  public static void main(String[] arguments) throws IOException {
    start(arguments[0], Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    while (System.in.read() >= 0) {
      // The benchmark goes on.
    }
    Runtime.getRuntime().halt(0);
  }

  private static void start(String part, int port, Path folder) {
    switch (part) {
      case "kafka" -> EmbeddedKafka.start(folder, port);
      case "registry" -> EmbeddedRegistry.start(folder, port);
      case "clickhouse" -> EmbeddedClickHouse.start(folder, port, System.getenv(PASSWORD));
      default -> serve(part, port);
    }
  }

  /** As the command of the same name does. */
  private static void serve(String role, int port) {
    Config config = ConfigFactory.load();
    var connections = Connections.from(config);
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpRole started =
        switch (role) {
          case "ingest" -> IngestRole.start(config, connections, false, metrics);
          case "streams" -> StreamsRole.start(config, connections, metrics);
          case "api" -> ApiRole.start(config, connections, false, metrics);
          default -> throw new IllegalArgumentException("there is no part '" + role + "'");
        };
    HttpServer.start(
        "127.0.0.1",
        port,
        Topics.MAX_DELIVERY_BYTES,
        ServerSettings.from(config),
        metrics,
        List.of(started));
  }
}
