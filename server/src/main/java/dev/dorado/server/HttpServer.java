package dev.dorado.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.BindException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.session.ManagedSession;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for one or more roles, with what every role has: {@code /health/live}, {@code
 * /health/ready}, {@code /metrics}, and errors as problem JSON. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final String STARTED = "dorado.started";
  private static final int MOST_IO_THREADS = 32;
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final Javalin javalin;
  private final List<HttpRole> roles;
  private final RequestGate gate;
  private final JvmGcMetrics gcMetrics;
  private final HeapWatch heap;

  private HttpServer(
      Javalin javalin,
      List<HttpRole> roles,
      RequestGate gate,
      JvmGcMetrics gcMetrics,
      HeapWatch heap) {
    this.javalin = javalin;
    this.gate = gate;
    this.roles = roles;
    this.gcMetrics = gcMetrics;
    this.heap = heap;
  }

  /** Starts a server with the default bounds, as below. */
  public static HttpServer start(
      String host,
      int port,
      long maxBodyBytes,
      PrometheusMeterRegistry metrics,
      List<? extends HttpRole> roles) {
    return start(host, port, maxBodyBytes, ServerSettings.defaults(), metrics, roles);
  }

  /**
   * Starts a server.
   *
   * @param host address to listen on
   * @param port port, 0 for any free one
   * @param maxBodyBytes longest request body, unless a role has another limit for a path
   * @param settings bounds of connections, threads and bodies
   * @param metrics what {@code /metrics} shows
   * @param roles what is served; closed with the server, last first
   * @throws PortInUseException if another process listens there
   */
  public static HttpServer start(
      String host,
      int port,
      long maxBodyBytes,
      ServerSettings settings,
      PrometheusMeterRegistry metrics,
      List<? extends HttpRole> roles) {
    var limits = new BodyLimits(maxBodyBytes, roles);
    warnOfLittleMemory(limits.longest(), settings);
    var gcMetrics = bindJvm(metrics);
    var heap = HeapWatch.start();
    var times = new RequestTimes(metrics);
    var gate = new RequestGate(settings, limits, roles, times, metrics);
    var javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.threadPool = new QueuedThreadPool(MOST_IO_THREADS);
              config.jetty.modifyServer(server -> guard(server, gate));
              config.jetty.modifyServletContextHandler(
                  handler -> handler.setSessionHandler(new NoSessions()));
              config.jetty.addConnector(
                  (server, http) -> connector(server, http, host, port, gate));
              config.http.maxRequestSize = maxBodyBytes;
              config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
              addHealth(config, roles, heap);
              addMetrics(config, times, metrics);
              config.routes.before("/api/*", ForeignOrigin::refuse);
              config.routes.before("/webhooks/*", ForeignOrigin::refuse);
              addProblems(config);
              roles.forEach(role -> role.configure(config));
            });
    try {
      javalin.start();
    } catch (RuntimeException e) {
      gate.close();
      gcMetrics.close();
      heap.close();
      if (isBindFailure(e)) {
        throw new PortInUseException(host, port, e);
      }
      throw e;
    }
    return new HttpServer(javalin, List.copyOf(roles), gate, gcMetrics, heap);
  }

  /** The port that is listened on. */
  public int port() {
    return javalin.port();
  }

  /**
   * Stops listening, waits up to 5 s for requests that are under way, cuts off those that are not
   * answered by then, and closes the roles.
   */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw e;
      }
      log.warn(
          "requests that were not answered within {} s of the stop are cut off",
          LONGEST_STOP.toSeconds());
    }
    gate.close();
    for (int i = roles.size() - 1; i >= 0; i--) {
      roles.get(i).close();
    }
    gcMetrics.close();
    heap.close();
  }

  private static void warnOfLittleMemory(long longestBody, ServerSettings settings) {
    if (settings.bodyMemory() < longestBody) {
      log.warn(
          "bodies longer than {} bytes are answered 413, though up to {} are otherwise taken: set -Xmx to at least {} times that, or dorado.server.bodies-in-memory",
          settings.bodyMemory(),
          longestBody,
          ServerSettings.SHARE_OF_HEAP);
    }
  }

  /** In place of Javalin's own handler, whose statistics nothing reads. */
  private static void guard(Server server, RequestGate gate) {
    server.setHandler(new GracefulHandler(gate));
    server.setStopTimeout(LONGEST_STOP.toMillis());
    server.setErrorHandler(new ProblemAnswers());
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, String host, int port, RequestGate gate) {
    http.setUriCompliance(RequestGate.PATHS);
    http.addCustomizer(new SecurityHeaders());
    var connector =
        new ServerConnector(server, new HttpConnectionFactory(http)) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            var endPoint = new MeasuredEndPoint(channel, selector, key, getScheduler());
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
          }

          @Override
          public CompletableFuture<Void> shutdown() {
            var stopped = super.shutdown();
            gate.connections().closeThoseWithoutRequest();
            return stopped;
          }
        };
    connector.setHost(host);
    connector.setPort(port);
    connector.addBean(gate.connections());
    return connector;
  }

  private static void addHealth(
      JavalinConfig config, List<? extends HttpRole> roles, HeapWatch heap) {
    config.routes.get("/health/live", context -> context.json(Map.of("status", "UP")));
    config.routes.get(
        "/health/ready",
        context -> {
          List<Check.Result> results = new ArrayList<>();
          Map<String, Boolean> seen = new LinkedHashMap<>();
          for (var role : roles) {
            for (var check : role.checks()) {
              if (seen.putIfAbsent(check.name(), true) == null) {
                results.add(check.run());
              }
            }
          }
          String heapProblem = heap.problem();
          if (heapProblem != null) {
            results.add(new Check.Result("heap", false, heapProblem));
          }
          boolean ready = results.stream().allMatch(Check.Result::healthy);
          Map<String, Object> body = new LinkedHashMap<>();
          boolean degraded = results.stream().anyMatch(result -> result.problem() != null);
          body.put("status", ready ? (degraded ? "DEGRADED" : "UP") : "DOWN");
          body.put("roles", roles.stream().map(HttpRole::name).toList());
          body.put("checks", results);
          context.status(ready ? 200 : 503).json(body);
        });
  }

  private static void addMetrics(
      JavalinConfig config, RequestTimes times, PrometheusMeterRegistry metrics) {
    config.routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
    config.routes.before(context -> context.attribute(STARTED, System.nanoTime()));
    config.routes.after(
        context -> {
          Long started = context.attribute(STARTED);
          if (started != null) {
            times.record(
                context.method().name(),
                route(context),
                context.statusCode(),
                System.nanoTime() - started);
          }
        });
  }

  private static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? RequestTimes.NO_ROUTE : endpoint.path;
  }

  private static void addProblems(JavalinConfig config) {
    config.routes.exception(Problem.class, HttpServer::answer);
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            answer(
                new Problem(e.getStatus(), e.getMessage(), e.getMessage() + ": " + context.path()),
                context));
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          log.error("{} {} failed", context.method(), context.path(), e);
          answer(
              new Problem(
                  500,
                  "Unexpected error",
                  "something is wrong inside Dorado; its log says what, at this time"),
              context);
        });
  }

  private static void answer(Problem problem, Context context) {
    context.status(problem.status()).json(problem.body()).contentType("application/problem+json");
  }

  private static JvmGcMetrics bindJvm(PrometheusMeterRegistry metrics) {
    new ClassLoaderMetrics().bindTo(metrics);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new UptimeMetrics().bindTo(metrics);
    var gcMetrics = new JvmGcMetrics();
    gcMetrics.bindTo(metrics);
    return gcMetrics;
  }

  private static boolean isBindFailure(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException
          || String.valueOf(cause.getMessage()).contains("Port already in use")) {
        return true;
      }
    }
    return false;
  }

  /** Never creates a session, so that no client can make the server remember anything. */
  private static final class NoSessions extends SessionHandler {

    @Override
    public void newSession(
        Request request, String requestedSessionId, Consumer<ManagedSession> consumer) {
      throw new IllegalStateException("Dorado has no sessions");
    }
  }

  /** Another process listens on the port that was asked for. The message says what to do. */
  public static final class PortInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PortInUseException(String host, int port, Throwable cause) {
      super(
          "port %d of %s is in use by another process: stop it, or choose another port with --port"
              .formatted(port, host),
          cause);
    }
  }
}
