package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without --open nothing is open: what nobody set is made. With it, only what nobody set is open.
 */
class AccessTest {

  private static final String READER = "dorado.api.tokens";
  private static final String ADMINISTRATOR = "dorado.admin.tokens";

  /** As without an environment. */
  private static final Config NOTHING_SET =
      ConfigFactory.defaultReferenceUnresolved().resolve(ConfigResolveOptions.noSystem());

  @TempDir private Path folder;

  static List<String> senders() {
    return Senders.all(SenderSettings.from(NOTHING_SET)).names();
  }

  @Test
  void everySenderAndRoleHasASecretOrTokenWithoutOpenMode() {
    var access = Access.closed(NOTHING_SET, folder);

    assertThat(senders()).allMatch(sender -> access.madeSecretOf(sender).isPresent());
    assertThat(access.settings()).containsKeys(READER, ADMINISTRATOR).hasSize(3);
    assertThat(access.settings().values()).allMatch(value -> value.matches("[0-9a-f]{48}"));
    // Readers can't administer, and senders can do neither.
    assertThat(new HashSet<>(access.settings().values())).hasSize(3);
  }

  @Test
  void whatWasMadeIsReadableForItsOwnerAloneAndStaysTheSame() throws IOException {
    var made = Access.closed(NOTHING_SET, folder).settings();

    Path file = folder.resolve("access.conf");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Access.closed(NOTHING_SET, folder).settings()).isEqualTo(made);
    assertThat(Access.keptAdministratorToken(folder)).contains(made.get(ADMINISTRATOR));
  }

  @ParameterizedTest
  @MethodSource("senders")
  void aSecretThatIsSetStandsAndIsNotMade(String sender) {
    String setting = "dorado.ingest.secrets." + sender;

    assertThat(Access.closed(with(setting, "s"), folder).madeSecretOf(sender)).isEmpty();
    assertThat(Access.closed(with(setting + "-file", "/a/file"), folder).madeSecretOf(sender))
        .isEmpty();
    assertThat(Access.open(with(setting, "s")).isOpenTo(sender)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {READER, ADMINISTRATOR})
  void aTokenThatIsSetStandsAndIsNotMade(String setting) {
    assertThat(Access.closed(with(setting, "t"), folder).settings()).doesNotContainKey(setting);
  }

  @Test
  void openModeMakesNothingAndSaysOfEachSenderAndRoleWhetherItIsOpen() {
    var access = Access.open(with(Map.of("dorado.ingest.secrets.github", "s", ADMINISTRATOR, "t")));

    assertThat(access.settings()).isEmpty();
    assertThat(Files.exists(folder.resolve("access.conf"))).isFalse();
    assertThat(access.isOpenTo("github")).isFalse();
    assertThat(access.isOpenTo("gitlab")).isTrue();
    assertThat(access.lines())
        .containsExactly(
            "senders with a secret of the environment: github",
            "the other senders: OPEN to this machine, no secret is set",
            "reading: a token of the environment",
            "administration: a token of the environment");
  }

  @Test
  void theStartNamesNoSecret() {
    var access = Access.closed(NOTHING_SET, folder);

    assertThat(access.lines())
        .hasSize(3)
        .noneMatch(line -> access.settings().values().stream().anyMatch(line::contains));
  }

  @Test
  void aBrokenFileIsNamedWithWhatToDo() throws IOException {
    Files.writeString(folder.resolve("access.conf"), "dorado.made.sender-secret = \"a\"");

    assertThatThrownBy(() -> Access.closed(NOTHING_SET, folder))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("access.conf")
        .hasMessageContaining("delete it");
  }

  private static Config with(String setting, String value) {
    return with(Map.of(setting, value));
  }

  private static Config with(Map<String, String> settings) {
    return ConfigFactory.parseMap(new HashMap<>(settings)).withFallback(NOTHING_SET);
  }
}
