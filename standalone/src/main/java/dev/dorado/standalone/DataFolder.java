package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.embedded.DiskSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder in which standalone keeps everything, held by one process at a time: the system frees
 * it when the process ends, however it ends. Thread-safe.
 */
final class DataFolder implements AutoCloseable {

  /** How a second instance is told who was first. */
  static final String LOCK = "dorado.lock";

  private final Path folder;
  private final FileChannel lock;

  private DataFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder where it is missing, and takes it.
   *
   * @throws StartException if it is in use, its disk is full, or it can't be written to
   */
  static DataFolder open(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StartException(
          "%s is a file, and a folder is needed for the data: choose another with --data DIR."
              .formatted(folder));
    }
    try {
      Files.createDirectories(folder);
      requireSpace(folder);
      keepPrivate(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!isTaken(channel)) {
        String owner = owner(channel);
        channel.close();
        throw new StartException(
            "another Dorado%s is using the data folder %s: stop it first, or choose another folder with --data DIR."
                .formatted(owner, folder));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)));
      return new DataFolder(folder, channel);
    } catch (IOException e) {
      throw new StartException(
          "the data folder %s can't be written to (%s): make it writable, or choose another with --data DIR."
              .formatted(folder, e),
          e);
    }
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  /** The folder of one part. */
  Path of(String part) {
    return folder.resolve(part);
  }

  /** Lets others use the folder; what is in it stays. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of " + folder + " can't be let go", e);
    }
  }

  /** Before the parts start: on a full disk, each would fail in its own words. */
  private static void requireSpace(Path folder) throws IOException {
    var space = DiskSpace.of(folder);
    if (space.isFull()) {
      throw new StartException(
          "the disk of the data folder %s is full (%s): free some space, or choose another folder with --data DIR."
              .formatted(folder, space));
    }
  }

  /** What senders sent is in it, and secrets that Dorado made: for nobody but its owner. */
  private static void keepPrivate(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      FileLock taken = channel.tryLock();
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    String pid = new String(buffer.array(), 0, buffer.position(), UTF_8).strip();
    return pid.isEmpty() ? "" : " (process " + pid + ")";
  }
}
