package dev.dorado.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The metric {@code http.server.requests}: how many requests there were, and how long they took, by
 * method, route and status. No label is text from outside. Thread-safe.
 */
final class RequestTimes {

  /** The methods that routes may have. */
  static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** The route of a request that reached none. */
  static final String NO_ROUTE = "none";

  private static final String OTHER_METHOD = "other";

  private final MeterRegistry metrics;
  // The registry looks meters up by their tags, which costs more than recording.
  private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

  RequestTimes(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /**
   * Records an answer.
   *
   * @param method the request's method; one that is not in {@link #METHODS} counts as "other"
   * @param route the path of the route with its placeholders, or {@link #NO_ROUTE}
   */
  void record(String method, String route, int status, long nanos) {
    String label = METHODS.contains(method) ? method : OTHER_METHOD;
    timers
        .computeIfAbsent(new Answered(label, route, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Answered answered) {
    return Timer.builder("http.server.requests")
        .description("Requests by method, route and status")
        .tag("method", answered.method())
        .tag("route", answered.route())
        .tag("status", Integer.toString(answered.status()))
        .register(metrics);
  }

  private record Answered(String method, String route, int status) {}
}
