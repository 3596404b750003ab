package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CortexSenderTest {

  private final CortexSender cortex = new CortexSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(new CortexSender(Translated.SETTINGS), deploy());
  }

  private static Payload deploy() {
    return Payload.of(
            """
            {"title": "Release 41", "timestamp": "2026-03-01T12:05:00.123Z", "type": "DEPLOY",
              "sha": "3F5B2C1A9D8E7F60112233445566778899AABBCC", "environment": "production",
              "url": "https://ci.example.org/41", "deployer": {"name": "Ada", "email": "a@b.org"},
              "customData": {"repository": "acme/shop", "version": "41", "region": "eu"}}
            """)
        .header(CompatibleSender.PATH_HEADER, "/api/v1/catalog/Checkout/deploys");
  }

  @Test
  void aDeploySucceededAtItsTimestamp() {
    DeploymentEvent event = event(deploy());
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event.getSha()).isEqualTo("3f5b2c1a9d8e7f60112233445566778899aabbcc");
    assertThat(event.getVersion()).isEqualTo("41");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00.123Z");
    assertThat(event.getStartedAt()).isNull();
    assertThat(event.getDeclaredKind()).isNull();
    assertThat(event.getDescription()).isEqualTo("Release 41");
    assertThat(event.getUrl()).isEqualTo("https://ci.example.org/41");
  }

  @Test
  void aRollbackIsDeclaredAsOne() {
    assertThat(event(deploy().with("type", "ROLLBACK")).getDeclaredKind()).isEqualTo("rollback");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESTART", "SCALE"})
  void whatDeploysNoCodeIsIgnored(String type) {
    assertThat(Translated.ignored(cortex, deploy().with("type", type)))
        .isEqualTo(type + ": no code is deployed");
  }

  @Test
  void aTimestampWithoutAnOffsetIsInUtc() {
    assertThat(event(deploy().with("timestamp", "2026-03-01T12:05:00")).getFinishedAt())
        .isEqualTo("2026-03-01T12:05:00Z");
  }

  @Test
  void aDeployIsKnownByEntityEnvironmentCommitAndTime() {
    String known = event(deploy()).getDeployment();
    assertThat(event(deploy().with("title", "Release forty-one")).getDeployment()).isEqualTo(known);
    for (var other :
        List.of(
            deploy().with("environment", "staging"),
            deploy().with("sha", "abcdef1"),
            deploy().with("timestamp", "2026-03-01T12:06:00Z"),
            deploy().header(CompatibleSender.PATH_HEADER, "/api/v1/catalog/basket/deploys"))) {
      assertThat(event(other).getDeployment()).isNotEqualTo(known);
    }
    assertThat(event(deploy()).getId()).isEqualTo(event(deploy()).getId());
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(Translated.missing(cortex, deploy().without("type")))
        .hasMessage("$.type is missing: expected DEPLOY, ROLLBACK, RESTART or SCALE");
    assertThat(Translated.missing(cortex, deploy().with("type", "BUILD")).path())
        .isEqualTo("$.type");
    assertThat(Translated.missing(cortex, deploy().without("timestamp")).path())
        .isEqualTo("$.timestamp");
  }

  @Test
  void theAnswerIsTheDeployWithAnIdAsCortexGivesIt() {
    var answer = Translated.answer(cortex, deploy(), List.of());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.members())
        .containsAllEntriesOf(
            Map.of(
                "title", "Release 41",
                "timestamp", "2026-03-01T12:05:00.123Z",
                "type", "DEPLOY",
                "environment", "production"))
        .containsKey("uuid");
    assertThat(Translated.answer(cortex, deploy(), List.of())).isEqualTo(answer);
  }

  private DeploymentEvent event(Payload payload) {
    return Translated.event(cortex, payload, DeploymentEvent.class);
  }
}
