package dev.dorado.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * The schemas that have been released, as {@code released/<subject>/<version>.avsc}, versions from
 * 1. Somebody's topics hold records that were written with them, for ever.
 *
 * @param folder where they are
 */
record ReleasedSchemas(Path folder) {

  /** Those of this repository. */
  static ReleasedSchemas here() {
    return new ReleasedSchemas(Path.of("src", "test", "resources", "released"));
  }

  Set<String> subjects() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .map(path -> path.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** All versions of a subject, oldest first. */
  List<Schema> of(String subject) throws IOException {
    List<Schema> versions = new ArrayList<>();
    while (Files.exists(file(subject, versions.size() + 1))) {
      String text = Files.readString(file(subject, versions.size() + 1), UTF_8);
      versions.add(new Schema.Parser().parse(text));
    }
    return versions;
  }

  /**
   * Adds the present schema of a topic as its next version, unless it is the newest already.
   *
   * @return whether a version was added
   */
  boolean release(Topic<?> topic) throws IOException {
    List<Schema> versions = of(topic.subject());
    if (!versions.isEmpty() && versions.get(versions.size() - 1).equals(topic.schema())) {
      return false;
    }
    List<String> breaks = incompatibilities(topic.schema(), versions);
    if (!breaks.isEmpty()) {
      throw new IllegalStateException(
          "the schema of %s is not released: %s".formatted(topic.subject(), breaks));
    }
    Path file = file(topic.subject(), versions.size() + 1);
    Files.createDirectories(file.getParent());
    Files.writeString(file, topic.schema().toString(true) + "\n", UTF_8);
    return true;
  }

  /**
   * What makes a schema not FULL_TRANSITIVE compatible with older ones: that it can't read what
   * they wrote, or they can't read what it writes.
   */
  static List<String> incompatibilities(Schema present, List<Schema> released) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < released.size(); i++) {
      int version = i + 1;
      breaks(present, released.get(i))
          .forEach(
              why -> found.add("it can't read what version %d wrote: %s".formatted(version, why)));
      breaks(released.get(i), present)
          .forEach(
              why -> found.add("version %d can't read what it writes: %s".formatted(version, why)));
    }
    return found;
  }

  private static List<String> breaks(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE
        ? List.of()
        : result.getIncompatibilities().stream()
            .map(
                why -> "%s at %s: %s".formatted(why.getType(), why.getLocation(), why.getMessage()))
            .toList();
  }

  private Path file(String subject, int version) {
    return folder.resolve(subject).resolve(version + ".avsc");
  }
}
