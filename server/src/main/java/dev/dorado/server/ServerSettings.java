package dev.dorado.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The bounds of a server, from {@code dorado.server} of {@code reference.conf}. Immutable.
 *
 * @param connections open connections at most
 * @param connectionsByPeer open connections of one peer at most, unless it is a proxy
 * @param peers which peers are proxies
 * @param threads requests that are answered at the same time at most, of each of: deliveries, the
 *     API, the rest
 * @param headTimeout how long a request may take to send its head
 * @param bodyRate bytes per second that a request must send of its body at least
 * @param bodyWindow the time over which the rate of a body is measured
 * @param bodyMemory bytes of all request bodies in memory at most, and of the longest one
 * @param answerRate bytes per second that a client must read of an answer at least
 * @param answerWindow the time over which the rate of an answer is measured
 */
public record ServerSettings(
    int connections,
    int connectionsByPeer,
    Peers peers,
    int threads,
    Duration headTimeout,
    long bodyRate,
    Duration bodyWindow,
    long bodyMemory,
    long answerRate,
    Duration answerWindow) {

  /** The share of the heap that request bodies may have where no setting says how much. */
  static final int SHARE_OF_HEAP = 6;

  public ServerSettings {
    requirePositive("connections", connections);
    requirePositive("connections-by-peer", connectionsByPeer);
    requirePositive("threads", threads);
    requirePositive("head-timeout", headTimeout.toMillis());
    requirePositive("body-rate", bodyRate);
    requirePositive("body-window", bodyWindow.toMillis());
    requirePositive("bodies-in-memory", bodyMemory);
    requirePositive("answer-rate", answerRate);
    requirePositive("answer-window", answerWindow.toMillis());
  }

  /**
   * The settings of a configuration.
   *
   * @throws IllegalArgumentException if one can't be used; the message names it
   */
  public static ServerSettings from(Config config) {
    try {
      return new ServerSettings(
          config.getInt("dorado.server.connections"),
          config.getInt("dorado.server.connections-by-peer"),
          Peers.withProxies(config.getString("dorado.server.proxies")),
          config.getInt("dorado.server.threads"),
          config.getDuration("dorado.server.head-timeout"),
          config.getBytes("dorado.server.body-rate"),
          config.getDuration("dorado.server.body-window"),
          bodyMemory(config),
          config.getBytes("dorado.server.answer-rate"),
          config.getDuration("dorado.server.answer-window"));
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The defaults of {@code reference.conf}. */
  public static ServerSettings defaults() {
    return from(ConfigFactory.defaultReference());
  }

  /** Bytes that a body must send within {@link #bodyWindow}. */
  long leastOfBody() {
    return Math.max(1, bodyRate * bodyWindow.toMillis() / 1000);
  }

  /** Bytes that a client must read within {@link #answerWindow}. */
  long leastOfAnswer() {
    return Math.max(1, answerRate * answerWindow.toMillis() / 1000);
  }

  private static long bodyMemory(Config config) {
    String path = "dorado.server.bodies-in-memory";
    return config.getString(path).isBlank()
        ? Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP
        : config.getBytes(path);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "dorado.server.%s is %d: expected a value above zero".formatted(name, value));
    }
  }

  /**
   * Who is at the other end of a connection, where that is one machine: the IPv4 address, or the
   * network of an IPv6 address. Empty for a proxy, whose connections are those of many people.
   */
  public Optional<InetAddress> peer(InetSocketAddress remote) {
    return peers.of(remote);
  }
}
