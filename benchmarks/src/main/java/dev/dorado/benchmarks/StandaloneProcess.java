package dev.dorado.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A {@code ./dorado up --open} as a person starts it: a process of its own, by the launcher, with
 * the settings that it has by default. Thread-safe.
 */
final class StandaloneProcess implements AutoCloseable {

  private static final String LAUNCHER = "dorado.launcher";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final Path data;
  private final Path output;
  private final int port;
  private final Duration untilReady;
  private final OutboundHttp client =
      OutboundHttp.within(Duration.ofSeconds(10), Duration.ofSeconds(10));

  private StandaloneProcess(Path data, String heap) throws IOException, InterruptedException {
    this.data = data;
    this.output = data.resolveSibling(data.getFileName() + ".out");
    this.port = freePort();
    var builder =
        launcher("up", "--open", "--port", String.valueOf(port), "--data", data.toString());
    if (!heap.isEmpty()) {
      builder.environment().put("DORADO_JAVA_OPTS", "-Xmx" + heap);
    } else {
      builder.environment().remove("DORADO_JAVA_OPTS");
    }
    long began = System.nanoTime();
    this.process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    // A benchmark that is stopped must not leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    awaitReady(began);
    this.untilReady = Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param data its folder
   * @param heap as of {@code -Xmx}; empty for the launcher's own choice
   */
  static StandaloneProcess start(Path data, String heap) throws IOException, InterruptedException {
    return new StandaloneProcess(data, heap);
  }

  /** A command of {@code ./dorado}. */
  static ProcessBuilder launcher(String... arguments) {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new IllegalStateException(
          "the system property %s is not set: run the benchmark by './dorado bench'"
              .formatted(LAUNCHER));
    }
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** Its process and those that it started. */
  List<ProcessHandle> processes() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    return all;
  }

  /** The resident memory of all of them now, in kB; 0 where the system does not tell. */
  long resident() {
    long sum = 0;
    for (var each : processes()) {
      try {
        var matcher =
            RESIDENT.matcher(
                Files.readString(Path.of("/proc", String.valueOf(each.pid()), "status")));
        sum += matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
      } catch (IOException e) {
        // It has ended since it was listed, or the system is not Linux.
        continue;
      }
    }
    return sum;
  }

  long pid() {
    return process.pid();
  }

  Path data() {
    return data;
  }

  /** How long it took from its launch until {@code /health/ready} answered 200. */
  Duration untilReady() {
    return untilReady;
  }

  /** The lines of what it printed while it started that tell when a part was up. */
  List<String> steps() throws IOException {
    return Files.readAllLines(output).stream()
        .filter(line -> line.matches(" *[0-9.]+ s  .*"))
        .map(String::strip)
        .toList();
  }

  /** Settings by which its Kafka, registry and ClickHouse are reached. */
  Config config() {
    return ConfigFactory.parseFile(data.resolve("running.conf").toFile())
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  Connections connections() {
    return Connections.from(config());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** The answer to a GET; waits for at most ten seconds. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  /** The answer to JSON that is posted. */
  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** Throws if it has ended, which nobody asked it for. */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(
          "dorado up ended with %d:%n%s"
              .formatted(process.exitValue(), Files.readString(output).strip()));
    }
  }

  /** Ends it as the system does when memory or power is gone, children too. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it as SIGTERM does, and waits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady(long began) throws IOException, InterruptedException {
    while (true) {
      requireAlive();
      if (isReady()) {
        return;
      }
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        process.destroyForcibly();
        throw new IOException(
            "dorado up was not ready after %d s:%n%s"
                .formatted(PATIENCE.toSeconds(), Files.readString(output).strip()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
