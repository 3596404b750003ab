package dev.dorado.ingest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogPollSettingsTest {

  private static final String ROOT = "dorado.ingest.catalog.";

  @Test
  void byDefaultNothingIsPolled() {
    var settings = CatalogPollSettings.from(config(Map.of()));
    assertThat(settings.backstage()).isEmpty();
    assertThat(settings.git()).isEmpty();
  }

  @Test
  void eachSettingArrives() {
    var settings =
        CatalogPollSettings.from(
            config(
                Map.of(
                    "backstage.url", "https://backstage.example.org/",
                    "backstage.token", "t1",
                    "backstage.interval", "1m",
                    "backstage.filter", "spec.type=service; spec.type=website",
                    "git.url", "https://git.example.org/catalog.git",
                    "git.path", "a/*.yaml, b/**",
                    "git.branch", "live",
                    "git.token", "t2",
                    "git.interval", "30s")));
    var backstage = settings.backstage().orElseThrow();
    assertThat(backstage.url()).isEqualTo(URI.create("https://backstage.example.org/api/catalog"));
    assertThat(backstage.token()).contains("t1");
    assertThat(backstage.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(backstage.filters()).containsExactly("spec.type=service", "spec.type=website");
    var git = settings.git().orElseThrow();
    assertThat(git.location()).isEqualTo("https://git.example.org/catalog.git");
    assertThat(git.isFolder()).isFalse();
    assertThat(git.paths()).containsExactly("a/*.yaml", "b/**");
    assertThat(git.branch()).isEqualTo("live");
    assertThat(git.token()).contains("t2");
    assertThat(git.interval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.toString()).doesNotContain("t1").doesNotContain("t2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backstage", "git"})
  void eachSettingHasAVariableOfItsName(String part) {
    var unresolved = ConfigFactory.parseResources("reference.conf");
    for (String name : config(Map.of()).getObject(ROOT + part).keySet()) {
      String variable =
          "DORADO_INGEST_CATALOG_" + (part + "_" + name).toUpperCase(Locale.ROOT).replace('-', '_');
      var arrived =
          ConfigFactory.parseMap(Map.of(variable, "changed")).withFallback(unresolved).resolve();
      assertThat(arrived.getString(ROOT + part + "." + name)).isEqualTo("changed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "backstage.url,      nowhere",
    "backstage.interval, 1s",
    "backstage.interval, soon",
    "git.url,            git@github.com:acme/catalog.git",
    "git.path,           ','",
    "git.interval,       0s"
  })
  void aValueThatCannotBeIsRefusedByName(String name, String value) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "backstage.url", "https://backstage.example.org",
                "git.url", "https://git.example.org/catalog.git"));
    settings.put(name, value);
    assertThatThrownBy(() -> CatalogPollSettings.from(config(settings)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
  }

  @Test
  void anAddressAndAFolderAreTooMuch() {
    assertThatThrownBy(
            () ->
                CatalogPollSettings.from(
                    config(Map.of("git.url", "https://git.example.org/c.git", "git.folder", "/c"))))
        .hasMessageContaining("git.folder");
  }

  private static Config config(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>();
    changes.forEach((name, value) -> settings.put(ROOT + name, value));
    return ConfigFactory.parseMap(settings)
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }
}
