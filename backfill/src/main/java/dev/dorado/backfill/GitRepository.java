package dev.dorado.backfill;

import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.RepositoryName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
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

  /** A folder that is named after a host, as in a tree of mirrors. */
  private static final Pattern HOST = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+");

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
                        "%s has no remote 'origin', which would give its name. %s"
                            .formatted(path, guess(repository, path, names))));
    return names
        .normalise(text)
        .orElseThrow(
            () ->
                new BackfillException(
                    "the repository's name is '%s': expected %s; say it with --repository."
                        .formatted(text, RepositoryName.EXPECTED)));
  }

  /**
   * The option that a person may mean: by another remote, by what was fetched last, or by the names
   * of folders. It is only a guess, since history under a wrong name meets no webhook's events.
   */
  private static String guess(Repository repository, Path path, RepositoryName names) {
    Path folder = path.toAbsolutePath().normalize();
    if (folder.endsWith(Constants.DOT_GIT)) {
      folder = folder.getParent();
    }
    String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
    String plain = name.replaceFirst("\\.git$", "");
    List<Candidate> candidates = new ArrayList<>();
    for (String remote : repository.getRemoteNames()) {
      String url = repository.getConfig().getString("remote", remote, "url");
      candidates.add(new Candidate("its remote '%s'".formatted(remote), url));
    }
    candidates.add(new Candidate("what was last fetched into it", lastFetched(repository)));
    int folders = folder.getNameCount();
    if (folders > 2 && HOST.matcher(folder.getName(folders - 3).toString()).matches()) {
      String host = folder.subpath(folders - 3, folders).toString();
      candidates.add(new Candidate("its folder", host));
    }
    candidates.add(new Candidate("the name of its folder alone", plain + "/" + plain));
    for (Candidate candidate : candidates) {
      var known = Optional.ofNullable(candidate.text()).flatMap(names::normalise);
      if (known.isPresent()) {
        return "By %s it may be %s: if its webhooks name it so, add --repository %s, else --repository HOST/OWNER/NAME."
            .formatted(candidate.source(), known.get(), known.get());
      }
    }
    return "Add --repository HOST/OWNER/NAME as its webhooks name it, for example --repository github.com/acme/shop.";
  }

  /** Where a name may come from, and what it says; null if it says nothing. */
  private record Candidate(String source, String text) {}

  /** The URL in FETCH_HEAD, or null. */
  private static String lastFetched(Repository repository) {
    Path file = repository.getDirectory().toPath().resolve(Constants.FETCH_HEAD);
    if (!Files.isReadable(file)) {
      return null;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains(" of "))
          .map(line -> line.substring(line.lastIndexOf(" of ") + " of ".length()))
          .findFirst()
          .orElse(null);
    } catch (IOException | UncheckedIOException e) {
      // Only a guess is lost.
      return null;
    }
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
