package dev.dorado.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The sole use of a folder, until it is closed or the process ends, however that ends. The parts
 * have locks of their own; this one comes first for the sake of its message.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder where it is missing and takes it.
   *
   * @param part whose folder it is, for the message
   * @throws EmbeddedPartException if it can't be made or somebody else uses it
   */
  static FolderLock take(Path folder, String part) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new EmbeddedPartException(
            part
                + " can't use the folder "
                + folder
                + ": another process, or another part of this one, is using it. Stop that one, or choose another folder.");
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new EmbeddedPartException(
          part
              + " can't use the folder "
              + folder
              + ": "
              + e
              + ". It must be a folder that can be written to.",
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("A folder's lock can't be released", e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
