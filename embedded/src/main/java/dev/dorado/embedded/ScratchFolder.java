package dev.dorado.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the tests of one run, gone when it is closed. */
record ScratchFolder(Path path) implements AutoCloseable {
  static ScratchFolder create(String name) {
    try {
      return new ScratchFolder(Files.createTempDirectory("dorado-" + name + "-"));
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder can be made", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The temporary folder " + path + " can't be removed", e);
    }
  }
}
