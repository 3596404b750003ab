package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SleuthSenderTest {

  private static final String PATH = "/api/1/deployments/acme/Checkout/register_deploy";
  private static final String SHA = "3f5b2c1a9d8e7f60112233445566778899aabbcc";

  private final SleuthSender sleuth = new SleuthSender();

  static Seeds seeds() {
    return Seeds.of(new SleuthSender(), deploy());
  }

  /** As Sleuth's client writes it: the date in UTC, without an offset. */
  private static Payload deploy() {
    return Payload.of(
            """
            {"sha": "3F5B2C1A9D8E7F60112233445566778899AABBCC", "environment": "production",
              "date": "2026-03-01T12:05:00.250000", "branch": "main", "tags": ["#api"],
              "ignore_if_duplicate": "true", "email": "ada@example.org",
              "links": {"build": "https://ci.example.org/12"}, "pull_requests": [],
              "commits": [{"revision": "3f5b2c1", "date": "2026-03-01T11:00:00+00:00"}]}
            """)
        .header(CompatibleSender.PATH_HEADER, PATH);
  }

  @Test
  void aRegisteredDeploySucceededAtItsDate() {
    DeploymentEvent event = event(deploy());
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getVersion()).isNull();
    assertThat(event.getRef()).isEqualTo("main");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00.250Z");
    assertThat(event.getUrl()).isEqualTo("https://ci.example.org/12");
  }

  @Test
  void aDateWithAnOffsetIsReadWithIt() {
    assertThat(event(deploy().with("date", "2026-03-01T14:05:00+02:00")).getFinishedAt())
        .isEqualTo("2026-03-01T12:05:00Z");
  }

  @Test
  void aTagIsAVersion() {
    DeploymentEvent event = event(deploy().with("sha", "v1.8.2"));
    assertThat(event.getSha()).isNull();
    assertThat(event.getVersion()).isEqualTo("v1.8.2");
  }

  @Test
  void withoutADateItHappenedWhenItCameAndCountsOnce() {
    Payload undated = deploy().without("date");
    DeploymentEvent event = event(undated);
    assertThat(event.getFinishedAt()).isEqualTo(Payload.RECEIVED_AT);
    var later =
        new DeliveryRequest(
            undated.headers(), undated.bytes(), Payload.RECEIVED_AT.plusSeconds(3600));
    var again = (DeploymentEvent) Translated.events(sleuth, later).get(0).value();
    assertThat(again.getId()).isEqualTo(event.getId());
    assertThat(again.getDeployment()).isEqualTo(event.getDeployment());
    assertThat(event(undated.with("environment", "staging")).getDeployment())
        .isNotEqualTo(event.getDeployment());
  }

  @Test
  void withADateTheSameCommitMayBeDeployedAgain() {
    assertThat(event(deploy().with("date", "2026-03-02T12:00:00Z")).getDeployment())
        .isNotEqualTo(event(deploy()).getDeployment());
    assertThat(event(deploy()).getId()).isEqualTo(event(deploy()).getId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain"})
  void aFormIsReadAsItsFields(String type) {
    DeploymentEvent event =
        event(
            type,
            "sha=%s&environment=production&date=2026-03-01T12%%3A05%%3A00Z&links=build%%3Dhttps%%3A%%2F%%2Fci%%2F12"
                .formatted(SHA));
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00Z");
    assertThat(event.getUrl()).isEqualTo("https://ci/12");
  }

  @Test
  void jsonThatCurlCallsAFormIsRead() {
    assertThat(event("application/x-www-form-urlencoded", " {\"sha\": \"%s\"}".formatted(SHA)))
        .extracting(DeploymentEvent::getSha)
        .isEqualTo(SHA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/1/deployments/acme/checkout/register-deploy",
        "/api/1/acme/checkout/register_deploy"
      })
  void thePathsOfAllVersionsAreTaken(String path) {
    assertThat(event(deploy().header(CompatibleSender.PATH_HEADER, path)).getService())
        .isEqualTo("checkout");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(Translated.missing(sleuth, deploy().without("sha")))
        .hasMessage(
            "$.sha is missing: expected the SHA of the commit, or the tag, that was deployed");
  }

  @Test
  void theAnswerIsThatOfSleuth() {
    assertThat(Translated.answer(sleuth, deploy(), List.of()))
        .isEqualTo(new CompatibleSender.Answer.JsonObject(200, Map.of("message", "Success")));
  }

  private DeploymentEvent event(String type, String body) {
    var request =
        new DeliveryRequest(
            Map.of("Content-Type", type, CompatibleSender.PATH_HEADER, PATH),
            body.getBytes(UTF_8),
            Payload.RECEIVED_AT);
    return (DeploymentEvent) Translated.events(sleuth, request).get(0).value();
  }

  private DeploymentEvent event(Payload payload) {
    return Translated.event(sleuth, payload, DeploymentEvent.class);
  }
}
