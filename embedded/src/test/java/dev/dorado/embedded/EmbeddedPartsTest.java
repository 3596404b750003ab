package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPartsTest {
  @TempDir Path folder;

  @Test
  void theBuildBroughtBothParts() {
    assertThat(EmbeddedParts.load().chdbLibrary()).isRegularFile();
    assertThat(EmbeddedParts.load().registryJar()).isRegularFile();
  }

  @Test
  void systemPropertiesGoFirst() throws Exception {
    Path library = Files.createFile(folder.resolve("libchdb.so"));
    Path jar = Files.createFile(folder.resolve("a-runner.jar"));
    with(
        EmbeddedParts.CHDB_LIBRARY,
        library.toString(),
        () -> assertThat(EmbeddedParts.load().chdbLibrary()).isEqualTo(library));
    with(
        EmbeddedParts.REGISTRY_HOME,
        folder.toString(),
        () -> assertThat(EmbeddedParts.load().registryJar()).isEqualTo(jar));
  }

  @Test
  void aMissingPartIsNamedWithItsPlace() {
    String nowhere = folder.resolve("nowhere").toString();
    with(
        EmbeddedParts.CHDB_LIBRARY,
        nowhere,
        () ->
            assertThatThrownBy(() -> EmbeddedParts.load().chdbLibrary())
                .isInstanceOf(EmbeddedPartException.class)
                .hasMessageContainingAll("ClickHouse", nowhere, EmbeddedParts.CHDB_LIBRARY));
    with(
        EmbeddedParts.REGISTRY_HOME,
        nowhere,
        () ->
            assertThatThrownBy(() -> EmbeddedParts.load().registryJar())
                .isInstanceOf(EmbeddedPartException.class)
                .hasMessageContainingAll("registry", nowhere, EmbeddedParts.REGISTRY_HOME));
  }

  private static void with(String property, String value, Runnable assertion) {
    String before = System.setProperty(property, value);
    try {
      assertion.run();
    } finally {
      if (before == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, before);
      }
    }
  }
}
