package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signatures were computed by another program (Python's hmac). */
class TimestampedHmacAuthenticatorTest {

  private static final String BODY = "{\"event\":1}";
  private static final long SIGNED_AT = 1_780_000_000L;
  private static final String ROOTLY =
      "e5c6044ae42128cfc3588722bfd225e4d514fcd2f1d33f48f5d282aae5b683be";
  private static final String BUILDKITE =
      "a483c80606864ee91ba564ce138d303aab237996f5f0cb5ac8ca1e59a9cfa6cd";
  private static final String GRAFANA =
      "3fda4b13a3ce5181af1858ea08edb81ca825288e68c133b3e6d9abe426945d3f";

  private final Authenticator rootly =
      TimestampedHmacAuthenticator.inOneHeader("X-Rootly-Signature", "t", "v1", "", "set a secret");
  private final Authenticator buildkite =
      TimestampedHmacAuthenticator.inOneHeader(
          "X-Buildkite-Signature", "timestamp", "signature", ".", "set a secret");
  private final Authenticator grafana =
      TimestampedHmacAuthenticator.inTwoHeaders("X-Signature", "X-Time", ":", "set a secret");

  @Test
  void aTimeAndASignatureInOneHeaderAreAuthentic() {
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", "t=1780000000,v1=" + ROOTLY), 0))
        .isEmpty();
    assertThat(
            refusal(
                buildkite,
                Map.of("X-Buildkite-Signature", "timestamp=1780000000,signature=" + BUILDKITE),
                0))
        .isEmpty();
  }

  @Test
  void aTimeAndASignatureInTwoHeadersAreAuthentic() {
    assertThat(refusal(grafana, Map.of("X-Signature", GRAFANA, "X-Time", "1780000000"), 0))
        .isEmpty();
  }

  @Test
  void anyOfSeveralSignaturesWillDo() {
    String several =
        "t=1780000000, v1=%s, v1=%s".formatted("0".repeat(64), ROOTLY.toUpperCase(Locale.ROOT));
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", several), 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, 300})
  void aClockMayBeFiveMinutesOff(long seconds) {
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", "t=1780000000,v1=" + ROOTLY), seconds))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"301, 301 s before it came", "-3600, 3600 s after it came"})
  void aTimeThatIsFurtherOffIsRefusedAndSaysBy(long seconds, String said) {
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", "t=1780000000,v1=" + ROOTLY), seconds))
        .get()
        .satisfies(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.SIGNATURE);
              assertThat(refusal.detail())
                  .contains(said, "at most 300 s", "2026-05-28T20:26:40Z", "clock");
            });
  }

  @Test
  void anotherTimeThanTheSignedOneIsRefused() {
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", "t=1780000001,v1=" + ROOTLY), 0))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("fits no secret", "set a secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1=" + ROOTLY,
        "t=1780000000",
        "t=soon,v1=" + ROOTLY,
        "t=,v1=",
        "t=9999999999999999999999,v1=" + ROOTLY,
        ROOTLY
      })
  void aHeaderOfAnotherFormIsRefused(String header) {
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", header), 0)).isPresent();
  }

  @Test
  void aMissingHeaderIsNamed() {
    assertThat(refusal(grafana, Map.of("X-Signature", GRAFANA), 0))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("the X-Time header is missing", "set a secret");
  }

  @Test
  void aSignedTimeThatIsNoneIsRefused() {
    String signature = Hmac.hex("rootly secret", ("tomorrow" + BODY).getBytes(UTF_8));
    assertThat(refusal(rootly, Map.of("X-Rootly-Signature", "t=tomorrow,v1=" + signature), 0))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("'tomorrow'", "seconds since 1970");
  }

  private static Optional<Refusal> refusal(
      Authenticator authenticator, Map<String, String> headers, long secondsLater) {
    return authenticator.refusal(
        new DeliveryRequest(
            headers, BODY.getBytes(UTF_8), Instant.ofEpochSecond(SIGNED_AT + secondsLater)),
        List.of("new secret", "rootly secret", "buildkite token", "grafana secret"));
  }
}
