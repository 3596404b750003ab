package dev.dorado.streams.generations;

import dev.dorado.schemas.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the stores of generations that were dropped. */
public final class StateFolders {

  private static final Logger log = LoggerFactory.getLogger(StateFolders.class);

  private StateFolders() {}

  /**
   * Deletes what is left of dropped generations. What can't be deleted now stays until the next
   * time, and is logged.
   *
   * @param stateFolder folder of the stores, with a folder of each application id
   * @param firstApplicationId application id of the first generation
   * @param all the generations
   */
  public static void deleteDropped(
      Path stateFolder, String firstApplicationId, List<Generation> all) {
    for (var generation : all) {
      Path folder = stateFolder.resolve(generation.applicationId(firstApplicationId));
      if (generation.droppedAt().isPresent() && Files.isDirectory(folder)) {
        try {
          delete(folder);
          log.info("the stores of generation {} are deleted: {}", generation.number(), folder);
        } catch (IOException | UncheckedIOException e) {
          log.warn(
              "the stores of generation {} are not deleted yet: {}: {}",
              generation.number(),
              folder,
              e.getMessage());
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
