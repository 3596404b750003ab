package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.server.AccessTokens;
import java.util.List;
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
              + " http://localhost:8080). The first token of DORADO_ADMIN_TOKENS is sent to it.")
  private String url;

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
    return new RemoteDorado(url, apiUrl, tokens.stream().findFirst());
  }
}
