package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.catalog.CatalogFile;
import dev.dorado.ingest.catalog.CatalogReader;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long hostile texts in every text field of every sender and in the catalog are read to their end.
 * Patterns over them are RE2/J's; LinearTimeTest, in the module standalone, holds all code to that.
 */
class HostileTextsTest {

  private static final int LENGTH = 100_000;

  private static final List<String> TEXTS =
      List.of(
          "x " + "a".repeat(LENGTH / 2) + "/" + "b".repeat(LENGTH / 2),
          "x" + "\n".repeat(LENGTH) + "y",
          "a".repeat(LENGTH),
          "Revert \"".repeat(LENGTH / 8),
          "root cause: " + "none ".repeat(LENGTH / 5),
          "*a".repeat(LENGTH / 2),
          "https://" + "a/".repeat(LENGTH / 2),
          "1.".repeat(LENGTH / 2));

  static List<Seeds> senders() {
    return MutatedPayloadsTest.senders();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void everyTextFieldOfASenderIsReadToItsEnd(Seeds seeds) {
    int read = 0;
    for (Payload payload : seeds.payloads()) {
      int texts = replace(payload.json().deepCopy(), -1, "");
      for (int i = 0; i < texts; i++) {
        JsonNode body = payload.json().deepCopy();
        replace(body, i, TEXTS.get(read++ % TEXTS.size()));
        translate(seeds.sender(), payload, body);
      }
    }
    assertThat(read).as("texts that were replaced").isPositive();
  }

  @Test
  void everyAnnotationOfACatalogIsReadToItsEnd() {
    var reader = new CatalogReader(new RepositoryName("github.com"));
    List<String> annotations =
        List.of(
            "dorado.dev/paths",
            "dorado.dev/environments",
            "dorado.dev/aliases",
            "dorado.dev/deployment-source",
            "dorado.dev/golden-path",
            "dorado.dev/rules",
            "dorado.dev/valid-from",
            "github.com/project-slug",
            "opsgenie.com/component-selector",
            "backstage.io/source-location",
            "jenkins.io/job-full-name");
    for (String annotation : annotations) {
      for (String text : TEXTS) {
        String entity =
            """
            {"apiVersion": "backstage.io/v1alpha1", "kind": "Component",
             "metadata": {"name": "shop", "annotations": {"%s": %s}},
             "spec": {"owner": "team", "type": "service", "lifecycle": "production"}}
            """
                .formatted(annotation, JsonNodeFactory.instance.textNode(text));
        var upload = reader.read(List.of(new CatalogFile("c.yaml", entity.getBytes(UTF_8))));
        assertThat(upload.entries().size() + upload.problems().size()).isPositive();
      }
    }
  }

  private static void translate(Sender sender, Payload payload, JsonNode body) {
    var request =
        new DeliveryRequest(
            payload.headers(), body.toString().getBytes(UTF_8), Payload.RECEIVED_AT);
    try {
      Translated.translate(sender, request);
    } catch (UntranslatableDelivery e) {
      assertThat(e).hasMessageNotContaining("x".repeat(1000));
    }
  }

  /** Sets the text at place {@code which}; answers how many texts there are. */
  private static int replace(JsonNode root, int which, String text) {
    List<Runnable> replacements = new ArrayList<>();
    collect(root, replacements, text);
    if (which >= 0) {
      replacements.get(which).run();
    }
    return replacements.size();
  }

  private static void collect(JsonNode node, List<Runnable> replacements, String text) {
    if (node instanceof ObjectNode object) {
      object
          .fields()
          .forEachRemaining(
              field -> {
                if (field.getValue().isTextual()) {
                  replacements.add(() -> object.put(field.getKey(), text));
                } else {
                  collect(field.getValue(), replacements, text);
                }
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int place = i;
        if (array.get(i).isTextual()) {
          replacements.add(() -> array.set(place, JsonNodeFactory.instance.textNode(text)));
        } else {
          collect(array.get(i), replacements, text);
        }
      }
    }
  }
}
