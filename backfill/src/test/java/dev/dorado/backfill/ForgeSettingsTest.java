package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForgeSettingsTest {

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab"})
  void eachSettingArrives(String forge) {
    var settings =
        from(
            forge,
            "dorado.backfill.%1$s { api = \"https://%1$s.example.org/api\", token = \"t0ken\" }"
                .formatted(forge));
    assertThat(settings.api()).hasToString("https://" + forge + ".example.org/api");
    assertThat(settings.token()).isEqualTo("t0ken");
    assertThat(settings.variable()).isEqualToIgnoringCase("dorado_" + forge + "_token");
    assertThat(settings.toString()).doesNotContain("t0ken");
  }

  @Test
  void aTokenMayStandInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "from-file\n");
    var settings = from("github", "dorado.backfill.github.token-file = \"%s\"".formatted(file));
    assertThat(settings.token()).isEqualTo("from-file");
    assertThatThrownBy(() -> from("github", "dorado.backfill.github.token-file = \"/no/such\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token-file is '/no/such'");
  }

  @Test
  void theDefaultsAreThePublicServers() {
    assertThat(from("github", "").api()).hasToString("https://api.github.com");
    assertThat(from("gitlab", "").api()).hasToString("https://gitlab.com/api/v4");
    assertThat(from("github", "").kinds()).containsExactlyInAnyOrder(HistoryKind.values());
    assertThat(from("github", "").only(Set.of(HistoryKind.RUNS)).kinds())
        .containsExactly(HistoryKind.RUNS);
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> from("github", "dorado.backfill.github.api = \"ftp://x\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dorado.backfill.github.api")
        .hasMessageContaining("ftp://x");
  }

  private static ForgeSettings from(String forge, String settings) {
    return ForgeSettings.from(
        ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()),
        forge,
        Optional.empty());
  }
}
