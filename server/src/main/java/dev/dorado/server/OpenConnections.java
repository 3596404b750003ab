package dev.dorado.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the number of open connections, of all and of each peer, the time that a request may take
 * to send its head, and the rate at which a peer must read an answer. Beyond a number, the
 * connection is closed that has been without a request the longest, so that idle or slow
 * connections cannot lock others out. Thread-safe.
 */
final class OpenConnections implements Connection.Listener {

  private static final byte[] TIMEOUT =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(US_ASCII);
  private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofSeconds(1);

  /** Connections beyond the bound of a peer that are told so; further ones are just closed. */
  private static final int TOLD = 16;

  private final ServerSettings settings;
  private final Map<Connection, State> open = new ConcurrentHashMap<>();
  private final Counter evicted;
  private final Counter evictedOfPeer;
  private final Counter slowHead;
  private final Counter slowReader;

  OpenConnections(ServerSettings settings, MeterRegistry metrics) {
    this.settings = settings;
    Gauge.builder("dorado.server.connections", open, Map::size)
        .description("Open HTTP connections")
        .register(metrics);
    evicted = closed("limit", metrics);
    evictedOfPeer = closed("peer-limit", metrics);
    slowHead = closed("slow-head", metrics);
    slowReader = closed("slow-reader", metrics);
  }

  private static Counter closed(String reason, MeterRegistry metrics) {
    return Counter.builder("dorado.server.connections.closed")
        .description("HTTP connections that a bound closed")
        .tag("reason", reason)
        .register(metrics);
  }

  /** Checks heads and readers from now on, until {@code timer} is shut down. */
  void sweep(ScheduledExecutorService timer) {
    Duration quarter = settings.headTimeout().dividedBy(4);
    every(
        quarter.compareTo(LONGEST_SWEEP_INTERVAL) < 0 ? quarter : LONGEST_SWEEP_INTERVAL,
        timer,
        this::closeIfHeadIsSlow);
    every(settings.answerWindow(), timer, this::closeIfReaderIsSlow);
  }

  private void every(
      Duration interval, ScheduledExecutorService timer, BiConsumer<Connection, State> check) {
    long millis = Math.max(1, interval.toMillis());
    var unused =
        timer.scheduleWithFixedDelay(
            () -> open.forEach(check), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** One at a time: each sees what became of the one before. */
  @Override
  public synchronized void onOpened(Connection connection) {
    var remote = connection.getEndPoint().getRemoteSocketAddress();
    var state = new State(settings.peers().of(remote).orElse(null));
    open.put(connection, state);
    if (state.peer != null) {
      boundPeer(connection, state);
    }
    if (open.size() > settings.connections()) {
      close(longestWithoutRequest(other -> true, connection).orElse(connection), evicted);
    }
  }

  private void boundPeer(Connection connection, State state) {
    long ofPeer = open.values().stream().filter(state::hasPeerOf).count();
    if (ofPeer <= settings.connectionsByPeer()) {
      return;
    }
    var idle =
        longestWithoutRequest(
            other -> state.hasPeerOf(other) && !other.isBeyondPeerBound, connection);
    if (idle.isEmpty() && ofPeer <= settings.connectionsByPeer() + TOLD) {
      state.isBeyondPeerBound = true;
    } else {
      close(idle.orElse(connection), evictedOfPeer);
    }
  }

  private void close(Connection connection, Counter counted) {
    // Jetty reports the end later, and others may open until then.
    open.remove(connection);
    counted.increment();
    connection.getEndPoint().close();
  }

  /** Whether a request on the connection is to be refused, since its peer has too many others. */
  boolean isBeyondPeerBound(Connection connection) {
    State state = open.get(connection);
    return state != null && state.isBeyondPeerBound;
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

  /** Where the server stops: nothing more is waited for on these connections. */
  void closeThoseWithoutRequest() {
    open.forEach(
        (connection, state) -> {
          if (state.isWaiting()) {
            connection.getEndPoint().close();
          }
        });
  }

  private Optional<Connection> longestWithoutRequest(Predicate<State> among, Connection except) {
    return open.entrySet().stream()
        .filter(entry -> entry.getKey() != except && entry.getValue().isWaiting())
        .filter(entry -> among.test(entry.getValue()))
        .max(Comparator.comparingLong(entry -> entry.getValue().nanosWithoutRequest()))
        .map(Map.Entry::getKey);
  }

  private void closeIfHeadIsSlow(Connection connection, State state) {
    if (state.isHeadOverdue(connection.getBytesIn(), settings.headTimeout())) {
      slowHead.increment();
      var endPoint = connection.getEndPoint();
      endPoint.write(
          Callback.from(endPoint::close, failure -> endPoint.close()), ByteBuffer.wrap(TIMEOUT));
    }
  }

  private void closeIfReaderIsSlow(Connection connection, State state) {
    if (connection.getEndPoint() instanceof MeasuredEndPoint endPoint
        && state.isReadTooSlowly(endPoint, settings.leastOfAnswer())) {
      close(connection, slowReader);
    }
  }

  /** What a connection is doing. */
  private static final class State {

    /** Null for a proxy. */
    private final InetAddress peer;

    private volatile boolean isBeyondPeerBound;
    private boolean wasBlocked;
    private long sentBefore;
    private boolean inRequest;
    private long waitingSince = System.nanoTime();
    private long bytesBefore;
    private boolean headBegan;
    private long headSince;
    private boolean timedOut;

    State(InetAddress peer) {
      this.peer = peer;
    }

    boolean hasPeerOf(State other) {
      return peer != null && peer.equals(other.peer);
    }

    /**
     * Whether the peer has read fewer than {@code least} bytes since this was asked last. It was
     * blocked then and is now: what it had to read in between was more than that.
     */
    synchronized boolean isReadTooSlowly(MeasuredEndPoint endPoint, long least) {
      boolean isBlocked = endPoint.isBlocked();
      long sent = endPoint.sent();
      boolean isSlow = wasBlocked && isBlocked && sent - sentBefore < least;
      wasBlocked = isBlocked;
      sentBefore = sent;
      return isSlow;
    }

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
