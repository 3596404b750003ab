package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import dev.dorado.ingest.senders.Senders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestSettingsTest {

  @Test
  void theDefaultsAreThoseOfTheReference() {
    var settings = IngestSettings.from(IngestServer.config(Map.of()));
    assertThat(settings.senders().repositories().defaultHost()).isEqualTo("github.com");
    assertThat(settings.senders().incidentLabels()).containsExactly("incident", "outage");
    assertThat(settings.senders().futureTolerance()).isEqualTo(Duration.ofDays(1));
    assertThat(settings.lenientSenders()).isEmpty();
    assertThat(settings.deliveryTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.blockTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.bufferBytes()).isEqualTo(96L * 1024 * 1024);
    assertThat(settings.retryAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.spoolFolder()).isEmpty();
    assertThat(settings.spoolBytes()).isEqualTo(1L << 30);
  }

  @Test
  void eachSettingArrives() {
    var settings =
        IngestSettings.from(
            IngestServer.config(
                Map.of(
                    "dorado.ingest.default-host", "git.example.org",
                    "dorado.ingest.incident-labels", "Prod Incident, fire",
                    "dorado.ingest.lenient-senders", "generic, github",
                    "dorado.ingest.future-tolerance", "2h",
                    "dorado.ingest.delivery-timeout", "3s",
                    "dorado.ingest.block-timeout", "1s",
                    "dorado.ingest.buffer", "128MiB",
                    "dorado.ingest.retry-after", "30s",
                    "dorado.ingest.spool-folder", "/var/spool/dorado",
                    "dorado.ingest.spool-size", "64MiB")));
    assertThat(settings.senders().repositories().defaultHost()).isEqualTo("git.example.org");
    assertThat(settings.senders().incidentLabels()).containsExactly("prod incident", "fire");
    assertThat(settings.senders().futureTolerance()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.lenientSenders()).containsExactlyInAnyOrder("generic", "github");
    assertThat(settings.deliveryTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.blockTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.bufferBytes()).isEqualTo(128L * 1024 * 1024);
    assertThat(settings.retryAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.spoolFolder()).contains(Path.of("/var/spool/dorado"));
    assertThat(settings.spoolBytes()).isEqualTo(64L * 1024 * 1024);
  }

  @ParameterizedTest
  @CsvSource({
    "dorado.ingest.default-host,     http://x",
    "dorado.ingest.incident-labels,  ','",
    "dorado.ingest.future-tolerance, 0s",
    "dorado.ingest.delivery-timeout, 0s",
    "dorado.ingest.delivery-timeout, 9s",
    "dorado.ingest.delivery-timeout, soon",
    "dorado.ingest.block-timeout,    -1s",
    "dorado.ingest.buffer,           1MiB",
    "dorado.ingest.retry-after,      0s",
    "dorado.ingest.spool-size,       1MiB",
    "dorado.ingest.rate-by-address,  -1",
    "dorado.ingest.rate-by-sender,   many"
  })
  void aValueThatCannotBeIsRefusedByName(String name, String value) {
    assertThatThrownBy(() -> IngestSettings.from(IngestServer.config(Map.of(name, value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
  }

  @Test
  void eachSenderHasItsSecretsAndTheVariablesOfTheirNames() {
    var settings = IngestSettings.from(IngestServer.config(Map.of()));
    var unresolved = ConfigFactory.parseResources("reference.conf");
    for (String sender : Senders.all(settings.senders()).names()) {
      String variable = SenderSecrets.variable(sender);
      var arrived =
          ConfigFactory.parseMap(Map.of(variable, "s1", variable + "_FILE", "/f"))
              .withFallback(unresolved)
              .resolve();
      assertThat(arrived.getString("dorado.ingest.secrets." + sender)).isEqualTo("s1");
      assertThat(arrived.getString("dorado.ingest.secrets." + sender + "-file")).isEqualTo("/f");
    }
  }

  @Test
  void eachOtherSettingHasAVariableOfItsName() {
    var unresolved = ConfigFactory.parseResources("reference.conf");
    var settings = IngestServer.config(Map.of()).getObject("dorado.ingest");
    for (var setting : settings.entrySet()) {
      if (setting.getValue().valueType() != ConfigValueType.OBJECT) {
        String variable =
            "DORADO_INGEST_" + setting.getKey().toUpperCase(Locale.ROOT).replace('-', '_');
        var arrived =
            ConfigFactory.parseMap(Map.of(variable, "changed")).withFallback(unresolved).resolve();
        assertThat(arrived.getString("dorado.ingest." + setting.getKey())).isEqualTo("changed");
      }
    }
  }

  @Test
  void secretsAreSeparatedByCommasAndMayHaveBlanks() {
    var secrets =
        SenderSecrets.from(
            IngestServer.config(Map.of("dorado.ingest.secrets.github", " new one , old,, ")),
            List.of("github"));
    assertThat(secrets.of("github")).containsExactly("new one", "old");
    assertThat(secrets.of("generic")).isEmpty();
    assertThat(secrets).hasToString("secrets of [github]");
  }

  @Test
  void aSecretThatWasMadeIsThatOfTheSendersWithoutOne() {
    var secrets =
        SenderSecrets.from(
            IngestServer.config(
                Map.of("dorado.ingest.secrets.github", "own", "dorado.ingest.made-secret", "made")),
            List.of("github", "gitlab"));
    assertThat(secrets.of("github")).containsExactly("own");
    assertThat(secrets.isMade("github")).isFalse();
    assertThat(secrets.of("gitlab")).containsExactly("made");
    assertThat(secrets.set("gitlab")).isEmpty();
    assertThat(secrets.isMade("gitlab")).isTrue();
  }

  @Test
  void aFileOfSecretsWins(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("secrets"), "from file\nolder\r\n");
    var secrets =
        SenderSecrets.from(
            IngestServer.config(
                Map.of(
                    "dorado.ingest.secrets.github",
                    "ignored",
                    "dorado.ingest.secrets.github-file",
                    file.toString())),
            List.of("github"));
    assertThat(secrets.of("github")).containsExactly("from file", "older");
  }

  @Test
  void aFileThatCannotBeReadIsNamed(@TempDir Path folder) {
    String file = folder.resolve("none").toString();
    var config = IngestServer.config(Map.of("dorado.ingest.secrets.github-file", file));
    assertThatThrownBy(() -> SenderSecrets.from(config, List.of("github")))
        .hasMessageContaining("dorado.ingest.secrets.github-file")
        .hasMessageContaining(file);
  }
}
