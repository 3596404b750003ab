package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A secret in an address is taken from a sender that can't do otherwise, and stays nowhere. */
class SecretInAddressTest {

  private static final String SECRET = "in-the-address";
  private static final Payload INCIDENT =
      Payload.of(
          """
          {"page": {"id": "p"}, "incident": {"id": "i", "name": "Down", "status": "investigating",
            "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"}}
          """);

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final IngestServer server = server();

  @AfterEach
  void close() {
    server.close();
    root().detachAppender(log);
  }

  @Test
  void aDeliveryWithTheSecretIsAcceptedAndKeptWithoutIt() {
    var answer = post("statuspage", SECRET);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().toString()).doesNotContain(SECRET);
    assertThat(kafka.deliveries).hasSize(1);
    assertThat(kafka.deliveries.get(0).toString()).doesNotContain(SECRET);
    assertThat(kafka.events).hasSize(1);
    assertThat(kafka.events.get(0).value().toString()).doesNotContain(SECRET);
    assertNothingIsLogged(SECRET);
  }

  @Test
  void anotherSecretIsRefusedAndSaidNowhere() {
    var answer = post("statuspage", "guessed-secret");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body().toString())
        .contains("?token=", "DORADO_SECRETS_STATUSPAGE")
        .doesNotContain("guessed-secret", SECRET);
    assertThat(kafka.deliveries).isEmpty();
    assertNothingIsLogged("guessed-secret");
  }

  @Test
  void aSenderThatCanDoBetterMayNot() {
    assertThat(post("opsgenie", SECRET).status()).isEqualTo(401);
  }

  private IngestServer.Answer post(String sender, String token) {
    return server.send(
        "POST", "/webhooks/%s?token=%s".formatted(sender, token), Map.of(), INCIDENT.bytes());
  }

  private IngestServer server() {
    log.start();
    root().addAppender(log);
    return IngestServer.start(
        IngestServer.config(
            Map.of(
                "dorado.ingest.secrets.statuspage", SECRET,
                "dorado.ingest.secrets.opsgenie", SECRET)),
        kafka,
        false);
  }

  private void assertNothingIsLogged(String secret) {
    assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains(secret));
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
