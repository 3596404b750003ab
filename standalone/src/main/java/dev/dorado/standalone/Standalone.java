package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.ApiRole;
import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.RevisionRetention;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import dev.dorado.server.HttpRole;
import dev.dorado.server.HttpServer;
import dev.dorado.server.ServerSettings;
import dev.dorado.streams.StreamsRole;
import dev.dorado.streams.generations.Computation;
import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * All of Dorado in this process: Kafka, the schema registry and ClickHouse embedded, and the roles
 * ingest, streams and api on one port. What it knows is kept in one folder. Thread-safe.
 */
public final class Standalone implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Partitions of every topic. */
  static final int PARTITIONS = 3;

  private final StartedParts parts;
  private final String host;
  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private HttpServer server;
  private Access access;

  private Standalone(StartedParts parts, String host) {
    this.parts = parts;
    this.host = host;
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @param data folder for the data; made where it is missing
   * @param host address to listen on
   * @param port port to listen on, 0 for any free one
   * @param open whether senders and roles without a secret or token are open to direct loopback
   *     peers; otherwise Dorado makes what is missing
   * @param settings settings that win over {@code reference.conf} and the environment
   * @param progress is told each step as it is done, in words for people
   */
  public static Standalone start(
      Path data,
      String host,
      int port,
      boolean open,
      Map<String, String> settings,
      Consumer<String> progress) {
    var parts = new StartedParts();
    try {
      return start(data, host, port, open, settings, progress, parts);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /** As above; {@code parts} may be closed by another thread while this is going on. */
  static Standalone start(
      Path data,
      String host,
      int port,
      boolean open,
      Map<String, String> settings,
      Consumer<String> progress,
      StartedParts parts) {
    requireNonNull(data);
    requireEmbeddedParts();
    requireLoopbackIfOpen(host, open);
    requireFree(host, port);
    var standalone = new Standalone(parts, host);
    DataFolder folder = parts.add(DataFolder.open(data));
    // The first use of the log, now that its folder is there, and before several threads want it.
    LoggerFactory.getLogger(Standalone.class).info("starting on {}", folder.path());
    Addresses addresses = parts.add(Addresses.begin(folder));
    Config set =
        ContributorKey.made(
            Tokens.keptIn(
                folder.path(),
                ConfigFactory.parseMap(settings, "standalone").withFallback(ConfigFactory.load())),
            folder.path(),
            progress);
    standalone.access = open ? Access.open(set) : Access.closed(set, folder.path());
    Config config = standalone.startParts(folder, set, progress);
    Connections connections = Connections.from(config);
    new Setup(connections, RevisionRetention.from(config), progress).run();
    requireNotNewer(config, connections);
    // Not earlier: Kafka lists groups only once it has loaded them, which the setup has waited for.
    standalone.kafka.removeConsumers();
    standalone.startRoles(config, connections, port, progress);
    addresses.tell(connections, standalone.port());
    return standalone;
  }

  /** Facts of newer rules are refused at once, rather than by a role that is never ready. */
  private static void requireNotNewer(Config config, Connections connections) {
    try {
      var mine = Computation.of(config, connections.registryClient());
      Generation.current(new Generations(connections).all())
          .filter(mine::isOlderThan)
          .ifPresent(
              newer -> {
                throw new StartException(
                    "the data are of a newer version of Dorado: generation %d of the facts was computed by version %d of the rules, and this program has version %d. Nothing was changed. Run the newer version, or restore a backup that was taken before the upgrade."
                        .formatted(newer.number(), newer.rules(), mine.rules()));
              });
    } catch (SQLException e) {
      throw new StartException(
          "ClickHouse does not say which generations of facts there are: " + Connections.reason(e),
          e);
    }
  }

  /** The image has the roles only: the broker and the way to ClickHouse's library are left out. */
  static void requireEmbeddedParts() {
    for (String name : List.of("kafka.server.KafkaRaftServer", "com.sun.jna.Native")) {
      try {
        Class.forName(name, false, Standalone.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new StartException(
            "this installation has no embedded Kafka and ClickHouse, as the container image has none:"
                + " run the roles on servers (see docker-compose.yml), or 'up' and 'demo' from a"
                + " clone of the repository.",
            e);
      }
    }
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** The address of the page, without a slash at its end. */
  public String url() {
    String name = isLoopback(host) || isAny(host) ? "localhost" : host;
    return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port();
  }

  /** Who may send, read and administer. */
  Access access() {
    return access;
  }

  /** Stops everything, in the opposite order of the start. Does nothing the second time. */
  @Override
  public void close() {
    parts.close();
  }

  /** Whether only this machine reaches {@code host}. */
  static boolean isLoopback(String host) {
    return address(host).isLoopbackAddress();
  }

  private static boolean isAny(String host) {
    return address(host).isAnyLocalAddress();
  }

  private Config startParts(DataFolder folder, Config settings, Consumer<String> progress) {
    // Threads of their own: the common pool has one thread on two cores.
    Executor threads = task -> new Thread(task, "start").start();
    var kafka =
        started(
            () -> parts.add(EmbeddedKafka.start(folder.of("kafka"), 0)),
            threads,
            "Kafka",
            progress);
    var registry =
        started(
            () -> parts.add(EmbeddedRegistry.start(folder.of("registry"), 0)),
            threads,
            "schema registry",
            progress);
    var clickHouse =
        started(
            () -> parts.add(EmbeddedClickHouse.start(folder.of("clickhouse"), 0)),
            threads,
            "ClickHouse",
            progress);
    try {
      CompletableFuture.allOf(kafka, registry, clickHouse).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    this.kafka = kafka.join();
    this.registry = registry.join();
    Map<String, Object> overrides = new HashMap<>(access.settings());
    overrides.put("dorado.kafka.bootstrap-servers", kafka.join().bootstrapServers());
    overrides.put("dorado.kafka.partitions", PARTITIONS);
    overrides.put("dorado.kafka.replication-factor", 1);
    overrides.put("dorado.kafka.properties-file", "");
    overrides.put("dorado.registry.url", registry.join().url());
    overrides.put("dorado.registry.user", "");
    overrides.put("dorado.registry.password-file", "");
    overrides.put("dorado.clickhouse.url", clickHouse.join().address());
    overrides.put("dorado.clickhouse.user", clickHouse.join().user());
    overrides.put("dorado.clickhouse.password", clickHouse.join().password());
    overrides.put("dorado.clickhouse.password-file", "");
    overrides.put("dorado.streams.state-dir", folder.of("streams").toString());
    overrides.put("dorado.ingest.spool-folder", folder.of(InstallationOptions.SPOOL).toString());
    return ConfigFactory.parseMap(overrides, "standalone").withFallback(settings);
  }

  private static <T> CompletableFuture<T> started(
      Supplier<T> start, Executor threads, String name, Consumer<String> progress) {
    return CompletableFuture.supplyAsync(start, threads)
        .whenComplete(
            (part, error) -> {
              if (error == null) {
                progress.accept(name + " is up");
              }
            });
  }

  private void startRoles(
      Config config, Connections connections, int port, Consumer<String> progress) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<HttpRole> roles = new ArrayList<>();
    // The server closes its roles; until it is there, they are closed one by one.
    var unserved = parts.add(new Unserved(roles));
    roles.add(StreamsRole.start(config, connections, metrics));
    roles.add(IngestRole.start(config, connections, access.isOpen(), metrics));
    roles.add(
        new RoleWithCheck(
            ApiRole.start(config, connections, access.isOpen(), metrics),
            new Check("embedded-registry", registry::problem)));
    server =
        parts.add(
            HttpServer.start(
                host,
                port,
                Topics.MAX_DELIVERY_BYTES,
                ServerSettings.from(config),
                metrics,
                roles));
    unserved.handedOver();
    awaitReady(roles);
    progress.accept("ingest, streams and api are ready");
  }

  private static void awaitReady(List<HttpRole> roles) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<String> problems =
          roles.stream()
              .flatMap(role -> role.checks().stream())
              .map(Check::run)
              .filter(result -> !result.healthy())
              .map(result -> result.name() + ": " + result.problem())
              .distinct()
              .toList();
      if (problems.isEmpty()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new StartException(
            "not ready after %d seconds:%n  %s%ndorado.log in the data folder says more."
                .formatted(PATIENCE.toSeconds(), String.join("\n  ", problems)));
      }
      Pause.of(Duration.ofMillis(100));
    }
  }

  private static void requireLoopbackIfOpen(String host, boolean open) {
    if (open && !isLoopback(host)) {
      throw new StartException(
          "--open with --host %s would let everybody on the network send and read: leave out --open, or use --host 127.0.0.1."
              .formatted(host));
    }
  }

  /** Asked before the slow parts start, so that the answer comes at once. */
  private static void requireFree(String host, int port) {
    InetAddress address = address(host);
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      throw new StartException(
          "port %d of %s can't be listened on (%s): stop the program that has it, or choose another with --port."
              .formatted(port, host, e.getMessage()),
          e);
    }
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new StartException(
          "the address '%s' is unknown: give one of this machine's with --host, such as 127.0.0.1."
              .formatted(host),
          e);
    }
  }

  /** A role whose health depends on a part of this process, too. */
  private record RoleWithCheck(HttpRole role, Check check) implements HttpRole {

    @Override
    public String name() {
      return role.name();
    }

    @Override
    public void configure(JavalinConfig config) {
      role.configure(config);
    }

    @Override
    public List<Check> checks() {
      return Stream.concat(role.checks().stream(), Stream.of(check)).toList();
    }

    @Override
    public void close() {
      role.close();
    }
  }

  /** Roles that no server has yet. */
  private static final class Unserved implements AutoCloseable {

    private final List<HttpRole> roles;
    private volatile boolean served;

    Unserved(List<HttpRole> roles) {
      this.roles = roles;
    }

    void handedOver() {
      served = true;
    }

    @Override
    public void close() {
      if (!served) {
        for (int i = roles.size() - 1; i >= 0; i--) {
          roles.get(i).close();
        }
      }
    }
  }
}
