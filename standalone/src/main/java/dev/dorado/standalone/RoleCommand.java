package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.HttpRole;
import dev.dorado.server.HttpServer;
import dev.dorado.server.ServerSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One role behind a port of its own, until it is stopped. */
abstract class RoleCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on (default: ingest 8080, streams 8070, api 8090).")
  private Integer port;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "0.0.0.0",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  private final int defaultPort;

  RoleCommand(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  /** Starts the role; there is no open mode outside of standalone. */
  abstract HttpRole start(Config config, Connections connections, PrometheusMeterRegistry metrics);

  @Override
  public final Integer call() {
    int listeningPort = WholeNumber.port(spec, port == null ? defaultPort : port);
    var narration = new Narration(spec.commandLine().getOut());
    UntilStopped.run(narration, parts -> serve(listeningPort, narration, parts));
    return 0;
  }

  private void serve(int listeningPort, Narration narration, StartedParts parts) {
    Config config = ConfigFactory.load();
    Connections connections = Connections.from(config);
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpRole role = start(config, connections, metrics);
    HttpServer server;
    try {
      server =
          HttpServer.start(
              host,
              listeningPort,
              Topics.MAX_DELIVERY_BYTES,
              ServerSettings.from(config),
              metrics,
              List.of(role));
    } catch (RuntimeException e) {
      role.close();
      throw e;
    }
    parts.add(server);
    narration.step(
        "%s listens on port %d of %s; %s; see /health/ready"
            .formatted(role.name(), server.port(), host, connections));
  }
}
