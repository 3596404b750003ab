package dev.dorado.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An installation whose parts are processes of their own: Kafka, the registry, ClickHouse, ingest,
 * two instances of streams of which the second is started on demand, and api. Each keeps its port
 * and folder when it is started again. Not thread-safe.
 */
final class CrashParts implements AutoCloseable {

  static final String KAFKA = "kafka";
  static final String REGISTRY = "registry";
  static final String CLICKHOUSE = "clickhouse";
  static final String INGEST = "ingest";
  static final String STREAMS = "streams";
  static final String SECOND_STREAMS = "streams-2";
  static final String API = "api";
  static final String SECRET = "secret-of-the-benchmark";

  /** What every installation has. */
  static final List<String> ALL = List.of(KAFKA, REGISTRY, CLICKHOUSE, INGEST, STREAMS, API);

  private static final List<String> STORES = List.of(KAFKA, REGISTRY, CLICKHOUSE);
  private static final List<String> ROLES = List.of(INGEST, STREAMS, API);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int PARTITIONS = 3;

  private final Path folder;
  private final Optional<SmallDisk> disk;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final OutboundHttp http =
      OutboundHttp.within(Duration.ofSeconds(2), Duration.ofSeconds(10));
  private final Config config;

  private CrashParts(Path folder, Optional<SmallDisk> disk) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.disk = disk;
    for (String part : List.of(KAFKA, REGISTRY, CLICKHOUSE, INGEST, STREAMS, SECOND_STREAMS, API)) {
      ports.put(part, freePort());
    }
    String clickHouse = "jdbc:ch://127.0.0.1:%d/default?compress=false".formatted(port(CLICKHOUSE));
    String registry = "http://127.0.0.1:%d/apis/ccompat/v7".formatted(port(REGISTRY));
    environment.put("DORADO_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + port(KAFKA));
    environment.put("DORADO_KAFKA_PARTITIONS", Integer.toString(PARTITIONS));
    environment.put("DORADO_KAFKA_REPLICATION_FACTOR", "1");
    environment.put("DORADO_REGISTRY_URL", registry);
    environment.put("DORADO_CLICKHOUSE_URL", clickHouse);
    environment.put("DORADO_CLICKHOUSE_USER", "default");
    environment.put(CrashPart.PASSWORD, SECRET);
    environment.put("DORADO_RULES_CONTRIBUTOR_KEY", SECRET);
    environment.put("DORADO_SECRETS_GENERIC", SECRET);
    environment.put("DORADO_API_TOKENS", SECRET);
    environment.put("DORADO_INGEST_SPOOL_FOLDER", folder.resolve("spool").toString());
    this.config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.kafka.bootstrap-servers", "127.0.0.1:" + port(KAFKA),
                    "dorado.kafka.partitions", PARTITIONS,
                    "dorado.kafka.replication-factor", 1,
                    "dorado.registry.url", registry,
                    "dorado.clickhouse.url", clickHouse,
                    "dorado.clickhouse.user", "default",
                    "dorado.clickhouse.password", SECRET))
            .withFallback(ConfigFactory.load());
  }

  /**
   * Starts an installation, sets it up and waits until it is ready.
   *
   * @param disk where Kafka keeps its records; empty: in {@code folder}
   */
  static CrashParts start(Path folder, Optional<SmallDisk> disk)
      throws IOException, InterruptedException {
    var parts = new CrashParts(folder, disk);
    Runtime.getRuntime().addShutdownHook(new Thread(parts::killAll));
    try {
      for (String part : STORES) {
        parts.start(part);
      }
      for (String part : STORES) {
        parts.awaitReady(part);
      }
      new Setup(parts.connections(), step -> {}).run();
      for (String part : ROLES) {
        parts.start(part);
      }
      for (String part : ROLES) {
        parts.awaitReady(part);
      }
      return parts;
    } catch (RuntimeException | IOException | InterruptedException e) {
      parts.close();
      throw e;
    }
  }

  Config config() {
    return config;
  }

  Connections connections() {
    return Connections.from(config);
  }

  int port(String part) {
    return ports.get(part);
  }

  boolean isAlive(String part) {
    var process = processes.get(part);
    return process != null && process.isAlive();
  }

  /** Starts a part that is not running; does not wait for it. */
  void start(String part) throws IOException {
    boolean isOnDisk = part.equals(KAFKA) && disk.isPresent();
    List<String> command = new ArrayList<>(isOnDisk ? disk.get().prefix() : List.of());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            part.equals(KAFKA) ? "-Xmx384m" : "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CrashPart.class.getName(),
            part.equals(SECOND_STREAMS) ? STREAMS : part,
            String.valueOf(port(part)),
            (isOnDisk ? disk.get().folder() : folder).resolve(part).toString()));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(part + ".log").toFile()));
    builder.environment().putAll(environment);
    builder
        .environment()
        .put("DORADO_STREAMS_STATE_DIR", folder.resolve("state-" + part).toString());
    processes.put(part, builder.start());
  }

  /** Kills a part and its children, as the system does when memory or power is gone. */
  void kill(String part) throws InterruptedException {
    var process = processes.get(part);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  /** Sends a part the signal STOP or CONT. */
  void signal(String part, String signal) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(processes.get(part).pid()))
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("kill -%s of %s ended with %d".formatted(signal, part, code));
    }
  }

  /** Starts whatever is not running, but for the second instance of streams. */
  void startMissing() throws IOException {
    for (String part : ALL) {
      if (!isAlive(part)) {
        start(part);
      }
    }
  }

  /** Waits until all are ready; what ends meanwhile, as without Kafka, is started again. */
  void awaitAllReady() throws IOException, InterruptedException {
    for (String part : ALL) {
      awaitReady(part);
    }
  }

  private void awaitReady(String part) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady(part)) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "%s is not ready after %d s: see %s"
                .formatted(part, PATIENCE.toSeconds(), folder.resolve(part + ".log")));
      }
      if (!isAlive(part)) {
        start(part);
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private boolean isReady(String part) throws InterruptedException {
    try {
      return switch (part) {
        case KAFKA -> isListening(port(part));
        case REGISTRY ->
            http.send(
                        HttpRequest.newBuilder(
                                URI.create(environment.get("DORADO_REGISTRY_URL") + "/subjects"))
                            .build(),
                        BodyHandlers.ofString())
                    .statusCode()
                == 200;
        case CLICKHOUSE -> isListening(port(part));
        default -> get(part, "/health/ready").contains("\"status\":\"UP\"");
      };
    } catch (IOException e) {
      return false;
    }
  }

  /** The answer of a role. */
  String get(String part, String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(part) + path))
            .header("Authorization", "Bearer " + SECRET)
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private static boolean isListening(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void killAll() {
    for (var process : processes.values()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() throws InterruptedException {
    killAll();
    for (var process : processes.values()) {
      process.waitFor();
    }
  }
}
