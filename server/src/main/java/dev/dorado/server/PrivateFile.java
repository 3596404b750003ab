package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files with secrets: readable for their owner alone, at no moment for anybody else. Stateless. */
public final class PrivateFile {

  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };

  private PrivateFile() {}

  /**
   * Writes or replaces a file in one step, so that nobody reads half of it.
   *
   * @throws IOException if its folder is missing or can't be written to
   */
  public static void write(Path file, String text) throws IOException {
    boolean hasPermissions = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    Path next =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            file.getFileName().toString(),
            ".next",
            hasPermissions ? OWNER_ONLY : new FileAttribute<?>[0]);
    Files.writeString(next, text, UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
