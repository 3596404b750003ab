package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerSettingsTest {

  @Test
  void theDefaultsAreThoseOfTheReference() {
    assertThat(ServerSettings.defaults())
        .isEqualTo(
            new ServerSettings(
                500,
                250,
                Peers.withProxies("127.0.0.0/8,::1"),
                64,
                Duration.ofSeconds(10),
                4 * 1024,
                Duration.ofSeconds(5),
                Runtime.getRuntime().maxMemory() / 6,
                1024,
                Duration.ofSeconds(30)));
  }

  @Test
  void eachSettingArrives() {
    assertThat(
            settings(
                Map.of(
                    "dorado.server.connections", "7",
                    "dorado.server.connections-by-peer", "5",
                    "dorado.server.proxies", "10.0.0.0/8",
                    "dorado.server.threads", "3",
                    "dorado.server.head-timeout", "2s",
                    "dorado.server.body-rate", "1KiB",
                    "dorado.server.body-window", "4s",
                    "dorado.server.bodies-in-memory", "128MiB",
                    "dorado.server.answer-rate", "2KiB",
                    "dorado.server.answer-window", "6s")))
        .isEqualTo(
            new ServerSettings(
                7,
                5,
                Peers.withProxies("10.0.0.0/8"),
                3,
                Duration.ofSeconds(2),
                1024,
                Duration.ofSeconds(4),
                128L * 1024 * 1024,
                2048,
                Duration.ofSeconds(6)));
  }

  @Test
  void eachSettingHasAVariableOfItsName() {
    var unresolved = ConfigFactory.parseResources("reference.conf");
    for (String name : ConfigFactory.defaultReference().getObject("dorado.server").keySet()) {
      String variable = "DORADO_SERVER_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
      var arrived =
          ConfigFactory.parseMap(Map.of(variable, "changed")).withFallback(unresolved).resolve();
      assertThat(arrived.getString("dorado.server." + name)).isEqualTo("changed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "connections,      0",
    "threads,          -1",
    "head-timeout,     0s",
    "body-rate,        0",
    "body-window,      soon",
    "bodies-in-memory, 0",
    "connections-by-peer, 0",
    "proxies,          localhost",
    "proxies,          10.0.0.0/33",
    "proxies,          10.0.0",
    "proxies,          10.0.0.0/x",
    "proxies,          10.0.0.256",
    "proxies,          10.0.0.0/-1",
    "answer-rate,      0",
    "answer-window,    0s"
  })
  void aValueThatCannotBeIsRefusedByName(String name, String value) {
    assertThatThrownBy(() -> settings(Map.of("dorado.server." + name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  private static ServerSettings settings(Map<String, String> changes) {
    return ServerSettings.from(
        ConfigFactory.parseMap(changes).withFallback(ConfigFactory.defaultReference()).resolve());
  }
}
