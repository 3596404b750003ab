package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran with the variables that a test states and no others, beside the PATH.
 *
 * @param code exit status
 * @param text standard output and errors
 */
record ScriptRun(int code, String text) {

  static final Path INTEGRATIONS = Path.of("..", "integrations").toAbsolutePath().normalize();
  static final Path NOTIFY = INTEGRATIONS.resolve("cli/dorado-notify");

  /**
   * Runs a command and waits for its end.
   *
   * @param home folder in which it runs, and its HOME
   */
  static ScriptRun of(Path home, Map<String, String> variables, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(home, "output", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    environment.putAll(variables);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
    return new ScriptRun(process.exitValue(), Files.readString(output, UTF_8));
  }

  /** Whether a program is on the PATH. */
  static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
