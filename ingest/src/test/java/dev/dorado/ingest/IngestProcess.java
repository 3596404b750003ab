package dev.dorado.ingest;

import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The ingest role in a process of its own, so that it can be killed. */
final class IngestProcess implements AutoCloseable {

  private final Process process;
  private final int port;

  private IngestProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Runs until standard input ends, which is when the test does.
   *
   * @param args a file of settings
   */
  public static void main(String[] args) throws IOException {
    var config =
        ConfigFactory.parseFile(Path.of(args[0]).toFile())
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var server =
        IngestServer.start(
            IngestRole.start(config, Connections.from(config), false, metrics), metrics);
    System.out.println("port " + server.port());
    while (System.in.read() >= 0) {
      // The test goes on.
    }
    Runtime.getRuntime().halt(0);
  }

  /** Starts one, and waits until it listens. */
  static IngestProcess start(Path folder, Map<String, String> settings) throws IOException {
    Path file = folder.resolve("ingest.conf");
    Files.writeString(
        file, ConfigFactory.parseMap(settings).root().render() + System.lineSeparator());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                IngestProcess.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.startsWith("port ")) {
        return new IngestProcess(process, Integer.parseInt(line.substring("port ".length())));
      }
    }
    throw new IOException("ingest ended before it listened: its log is above");
  }

  int port() {
    return port;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
