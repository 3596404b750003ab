package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.dorado.deliveries.Delivery;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.Senders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptDeliveryTest {

  private static final String DEPLOYMENT =
      """
      {"events":[{"kind":"deployment","service":"shop","environment":"production","id":"7",
        "version":"1.2","status":"succeeded","finished_at":"2026-03-01T10:00:00Z"}]}""";

  private static final Duration TOLERANCE = Duration.ofDays(1);
  private static final Senders SENDERS =
      Senders.all(IngestSettings.from(ConfigFactory.load()).senders());

  @Test
  void itGivesTheSameEventsOfALaterTranslation() {
    var first = kept(DEPLOYMENT, "accepted", 1, "live").translate(2, TOLERANCE);
    var second = kept(DEPLOYMENT, "accepted", 1, "live").translate(3, TOLERANCE);

    var event = (DeploymentEvent) only(first).value();
    var again = (DeploymentEvent) only(second).value();
    assertThat(again.getId()).isEqualTo(event.getId());
    assertThat(event.getProvenance().getOrigin()).isEqualTo("live 2");
    assertThat(again.getProvenance().getOrigin()).isEqualTo("live 3");
    assertThat(again.getProvenance().getDelivery()).isEqualTo("delivery-1");
    assertThat(first.revived()).isEmpty();
    assertThat(first.givesFewer()).isFalse();
  }

  @Test
  void whatWasImportedStaysSo() {
    var event =
        (DeploymentEvent)
            only(kept(DEPLOYMENT, "accepted", 1, "backfill").translate(2, TOLERANCE)).value();

    assertThat(event.getProvenance().getOrigin()).isEqualTo("backfill");
  }

  @Test
  void aDeadOneThatIsUnderstoodNowIsAccepted() {
    var again = kept(DEPLOYMENT, "dead", 0, "live").translate(2, TOLERANCE);

    assertThat(again.revived())
        .hasValueSatisfying(
            delivery -> {
              assertThat(delivery.getOutcome()).isEqualTo("accepted");
              assertThat(delivery.getId()).isEqualTo("delivery-1");
              assertThat(delivery.getEvents()).isEqualTo(1);
            });
  }

  @Test
  void oneThatGivesFewerThanItDidIsTold() {
    var fewer = kept(DEPLOYMENT, "accepted", 2, "live").translate(2, TOLERANCE);
    assertThat(fewer.givesFewer()).isTrue();
    assertThat(fewer.understood()).isTrue();

    var notUnderstood = kept("no JSON", "accepted", 1, "live").translate(2, TOLERANCE);
    assertThat(notUnderstood.givesFewer()).isTrue();
    assertThat(notUnderstood.understood()).isFalse();
    assertThat(notUnderstood.events()).isEmpty();
    assertThat(notUnderstood.revived()).isEmpty();
  }

  @Test
  void oneOfWhichAPartIsSkippedNowSaysNothingOfWhatThatPartGave() {
    String events = DEPLOYMENT.replace("]}", ",{\"kind\":\"deployment\",\"env\":\"prod\"}]}");
    var again = kept(events, "accepted", 2, "live").translate(2, TOLERANCE);
    assertThat(again.events()).hasSize(1);
    assertThat(again.givesFewer()).isTrue();
    assertThat(again.understood()).isFalse();
  }

  @Test
  void itsTimesAreHeldAgainstItsOwnTimeOfReceipt() {
    String later = DEPLOYMENT.replace("2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z");
    assertThat(kept(later, "dead", 0, "live").translate(2, TOLERANCE).understood()).isFalse();
    assertThat(kept(later, "dead", 0, "live").translate(2, Duration.ofDays(4)).revived())
        .isPresent();
  }

  private static CanonicalEvent<?> only(KeptDelivery.Again again) {
    assertThat(again.events()).hasSize(1);
    return again.events().get(0);
  }

  private static KeptDelivery kept(String body, String outcome, int events, String origin) {
    return new KeptDelivery(
        Delivery.newBuilder()
            .setSender("generic")
            .setId("delivery-1")
            .setReceivedAt(Instant.parse("2026-03-01T10:00:01Z"))
            .setHeaders(Map.of("content-type", "application/json", "x-dorado-origin", origin))
            .setBody(ByteBuffer.wrap(body.getBytes(UTF_8)))
            .setOutcome(outcome)
            .setEvents(events)
            .build(),
        SENDERS.named("generic").orElseThrow());
  }
}
