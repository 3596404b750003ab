package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContributorKeyTest {

  private static final String PATH = "dorado.rules.contributor-key";
  private static final Config DEFAULTS = ConfigFactory.defaultReference().resolve();

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  @Test
  void theFirstStartMakesAKeyThatStaysAndThatOnlyItsOwnerReads() throws IOException {
    String key = madeIn(folder);
    assertThat(key).matches("[0-9a-f]{48}");
    Files.createDirectories(folder.resolve("kafka"));
    assertThat(madeIn(folder)).isEqualTo(key);
    assertThat(ContributorKey.keptIn(folder, DEFAULTS).getString(PATH)).isEqualTo(key);
    Path file = folder.resolve(ContributorKey.FILE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(said).isEmpty();
  }

  @Test
  void twoFoldersHaveDifferentKeys(@TempDir Path other) {
    assertThat(madeIn(folder)).isNotEqualTo(madeIn(other));
  }

  @Test
  void aFolderThatBeganWithThePublicKeyKeepsItsPseudonymsAndSaysSo() throws IOException {
    Files.createDirectories(folder.resolve("kafka"));
    assertThat(madeIn(folder)).isEqualTo("dorado");
    assertThat(madeIn(folder)).isEqualTo("dorado");
    assertThat(said)
        .hasSize(2)
        .allMatch(line -> line.contains(folder.resolve(ContributorKey.FILE).toString()));
    Files.writeString(folder.resolve(ContributorKey.FILE), "another\n");
    assertThat(madeIn(folder)).isEqualTo("another");
    assertThat(said).hasSize(2);
  }

  @Test
  void aKeyThatIsSetWinsAndNothingIsMade() {
    Config set = ConfigFactory.parseString(PATH + " = mine").withFallback(DEFAULTS);
    assertThat(ContributorKey.made(set, folder, said::add).getString(PATH)).isEqualTo("mine");
    assertThat(ContributorKey.keptIn(folder, set).getString(PATH)).isEqualTo("mine");
    assertThat(ContributorKey.required(set).getString(PATH)).isEqualTo("mine");
    assertThat(folder.resolve(ContributorKey.FILE)).doesNotExist();
  }

  @Test
  void serversNeedAKeyOfTheirOwn() throws IOException {
    assertThatThrownBy(() -> ContributorKey.required(DEFAULTS))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("'dorado', the public default")
        .hasMessageContaining("DORADO_RULES_CONTRIBUTOR_KEY");
    Path file = Files.writeString(folder.resolve("secret"), "of a file\n");
    Config ofFile = ofFile(file);
    assertThat(ContributorKey.required(ofFile).getString(PATH)).isEqualTo("of a file");
    Files.writeString(file, "dorado\n");
    assertThatThrownBy(() -> ContributorKey.required(ofFile)).isInstanceOf(StartException.class);
  }

  @Test
  void aFileWithoutAKeyIsNamed() throws IOException {
    Path file = folder.resolve("secret");
    assertThatThrownBy(() -> ContributorKey.required(ofFile(file)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file.toString());
    Files.writeString(file, " \n");
    assertThatThrownBy(() -> ContributorKey.required(ofFile(file)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file + " is empty");
  }

  private String madeIn(Path data) {
    return ContributorKey.made(DEFAULTS, data, said::add).getString(PATH);
  }

  private static Config ofFile(Path file) {
    return ConfigFactory.parseString("dorado.streams.contributor-key-file = \"%s\"".formatted(file))
        .withFallback(DEFAULTS);
  }
}
