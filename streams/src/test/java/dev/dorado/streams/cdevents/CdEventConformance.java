package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What published events must be: what {@code docs/cdevents.schema.json} says and, where the
 * specification lies beside the repository, what its own schemas say. {@code
 * -Ddorado.cdevents.spec=FOLDER} names a checkout of github.com/cdevents/spec at v0.5.1.
 */
public final class CdEventConformance {

  private static final Path SPECIFICATION =
      Path.of(System.getProperty("dorado.cdevents.spec", "../../shared/cdevents-spec"));

  private static final Schema OURS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(read(Path.of("../docs/cdevents.schema.json")));

  private static final Map<String, String> THEIRS = specification();

  private static final SchemaRegistry SPECIFIED =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(THEIRS));

  private CdEventConformance() {}

  /** Whether the schemas of the specification are there. */
  static boolean hasSpecification() {
    return !THEIRS.isEmpty();
  }

  /** Fails unless a message conforms; returns it. */
  public static JsonNode requireConformant(byte[] message) {
    JsonNode envelope = json(message);
    assertThat(problems(OURS, envelope)).as("%s", envelope).isEmpty();
    JsonNode event = envelope.path("data");
    assertThat(envelope.path("id")).isEqualTo(event.at("/context/id"));
    assertThat(envelope.path("source")).isEqualTo(event.at("/context/source"));
    assertThat(envelope.path("type")).isEqualTo(event.at("/context/type"));
    assertThat(envelope.path("time")).isEqualTo(event.at("/context/timestamp"));
    assertThat(envelope.path("subject")).isEqualTo(event.at("/subject/id"));
    if (hasSpecification()) {
      assertThat(specified(event)).as("%s by the specification", event).isEmpty();
    }
    return envelope;
  }

  /** What the specification's schema of its type has against an event. */
  static List<String> specified(JsonNode event) {
    String type = event.at("/context/type").asText();
    String[] words = type.split("\\.", -1);
    String name =
        words[1].equals("cdeventsx") ? "custom" : "%s-%s-event".formatted(words[2], words[3]);
    return problems(
        SPECIFIED.getSchema(
            SchemaLocation.of(
                "https://cdevents.dev/%s/schema/%s".formatted(CdEventTypes.SPECIFICATION, name))),
        event);
  }

  /** What {@code docs/cdevents.schema.json} has against a message. */
  static List<String> problems(JsonNode message) {
    return problems(OURS, message);
  }

  private static List<String> problems(Schema schema, JsonNode node) {
    return schema
        .validate(
            node,
            execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static Map<String, String> specification() {
    Map<String, String> schemas = new HashMap<>();
    if (!Files.isDirectory(SPECIFICATION)) {
      return schemas;
    }
    try (Stream<Path> files = Files.walk(SPECIFICATION)) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.toString().contains("conformance"))
          .map(CdEventConformance::read)
          .forEach(
              text -> {
                JsonNode id = json(text.getBytes(UTF_8));
                schemas.put(id.path("$id").asText(), text);
              });
      return schemas;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(byte[] message) {
    try {
      return Json.MAPPER.readTree(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
