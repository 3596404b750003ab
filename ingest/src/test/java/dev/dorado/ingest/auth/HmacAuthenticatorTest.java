package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HmacAuthenticatorTest {

  private static final String GITHUB_SECRET = "It's a Secret to Everybody";
  private static final String GITHUB_SIGNATURE =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  private static final String CIRCLE_SIGNATURE =
      "734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a";

  private final HmacAuthenticator github =
      new HmacAuthenticator("X-Hub-Signature-256", "sha256=", "set a secret");
  private final HmacAuthenticator circle =
      new HmacAuthenticator("circleci-signature", "v1=", "set a secret");

  @Test
  void theExampleOfGitHubIsAuthentic() {
    assertThat(
            refusal(github, "Hello, World!", "sha256=" + GITHUB_SIGNATURE, List.of(GITHUB_SECRET)))
        .isEmpty();
  }

  @Test
  void theExampleOfCircleCiIsAuthentic() {
    assertThat(refusal(circle, "hello world", "v1=" + CIRCLE_SIGNATURE, List.of("secret")))
        .isEmpty();
  }

  @Test
  void anyOfSeveralSecretsWillDo() {
    assertThat(
            refusal(
                github,
                "Hello, World!",
                "sha256=" + GITHUB_SIGNATURE,
                List.of("new one", GITHUB_SECRET)))
        .isEmpty();
  }

  @Test
  void anyOfSeveralSignaturesWillDo() {
    String header = "v1=" + "0".repeat(64) + ",v2=abc, v1=" + CIRCLE_SIGNATURE;
    assertThat(refusal(circle, "hello world", header, List.of("secret"))).isEmpty();
  }

  @Test
  void anotherByteInTheBodyIsRefused() {
    assertThat(
            refusal(github, "Hello, World?", "sha256=" + GITHUB_SIGNATURE, List.of(GITHUB_SECRET)))
        .get()
        .extracting(Refusal::reason)
        .isEqualTo(Refusal.Reason.SIGNATURE);
  }

  @Test
  void anotherSecretIsRefused() {
    assertThat(refusal(github, "Hello, World!", "sha256=" + GITHUB_SIGNATURE, List.of("other")))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("fits no secret", "set a secret")
        .doesNotContain("other", GITHUB_SIGNATURE);
  }

  @Test
  void aMissingSignatureIsRefusedWithWhatToDo() {
    var request = new DeliveryRequest(Map.of(), "x".getBytes(UTF_8), Instant.EPOCH);
    assertThat(github.refusal(request, List.of(GITHUB_SECRET)))
        .get()
        .extracting(Refusal::detail)
        .asString()
        .contains("the X-Hub-Signature-256 header is missing", "set a secret");
  }

  @Test
  void aSignatureOfAnotherKindIsRefused() {
    assertThat(refusal(github, "Hello, World!", "sha1=" + GITHUB_SIGNATURE, List.of(GITHUB_SECRET)))
        .isPresent();
    assertThat(refusal(github, "Hello, World!", "sha256=", List.of(GITHUB_SECRET))).isPresent();
    assertThat(refusal(github, "Hello, World!", GITHUB_SIGNATURE, List.of(GITHUB_SECRET)))
        .isPresent();
  }

  private static Optional<Refusal> refusal(
      HmacAuthenticator authenticator, String body, String header, List<String> secrets) {
    String name = header.startsWith("v1=") ? "CircleCI-Signature" : "x-hub-signature-256";
    return authenticator.refusal(
        new DeliveryRequest(Map.of(name, header), body.getBytes(UTF_8), Instant.EPOCH), secrets);
  }
}
