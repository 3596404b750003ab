package dev.dorado.streams.generations;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComputationTest {

  /** Never asked for anything. */
  private static final SchemaRegistryClient REGISTRY =
      new Connections("", 1, (short) 1, "http://127.0.0.1:1", "", "", "", "none").registryClient();

  @Test
  void theSameProgramUnderTheSameSettingsIsTheSameComputation() {
    assertThat(of("")).isEqualTo(of(""));
    assertThat(of("").isThatOf(generation(of("")))).isTrue();
    assertThat(of("").differencesTo(generation(of("")))).isEmpty();
  }

  @Test
  void anotherSettingIsAnotherComputationAndIsNamedWithBothValues() {
    var mine = of("dorado.rules.proximity-window = 1h");

    assertThat(mine.isThatOf(generation(of("")))).isFalse();
    assertThat(mine.code()).isEqualTo(of("").code());
    assertThat(mine.differencesTo(generation(of(""))))
        .containsExactly("proximity-window: 24h, now 1h");
  }

  @Test
  void theSameDurationInOtherWordsIsTheSame() {
    assertThat(of("dorado.rules.proximity-window = 1440m").isThatOf(generation(of("")))).isTrue();
  }

  @Test
  void aSettingThatAGenerationDoesNotKnowYetHasItsDefault() {
    var before = new Computation("{\"proximity-window\":\"1h\"}", of("").code());

    assertThat(of("dorado.rules.proximity-window = 1h").isThatOf(generation(before))).isTrue();
    assertThat(before.rules().proximityWindow()).isEqualTo(Duration.ofHours(1));
    assertThat(before.rules().reworkWindow()).isEqualTo(Duration.ofDays(21));
  }

  @Test
  void anotherProgramIsAnotherComputation() {
    var other = new Computation(of("").settings(), "another");

    assertThat(of("").isThatOf(generation(other))).isFalse();
    assertThat(of("").differencesTo(generation(other)))
        .singleElement()
        .asString()
        .startsWith("its program: another, now ");
  }

  static Computation of(String settings) {
    Config config =
        ConfigFactory.parseString(settings)
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    return Computation.of(config, REGISTRY);
  }

  static Generation generation(Computation computation) {
    return new Generation(
        1,
        computation.settings(),
        computation.code(),
        Instant.EPOCH,
        Optional.of(Instant.EPOCH),
        Optional.empty());
  }
}
