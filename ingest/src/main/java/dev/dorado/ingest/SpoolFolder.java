package dev.dorado.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder of a {@link DeliverySpool}, for those who only ask whether deliveries wait in it. */
public final class SpoolFolder {

  /** The file that a running ingest locks; all other files hold deliveries. */
  static final String LOCK = "lock";

  private SpoolFolder() {}

  /**
   * Whether no delivery waits in a folder, which may be missing.
   *
   * @throws IOException if it can't be listed
   */
  public static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> file.getFileName().toString().equals(LOCK));
    }
  }
}
