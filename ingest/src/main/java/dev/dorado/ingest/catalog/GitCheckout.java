package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.catalog.CatalogPollSettings.Git;
import dev.dorado.ingest.catalog.CatalogSource.Unreachable;
import dev.dorado.server.OutboundHttp;
import dev.dorado.server.OutboundHttp.OtherServerException;
import java.io.File;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository with the catalog files: one on this machine as it is, or a bare copy of another's
 * branch in a scratch folder, which is fetched each time and deleted in the end. Not thread-safe.
 */
final class GitCheckout implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GitCheckout.class);
  private static final String FETCHED = "refs/heads/catalog";
  private static final int TIMEOUT_SECONDS = 60;

  private final Git settings;
  private final Optional<File> gitFolder;
  private Repository repository;
  private Path scratch;

  private GitCheckout(Git settings, Optional<File> gitFolder) {
    this.settings = requireNonNull(settings);
    this.gitFolder = gitFolder;
  }

  /** The repository of the settings; empty if they name a folder that is none. */
  static Optional<GitCheckout> of(Git settings) {
    if (!settings.isFolder()) {
      return Optional.of(new GitCheckout(settings, Optional.empty()));
    }
    File found = FileKey.resolve(new File(settings.location()), FS.DETECTED);
    return Optional.ofNullable(found).map(folder -> new GitCheckout(settings, Optional.of(folder)));
  }

  /** The repository, up to date. */
  Repository updated() throws IOException {
    try {
      if (repository == null) {
        repository =
            gitFolder.isPresent()
                ? new FileRepositoryBuilder().setGitDir(gitFolder.get()).setMustExist(true).build()
                : newScratch();
      }
      if (gitFolder.isEmpty()) {
        fetch();
      }
      return repository;
    } catch (GitAPIException | JGitInternalException e) {
      throw new Unreachable(
          "%s can't be fetched: %s".formatted(settings.location(), e.getMessage()), e);
    }
  }

  /** The newest commit of the branch. */
  ObjectId head() throws IOException {
    String name = settings.branch().isEmpty() ? "HEAD" : "refs/heads/" + settings.branch();
    ObjectId head = repository.resolve(gitFolder.isPresent() ? name : FETCHED);
    if (head == null) {
      throw new Unreachable(
          "%s has no %s: set dorado.ingest.catalog.git.branch to a branch with commits"
              .formatted(settings.location(), name),
          null);
    }
    return head;
  }

  @Override
  public void close() {
    if (repository != null) {
      repository.close();
      repository = null;
    }
    if (scratch != null) {
      delete(scratch);
      scratch = null;
    }
  }

  private Repository newScratch() throws IOException, GitAPIException {
    scratch = Files.createTempDirectory("dorado-catalog");
    return org.eclipse.jgit.api.Git.init()
        .setBare(true)
        .setGitDir(scratch.toFile())
        .call()
        .getRepository();
  }

  private void fetch() throws GitAPIException {
    String from = settings.branch().isEmpty() ? "HEAD" : "refs/heads/" + settings.branch();
    var fetch =
        new org.eclipse.jgit.api.Git(repository)
            .fetch()
            .setRemote(settings.location())
            .setRefSpecs(new RefSpec("+" + from + ":" + FETCHED))
            .setTagOpt(TagOpt.NO_TAGS)
            .setTimeout(TIMEOUT_SECONDS)
            .setTransportConfigCallback(GitCheckout::stayOnTheServer);
    settings
        .token()
        .ifPresent(
            token ->
                // Forges take a token as the password of any user; GitHub names this one.
                fetch.setCredentialsProvider(
                    new UsernamePasswordCredentialsProvider("x-access-token", token)));
    var unused = fetch.call();
  }

  /** JGit follows redirects, to other servers too, and sends the token along. */
  private static void stayOnTheServer(Transport transport) {
    if (transport instanceof TransportHttp http) {
      http.setHttpConnectionFactory(new OneServer(URI.create(transport.getURI().toString())));
    }
  }

  /** Connects to the server of one address only. */
  private static final class OneServer extends JDKHttpConnectionFactory {

    private final URI address;

    OneServer(URI address) {
      this.address = address;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
      requireSameServer(url);
      return super.create(url);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
      requireSameServer(url);
      return super.create(url, proxy);
    }

    private void requireSameServer(URL url) throws IOException {
      URI target = URI.create(url.toString());
      if (!OutboundHttp.isSameServer(address, target)) {
        throw new OtherServerException(address, target);
      }
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      log.warn("the scratch folder {} could not be deleted: {}", folder, e.toString());
    }
  }
}
