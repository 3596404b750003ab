package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.api.ApiRole;
import dev.dorado.schemas.Connections;
import dev.dorado.server.HttpRole;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import picocli.CommandLine.Command;

/** {@code dorado api}: the role api, for containers. */
@Command(
    name = "api",
    description = "Answers questions from ClickHouse, and serves the page.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class ApiCommand extends RoleCommand {

  private static final int PORT = 8090;

  ApiCommand() {
    super(PORT);
  }

  @Override
  HttpRole start(Config config, Connections connections, PrometheusMeterRegistry metrics) {
    return ApiRole.start(config, connections, false, metrics);
  }
}
