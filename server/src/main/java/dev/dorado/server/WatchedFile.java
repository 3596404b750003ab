package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in a file, read again when the file has changed: secrets and tokens are replaced without
 * a restart. Where the file cannot be read any more, what was read last stands, and the log says
 * so. Thread-safe.
 */
public final class WatchedFile<T> {

  private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

  private final Path file;
  private final Function<String, T> parse;
  private Stamp stamp;
  private T content;

  private WatchedFile(Path file, Function<String, T> parse, Stamp stamp, T content) {
    this.file = requireNonNull(file);
    this.parse = requireNonNull(parse);
    this.stamp = stamp;
    this.content = content;
  }

  /**
   * A file that is there.
   *
   * @param parse makes of its text what is in it; may throw IllegalArgumentException
   * @throws IOException if it can't be read
   */
  public static <T> WatchedFile<T> of(Path file, Function<String, T> parse) throws IOException {
    Stamp stamp = Stamp.of(file);
    return new WatchedFile<>(file, parse, stamp, parse.apply(Files.readString(file)));
  }

  /**
   * A file that may come later.
   *
   * @param none what is in it where it is not there
   */
  static <T> WatchedFile<T> orNone(Path file, Function<String, T> parse, T none) {
    return new WatchedFile<>(
        file, text -> text.isEmpty() ? none : parse.apply(text), Stamp.NONE, none);
  }

  /** What is in it now. */
  public synchronized T content() {
    try {
      Stamp now = Stamp.of(file);
      if (!now.equals(stamp)) {
        stamp = now;
        content = parse.apply(now.equals(Stamp.NONE) ? "" : Files.readString(file));
      }
    } catch (IOException | IllegalArgumentException e) {
      log.error("{} cannot be read, so what was read before stands: {}", file, e.toString());
    }
    return content;
  }

  /** Tells one content from another. A file that is replaced in one step has another key. */
  private record Stamp(FileTime changed, long size, Object key) {

    static final Stamp NONE = new Stamp(FileTime.fromMillis(0), -1, null);

    static Stamp of(Path path) throws IOException {
      try {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (NoSuchFileException e) {
        return NONE;
      }
    }
  }
}
