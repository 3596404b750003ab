package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program with a heap that is too small for it, in a process of its own. */
final class HeapWatchTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC"})
  void aProcessThatOnlyCollectsEndsAndSaysWhyAndWhatHelps(String collector) throws Exception {
    Path output = folder.resolve("output");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                collector,
                "-XX:-UseGCOverheadLimit",
                "-cp",
                System.getProperty("java.class.path"),
                FullHeap.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(output, UTF_8))
          .contains("Error: out of memory: the heap of ", " MB is full", "DORADO_JAVA_OPTS=-Xmx");
      assertThat(process.exitValue()).isEqualTo(HeapWatch.OUT_OF_MEMORY);
    } finally {
      process.destroyForcibly();
    }
  }
}
