package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Catalog files in a folder that is no Git repository: it has no past. Stateless. */
final class FolderSource implements CatalogSource {

  private final Path folder;
  private final CatalogPaths paths;
  private final CatalogReader reader;

  FolderSource(Path folder, CatalogPaths paths, CatalogReader reader) {
    this.folder = requireNonNull(folder);
    this.paths = requireNonNull(paths);
    this.reader = requireNonNull(reader);
  }

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public Look look(Optional<Instant> since) throws IOException {
    List<CatalogFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String path = folder.relativize(file).toString();
        if (paths.matches(path)) {
          files.add(new CatalogFile(path, Files.readAllBytes(file)));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new Unreachable("the folder %s can't be read: %s".formatted(folder, e), e);
    }
    return new Look(List.of(), reader.read(files));
  }

  @Override
  public void close() {}
}
