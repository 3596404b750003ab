package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretInBodyTest {

  private final SharedSecretAuthenticator authenticator =
      SharedSecretAuthenticator.alsoInBody("send the secret", "api_key");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"sha\":\"a\",\"api_key\":\"current\"}; {\"sha\":\"a\"}",
        " {\"api_key\": \"current\", \"links\": {\"api_key\": \"x\"}}; {\"links\":{\"api_key\":\"x\"}}",
        "api_key=current&sha=a; sha=a",
        "sha=a&api%5Fkey=cur%72ent&tags=%23b; sha=a&tags=%23b"
      })
  void theSecretIsTakenFromTheBodyAndRemovedFromIt(String body, String without) {
    var request = request(body, Map.of());
    assertThat(authenticator.refusal(request, List.of("current"))).isEmpty();
    assertThat(authenticator.refusal(request, List.of("other"))).isPresent();
    assertThat(text(authenticator.withoutSecret(request))).isEqualTo(without);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"sha\":\"a\"}",
        "sha=a",
        "[\"api_key\"]",
        "{\"api_key\":{}}",
        "=&%zz="
      })
  void aBodyWithoutASecretIsRefused(String body) {
    assertThat(authenticator.refusal(request(body, Map.of()), List.of("current"))).isPresent();
  }

  @Test
  void aBodyThatHasNoSecretStaysAsItIs() {
    for (String body : List.of("{ \"sha\" : 1 }", "sha=a&&b=%20", "{", "")) {
      assertThat(text(authenticator.withoutSecret(request(body, Map.of())))).isEqualTo(body);
    }
  }

  @Test
  void theSecretIsTakenFromTheHeadersToo() {
    for (String value : List.of("Bearer current", "apikey current", "ApiKey current")) {
      var request = request("sha=a", Map.of("Authorization", value));
      assertThat(authenticator.refusal(request, List.of("current"))).as(value).isEmpty();
    }
    assertThat(
            new SharedSecretAuthenticator("send the secret")
                .refusal(
                    request("sha=a", Map.of("Authorization", "apikey current")),
                    List.of("current")))
        .isPresent();
  }

  @Test
  void aLongBodyIsNotReadForItsSecretButIsKeptWithoutIt() {
    String body = "{\"api_key\":\"current\",\"text\":\"%s\"}".formatted("x".repeat(300_000));
    assertThat(authenticator.refusal(request(body, Map.of()), List.of("current"))).isPresent();
    var withHeader = request(body, Map.of("X-Dorado-Token", "current"));
    assertThat(authenticator.refusal(withHeader, List.of("current"))).isEmpty();
    assertThat(text(authenticator.withoutSecret(withHeader))).doesNotContain("api_key");
  }

  private static DeliveryRequest request(String body, Map<String, String> headers) {
    return new DeliveryRequest(
        headers, body.getBytes(UTF_8), Instant.parse("2026-03-01T12:00:00Z"));
  }

  private static String text(DeliveryRequest request) {
    return new String(request.body(), UTF_8);
  }
}
