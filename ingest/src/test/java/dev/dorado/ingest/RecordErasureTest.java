package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.senders.Senders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordErasureTest {

  private static final Senders SENDERS =
      Senders.all(IngestSettings.from(ConfigFactory.load()).senders());

  private final List<String> remaining = new ArrayList<>();
  private final RecordErasure erasure =
      new RecordErasure(
          PersonText.of(List.of("Ann Lee", "ann@acme.com"), "r"),
          SENDERS,
          Duration.ofDays(1),
          (field, value) -> remaining.add(field + "=" + value));

  @Test
  void aBodyKeepsItsFormAndNumbersIfItsSenderMakesTheSameOfIt() {
    var delivery =
        Delivery.newBuilder(
                generic(
                    """
                    {"ref":"refs/heads/main","before":"%1$s","after":"%2$s","forced":false,
                     "repository":{"full_name":"acme/shop","default_branch":"main","size":1.50,
                       "html_url":"https://github.com/acme/shop","pushed_at":1772366400},
                     "commits":[{"id":"%2$s","message":"By Ann Lee","timestamp":"2026-03-01T11:00:00Z",
                       "author":{"name":"Ann Lee","email":"ann@acme.com"}}]}"""
                        .formatted("ab".repeat(20), "cd".repeat(20))))
            .setSender("github")
            .setHeaders(Map.of("x-github-event", "push"))
            .build();

    assertThat(erasure.erase(delivery)).isTrue();

    assertThat(body(delivery))
        .contains("By erased-r-2", "\"email\":\"erased-r-1\"", "\"size\":1.50");
    assertThat(erasure.emptied()).isZero();
    assertThat(erasure.erase(delivery)).as("again").isFalse();
  }

  @Test
  void aBodyThatWouldMeanOtherEventsIsEmptied() {
    var delivery =
        generic(
            """
            {"events":[{"kind":"change","repository":"acme/shop","branch":"ann@acme.com",
              "sha":"%s","committed_at":"2026-01-06T08:00:00Z"}]}"""
                .formatted("ab".repeat(20)));

    assertThat(erasure.erase(delivery)).isTrue();

    assertThat(body(delivery)).isEmpty();
    assertThat(erasure.emptied()).isOne();
  }

  @Test
  void whatIsNoJsonIsEmptiedAlsoIfItIsEncodedForAnAddress() {
    var delivery = generic("payload=%7B%22pusher%22%3A%22Ann+Lee%22%7D");

    assertThat(erasure.erase(delivery)).isTrue();

    assertThat(body(delivery)).isEmpty();
  }

  @Test
  void aNameThatIsEscapedIsFound() {
    var delivery = generic("{\"a\":\"\\u0041nn Lee\",\"b\":1.10}");

    assertThat(erasure.erase(delivery)).isTrue();

    assertThat(body(delivery)).isEqualTo("{\"a\":\"erased-r-2\",\"b\":1.10}");
  }

  @Test
  void aDeliveryOfOthersStaysAsItIs() {
    String text = "{ \"a\" : \"Annabel Lee\" }";
    var delivery = generic(text);

    assertThat(erasure.erase(delivery)).isFalse();

    assertThat(body(delivery)).isEqualTo(text);
  }

  @Test
  void reasonAndHeadersLoseThePersonAndWhatTheDeliveryIsAboutIsReported() {
    var delivery = generic("{}");
    delivery.setReason("'Ann Lee' is no team");
    delivery.setHeaders(Map.of("x-user", "ann@acme.com"));
    delivery.setRepository("github.com/ann lee/shop");

    assertThat(erasure.erase(delivery)).isTrue();

    assertThat(delivery.getReason()).isEqualTo("'erased-r-2' is no team");
    assertThat(delivery.getHeaders()).containsEntry("x-user", "erased-r-1");
    assertThat(remaining).containsExactly("repository=github.com/ann lee/shop");
  }

  private static Delivery generic(String body) {
    return Delivery.newBuilder()
        .setSender("generic")
        .setId("d1")
        .setReceivedAt(Instant.parse("2026-03-05T12:00:00Z"))
        .setHeaders(Map.of("content-type", "application/json"))
        .setBody(ByteBuffer.wrap(body.getBytes(UTF_8)))
        .setOutcome("accepted")
        .setEvents(1)
        .build();
  }

  private static String body(Delivery delivery) {
    return UTF_8.decode(delivery.getBody().duplicate()).toString();
  }
}
