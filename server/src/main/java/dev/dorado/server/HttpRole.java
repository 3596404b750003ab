package dev.dorado.server;

import io.javalin.config.JavalinConfig;
import java.util.List;
import java.util.Map;

/** What a role of Dorado serves over HTTP: its routes, and the health of what it stands on. */
public interface HttpRole extends AutoCloseable {

  /** Name of the role, for people: ingest, streams or api. */
  String name();

  /** Adds the role's routes to a server that is being configured. Called once. */
  void configure(JavalinConfig config);

  /** What {@code /health/ready} asks. */
  List<Check> checks();

  /**
   * Bytes that the body of a request may have, by path, where that differs from the server's limit.
   * The route still refuses what is longer; the server only reads no more than that.
   */
  default Map<String, Integer> bodyLimits() {
    return Map.of();
  }

  /**
   * Whether what is posted to {@code path} is a delivery, which runs on the threads of deliveries.
   * What is posted below {@code /webhooks/} always is. Must not block.
   *
   * @param path the path that was asked for, not decoded
   */
  default boolean isDelivery(String path) {
    return false;
  }

  /**
   * Learns that a bound of the server refused a request before a route saw it. Must not block.
   *
   * @param path the path that was asked for, whoever's it is
   * @param problem the answer
   */
  default void refused(String path, Problem problem) {}

  /** Ends what the role has started; repeated calls do nothing. */
  @Override
  void close();
}
