package dev.dorado.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the number of open connections and the time that a request may take to send its head.
 * Beyond the number, the connection is closed that has been without a request the longest, so that
 * idle or slow connections cannot lock others out. Thread-safe.
 */
final class OpenConnections implements Connection.Listener {

  private static final byte[] TIMEOUT =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(US_ASCII);
  private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofSeconds(1);

  private final int most;
  private final Duration headTimeout;
  private final Map<Connection, State> open = new ConcurrentHashMap<>();
  private final Counter evicted;
  private final Counter slow;

  OpenConnections(int most, Duration headTimeout, MeterRegistry metrics) {
    this.most = most;
    this.headTimeout = headTimeout;
    Gauge.builder("dorado.server.connections", open, Map::size)
        .description("Open HTTP connections")
        .register(metrics);
    evicted = closed("limit", metrics);
    slow = closed("slow-head", metrics);
  }

  private static Counter closed(String reason, MeterRegistry metrics) {
    return Counter.builder("dorado.server.connections.closed")
        .description("HTTP connections that a bound closed")
        .tag("reason", reason)
        .register(metrics);
  }

  /** Checks the heads from now on, until {@code timer} is shut down. */
  void sweep(ScheduledExecutorService timer) {
    Duration quarter = headTimeout.dividedBy(4);
    long interval =
        Math.max(
            1,
            (quarter.compareTo(LONGEST_SWEEP_INTERVAL) < 0 ? quarter : LONGEST_SWEEP_INTERVAL)
                .toMillis());
    timer.scheduleWithFixedDelay(
        () -> open.forEach(this::closeIfSlow), interval, interval, TimeUnit.MILLISECONDS);
  }

  @Override
  public void onOpened(Connection connection) {
    open.put(connection, new State());
    if (open.size() > most) {
      evicted.increment();
      longestWithoutRequest(connection).orElse(connection).getEndPoint().close();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    open.remove(connection);
  }

  /** A request's head is complete. */
  void requestBegins(Connection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.begin();
    }
  }

  /** The answer is sent: the connection waits for its next request. */
  void requestEnds(Connection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.end(connection.getBytesIn());
    }
  }

  private Optional<Connection> longestWithoutRequest(Connection except) {
    return open.entrySet().stream()
        .filter(entry -> entry.getKey() != except && entry.getValue().isWaiting())
        .max(Comparator.comparingLong(entry -> entry.getValue().nanosWithoutRequest()))
        .map(Map.Entry::getKey);
  }

  private void closeIfSlow(Connection connection, State state) {
    if (state.isHeadOverdue(connection.getBytesIn(), headTimeout)) {
      slow.increment();
      var endPoint = connection.getEndPoint();
      endPoint.write(
          Callback.from(endPoint::close, failure -> endPoint.close()), ByteBuffer.wrap(TIMEOUT));
    }
  }

  /** What a connection is doing. */
  private static final class State {

    private boolean inRequest;
    private long waitingSince = System.nanoTime();
    private long bytesBefore;
    private boolean headBegan;
    private long headSince;
    private boolean timedOut;

    synchronized void begin() {
      inRequest = true;
    }

    synchronized void end(long bytesIn) {
      inRequest = false;
      headBegan = false;
      bytesBefore = bytesIn;
      waitingSince = System.nanoTime();
    }

    synchronized boolean isWaiting() {
      return !inRequest;
    }

    synchronized long nanosWithoutRequest() {
      return System.nanoTime() - waitingSince;
    }

    /** True once at most. */
    synchronized boolean isHeadOverdue(long bytesIn, Duration timeout) {
      if (inRequest || timedOut || bytesIn == bytesBefore) {
        return false;
      }
      if (!headBegan) {
        headBegan = true;
        headSince = System.nanoTime();
        return false;
      }
      timedOut = System.nanoTime() - headSince > timeout.toNanos();
      return timedOut;
    }
  }
}
