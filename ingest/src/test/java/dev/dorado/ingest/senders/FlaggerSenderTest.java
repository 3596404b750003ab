package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlaggerSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  private final FlaggerSender flagger = new FlaggerSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new FlaggerSender(Translated.SETTINGS),
        event("Succeeded", "Promotion completed! Scaling down shop.prod"),
        hook("Failed"));
  }

  /** What a webhook of type event sends. */
  static Payload event(String phase, String message) {
    return hook(phase)
        .with(
            "metadata",
            Map.of("eventMessage", message, "eventType", "Normal", "timestamp", "1772366400000"));
  }

  /** What any other webhook sends. */
  static Payload hook(String phase) {
    return Payload.of(
        """
        {"name": "shop", "namespace": "prod", "phase": "%s", "checksum": "85d557f47b",
         "metadata": {"cluster": "eu"}}
        """
            .formatted(phase));
  }

  @Test
  void trafficIsShiftedStepByStepUnlessTheMetadataStateOtherwise() {
    Payload promoted = event("Succeeded", "Promotion completed! shop.prod");
    assertThat(Translated.event(flagger, promoted, DeploymentEvent.class).getStrategy())
        .isEqualTo("canary");
    assertThat(
            Translated.event(
                    flagger,
                    promoted.with("metadata.strategy", "blue-green"),
                    DeploymentEvent.class)
                .getStrategy())
        .isEqualTo("blue-green");
  }

  @Test
  void aCanaryThatIsPromotedIsADeployment() {
    DeploymentEvent event = of(event("Succeeded", "Promotion completed! Scaling down shop.prod"));
    assertThat(event.getDeployment())
        .isEqualTo("flagger:prod/shop:85d557f47b:2026-03-01T12:00:00Z");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getSha()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Finalising, Promotion completed! Scaling down shop.prod, succeeded",
    "Succeeded, Canary analysis completed, succeeded",
    "Failed, Canary failed! Scaling down shop.prod, failed",
    "Progressing, Canary failed! Scaling down shop.prod, failed"
  })
  void theMessageDecidesBeforeThePhase(String phase, String message, String status) {
    assertThat(of(event(phase, message)).getStatus()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "Succeeded, New revision detected! Scaling up shop.prod",
    "Progressing, Advance shop.prod canary weight 5",
    "Progressing, Rolling back shop.prod failed checks threshold reached 5",
    "Succeeded, Post-rollout check notify passed",
    "Initialized, Initialization done! shop.prod",
    "Promoting, Copying shop.prod template spec to shop-primary.prod",
    "WaitingPromotion, Something new"
  })
  void aStepOnTheWayIsIgnored(String phase, String message) {
    assertThat(Translated.ignored(flagger, event(phase, message))).contains("step of the canary");
  }

  @Test
  void aWebhookWithoutATimeIsOfWhenItCameAndItsChecksumIsTheAttempt() {
    DeploymentEvent event = of(hook("Succeeded"));
    assertThat(event.getFinishedAt()).isEqualTo(Payload.RECEIVED_AT);
    assertThat(event.getDeployment()).isEqualTo("flagger:prod/shop:85d557f47b");
    assertThat(of(hook("Failed")).getStatus()).isEqualTo("failed");
    assertThat(of(hook("Succeeded").without("checksum")).getDeployment())
        .isEqualTo("flagger:prod/shop:" + Payload.RECEIVED_AT);
    assertThat(Translated.ignored(flagger, hook("Progressing"))).startsWith("Progressing");
  }

  @Test
  void aCallThatIsRepeatedIsTheSameEvent() {
    var later =
        new DeliveryRequest(
            Map.of(), hook("Succeeded").bytes(), Payload.RECEIVED_AT.plusSeconds(9));
    assertThat(((DeploymentEvent) Translated.events(flagger, later).get(0).value()).getId())
        .isEqualTo(of(hook("Succeeded")).getId());
  }

  @Test
  void aCanaryIsNeverHeldBackByDorado() {
    assertThat(flagger.disablesHookOnClientErrors()).isTrue();
  }

  @Test
  void theSameCanaryPromotedAgainIsAnAttemptOfItsOwn() {
    Payload first = event("Succeeded", "Promotion completed!");
    Payload later =
        first.with(
            "metadata.timestamp",
            Long.toString(Instant.parse("2026-03-02T12:00:00Z").toEpochMilli()));
    assertThat(of(later).getDeployment()).isNotEqualTo(of(first).getDeployment());
  }

  @Test
  void theWebhooksMetadataStatesWhatFlaggerDoesNotKnow() {
    DeploymentEvent event =
        of(
            event("Succeeded", "Promotion completed!")
                .with("metadata.repository", "acme/shop")
                .with("metadata.environment", "eu-prod")
                .with("metadata.version", "1.4.2")
                .with("metadata.sha", SHA));
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getService()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getVersion()).isEqualTo("1.4.2");
    assertThat(event.getSha()).isEqualTo(SHA);
  }

  @Test
  void whatACanaryMustHaveIsNamed() {
    assertThat(Translated.missing(flagger, hook("Succeeded").without("phase")).path())
        .isEqualTo("$.phase");
    assertThat(Translated.missing(flagger, hook("Succeeded").without("name")).path())
        .isEqualTo("$.name");
    assertThat(of(hook("Succeeded").without("metadata").without("namespace")).getEnvironment())
        .isEqualTo("default");
  }

  private DeploymentEvent of(Payload payload) {
    return Translated.event(flagger, payload, DeploymentEvent.class);
  }
}
