package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Connections;
import dev.dorado.server.HttpRole;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import picocli.CommandLine.Command;

/** {@code dorado ingest}: the role ingest, for containers. */
@Command(
    name = "ingest",
    description = "Takes webhooks and the catalog in, and writes events to Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class IngestCommand extends RoleCommand {

  private static final int PORT = 8080;

  IngestCommand() {
    super(PORT);
  }

  @Override
  HttpRole start(Config config, Connections connections, PrometheusMeterRegistry metrics) {
    return IngestRole.start(config, connections, false, metrics);
  }
}
