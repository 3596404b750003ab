package dev.dorado.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Git's command line. */
final class Git {

  private Git() {}

  /** Runs {@code git} and waits for its end. */
  static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    await(
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Starts {@code git} on a repository; its errors are shown. */
  static Process start(Path repository, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Everything that {@code git} prints of a repository, without the end of the last line. */
  static String output(Path repository, String... arguments)
      throws IOException, InterruptedException {
    var git = start(repository, arguments);
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    await(git);
    return output.stripTrailing();
  }

  /**
   * Waits for the end of a process.
   *
   * @throws IOException if it fails
   */
  static void await(Process git) throws IOException, InterruptedException {
    int code = git.waitFor();
    if (code != 0) {
      throw new IOException(
          "%s ended with %d: its message is above"
              .formatted(git.info().commandLine().orElse("git"), code));
    }
  }
}
