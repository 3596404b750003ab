package dev.dorado.streams.cdevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CdEventsSettingsTest {

  @TempDir private Path folder;

  @Test
  void byDefaultNothingIsPublished() {
    var settings = settings(Map.of());
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.receiver()).isEmpty();
    assertThat(settings.since()).isEmpty();
    assertThat(settings.settle()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void eachEnvironmentVariableArrives() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "from-the-file\n");
    var settings =
        settings(
            Map.of(
                "DORADO_CDEVENTS_ENABLED", "true",
                "DORADO_CDEVENTS_SINK", "https://events.example.com/in",
                "DORADO_CDEVENTS_SINK_TOKEN", "another",
                "DORADO_CDEVENTS_SINK_TOKEN_FILE", token.toString(),
                "DORADO_CDEVENTS_SINCE", "2026-01-02",
                "DORADO_CDEVENTS_SETTLE", "1m",
                "DORADO_CDEVENTS_PAGE", "https://dorado.example.com"));
    assertThat(settings)
        .isEqualTo(
            new CdEventsSettings(
                true,
                Optional.of(URI.create("https://events.example.com/in")),
                Optional.of("from-the-file"),
                Optional.of(Instant.parse("2026-01-02T00:00:00Z")),
                Duration.ofMinutes(1),
                Optional.of(URI.create("https://dorado.example.com")),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5)));
    assertThat(settings.toString()).doesNotContain("from-the-file", "/in");
  }

  @Test
  void aSinkImpliesThatDecisionsArePublished() {
    assertThat(settings(Map.of("DORADO_CDEVENTS_SINK", "http://localhost:1/")).enabled()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DORADO_CDEVENTS_SINK|events.example.com|dorado.cdevents.sink has a value that is not shown",
        "DORADO_CDEVENTS_SINK|https://user:secret@example.com|dorado.cdevents.sink has a value",
        "DORADO_CDEVENTS_SINK_TOKEN|t|dorado.cdevents.sink-token is set and dorado.cdevents.sink",
        "DORADO_CDEVENTS_SINCE|yesterday|dorado.cdevents.since is 'yesterday': expected a date",
        "DORADO_CDEVENTS_PAGE|dorado|dorado.cdevents.page is 'dorado': expected the page's address"
      })
  void aBadValueIsRefusedAndNamed(String variable, String value, String message) {
    assertThatThrownBy(() -> settings(Map.of(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  private static CdEventsSettings settings(Map<String, String> environment) {
    return CdEventsSettings.from(
        ConfigFactory.parseMap(environment)
            .withFallback(ConfigFactory.parseResources("reference.conf"))
            .resolve());
  }
}
