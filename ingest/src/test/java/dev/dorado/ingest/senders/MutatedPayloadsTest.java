package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes, a sender translates it, ignores it, or names what is wrong with it. */
class MutatedPayloadsTest {

  private static final Sender GITHUB = new GitHubSender(Translated.SETTINGS);
  private static final Sender GENERIC = new GenericSender(Translated.SETTINGS);
  private static final Sender CDEVENTS = new CdEventsSender(Translated.SETTINGS);

  private static final List<Case> CASES =
      Stream.of(
              Stream.of(
                      GitHubPayloads.push(),
                      GitHubPayloads.pullRequest("labeled"),
                      GitHubPayloads.mergedPullRequest(),
                      GitHubPayloads.review("submitted", "approved"),
                      GitHubPayloads.deploymentStatus("success"),
                      GitHubPayloads.workflowRun("completed"),
                      GitHubPayloads.issue("opened"))
                  .map(payload -> new Case(GITHUB, payload)),
              Stream.of(
                      GenericSenderTest.DEPLOYMENT,
                      GenericSenderTest.CHANGE.with(
                          "events.0.pull_request",
                          Map.of("number", 1, "first_review_at", "2026-03-01T09:00:00Z")),
                      GenericSenderTest.INCIDENT)
                  .map(payload -> new Case(GENERIC, payload)),
              Stream.of(
                      CdEventsSenderTest.deployed("deployed"),
                      CdEventsSenderTest.change("merged", "12")
                          .with("customData", Map.of("sha", "abcdef1", "number", 3)),
                      CdEventsSenderTest.incident("reported"),
                      CdEventsSenderTest.event("pipelinerun.finished.0.3.0", "r", "{}"))
                  .map(payload -> new Case(CDEVENTS, payload)))
          .flatMap(cases -> cases)
          .toList();

  @Property(tries = 3000)
  void aFieldThatIsAnythingIsNamedOrMakesNoDifference(
      @ForAll @IntRange(max = 13) int chosen,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int mutations) {
    Case example = CASES.get(chosen % CASES.size());
    var random = new Random(seed);
    JsonNode json = example.payload().json().deepCopy();
    for (int i = 0; i < mutations; i++) {
      mutate(json, random);
    }
    assertContract(
        example.sender(),
        new DeliveryRequest(example.payload().headers(), bytes(json), Payload.RECEIVED_AT));
  }

  @Property(tries = 1000)
  void bytesThatAreAnythingAreMalformedOrNameWhatIsMissing(
      @ForAll @Size(max = 200) byte[] body, @ForAll @IntRange(max = 13) int chosen) {
    Case example = CASES.get(chosen % CASES.size());
    assertContract(
        example.sender(),
        new DeliveryRequest(example.payload().headers(), body, Payload.RECEIVED_AT));
  }

  @Property(tries = 500)
  void aBodyThatBreaksOffIsMalformed(
      @ForAll @IntRange(max = 13) int chosen, @ForAll @IntRange(max = 10_000) int at) {
    Case example = CASES.get(chosen % CASES.size());
    byte[] whole = example.payload().bytes();
    byte[] cut = Arrays.copyOf(whole, at % whole.length);
    var request = new DeliveryRequest(example.payload().headers(), cut, Payload.RECEIVED_AT);
    assertThatCode(() -> Translated.translate(example.sender(), request))
        .isInstanceOf(MalformedDelivery.class);
  }

  private static void assertContract(Sender sender, DeliveryRequest request) {
    assertThat(sender.deliveryId(request)).isNotBlank();
    assertThat(sender.about(request)).isNotNull();
    try {
      assertThat(Translated.translate(sender, request)).isNotNull();
    } catch (UntranslatableDelivery e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void mutate(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, anything(random));
      }
    } else if (container instanceof ArrayNode array) {
      array.add(anything(random));
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static JsonNode anything(Random random) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (random.nextInt(18)) {
      case 0 -> json.nullNode();
      case 1 -> json.booleanNode(random.nextBoolean());
      case 2 -> json.numberNode(random.nextLong());
      case 3 -> json.numberNode(random.nextDouble() * 1e300);
      case 4 -> json.numberNode(new BigDecimal("1e9999"));
      case 5 -> json.numberNode(new BigDecimal("99999999999999999999999999"));
      case 6 -> json.textNode("");
      case 7 -> json.textNode(" \u0000\uD800\uFFFF ");
      case 8 -> json.textNode("x".repeat(20_000));
      case 9 -> json.textNode("0".repeat(40));
      case 10 -> json.textNode("2026-13-45T99:99:99Z");
      case 11 -> json.textNode("-999999999-01-01T00:00:00+18:00");
      case 12 -> json.textNode("https://[::1/%zz?#");
      case 13 -> json.textNode("99999999999999999999");
      case 14 -> json.arrayNode().add(json.arrayNode()).addNull();
      case 15 -> json.objectNode().put("id", random.nextInt()).putNull("name");
      case 16 -> json.textNode("{\"service\": [1]}");
      default -> json.textNode("Ünïcödé 🚀/" + random.nextInt());
    };
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(UTF_8);
  }

  private record Case(Sender sender, Payload payload) {}
}
