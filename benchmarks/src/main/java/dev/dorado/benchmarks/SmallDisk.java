package dev.dorado.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small file system in memory that a benchmark may fill, without the rights of root: it is
 * mounted in a user and mount namespace of its own, in which processes can be started (Linux, where
 * the system allows such namespaces). Not thread-safe.
 */
final class SmallDisk implements AutoCloseable {

  private static final String FILLER = "filler";
  private static final int SECONDS = 10;

  private final Path folder;
  private final Process holder;

  private SmallDisk(Path folder, Process holder) {
    this.folder = folder;
    this.holder = holder;
  }

  /**
   * Mounts one; empty where the system does not allow it.
   *
   * @param folder an empty folder
   * @param megabytes how large it is
   */
  static Optional<SmallDisk> mount(Path folder, int megabytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path mounted = folder.resolveSibling(folder.getFileName() + ".mounted");
    var command =
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=%dm none '%s' && touch '%s' && exec cat"
                .formatted(megabytes, folder, mounted));
    try {
      // 'cat' ends with this process, and the file system with it.
      Process holder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      for (int i = 0; i < 10 * SECONDS && holder.isAlive() && !Files.exists(mounted); i++) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      if (Files.exists(mounted) && holder.isAlive()) {
        return Optional.of(new SmallDisk(folder, holder));
      }
      holder.destroyForcibly();
    } catch (IOException e) {
      // There is no 'unshare'.
    }
    return Optional.empty();
  }

  Path folder() {
    return folder;
  }

  /** What a command begins with that sees the disk. */
  List<String> prefix() {
    return List.of(
        "nsenter", "--preserve-credentials", "--user", "--mount", "--target", "" + holder.pid());
  }

  /** Writes until nothing more can be written. */
  void fill() throws IOException, InterruptedException {
    run("dd if=/dev/zero of='%s' bs=64k 2>/dev/null; true".formatted(folder.resolve(FILLER)));
  }

  /** Frees what {@link #fill} took. */
  void free() throws IOException, InterruptedException {
    run("rm -f '%s'".formatted(folder.resolve(FILLER)));
  }

  private void run(String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of("sh", "-c", script));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("'%s' ended with %d".formatted(script, code));
    }
  }

  @Override
  public void close() throws InterruptedException {
    holder.destroyForcibly().waitFor();
  }
}
