package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationOptionsTest {

  @TempDir private Path data;

  @Test
  void aDataFolderWithoutWaitingDeliveriesIsReadByCommands() throws Exception {
    assertThatCode(() -> InstallationOptions.requireEmptySpool(data)).doesNotThrowAnyException();
    Files.createDirectories(data.resolve("spool"));
    Files.createFile(data.resolve("spool/lock"));

    assertThatCode(() -> InstallationOptions.requireEmptySpool(data)).doesNotThrowAnyException();
  }

  @Test
  void whereDeliveriesWaitForKafkaACommandThatWouldMissThemIsRefused() throws Exception {
    Files.createDirectories(data.resolve("spool"));
    Files.createFile(data.resolve("spool/00000000000000000003.spool"));

    assertThatThrownBy(() -> InstallationOptions.requireEmptySpool(data))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(data.resolve("spool").toString())
        .hasMessageContaining("run it again");
  }
}
