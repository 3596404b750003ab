package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.server.AccessTokens;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where the running Dorado is that a command speaks to, and who speaks. */
final class ServerOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:DORADO_URL:-http://localhost:8080}",
      description =
          "Address of the running Dorado, in containers of ingest (default: DORADO_URL, else"
              + " http://localhost:8080).")
  private String url;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description =
          "Data folder of a Dorado that runs on this machine (default: ${DEFAULT-VALUE}). Its"
              + " token is used if DORADO_ADMIN_TOKENS and DORADO_API_TOKENS are not set.")
  private Path data;

  @Option(
      names = "--api-url",
      paramLabel = "URL",
      defaultValue = "${env:DORADO_API_URL:-}",
      description =
          "API address, if different (default: DORADO_API_URL, else the same; if"
              + " there is no api, port 8090 of that host).")
  private String apiUrl;

  RemoteDorado connect() {
    Config config = ConfigFactory.load();
    List<String> tokens =
        Stream.of("dorado.admin.tokens", "dorado.api.tokens")
            .flatMap(path -> AccessTokens.secrets(config, path).stream())
            .toList();
    return new RemoteDorado(url, apiUrl, tokens.stream().findFirst().or(this::madeToken));
  }

  /** The token that the Dorado at this address made; it goes to that Dorado alone. */
  private Optional<String> madeToken() {
    URI address = RemoteDorado.address("--url", url);
    boolean isOnThisMachine = Standalone.isLoopback(address.getHost());
    return isOnThisMachine
            && Addresses.of(data)
                .filter(told -> told.runs() && told.serves(address.getPort()))
                .isPresent()
        ? Access.keptAdministratorToken(data)
        : Optional.empty();
  }
}
