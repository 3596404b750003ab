package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
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
    writeJava();
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

  @Test
  void theHeapIsAQuarterOfTheMemoryWithinBounds() throws Exception {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
            / (1024 * 1024);
    long heap = memory < 2048 ? memory / 2 : Math.min(8192, Math.max(1024, memory / 4));
    assertThat(options("", "up")).contains(" -Xmx" + heap + "m ");
    assertThat(options("-Xmx3g", "up"))
        .as("the last one wins, and the message names it")
        .containsSubsequence("-Xmx" + heap + "m ", " -Xmx3g ", "the heap (-Xmx3g)");
  }

  @Test
  void classesAreArchivedByOneStartAndUsedByTheNextUntilTheProgramIsAnother() throws Exception {
    String archive = folder.resolve("tree/standalone/target/classes-17.0.2.jsa").toString();
    assertThat(options("", "up")).contains("-XX:ArchiveClassesAtExit=" + archive);
    Files.writeString(Path.of(archive), "an archive");
    assertThat(options("", "up")).contains("-XX:SharedArchiveFile=" + archive);
    Files.write(Path.of(archive), new byte[100]);
    assertThat(options("", "up"))
        .as("one that was cut off has no head")
        .contains("-XX:ArchiveClassesAtExit=" + archive);
    Files.writeString(Path.of(archive), "an archive");
    Files.setLastModifiedTime(Path.of(archive), FileTime.fromMillis(0));
    assertThat(options("", "up")).contains("-XX:ArchiveClassesAtExit=" + archive);
  }

  @Test
  void outOfMemoryEndsTheProcessWithAMessageThatNamesTheHeapAndWhatHelps() throws Exception {
    Path launcher = copy();
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Hoarder.class.getName());
    String entry = Hoarder.class.getName().replace('.', '/') + ".class";
    try (var jar =
            new JarOutputStream(
                Files.newOutputStream(folder.resolve("tree/dorado-standalone.jar")), manifest);
        var in = Hoarder.class.getClassLoader().getResourceAsStream(entry)) {
      jar.putNextEntry(new JarEntry(entry));
      in.transferTo(jar);
    }
    for (String command : List.of("up", "demo", "ingest", "streams", "api")) {
      Result result = run(Map.of("DORADO_JAVA_OPTS", "-Xmx16m"), launcher.toString(), command);
      assertThat(result.code()).as(result.text()).isEqualTo(3);
      assertThat(result.text())
          .contains("Error: out of memory: the heap (-Xmx16m) is full", "DORADO_JAVA_OPTS=-Xmx");
    }
  }

  /** A program that keeps all that it makes. */
  static final class Hoarder {

    private Hoarder() {}

    public static void main(String[] arguments) {
      List<byte[]> kept = new ArrayList<>();
      while (true) {
        kept.add(new byte[1024 * 1024]);
      }
    }
  }

  /** What the launcher hands to Java 17.0.2 for a command. */
  private String options(String javaOptions, String command) throws Exception {
    Path jar = folder.resolve("tree/standalone/target/dorado-standalone.jar");
    Path launcher = folder.resolve("tree/dorado");
    if (!Files.exists(launcher)) {
      copy();
      Files.createDirectories(jar.getParent());
      Files.writeString(jar, "not a jar");
      writeJava();
      Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));
    }
    Map<String, String> environment =
        Map.of("JAVA_HOME", folder.resolve("jdk").toString(), "DORADO_JAVA_OPTS", javaOptions);
    Result result = run(environment, launcher.toString(), command);
    assertThat(result.code()).as(result.text()).isZero();
    return result.text();
  }

  /** A Java 17.0.2 that prints what it is handed. */
  private void writeJava() throws IOException {
    Path java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"17.0.2\"' >&2 || echo \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
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
