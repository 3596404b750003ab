package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The plugin of Backstage takes its types from a copy of the OpenAPI document. */
class BackstagePluginTest {

  private static final Path COPY = Path.of("..", "integrations", "backstage", "openapi.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode served =
      JSON.valueToTree(
          OpenApi.document(new Endpoints(ApiSettings.from(ConfigFactory.load())).all()));

  @Test
  void itsCopyOfTheDocumentSaysWhatIsServed() throws IOException {
    JsonNode copy = JSON.readTree(COPY.toFile());
    List<String> paths = new ArrayList<>();
    copy.get("paths").fieldNames().forEachRemaining(paths::add);
    assertThat(paths).contains("/api/v1/summary", "/api/v1/deployments", "/api/v1/incidents");
    for (String path : paths) {
      assertThat(copy.at(pointer(path)))
          .as(
              "%s in %s: write it anew from a running Dorado with 'node"
                  + " integrations/backstage/scripts/openapi.mjs http://localhost:8080', and run"
                  + " 'npm run check' there",
              path, COPY)
          .isEqualTo(served.at(pointer(path)));
    }
    assertThat(copy.at("/components/schemas/Problem"))
        .isEqualTo(served.at("/components/schemas/Problem"));
  }

  private static String pointer(String path) {
    return "/paths/" + path.replace("/", "~1") + "/get";
  }
}
