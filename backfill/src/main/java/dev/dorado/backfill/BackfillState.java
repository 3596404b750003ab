package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.dorado.server.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the backfill of one repository is: a cursor for each kind of thing, in a small file. Only
 * what is durable in Kafka is written down, so that losing the file, or the last lines of it, costs
 * work and nothing else: events that are written twice have the same ids. Not thread-safe.
 */
public final class BackfillState {

  private final Path file;
  private final String kafkaId;
  private final Map<String, String> cursors = new TreeMap<>();

  private BackfillState(Path file, String kafkaId) {
    this.file = file;
    this.kafkaId = kafkaId;
  }

  /**
   * The state of a repository, empty if there is none yet.
   *
   * @param folder where states are kept
   * @param source git, github or gitlab
   * @param repository {@code host/owner/name}
   * @param kafkaId the Kafka that is written to; the state of another is left aside
   * @throws BackfillException if the file is there and can't be read
   */
  public static BackfillState open(Path folder, String source, String repository, String kafkaId) {
    Path file = folder.resolve(source).resolve(repository + ".json").normalize();
    if (!file.startsWith(folder.normalize())) {
      throw new BackfillException(
          "the repository '%s' can't be the name of a file: expected host/owner/name"
              .formatted(repository));
    }
    var state = new BackfillState(file, requireNonNull(kafkaId));
    state.read();
    return state;
  }

  /** The cursor of {@code kind}, if there is one. */
  public Optional<String> cursor(String kind) {
    return Optional.ofNullable(cursors.get(kind));
  }

  /** Remembers a cursor; {@link #save} writes it down. */
  public void set(String kind, String cursor) {
    cursors.put(requireNonNull(kind), requireNonNull(cursor));
  }

  /** Forgets a cursor. */
  public void clear(String kind) {
    cursors.remove(kind);
  }

  /** Forgets all cursors, so that everything is imported again. */
  public void clear() {
    cursors.clear();
  }

  /**
   * Writes all cursors down, in one piece.
   *
   * @throws BackfillException if the file can't be written
   */
  public void save() {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      Files.write(
          whole,
          Json.MAPPER
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(new Kept(kafkaId, cursors)));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BackfillException(
          "%s, where the backfill writes down how far it is, can't be written (%s): make it writable, or choose another folder with --data DIR."
              .formatted(file, e),
          e);
    }
  }

  private void read() {
    try {
      var kept = Json.MAPPER.readValue(Files.readAllBytes(file), Kept.class);
      if (kafkaId.equals(kept.kafka()) && kept.cursors() != null) {
        cursors.putAll(kept.cursors());
      }
    } catch (NoSuchFileException e) {
      // The first backfill of this repository.
      cursors.clear();
    } catch (JsonProcessingException e) {
      throw new BackfillException(
          "%s, which says how far the backfill is, is damaged (%s): delete it, and everything is imported again."
              .formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new BackfillException("%s can't be read: %s".formatted(file, e), e);
    }
  }

  /** The file's contents. */
  private record Kept(String kafka, Map<String, String> cursors) {}
}
