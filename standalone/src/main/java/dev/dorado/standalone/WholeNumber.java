package dev.dorado.standalone;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks the numbers that options are given. Stateless. */
final class WholeNumber {

  private static final int HIGHEST_PORT = 65_535;

  private WholeNumber() {}

  /**
   * The value, if it is in the range.
   *
   * @param what what is counted, and what to do, for people
   * @throws ParameterException if it is not; it names the option, its value and the range
   */
  static int inRange(CommandSpec spec, String option, int value, int least, int most, String what) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is %d: expected %d to %d, %s".formatted(option, value, least, most, what));
    }
    return value;
  }

  /** A port to listen on; 0 is any free one. */
  static int port(CommandSpec spec, int value) {
    return inRange(
        spec, "--port", value, 0, HIGHEST_PORT, "a port to listen on; 0 takes any free one");
  }
}
