package dev.dorado.embedded;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry that speaks Confluent's protocol (Apicurio Registry), as a child process on the
 * loopback interface. The child ends with this process, however this process ends; a child that
 * ends by itself is started again on the same port. Subjects and ids are kept in the folder: they
 * survive a restart, as they must wherever the topics do. Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
  private static final String PART = "The embedded schema registry";
  private static final String API = "/apis/ccompat/v7";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^\\s:]+:(\\d+)");
  private static final Set<String> ENVIRONMENT_OF_THE_CHILD =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR");
  private static final int LINES_IN_ERRORS = 30;

  private final Path jar;
  private final Path folder;
  private final FolderLock lock;
  private final String url;
  private final Restarts restarts;
  private final Thread watch = new Thread(this::watch, "registry-watch");
  private volatile Process child;
  private volatile String problem;
  private boolean closed;

  private EmbeddedRegistry(
      Path jar, Path folder, FolderLock lock, Restarts restarts, Process child, String url) {
    this.jar = jar;
    this.folder = folder;
    this.lock = lock;
    this.restarts = restarts;
    this.child = child;
    this.url = url;
  }

  /**
   * Starts a registry and waits until it answers (some five seconds).
   *
   * @param folder where it keeps its database and its log
   * @param port to listen on, 0 for any free one
   * @throws EmbeddedPartException if the registry is missing, the folder or the port is in use, or
   *     it does not start; with the last lines of its log
   */
  public static EmbeddedRegistry start(Path folder, int port) {
    return start(folder, port, new Restarts(5, Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }

  static EmbeddedRegistry start(Path folder, int port, Restarts restarts) {
    Path absolute = requireNonNull(folder, "folder").toAbsolutePath().normalize();
    if (absolute.toString().matches(".*[;$].*")) {
      throw new EmbeddedPartException(
          PART
              + " can't use the folder "
              + absolute
              + ": its database takes ';' and '$' in the name for something else.");
    }
    Path jar = EmbeddedParts.load().registryJar();
    LoopbackPort.requireFree(port, PART);
    FolderLock lock = FolderLock.take(absolute, PART);
    Path log = log(absolute);
    Process child = null;
    try {
      child = launch(jar, absolute, port, log);
      String url = waitUntilReady(child, log);
      LOG.info("The schema registry serves on {} from {} (process {})", url, absolute, child.pid());
      var registry = new EmbeddedRegistry(jar, absolute, lock, restarts, child, url);
      registry.watch.setDaemon(true);
      registry.watch.start();
      return registry;
    } catch (IOException e) {
      abandon(child, lock);
      throw new EmbeddedPartException(PART + " can't be started from " + absolute + ": " + e, e);
    } catch (InterruptedException e) {
      abandon(child, lock);
      Thread.currentThread().interrupt();
      throw new EmbeddedPartException(PART + " was not waited for: the thread was interrupted.", e);
    } catch (RuntimeException e) {
      abandon(child, lock);
      throw e;
    }
  }

  /** The base of Confluent's API, without a slash at its end. */
  public String url() {
    return url;
  }

  /**
   * Whether the child process is running; false after {@link #close()} and if it died by itself.
   */
  public boolean isAlive() {
    return child.isAlive();
  }

  /**
   * What is wrong, for people; null if the registry serves. A child that ended by itself is a
   * problem until it is started again; one that could not be started again is one for good.
   */
  public String problem() {
    return problem;
  }

  /** Stops the child and waits until it has ended. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.interrupt();
    try {
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abandon(child, lock);
  }

  /** The child's process id. */
  long pid() {
    return child.pid();
  }

  /** Starts a child that ended by itself again, until it is interrupted or that fails for good. */
  private void watch() {
    try {
      int failures = 0;
      while (true) {
        Process watched = child;
        long since = System.nanoTime();
        watched.waitFor();
        if (System.nanoTime() - since > restarts.forgottenAfter().toNanos()) {
          failures = 0;
        }
        String reason = "ended by itself with code " + watched.exitValue();
        LOG.error("{} {}. {}", PART, reason, lastLines());
        boolean serves = false;
        while (!serves) {
          if (failures == restarts.most()) {
            problem =
                "%s %s; given up after %d tries to start it again: see %s, and start Dorado again"
                    .formatted(PART, reason, failures, log(folder));
            LOG.error("{}", problem);
            return;
          }
          failures++;
          problem =
              "%s %s; it is being started again (try %d of %d)"
                  .formatted(PART, reason, failures, restarts.most());
          Thread.sleep(restarts.firstPause().multipliedBy(1L << (failures - 1)).toMillis());
          try {
            child = startedAgain();
            serves = true;
          } catch (IOException | RuntimeException e) {
            LOG.error("{} can't be started again", PART, e);
            // The lines of its log are in ours.
            String message = String.valueOf(e.getMessage());
            reason = "can't be started again: " + message.lines().findFirst().orElse(message);
          }
        }
        problem = null;
        LOG.info("{} serves on {} again (process {})", PART, url, child.pid());
      }
    } catch (InterruptedException e) {
      // It is being closed.
      Thread.currentThread().interrupt();
    }
  }

  /** A child on the port of the one before, which everybody knows. */
  private Process startedAgain() throws IOException, InterruptedException {
    int port = URI.create(url).getPort();
    LoopbackPort.requireFree(port, PART);
    Process next = launch(jar, folder, port, log(folder));
    boolean ready = false;
    try {
      waitUntilReady(next, log(folder));
      ready = true;
      return next;
    } finally {
      if (!ready) {
        end(next);
      }
    }
  }

  private String lastLines() {
    try {
      return lastLines(log(folder));
    } catch (IOException e) {
      return "Its log can't be read: " + e;
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("registry.log");
  }

  private static Process launch(Path jar, Path folder, int port, Path log) throws IOException {
    Path launcher = launcher(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    // It lives for hours at most and serves a few requests: start quickly.
    command.add("-XX:TieredStopAtLevel=1");
    Path archive = classArchive(jar);
    if (Files.exists(archive)) {
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    command.add("-Dquarkus.http.host=" + LoopbackPort.HOST);
    command.add("-Dquarkus.http.port=" + port);
    command.add("-Dquarkus.http.cors=false");
    command.add("-Dquarkus.log.console.color=false");
    command.add("-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + folder.resolve("database"));
    command.add("-Dquarkus.datasource.jdbc.min-size=1");
    command.add("-Dquarkus.datasource.jdbc.initial-size=1");
    command.add("-Dquarkus.datasource.jdbc.max-size=10");
    command.add("-cp");
    // The launcher last: the class path of the archive has to be the beginning of this one.
    command.add(classPath(jar) + File.pathSeparator + launcher);
    command.add(RegistryChild.class.getName());
    command.add(mainClass(jar));

    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // Neither secrets, nor settings of another registry or of this program's JVM, reach the child.
    builder.environment().keySet().retainAll(ENVIRONMENT_OF_THE_CHILD);
    return builder.start();
  }

  /**
   * The registry's jar, whose manifest names its libraries, and the newer libraries by which the
   * build has replaced some of these; in the order of prepare-registry.sh.
   */
  private static String classPath(Path jar) throws IOException {
    Path newer = jar.resolveSibling("newer");
    List<String> files = new ArrayList<>(List.of(jar.toString()));
    if (Files.isDirectory(newer)) {
      try (Stream<Path> libraries = Files.list(newer)) {
        libraries.map(Path::toString).sorted().forEach(files::add);
      }
    }
    return String.join(File.pathSeparator, files);
  }

  /** What the build made for this very Java; where there is none, a start takes longer. */
  private static Path classArchive(Path jar) {
    return jar.resolveSibling("classes-" + System.getProperty("java.vm.version") + ".jsa");
  }

  /**
   * A class path of one class: the rest of this program's would meet the registry's own versions of
   * the same libraries.
   */
  private static Path launcher(Path folder) throws IOException {
    Path launcher = folder.resolve("launcher");
    String resource = RegistryChild.class.getName().replace('.', '/') + ".class";
    Path file = launcher.resolve(resource);
    Files.createDirectories(requireNonNull(file.getParent()));
    try (InputStream in = RegistryChild.class.getClassLoader().getResourceAsStream(resource)) {
      Files.copy(requireNonNull(in, resource), file, StandardCopyOption.REPLACE_EXISTING);
    }
    return launcher;
  }

  private static String mainClass(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String name = file.getManifest().getMainAttributes().getValue("Main-Class");
      if (name == null) {
        throw new EmbeddedPartException(
            jar + " is not a registry: its manifest names no main class.");
      }
      return name;
    }
  }

  private static String waitUntilReady(Process child, Path log)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (child.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new EmbeddedPartException(
            PART + " ended at its start with code " + child.exitValue() + ". " + lastLines(log));
      }
      Optional<String> url = listening(log);
      if (url.isPresent() && answers(client, url.get())) {
        return url.get();
      }
    }
    throw new EmbeddedPartException(
        PART + " did not answer within " + PATIENCE.toSeconds() + " seconds. " + lastLines(log));
  }

  /** The address, once the child has logged it: with port 0 only the child knows. */
  private static Optional<String> listening(Path log) throws IOException {
    Matcher matcher = LISTENING.matcher(text(log));
    return matcher.find()
        ? Optional.of("http://" + LoopbackPort.HOST + ":" + matcher.group(1) + API)
        : Optional.empty();
  }

  private static boolean answers(HttpClient client, String url) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/subjects"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      LOG.debug("The schema registry does not answer yet: {}", e.toString());
      return false;
    }
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines = text(log).lines().toList();
    return "The end of its log "
        + log
        + ":\n"
        + String.join(
            "\n", lines.subList(Math.max(0, lines.size() - LINES_IN_ERRORS), lines.size()));
  }

  private static String text(Path log) throws IOException {
    return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
  }

  private static void abandon(Process child, FolderLock lock) {
    try {
      if (child != null) {
        end(child);
      }
    } finally {
      lock.close();
    }
  }

  /** The end of its input tells the child to stop; its watch is patient for five seconds. */
  private static void end(Process child) {
    try {
      child.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("The child's input was closed already: {}", e.toString());
    }
    try {
      if (!child.waitFor(10, TimeUnit.SECONDS)) {
        child.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * How often a child that ends by itself is started again.
   *
   * @param most most starts in succession
   * @param firstPause pause before the first; each further one doubles it
   * @param forgottenAfter time after which a child that runs is no more one of a succession
   */
  record Restarts(int most, Duration firstPause, Duration forgottenAfter) {}
}
