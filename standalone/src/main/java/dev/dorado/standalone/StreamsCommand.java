package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.server.HttpRole;
import dev.dorado.streams.StreamsRole;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import picocli.CommandLine.Command;

/** {@code dorado streams}: the role streams, for containers. */
@Command(
    name = "streams",
    description =
        "Computes facts from events, and writes them to ClickHouse; the port serves health and metrics.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class StreamsCommand extends RoleCommand {

  private static final int PORT = 8070;

  StreamsCommand() {
    super(PORT);
  }

  @Override
  HttpRole start(Config config, Connections connections, PrometheusMeterRegistry metrics) {
    return StreamsRole.start(ContributorKey.required(config), connections, metrics);
  }
}
