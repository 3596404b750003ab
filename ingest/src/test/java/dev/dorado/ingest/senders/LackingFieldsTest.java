package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a delivery must have. Of each payload of each sender every field is taken away, one at a
 * time, and set to null, to an empty text, and to an empty array and object. The delivery is
 * refused only if the field is among the sender's essential ones, those without which the event
 * means nothing: {@link EssentialFields} lists them.
 */
class LackingFieldsTest {

  static List<Seeds> senders() {
    return MutatedPayloadsTest.senders();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void onlyAnEssentialFieldIsMissed(Seeds seeds) {
    assertThat(refusedWithout(seeds)).isEqualTo(EssentialFields.of(seeds.sender().name()));
  }

  private static Set<String> refusedWithout(Seeds seeds) {
    Set<String> refused = new TreeSet<>();
    for (Payload payload : seeds.payloads()) {
      for (Place place : places(payload.json(), List.of())) {
        for (var lacking : LACKING.entrySet()) {
          JsonNode body = payload.json().deepCopy();
          lacking.getValue().accept(body.at(pointer(place.parent())), place.field());
          if (isRefused(seeds.sender(), payload, body)) {
            refused.add(place.path());
          }
        }
      }
    }
    return refused;
  }

  private static boolean isRefused(Sender sender, Payload payload, JsonNode body) {
    byte[] bytes = body.toString().getBytes(UTF_8);
    var request = new DeliveryRequest(payload.headers(), bytes, Payload.RECEIVED_AT);
    try {
      Translated.translate(sender, request);
      return false;
    } catch (UntranslatableDelivery e) {
      return true;
    } catch (RuntimeException e) {
      throw new AssertionError("%s fails on %s".formatted(sender.name(), body), e);
    }
  }

  /** The ways in which a field may be missing. */
  private static final Map<String, BiConsumer<JsonNode, String>> LACKING =
      Map.of(
          "removed",
          (parent, field) -> set(parent, field, null),
          "null",
          (parent, field) -> set(parent, field, JsonNodeFactory.instance.nullNode()),
          "empty text",
          (parent, field) -> set(parent, field, JsonNodeFactory.instance.textNode("")),
          "empty array",
          (parent, field) -> set(parent, field, JsonNodeFactory.instance.arrayNode()),
          "empty object",
          (parent, field) -> set(parent, field, JsonNodeFactory.instance.objectNode()));

  private static void set(JsonNode parent, String field, JsonNode value) {
    if (parent instanceof ObjectNode object) {
      if (value == null) {
        object.remove(field);
      } else {
        object.set(field, value);
      }
    } else if (value == null) {
      ((ArrayNode) parent).remove(Integer.parseInt(field));
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(field), value);
    }
  }

  /** All fields, and all elements of arrays, with those in them. */
  private static List<Place> places(JsonNode node, List<String> path) {
    List<Place> places = new ArrayList<>();
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field -> {
                places.add(new Place(path, field.getKey()));
                places.addAll(places(field.getValue(), with(path, field.getKey())));
              });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        places.add(new Place(path, Integer.toString(i)));
        places.addAll(places(node.get(i), with(path, Integer.toString(i))));
      }
    }
    return places;
  }

  private static List<String> with(List<String> path, String step) {
    return Stream.concat(path.stream(), Stream.of(step)).toList();
  }

  private static String pointer(List<String> path) {
    return path.stream()
        .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  /**
   * A field of an object, or an element of an array.
   *
   * @param parent the way to the object or array
   * @param field its name or index
   */
  private record Place(List<String> parent, String field) {

    /** As {@code commits.*.id}: the element of an array makes no difference. */
    String path() {
      return with(parent, field).stream()
          .map(step -> step.matches("\\d+") ? "*" : step)
          .collect(Collectors.joining("."));
    }
  }
}
