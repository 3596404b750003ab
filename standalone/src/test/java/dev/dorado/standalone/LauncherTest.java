package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, as a program of its own; a copy of it never builds the tree that is under test. */
class LauncherTest {

  private static final Path LAUNCHER = Path.of("..", "dorado").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @Test
  void itIsCorrectBash() throws Exception {
    assertThat(run(Map.of(), "bash", "-n", LAUNCHER.toString()).code()).isZero();
  }

  @Test
  void helpNeedsNoBuildAndNamesEveryCommand() throws Exception {
    Result result = run(Map.of(), copy().toString(), "--help");
    assertThat(result.code()).isZero();
    Dorado.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(result.text()).contains("\n  " + name + " ");
              String[] description = command.getCommandSpec().usageMessage().description();
              assertThat(words(result.text())).contains(words(description[0]));
            });
  }

  @Test
  void itIsFoundThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), copy());
    assertThat(run(Map.of(), link.toString(), "--help").code()).isZero();
  }

  @Test
  void aJavaHomeWithoutJavaIsNamed() throws Exception {
    Result result = run(Map.of("JAVA_HOME", folder.toString()), copy().toString(), "up");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("JAVA_HOME is " + folder).contains("17");
  }

  @Test
  void anOldJavaIsNamedWithItsVersion() throws Exception {
    Path java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Result result =
        run(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), copy().toString(), "up");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("Java 11").contains("17 or newer");
  }

  @Test
  void aPackagedJarBesideItIsRunWithoutABuild() throws Exception {
    Path launcher = copy();
    Files.writeString(folder.resolve("tree/dorado-standalone.jar"), "not a jar");
    Result result = run(Map.of(), launcher.toString(), "up");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("dorado-standalone.jar").doesNotContain("Building");
  }

  @Test
  void anImageSaysThatItHasNoBenchmarks() throws Exception {
    Path launcher = copy();
    Files.writeString(folder.resolve("tree/dorado-standalone.jar"), "not a jar");
    Result result = run(Map.of(), launcher.toString(), "bench", "replay");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("from a clone of the repository");
  }

  @Test
  void aBuiltBenchmarkIsRunWithItsArguments() throws Exception {
    Path launcher = copy();
    Path jar = folder.resolve("tree/benchmarks/target/dorado-benchmarks.jar");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "not a jar");
    Path java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"17.0.2\"' >&2 || echo \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Result result =
        run(
            Map.of("JAVA_HOME", folder.resolve("jdk").toString()),
            launcher.toString(),
            "bench",
            "replay",
            "--events",
            "5");
    assertThat(result.code()).isZero();
    assertThat(result.text()).contains("-jar " + jar + " replay --events 5");
  }

  private Path copy() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    return Files.copy(LAUNCHER, tree.resolve("dorado"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private Result run(Map<String, String> environment, String... command) throws Exception {
    Path output = folder.resolve("output");
    var builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), Files.readString(output, UTF_8));
  }

  private record Result(int code, String text) {}
}
