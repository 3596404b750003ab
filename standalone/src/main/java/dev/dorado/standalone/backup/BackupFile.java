package dev.dorado.standalone.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.server.Json;
import dev.dorado.server.PrivateFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A backup that was found to be whole and readable by this program. Not thread-safe. */
public final class BackupFile implements AutoCloseable {

  private final Path file;
  private final ZipFile zip;
  private final Manifest manifest;

  private BackupFile(Path file, ZipFile zip, Manifest manifest) {
    this.file = file;
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens a backup and reads all of it once.
   *
   * @param partitions partitions of the topics that it is for
   * @throws BackupException if it is damaged, of a newer program, or none at all
   */
  public static BackupFile open(Path file, int partitions) {
    if (!Files.isRegularFile(file)) {
      throw new BackupException(
          "there is no backup %s: expected a file that './dorado backup' wrote.".formatted(file));
    }
    ZipFile zip = zip(file);
    boolean isRefused = true;
    try {
      var backup = new BackupFile(file, zip, manifest(file, zip));
      backup.requireReadable(partitions);
      backup.requireWhole();
      isRefused = false;
      return backup;
    } catch (IOException e) {
      throw new BackupException(
          "%s is damaged (%s): take another copy of it.".formatted(file, e.getMessage()), e);
    } finally {
      if (isRefused) {
        closeQuietly(zip);
      }
    }
  }

  private static ZipFile zip(Path file) {
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new BackupException(
          "%s is no backup of Dorado, or its end is missing (%s): take another copy of it."
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new BackupException(
          "%s can't be read (%s): make it readable.".formatted(file, e.getMessage()), e);
    }
  }

  private static void closeQuietly(ZipFile zip) {
    try {
      zip.close();
    } catch (IOException e) {
      throw new BackupException("%s can't be closed".formatted(zip.getName()), e);
    }
  }

  private static Manifest manifest(Path file, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(Manifest.ENTRY);
    if (entry == null) {
      throw new BackupException(
          "%s is no backup of Dorado: it has no %s. Expected a file that './dorado backup' wrote."
              .formatted(file, Manifest.ENTRY));
    }
    int format;
    byte[] json;
    try (InputStream in = zip.getInputStream(entry)) {
      json = in.readAllBytes();
      format = Json.MAPPER.readTree(json).path("format").asInt();
    }
    if (format != Manifest.FORMAT) {
      throw new BackupException(
          "%s has the layout %d, and this program reads %d: restore it with the version that wrote it, or a newer one."
              .formatted(file, format, Manifest.FORMAT));
    }
    return Json.MAPPER.readValue(json, Manifest.class);
  }

  /** What was written by a program that knows more, or for other partitions, is refused. */
  private void requireReadable(int partitions) {
    Set<String> unknown = new TreeSet<>(manifest.topics().keySet());
    Backup.topics().forEach(topic -> unknown.remove(topic.name()));
    if (!unknown.isEmpty()) {
      throw new BackupException(
          "%s has topics that this program does not know (%s): it was written by %s; restore it with that version."
              .formatted(file, String.join(", ", unknown), manifest.program()));
    }
    if (manifest.partitions() != partitions) {
      throw new BackupException(
          "%s is of topics with %d partitions, and those of 'up' have %d: it is no backup of a standalone."
              .formatted(file, manifest.partitions(), partitions));
    }
  }

  private void requireWhole() throws IOException {
    Set<String> missing = new TreeSet<>(manifest.checksums().keySet());
    for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
      String name = entry.getName();
      if (name.equals(Manifest.ENTRY)) {
        continue;
      }
      missing.remove(name);
      MessageDigest digest = Backup.sha256();
      try (var in = new DigestInputStream(zip.getInputStream(entry), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(manifest.checksums().get(name))) {
        throw new BackupException(
            "%s is damaged: the checksum of its part %s is %s, expected %s. Take another copy of it."
                .formatted(file, name, found, manifest.checksums().get(name)));
      }
    }
    if (!missing.isEmpty()) {
      throw new BackupException(
          "%s is damaged: it lacks %s. Take another copy of it."
              .formatted(file, String.join(", ", missing)));
    }
  }

  /** The settings of the rules of the facts that were left out, as JSON; empty if unknown. */
  public String ruleSettings() {
    return manifest.ruleSettings();
  }

  /** Which program wrote it, and when, for people. */
  public String described() {
    return "%s, taken at %s by %s".formatted(file, manifest.takenAt(), manifest.program());
  }

  /** Writes the files of the data folder, readable for their owner alone. */
  void writeFiles(Path folder) throws IOException {
    for (String name : manifest.files()) {
      // A name with a folder in it would be written elsewhere.
      if (!Path.of(name).equals(Path.of(name).getFileName())) {
        throw new BackupException(
            "%s has a file '%s': expected a name without a folder. It is no backup of Dorado."
                .formatted(file, name));
      }
      try (InputStream in = zip.getInputStream(zip.getEntry(Manifest.FILES + name))) {
        PrivateFile.write(folder.resolve(name), new String(in.readAllBytes(), UTF_8));
      }
    }
  }

  /** Texts of the schemas of a topic's records, by id. */
  Map<Integer, String> schemas(String topic) {
    return manifest.schemas().getOrDefault(topic, Map.of());
  }

  /** Hands on all records of a topic in their order; how many they are. */
  long records(String topic, Consumer<ProducerRecord<byte[], byte[]>> reader) throws IOException {
    ZipEntry entry = zip.getEntry(Manifest.TOPICS + topic);
    if (entry == null) {
      return 0;
    }
    long records = 0;
    try (var in = new DataInputStream(new BufferedInputStream(zip.getInputStream(entry)))) {
      for (var next = BackedUpRecord.read(topic, in);
          next.isPresent();
          next = BackedUpRecord.read(topic, in)) {
        reader.accept(next.get());
        records++;
      }
    }
    return records;
  }

  @Override
  public void close() {
    closeQuietly(zip);
  }
}
