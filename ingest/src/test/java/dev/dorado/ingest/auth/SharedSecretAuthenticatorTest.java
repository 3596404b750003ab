package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedSecretAuthenticatorTest {

  private final SharedSecretAuthenticator authenticator =
      new SharedSecretAuthenticator("send the secret");

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer current",
    "authorization, bearer current",
    "Authorization, Bearer previous",
    "X-Dorado-Token, current"
  })
  void theSecretIsTakenInAnyOfItsPlaces(String header, String value) {
    assertThat(refusal(Map.of(header, value))).isEmpty();
  }

  @Test
  void theSecretIsTakenAsTheBasicPasswordOfAnyUser() {
    assertThat(refusal(Map.of("Authorization", basic("ci:current")))).isEmpty();
    assertThat(refusal(Map.of("Authorization", basic(":current")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer wrong",
    "Authorization, Bearer",
    "Authorization, current",
    "Authorization, Basic not-base64!",
    "Authorization, Digest current",
    "X-Dorado-Token, Current"
  })
  void anythingElseIsRefused(String header, String value) {
    assertThat(refusal(Map.of(header, value)))
        .get()
        .satisfies(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.SECRET);
              assertThat(refusal.detail()).contains("send the secret").doesNotContain("current");
            });
  }

  @Test
  void aUserNamedLikeTheSecretIsRefused() {
    assertThat(refusal(Map.of("Authorization", basic("current:x")))).isPresent();
    assertThat(refusal(Map.of("Authorization", basic("current")))).isPresent();
  }

  @Test
  void noSecretAtAllIsRefused() {
    assertThat(refusal(Map.of()))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("there is no secret in the delivery");
  }

  @Test
  void aSenderMayHaveAHeaderOfItsOwn() {
    var own = new SharedSecretAuthenticator("send the secret", "X-Gitlab-Token");
    var request =
        new DeliveryRequest(Map.of("X-Gitlab-Token", "current"), new byte[0], Instant.EPOCH);
    assertThat(own.isUsedBy(request)).isTrue();
    assertThat(own.refusal(request, List.of("current"))).isEmpty();
    assertThat(authenticator.refusal(request, List.of("current"))).isPresent();
  }

  @Test
  void theAddressWillDoOnlyForASenderThatCanDoNothingElse() {
    var inAddress = SharedSecretAuthenticator.alsoInAddress("add ?token=");
    var request = new DeliveryRequest(Map.of(), new byte[0], Instant.EPOCH, Optional.of("current"));
    var wrong = new DeliveryRequest(Map.of(), new byte[0], Instant.EPOCH, Optional.of("wrong"));
    assertThat(inAddress.refusal(request, List.of("current"))).isEmpty();
    assertThat(inAddress.refusal(wrong, List.of("current")))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("add ?token=")
        .doesNotContain("wrong");
    assertThat(authenticator.refusal(request, List.of("current"))).isPresent();
  }

  private Optional<Refusal> refusal(Map<String, String> headers) {
    return authenticator.refusal(
        new DeliveryRequest(headers, new byte[0], Instant.EPOCH), List.of("current", "previous"));
  }

  private static String basic(String userAndPassword) {
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
  }
}
