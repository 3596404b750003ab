package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillStateTest {

  private static final String REPOSITORY = "github.com/acme/shop";

  @TempDir private Path folder;

  @Test
  void whatIsSavedIsThereAgain() {
    var state = open("kafka-1");
    state.set("branch main", "1234");
    state.save();
    assertThat(open("kafka-1").cursor("branch main")).contains("1234");
    assertThat(open("kafka-1").cursor("branch other")).isEmpty();
  }

  @Test
  void whatAnotherKafkaGotIsNotRemembered() {
    var state = open("kafka-1");
    state.set("branch main", "1234");
    state.save();
    assertThat(open("kafka-2").cursor("branch main")).isEmpty();
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    open("kafka-1").save();
    Path file = folder.resolve("git").resolve(REPOSITORY + ".json");
    Files.writeString(file, "{");
    assertThatThrownBy(() -> open("kafka-1"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("delete it");
  }

  @Test
  void aNameThatLeadsOutOfTheFolderIsRefused() {
    assertThatThrownBy(() -> BackfillState.open(folder, "git", "../../../etc/passwd", "kafka-1"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("../../../etc/passwd");
  }

  private BackfillState open(String kafka) {
    return BackfillState.open(folder, "git", REPOSITORY, kafka);
  }
}
