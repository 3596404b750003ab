package dev.dorado.ingest.backfill;

import dev.dorado.ingest.delivery.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.storage.file.WindowCacheConfig;

/**
 * A Git repository on this machine, open for reading.
 *
 * @param repository the repository
 * @param name {@code host/owner/name}
 */
public record GitRepository(Repository repository, String name) implements AutoCloseable {

  /**
   * Opens a clone (its folder, or .git in it) or a bare repository.
   *
   * @param path where it is
   * @param named its name, if somebody says; else that of its remote origin
   * @param names how repositories are named
   * @throws BackfillException if there is none, or its name is not known
   */
  public static GitRepository open(Path path, Optional<String> named, RepositoryName names) {
    if (!Files.isDirectory(path)) {
      throw new BackfillException(
          "%s is no folder: expected a clone or a bare repository (git clone --bare URL makes one)."
              .formatted(path));
    }
    PlainGit.use();
    useMemory();
    Repository repository = open(path);
    try {
      return new GitRepository(repository, name(repository, path, named, names));
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  @Override
  public void close() {
    repository.close();
  }

  private static Repository open(Path path) {
    try {
      var builder = new RepositoryBuilder().setMustExist(true);
      if (Files.exists(path.resolve(".git"))) {
        builder.setWorkTree(path.toFile());
      } else {
        builder.setGitDir(path.toFile());
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new BackfillException(
          "%s is no Git repository that can be read (%s): expected a clone or a bare repository."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  private static String name(
      Repository repository, Path path, Optional<String> named, RepositoryName names) {
    String url = repository.getConfig().getString("remote", "origin", "url");
    String text =
        named
            .or(() -> Optional.ofNullable(url))
            .orElseThrow(
                () ->
                    new BackfillException(
                        "%s has no remote 'origin' that would tell its name: say it with --repository, as github.com/acme/shop."
                            .formatted(path)));
    return names
        .normalise(text)
        .orElseThrow(
            () ->
                new BackfillException(
                    "the repository's name is '%s': expected %s; say it with --repository."
                        .formatted(text, RepositoryName.EXPECTED)));
  }

  /** JGit keeps 10 MiB of a repository by default, and reads the rest again and again. */
  private static void useMemory() {
    long heap = Runtime.getRuntime().maxMemory();
    var config = new WindowCacheConfig();
    config.setPackedGitLimit(Math.max(config.getPackedGitLimit(), heap / 4));
    config.setPackedGitWindowSize(64 * WindowCacheConfig.KB);
    config.setDeltaBaseCacheLimit((int) Math.min(Integer.MAX_VALUE, Math.max(10L << 20, heap / 8)));
    config.install();
  }
}
