package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secret, id, time, body and signature are the example of the specification's libraries. */
class StandardWebhooksAuthenticatorTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String BODY = "{\"test\": 2432232314}";
  private static final long SIGNED_AT = 1_614_265_330L;
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  private static final Map<String, String> HEADERS =
      Map.of(
          "webhook-id",
          "msg_p5jXN8AQM9LWM0D4loKWxJek",
          "webhook-timestamp",
          "1614265330",
          "webhook-signature",
          SIGNATURE);

  private final Authenticator authenticator = new StandardWebhooksAuthenticator("copy the secret");

  @Test
  void theExampleOfTheSpecificationIsAuthentic() {
    assertThat(refusal(HEADERS, BODY, 0, SECRET)).isEmpty();
  }

  @Test
  void theSecretMayComeWithoutItsPrefix() {
    assertThat(refusal(HEADERS, BODY, 0, SECRET.substring("whsec_".length()))).isEmpty();
  }

  @Test
  void anyOfSeveralSignaturesAndSecretsWillDo() {
    var headers =
        with(
            "webhook-signature",
            "v1a,xyz v1,AAAAAE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= " + SIGNATURE);
    assertThat(refusal(headers, BODY, 0, OTHER, SECRET)).isEmpty();
  }

  @Test
  void anotherSecretIsRefused() {
    assertThat(refusal(HEADERS, BODY, 0, OTHER))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("fits no secret that is set up here: copy the secret")
        .doesNotContain(OTHER);
  }

  @Test
  void aSecretThatIsNoBase64IsToldFromAWrongOne() {
    assertThat(refusal(HEADERS, BODY, 0, OTHER, "not base64!"))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("1 of 2 can't be used", "whsec_");
  }

  @Test
  void whateverIsSignedMayNotBeChanged() {
    assertThat(refusal(HEADERS, BODY + " ", 0, SECRET)).isPresent();
    assertThat(refusal(with("webhook-id", "msg_2"), BODY, 0, SECRET)).isPresent();
    assertThat(refusal(with("webhook-timestamp", "1614265331"), BODY, 0, SECRET)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void aMissingHeaderIsNamed(String header) {
    var headers = new HashMap<>(HEADERS);
    headers.remove(header);
    assertThat(refusal(headers, BODY, 0, SECRET))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("the %s header is missing".formatted(header), "copy the secret");
  }

  @ParameterizedTest
  @CsvSource({"-300, true", "300, true", "-301, false", "301, false"})
  void aClockMayBeFiveMinutesOff(long seconds, boolean authentic) {
    assertThat(refusal(HEADERS, BODY, seconds, SECRET).isEmpty()).isEqualTo(authentic);
  }

  @Test
  void aSignatureOfAnotherVersionIsRefused() {
    assertThat(refusal(with("webhook-signature", "v2,abc"), BODY, 0, SECRET))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("no signature that begins with 'v1,'");
  }

  private Optional<Refusal> refusal(
      Map<String, String> headers, String body, long secondsLater, String... secrets) {
    return authenticator.refusal(
        new DeliveryRequest(
            headers, body.getBytes(UTF_8), Instant.ofEpochSecond(SIGNED_AT + secondsLater)),
        List.of(secrets));
  }

  private static Map<String, String> with(String header, String value) {
    var changed = new HashMap<>(HEADERS);
    changed.put(header, value);
    return changed;
  }
}
