package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnyOfAuthenticatorTest {

  private static final String SIGNATURE =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          new HmacAuthenticator("X-Hub-Signature", "sha256=", "sign"),
          new SharedSecretAuthenticator("send the secret"));

  @Test
  void aSignatureWillDo() {
    assertThat(refusal(Map.of("X-Hub-Signature", "sha256=" + SIGNATURE))).isEmpty();
  }

  @Test
  void theSecretItselfWillDo() {
    assertThat(refusal(Map.of("X-Dorado-Token", "It's a Secret to Everybody"))).isEmpty();
  }

  @Test
  void aWrongSignatureIsNotMendedByTheSecret() {
    assertThat(
            refusal(
                Map.of(
                    "X-Hub-Signature",
                    "sha256=00",
                    "X-Dorado-Token",
                    "It's a Secret to Everybody")))
        .get()
        .extracting(Refusal::reason)
        .isEqualTo(Refusal.Reason.SIGNATURE);
  }

  @Test
  void withoutAnyProofTheLastSaysWhatToDo() {
    assertThat(refusal(Map.of()))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("there is no secret in the delivery: send the secret");
  }

  private Optional<Refusal> refusal(Map<String, String> headers) {
    return authenticator.refusal(
        new DeliveryRequest(headers, "Hello, World!".getBytes(UTF_8), Instant.EPOCH),
        List.of("It's a Secret to Everybody"));
  }
}
