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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry that speaks Confluent's protocol (Apicurio Registry), as a child process on the
 * loopback interface. The child ends with this process, however this process ends. Subjects and ids
 * are kept in the folder: they survive a restart, as they must wherever the topics do. Thread-safe.
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

  private final Process child;
  private final FolderLock lock;
  private final String url;
  private boolean closed;

  private EmbeddedRegistry(Process child, FolderLock lock, String url) {
    this.child = child;
    this.lock = lock;
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
    Path log = absolute.resolve("registry.log");
    Process child = null;
    try {
      child = launch(jar, absolute, port, log);
      String url = waitUntilReady(child, log);
      LOG.info("The schema registry serves on {} from {} (process {})", url, absolute, child.pid());
      return new EmbeddedRegistry(child, lock, url);
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

  /** Stops the child and waits until it has ended. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    abandon(child, lock);
  }

  /** The child's process id. */
  long pid() {
    return child.pid();
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
    // The jar first: the class path of the archive has to be the beginning of this one.
    command.add(jar + File.pathSeparator + launcher);
    command.add(RegistryChild.class.getName());
    command.add(mainClass(jar));

    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // Neither secrets, nor settings of another registry or of this program's JVM, reach the child.
    builder.environment().keySet().retainAll(ENVIRONMENT_OF_THE_CHILD);
    return builder.start();
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
}
