package dev.dorado.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.BindException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for one or more roles, with what every role has: {@code /health/live}, {@code
 * /health/ready}, {@code /metrics}, and errors as problem JSON. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final String STARTED = "dorado.started";

  private final Javalin javalin;
  private final List<HttpRole> roles;
  private final JvmGcMetrics gcMetrics;

  private HttpServer(Javalin javalin, List<HttpRole> roles, JvmGcMetrics gcMetrics) {
    this.javalin = javalin;
    this.roles = roles;
    this.gcMetrics = gcMetrics;
  }

  /**
   * Starts a server.
   *
   * @param host address to listen on
   * @param port port, 0 for any free one
   * @param maxBodyBytes longest request body
   * @param metrics what {@code /metrics} shows
   * @param roles what is served; closed with the server, last first
   * @throws PortInUseException if another process listens there
   */
  public static HttpServer start(
      String host,
      int port,
      long maxBodyBytes,
      PrometheusMeterRegistry metrics,
      List<? extends HttpRole> roles) {
    var gcMetrics = bindJvm(metrics);
    var javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.host = host;
              config.jetty.port = port;
              config.http.maxRequestSize = maxBodyBytes;
              config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
              addHealth(config, roles);
              addMetrics(config, metrics);
              config.routes.before("/api/*", ForeignOrigin::refuse);
              config.routes.before("/webhooks/*", ForeignOrigin::refuse);
              addProblems(config);
              roles.forEach(role -> role.configure(config));
            });
    try {
      javalin.start();
    } catch (RuntimeException e) {
      gcMetrics.close();
      if (isBindFailure(e)) {
        throw new PortInUseException(host, port, e);
      }
      throw e;
    }
    return new HttpServer(javalin, List.copyOf(roles), gcMetrics);
  }

  /** The port that is listened on. */
  public int port() {
    return javalin.port();
  }

  /** Stops listening, then closes the roles. */
  @Override
  public void close() {
    javalin.stop();
    for (int i = roles.size() - 1; i >= 0; i--) {
      roles.get(i).close();
    }
    gcMetrics.close();
  }

  private static void addHealth(JavalinConfig config, List<? extends HttpRole> roles) {
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
          boolean ready = results.stream().allMatch(Check.Result::healthy);
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("status", ready ? "UP" : "DOWN");
          body.put("roles", roles.stream().map(HttpRole::name).toList());
          body.put("checks", results);
          context.status(ready ? 200 : 503).json(body);
        });
  }

  private static void addMetrics(JavalinConfig config, PrometheusMeterRegistry metrics) {
    config.routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
    // The registry finds a meter by its tags, which costs more than to record: each is asked for
    // once.
    Map<Answered, Timer> timers = new ConcurrentHashMap<>();
    config.routes.before(context -> context.attribute(STARTED, System.nanoTime()));
    config.routes.after(
        context -> {
          Long started = context.attribute(STARTED);
          if (started != null) {
            timers
                .computeIfAbsent(
                    new Answered(context.method().name(), route(context), context.statusCode()),
                    answered -> timer(answered, metrics))
                .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
          }
        });
  }

  private static Timer timer(Answered answered, PrometheusMeterRegistry metrics) {
    return Timer.builder("http.server.requests")
        .description("Requests by method, route and status")
        .tag("method", answered.method())
        .tag("route", answered.route())
        .tag("status", Integer.toString(answered.status()))
        .register(metrics);
  }

  private static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? "none" : endpoint.path;
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

  /** What tells requests apart that are timed together. */
  private record Answered(String method, String route, int status) {}

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
