package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Asks before something is done that can't be undone. {@code --yes} answers in advance; a command
 * that nobody can answer, as in a script, is refused without it.
 */
final class Confirmation {

  /** Set by the launcher if both input and output are a terminal. */
  static final String INTERACTIVE = "dorado.interactive";

  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-y", "--yes"},
      description = "Answers yes in advance; needed where nobody can answer, as in a script.")
  private boolean yes;

  /**
   * Comes back if the answer is yes.
   *
   * @param consequence what will be done, as a sentence without its full stop
   * @throws StartException if the answer is no, or nobody can answer
   */
  void require(String consequence) {
    if (yes) {
      return;
    }
    if (!Boolean.getBoolean(INTERACTIVE)) {
      throw new StartException(
          "%s. Nothing is done without a confirmation, and nobody can be asked here: add --yes."
              .formatted(consequence));
    }
    PrintWriter out = command.commandLine().getOut();
    out.print(VisibleText.block(consequence) + ". Continue? [y/N] ");
    out.flush();
    if (!isYes(answer())) {
      throw new StartException("not confirmed, so nothing is done.");
    }
  }

  private static boolean isYes(String answer) {
    String text = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    return text.equals("y") || text.equals("yes");
  }

  private static String answer() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("the answer can't be read", e);
    }
  }
}
