package dev.dorado.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker, controller included, inside this process, on the loopback interface. It keeps
 * everything in one folder and can be started on it again, on the same port or another.
 *
 * <p>Topics are never created by accident (no automatic creation), records up to 32 MiB pass, and
 * nothing is deleted by age unless a topic says so. Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final String PART = "The embedded Kafka";
  private static final int NODE = 1;
  private static final int ATTEMPTS_ON_FREE_PORTS = 5;

  /** 32 MiB of record and room for its batch, keys and headers. */
  static final int LARGEST_BATCH = 33 * 1024 * 1024;

  /**
   * A pause of this process that is longer than that costs a moment without leaders: the broker is
   * fenced and unfenced again with its next heartbeat.
   */
  private static final int BROKER_SESSION_MS = 4_000;

  private final KafkaRaftServer server;
  private final FolderLock lock;
  private final String bootstrapServers;
  private final Optional<String> securedBootstrapServers;
  private boolean closed;

  private EmbeddedKafka(
      KafkaRaftServer server, FolderLock lock, int port, OptionalInt securedPort) {
    this.server = server;
    this.lock = lock;
    this.bootstrapServers = LoopbackPort.HOST + ":" + port;
    this.securedBootstrapServers =
        securedPort.isPresent()
            ? Optional.of(LoopbackPort.HOST + ":" + securedPort.getAsInt())
            : Optional.empty();
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param folder where it keeps everything; made and formatted where new
   * @param port to listen on, 0 for any free one
   * @throws EmbeddedPartException if the folder or the port is in use, or the broker does not start
   */
  public static EmbeddedKafka start(Path folder, int port) {
    return start(folder, port, Optional.empty());
  }

  /**
   * As {@link #start(Path, int)}, on free ports, with a listener for TLS and SASL beside the plain
   * one.
   */
  public static EmbeddedKafka start(Path folder, SecuredListener secured) {
    return start(folder, 0, Optional.of(secured));
  }

  private static EmbeddedKafka start(Path folder, int port, Optional<SecuredListener> secured) {
    Path absolute = requireNonNull(folder, "folder").toAbsolutePath().normalize();
    if (absolute.toString().contains(",")) {
      throw new EmbeddedPartException(
          PART
              + " can't use the folder "
              + absolute
              + ": Kafka takes a comma in the name for two folders.");
    }
    FolderLock lock = FolderLock.take(absolute, PART);
    // Kafka ends the process where it can't write, and says so in a log that may be on the same
    // disk.
    Exit.setHaltProcedure((code, message) -> end(absolute, code, message));
    Exit.setExitProcedure((code, message) -> end(absolute, code, message));
    try {
      return start(absolute.resolve("log"), port, secured, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Where clients connect with TLS and SASL, as {@code host:port}.
   *
   * @throws IllegalStateException if it was started without a {@link SecuredListener}
   */
  public String securedBootstrapServers() {
    return securedBootstrapServers.orElseThrow(
        () -> new IllegalStateException(PART + " was started without a secured listener."));
  }

  /**
   * Removes all consumers from their groups, which is right only before this program starts any:
   * those of a process that was killed would be waited for until their sessions expire.
   */
  public void removeConsumers() {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (var admin = Admin.create(settings)) {
      for (var group : admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get()) {
        if (group.groupState().filter(GroupState.EMPTY::equals).isEmpty()) {
          LOG.info("Group {} has members of a process that was killed: removing", group.groupId());
          admin
              .removeMembersFromConsumerGroup(
                  group.groupId(), new RemoveMembersFromConsumerGroupOptions())
              .all()
              .get();
        }
      }
    } catch (ExecutionException e) {
      // Costs time only: their sessions expire.
      LOG.warn("Consumers of the process before could not be removed: {}", e.getCause().toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPartException(PART + " was not waited for: the thread was interrupted.", e);
    }
  }

  /**
   * Stops the broker cleanly; what was acknowledged is there at the next start. Does nothing the
   * second time.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      server.shutdown();
      server.awaitShutdown();
    } finally {
      lock.close();
    }
  }

  /** Says why on standard error, whatever became of the log, and ends the process at once. */
  private static void end(Path folder, int code, String message) {
    try {
      System.err.println(reasonOfEnd(folder, message));
      System.err.flush();
    } finally {
      Runtime.getRuntime().halt(Math.max(1, code));
    }
  }

  private static String reasonOfEnd(Path folder, String message) {
    String reason = message == null || message.isBlank() ? "" : " (" + message + ")";
    String end = "Error: " + PART + " ended this process" + reason + ": it can't go on with ";
    try {
      DiskSpace space = DiskSpace.of(folder);
      return end
          + folder
          + (space.isFull()
              ? ", whose disk is full (" + space + "): free some space, then start again."
              : ", although its disk has space (" + space + "): mend what its log says.")
          + " What was accepted is kept.";
    } catch (IOException e) {
      return end + folder + ", which can't be read (" + e + "): mend that, then start again.";
    }
  }

  private static EmbeddedKafka start(
      Path logs, int port, Optional<SecuredListener> secured, FolderLock lock) {
    LoopbackPort.requireFree(port, PART);
    format(logs);
    for (int attempt = 1; ; attempt++) {
      int listenerPort = port == 0 ? LoopbackPort.free() : port;
      int controllerPort = LoopbackPort.free(listenerPort);
      Properties settings = settings(logs, listenerPort, controllerPort);
      OptionalInt securedPort = OptionalInt.empty();
      if (secured.isPresent()) {
        securedPort = OptionalInt.of(LoopbackPort.free(listenerPort, controllerPort));
        addListener(settings, secured.get(), securedPort.getAsInt());
      }
      KafkaRaftServer server =
          new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
      try {
        server.startup();
        LOG.info("Kafka serves on {}:{} from {}", LoopbackPort.HOST, listenerPort, logs);
        return new EmbeddedKafka(server, lock, listenerPort, securedPort);
      } catch (Throwable e) {
        // Scala code throws checked exceptions that are not declared.
        stopQuietly(server, e);
        if (!lostPort(e) || attempt == ATTEMPTS_ON_FREE_PORTS) {
          throw new EmbeddedPartException(
              PART
                  + " did not start on "
                  + LoopbackPort.HOST
                  + ":"
                  + listenerPort
                  + " from "
                  + logs
                  + ": "
                  + e,
              e);
        }
        LOG.info("Another process took a port that was free a moment ago: trying another");
      }
    }
  }

  /** A free port is found by letting it go, so another process can be quicker. */
  private static boolean lostPort(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private static void stopQuietly(KafkaRaftServer server, Throwable why) {
    try {
      server.shutdown();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private static void format(Path logs) {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(logs);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .run();
    } catch (IOException e) {
      throw new EmbeddedPartException(PART + " can't make the folder " + logs + ": " + e, e);
    } catch (Exception e) {
      throw new EmbeddedPartException(PART + " can't prepare the folder " + logs + ": " + e, e);
    }
  }

  private static void addListener(Properties settings, SecuredListener secured, int port) {
    String address = ",%s://%s:%d".formatted(SecuredListener.NAME, LoopbackPort.HOST, port);
    settings.merge("listeners", address, (plain, added) -> plain + (String) added);
    settings.merge("advertised.listeners", address, (plain, added) -> plain + (String) added);
    settings.merge(
        "listener.security.protocol.map",
        ",%s:SASL_SSL".formatted(SecuredListener.NAME),
        (plain, added) -> plain + (String) added);
    settings.putAll(secured.settings());
  }

  private static Properties settings(Path logs, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE));
    settings.put("controller.quorum.voters", NODE + "@" + LoopbackPort.HOST + ":" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://"
            + LoopbackPort.HOST
            + ":"
            + port
            + ",CONTROLLER://"
            + LoopbackPort.HOST
            + ":"
            + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://" + LoopbackPort.HOST + ":" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", logs.toString());

    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", String.valueOf(LARGEST_BATCH));
    settings.put("log.retention.ms", "-1");
    settings.put("log.retention.bytes", "-1");
    // A demo may rest for months; its consumers shall go on where they were.
    settings.put("offsets.retention.minutes", String.valueOf(Integer.MAX_VALUE));

    // What is deleted is gone from the disk soon, also where Dorado runs for minutes only.
    settings.put("log.initial.task.delay.ms", "10000");
    settings.put("log.retention.check.interval.ms", "10000");
    settings.put("log.segment.delete.delay.ms", "1000");

    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // After a kill, the controller refuses the broker's registration until the session of the
    // killed one has expired. The default of 9 s is for brokers that are on other machines.
    settings.put("broker.session.timeout.ms", String.valueOf(BROKER_SESSION_MS));
    settings.put("broker.heartbeat.interval.ms", String.valueOf(BROKER_SESSION_MS / 4));

    // Small: the defaults are for machines of its own (128 MiB for the cleaner alone, 20 MiB of
    // index for each partition).
    settings.put("log.segment.bytes", String.valueOf(128 * 1024 * 1024));
    settings.put("log.index.size.max.bytes", String.valueOf(1024 * 1024));
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(8 * 1024 * 1024));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    return settings;
  }
}
