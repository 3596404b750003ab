package dev.dorado.standalone.helm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program helm: the one that the environment variable {@code DORADO_HELM} names, else that of
 * the PATH. A test that needs it is skipped where there is none.
 *
 * @param status exit status
 * @param output standard output and errors
 */
record Helm(int status, String output) {

  static final Path FOLDER = Path.of("..", "deploy", "helm");

  /** Runs it in {@link #FOLDER}. */
  static Helm run(String... arguments) throws IOException, InterruptedException {
    String program = System.getenv().getOrDefault("DORADO_HELM", "helm");
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      if (System.getenv().containsKey("DORADO_HELM")) {
        throw e;
      }
      return abort("helm is not installed, and DORADO_HELM does not name it: skipped");
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Helm(process.exitValue(), output);
  }

  /** Renders the chart with the values of an example and further arguments. */
  static Helm template(String example, String... arguments)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "template",
                "dorado",
                "dorado",
                "--namespace",
                "dorado",
                "--values",
                "examples/%s.yaml".formatted(example)));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }
}
