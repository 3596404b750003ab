package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes, a sender translates it, ignores it, or names what is wrong with it; and soon. A
 * failure names the mutation; {@code -Ddorado.first-mutation=N} begins with that one, {@code
 * -Ddorado.mutations=N} tries more.
 *
 * <p>The senders are tried beside each other, as many as there are cores: they share nothing.
 */
@Execution(ExecutionMode.CONCURRENT)
class MutatedPayloadsTest {

  private static final int MUTATIONS = Integer.getInteger("dorado.mutations", 10_000);
  private static final long FIRST = Long.getLong("dorado.first-mutation", 1);
  private static final int CUTS = 300;

  /** Some thousand times what a sender needs: only an endless loop takes as long. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A line for each sender. */
  static List<Seeds> senders() {
    return List.of(
        AlertmanagerSenderTest.seeds(),
        ArgoCdSenderTest.seeds(),
        ArgoRolloutsSenderTest.seeds(),
        AzureDevOpsSenderTest.seeds(),
        BitbucketCloudSenderTest.seeds(),
        BitbucketServerSenderTest.seeds(),
        BuildkiteSenderTest.seeds(),
        CdEventsSenderTest.seeds(),
        CircleCiSenderTest.seeds(),
        CortexSenderTest.seeds(),
        DatadogDoraSenderTest.seeds(),
        DatadogSenderTest.seeds(),
        DevLakeSenderTest.seeds(),
        FireHydrantSenderTest.seeds(),
        FlaggerSenderTest.seeds(),
        FluxSenderTest.seeds(),
        GenericSenderTest.seeds(),
        GiteaSenderTest.seeds(),
        GitHubSenderTest.seeds(),
        GitLabSenderTest.seeds(),
        GrafanaSenderTest.seeds(),
        IncidentIoSenderTest.seeds(),
        JenkinsSenderTest.seeds(),
        JiraSenderTest.seeds(),
        LaunchDarklySenderTest.seeds(),
        OpsgenieSenderTest.seeds(),
        OtlpSenderTest.seeds(),
        PagerDutySenderTest.seeds(),
        RootlySenderTest.seeds(),
        SentrySenderTest.seeds(),
        ServiceNowSenderTest.seeds(),
        SleuthSenderTest.seeds(),
        SpinnakerSenderTest.seeds(),
        StatuspageSenderTest.seeds(),
        TektonSenderTest.seeds());
  }

  @Test
  void everySenderHandsInItsSeeds() {
    assertThat(senders())
        .extracting(seeds -> seeds.sender().name())
        .containsExactlyInAnyOrderElementsOf(Senders.all(Translated.SETTINGS).names());
  }

  @ParameterizedTest
  @MethodSource("senders")
  void everySeedIsAccepted(Seeds seeds) {
    for (var payload : seeds.payloads()) {
      assertThat(Translated.translate(seeds.sender(), payload.request()))
          .as(() -> payload.json().toString())
          .isInstanceOf(Translation.Events.class);
    }
  }

  @ParameterizedTest
  @MethodSource("senders")
  void aFieldThatIsAnythingIsNamedOrMakesNoDifference(Seeds seeds) {
    mutated(
        seeds,
        MUTATIONS,
        (payload, random) -> {
          JsonNode json = payload.json().deepCopy();
          for (int i = random.nextInt(4); i >= 0; i--) {
            mutate(json, random);
          }
          return bytes(json);
        });
  }

  @ParameterizedTest
  @MethodSource("senders")
  void bytesThatAreAnythingAreMalformedOrNameWhatIsMissing(Seeds seeds) {
    mutated(
        seeds,
        MUTATIONS / 10,
        (payload, random) -> {
          byte[] body = new byte[random.nextInt(200)];
          random.nextBytes(body);
          return body;
        });
  }

  @ParameterizedTest
  @MethodSource("senders")
  void aBodyThatBreaksOffIsMalformed(Seeds seeds) {
    var random = new Random(FIRST);
    for (int i = 0; i < CUTS; i++) {
      Payload payload = seeds.payloads().get(i % seeds.payloads().size());
      byte[] whole = payload.bytes();
      int length = random.nextInt(whole.length);
      assertThat(problem(seeds.sender(), payload, Arrays.copyOf(whole, length)))
          .as("%s cut at %d", whole, length)
          .isInstanceOf(MalformedDelivery.class);
    }
  }

  private static void mutated(
      Seeds seeds, int mutations, BiFunction<Payload, Random, byte[]> mutation) {
    var number = new AtomicLong();
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (long n = FIRST; n < FIRST + mutations; n++) {
            number.set(n);
            var random = new Random(n);
            Payload payload = seeds.payloads().get(random.nextInt(seeds.payloads().size()));
            byte[] body = mutation.apply(payload, random);
            try {
              var problem = problem(seeds.sender(), payload, body);
              if (problem != null && problem.getMessage().isBlank()) {
                throw new IllegalStateException("the problem has no message", problem);
              }
            } catch (RuntimeException | StackOverflowError e) {
              throw new AssertionError(
                  "%s breaks its contract on -Ddorado.first-mutation=%d: %s"
                      .formatted(seeds, n, new String(body, UTF_8)),
                  e);
            }
          }
        },
        () -> "%s hangs on -Ddorado.first-mutation=%d".formatted(seeds, number.get()));
  }

  /** What the sender says is wrong with {@code body}, or null if it can translate it. */
  private static UntranslatableDelivery problem(Sender sender, Payload payload, byte[] body) {
    var request = new DeliveryRequest(payload.headers(), body, Payload.RECEIVED_AT);
    if (sender.deliveryId(request).isBlank() || sender.about(request) == null) {
      throw new IllegalStateException("the sender can't say what the delivery is");
    }
    try {
      if (Translated.translate(sender, request) == null) {
        throw new IllegalStateException("the translation is null");
      }
      return null;
    } catch (UntranslatableDelivery e) {
      return e;
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
      // Long texts cost the most of all, so few of them.
      case 8 -> json.textNode("x".repeat(random.nextInt(10) == 0 ? 20_000 : 300));
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
}
