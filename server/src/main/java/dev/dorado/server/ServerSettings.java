package dev.dorado.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;

/**
 * The bounds of a server, from {@code dorado.server} of {@code reference.conf}. Immutable.
 *
 * @param connections open connections at most
 * @param threads requests that are answered at the same time at most, of each of: deliveries, the
 *     API, the rest
 * @param headTimeout how long a request may take to send its head
 * @param bodyRate bytes per second that a request must send of its body at least
 * @param bodyWindow the time over which the rate of a body is measured
 * @param bodyMemory bytes of all request bodies in memory at most
 */
public record ServerSettings(
    int connections,
    int threads,
    Duration headTimeout,
    long bodyRate,
    Duration bodyWindow,
    long bodyMemory) {

  public ServerSettings {
    requirePositive("connections", connections);
    requirePositive("threads", threads);
    requirePositive("head-timeout", headTimeout.toMillis());
    requirePositive("body-rate", bodyRate);
    requirePositive("body-window", bodyWindow.toMillis());
    requirePositive("bodies-in-memory", bodyMemory);
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
          config.getInt("dorado.server.threads"),
          config.getDuration("dorado.server.head-timeout"),
          config.getBytes("dorado.server.body-rate"),
          config.getDuration("dorado.server.body-window"),
          config.getBytes("dorado.server.bodies-in-memory"));
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The defaults of {@code reference.conf}. */
  public static ServerSettings defaults() {
    return from(ConfigFactory.defaultReference());
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "dorado.server.%s is %d: expected a value above zero".formatted(name, value));
    }
  }
}
