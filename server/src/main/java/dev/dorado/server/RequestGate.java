package dev.dorado.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request passes before a route sees it. Jetty's own threads run this and never block:
 * routes run on other threads, and only when the whole body is there. Deliveries, the API, the rest
 * (the page), health and metrics have threads of their own: who reads the page slowly holds none of
 * the others. Thread-safe.
 */
final class RequestGate extends Handler.Wrapper {

  /** Violations that ids in a path may have: they contain slashes, percent signs, backslashes. */
  private static final Set<Violation> OF_IDS =
      Set.of(
          Violation.AMBIGUOUS_PATH_SEPARATOR,
          Violation.AMBIGUOUS_PATH_ENCODING,
          Violation.SUSPICIOUS_PATH_CHARACTERS);

  /** What Jetty lets through; the gate allows it below {@value #API} only. */
  static final UriCompliance PATHS =
      UriCompliance.DEFAULT.with("dorado", OF_IDS.toArray(Violation[]::new));

  private static final String DELIVERIES = "/webhooks/";
  private static final String API = "/api/";
  private static final int THREADS_OF_HEALTH = 2;
  static final String RETRY_AFTER_SECONDS = "5";

  private final ServerSettings settings;
  private final BodyLimits limits;
  private final OpenConnections connections;
  private final RequestTimes times;
  private final BodyMemory memory;
  private final List<? extends HttpRole> roles;
  private final ExecutorService deliveries;
  private final ExecutorService api;
  private final ExecutorService others;
  private final ExecutorService live = threads("dorado-live", THREADS_OF_HEALTH);
  private final ExecutorService observing = threads("dorado-observing", THREADS_OF_HEALTH);
  private final ScheduledExecutorService timer = timer();
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);

  /**
   * @param roles who learn what is refused here
   */
  RequestGate(
      ServerSettings settings,
      BodyLimits limits,
      List<? extends HttpRole> roles,
      RequestTimes times,
      MeterRegistry metrics) {
    this.settings = settings;
    this.roles = roles;
    this.limits = limits;
    this.times = times;
    this.memory = new BodyMemory(settings.bodyMemory());
    this.connections = new OpenConnections(settings, metrics);
    this.deliveries = threads("dorado-http-deliveries", settings.threads());
    this.api = threads("dorado-http-api", settings.threads());
    this.others = threads("dorado-http-page", settings.threads());
    Gauge.builder("dorado.server.bodies.bytes", memory, BodyMemory::used)
        .description("Memory of request bodies that are waited for or worked on")
        .register(metrics);
    for (Reason reason : Reason.values()) {
      refused.put(
          reason,
          Counter.builder("dorado.server.refused")
              .description("Requests that a bound refused before they reached a route")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(metrics));
    }
    connections.sweep(timer);
  }

  /** Learns of connections; to be added to the connector. */
  OpenConnections connections() {
    return connections;
  }

  /** Ends the threads, after the server has stopped. */
  void close() {
    timer.shutdownNow();
    deliveries.shutdown();
    api.shutdown();
    others.shutdown();
    live.shutdown();
    observing.shutdown();
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Connection connection = request.getConnectionMetaData().getConnection();
    connections.requestBegins(connection);
    Request.addCompletionListener(request, failure -> connections.requestEnds(connection));
    String path = request.getHttpURI().getPath();
    if (connections.isBeyondPeerBound(connection)) {
      refuse(Reason.PEER, tooManyConnections(), request, response, callback);
    } else if (!RequestTimes.METHODS.contains(request.getMethod())) {
      refuse(Reason.METHOD, unknownMethod(), request, response, callback);
    } else if (isAmbiguous(request, path)) {
      refuse(Reason.PATH, ambiguousPath(request), request, response, callback);
    } else if (isWebSocket(request)) {
      refuse(Reason.UPGRADE, upgrade(), request, response, callback);
    } else {
      route(path, request, response, callback);
    }
    return true;
  }

  private void route(String path, Request request, Response response, Callback callback) {
    Executor threads = threadsOf(path);
    long limit = limits.of(path);
    if (!hasBody(request) || request.getLength() > limit) {
      // The route refuses a body that states to be too long, and none of it is read.
      run(threads, request, response, callback);
      return;
    }
    if (request.getLength() > memory.most()) {
      var problem = WaitingBody.tooLong(request.getLength() + " bytes", memory);
      refuse(Reason.SIZE, problem, request, response, callback);
      return;
    }
    var receiver =
        new WaitingBody.Receiver() {
          @Override
          public void complete(Request arrived) {
            run(threads, arrived, response, callback);
          }

          @Override
          public void refused(WaitingBody.Refusal reason, Problem problem) {
            refuse(Reason.valueOf(reason.name()), problem, request, response, callback);
          }
        };
    new WaitingBody(request, limit, memory, settings, timer, receiver).read();
  }

  private void run(Executor threads, Request request, Response response, Callback callback) {
    try {
      threads.execute(() -> run(request, response, callback));
    } catch (RejectedExecutionException e) {
      callback.failed(e);
    }
  }

  private void run(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Throwable e) {
      // Jetty would do so with what a handler throws on its own threads.
      Response.writeError(request, response, callback, e);
    }
  }

  private Executor threadsOf(String path) {
    return switch (path) {
      case "/health/live" -> live;
      case "/health/ready", "/metrics" -> observing;
      default -> isDelivery(path) ? deliveries : path.startsWith(API) ? api : others;
    };
  }

  private boolean isDelivery(String path) {
    return path.startsWith(DELIVERIES) || roles.stream().anyMatch(role -> role.isDelivery(path));
  }

  private static boolean hasBody(Request request) {
    return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  private static boolean isAmbiguous(Request request, String path) {
    return request.getHttpURI().hasViolations() && !path.startsWith(API);
  }

  private static boolean isWebSocket(Request request) {
    return request.getHeaders().contains(HttpHeader.UPGRADE, "websocket")
        || request.getHeaders().contains("Sec-WebSocket-Version");
  }

  private void refuse(
      Reason reason, Problem problem, Request request, Response response, Callback callback) {
    refused.get(reason).increment();
    times.record(
        request.getMethod(),
        RequestTimes.NO_ROUTE,
        problem.status(),
        System.nanoTime() - request.getBeginNanoTime());
    roles.forEach(role -> role.refused(request.getHttpURI().getPath(), problem));
    if (problem.status() == 503 || problem.status() == 429) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (hasBody(request) || reason == Reason.PEER) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    ProblemAnswers.write(problem, response, callback);
  }

  private Problem tooManyConnections() {
    int most = settings.connectionsByPeer();
    return new Problem(
            429,
            "Too many connections",
            ("%d connections of this address have a request under way (dorado.server.connections-by-peer):"
                    + " wait for their answers, or list the address in dorado.server.proxies if it is a"
                    + " proxy's")
                .formatted(most))
        .with("limit", most);
  }

  private static Problem unknownMethod() {
    return new Problem(
        501,
        "Unknown method",
        "the method of the request is unknown: expected one of "
            + String.join(", ", new TreeSet<>(RequestTimes.METHODS)));
  }

  private static Problem ambiguousPath(Request request) {
    return new Problem(
        400,
        "Ambiguous path",
        "the path is ambiguous (%s): only ids below /api may contain encoded slashes"
            .formatted(request.getHttpURI().getViolations().iterator().next().getDescription()));
  }

  private static Problem upgrade() {
    return new Problem(
        400, "No upgrade", "Dorado has no WebSockets: send a plain HTTP request instead");
  }

  private static ExecutorService threads(String name, int most) {
    // Each connection has one request at a time, so that the queue is bounded with them.
    var pool =
        new ThreadPoolExecutor(
            most,
            most,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ScheduledExecutorService timer() {
    var timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "dorado-http-timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Why a request did not reach a route; the values of a label. */
  private enum Reason {
    METHOD,
    PATH,
    UPGRADE,
    PEER,
    MEMORY,
    SIZE,
    SLOW_BODY
  }
}
