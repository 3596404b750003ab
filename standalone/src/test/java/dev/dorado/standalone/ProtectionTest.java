package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any secret that is set means that 'dorado up' is not open to all of this machine. */
class ProtectionTest {

  /** As without an environment. */
  private static final Config NOTHING_SET =
      ConfigFactory.defaultReferenceUnresolved().resolve(ConfigResolveOptions.noSystem());

  static List<String> senders() {
    return Senders.all(SenderSettings.from(NOTHING_SET)).names();
  }

  @Test
  void withoutSecretsAndTokensNothingIsProtected() {
    assertThat(Standalone.isProtected(NOTHING_SET)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("senders")
  void theSecretOfAnySenderProtects(String sender) {
    String setting = "dorado.ingest.secrets." + sender;
    assertThat(Standalone.isProtected(with(setting, "s"))).isTrue();
    assertThat(Standalone.isProtected(with(setting + "-file", "/a/file"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dorado.api.tokens", "dorado.admin.tokens"})
  void aTokenProtects(String setting) {
    assertThat(Standalone.isProtected(with(setting, "t"))).isTrue();
  }

  private static Config with(String setting, String value) {
    return ConfigFactory.parseMap(Map.of(setting, value)).withFallback(NOTHING_SET);
  }
}
