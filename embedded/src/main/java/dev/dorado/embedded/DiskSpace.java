package dev.dorado.embedded;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The space on the disk of a folder.
 *
 * @param free bytes that this process may still use
 * @param total bytes of the whole disk
 */
public record DiskSpace(long free, long total) {

  private static final long MEGABYTE = 1_000_000;

  /** Room for a delivery of the longest kind in each part, and for what they tidy up. */
  private static final long NEEDED = 100 * MEGABYTE;

  /**
   * The space now.
   *
   * @param folder a folder that exists
   * @throws IOException if it can't be found out
   */
  public static DiskSpace of(Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    return new DiskSpace(disk.getUsableSpace(), disk.getTotalSpace());
  }

  /** Whether the parts can't be started or go on. */
  public boolean isFull() {
    return free < NEEDED;
  }

  /** As {@code 12 of 314 MB are free, and 100 are needed}. */
  @Override
  public String toString() {
    return "%,d of %,d MB are free, and %,d are needed"
        .formatted(free / MEGABYTE, total / MEGABYTE, NEEDED / MEGABYTE);
  }
}
