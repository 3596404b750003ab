package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ConfirmationTest {

  private final InputStream input = System.in;
  private final StringWriter out = new StringWriter();

  @AfterEach
  void restore() {
    System.setIn(input);
    System.clearProperty(Confirmation.INTERACTIVE);
  }

  @Test
  void withoutATerminalItIsRefusedWithWhatWouldHappenAndTheOption() {
    assertThatThrownBy(() -> ask("y\n"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("everything is deleted")
        .hasMessageContaining("--yes");
    assertThat(out.toString()).as("nobody is asked").isEmpty();
  }

  @Test
  void yesInAdvanceAsksNobody() {
    ask("", "--yes");
    ask("", "-y");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"y\n", "yes\n", " Yes \n"})
  void onATerminalYesGoesOn(String answer) {
    System.setProperty(Confirmation.INTERACTIVE, "true");
    ask(answer);
    assertThat(out.toString()).isEqualTo("everything is deleted. Continue? [y/N] ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "n\n", "maybe\n"})
  void anythingElseStops(String answer) {
    System.setProperty(Confirmation.INTERACTIVE, "true");
    assertThatThrownBy(() -> ask(answer)).hasMessageContaining("nothing is done");
  }

  private void ask(String answer, String... arguments) {
    System.setIn(new ByteArrayInputStream(answer.getBytes(UTF_8)));
    var asking = new Asking();
    new CommandLine(asking).setOut(new PrintWriter(out, true)).parseArgs(arguments);
    asking.confirmation.require("everything is deleted");
  }

  @Command(name = "asking")
  private static final class Asking {
    @Mixin private Confirmation confirmation;
  }
}
