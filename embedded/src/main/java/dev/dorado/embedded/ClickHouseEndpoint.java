package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.Context;
import io.javalin.security.BasicAuthCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As much of ClickHouse's HTTP interface as its JDBC driver and client use, over the embedded
 * engine: statements with parameters and settings, inserts in any format, errors with their codes.
 * No sessions, no compression, and one user, {@value #USER}, with a password of this start: other
 * programs of the machine, and web pages that are looked at on it, get nothing. Statements that
 * reach outside of the engine's tables are refused, see {@link OutsideAccess}.
 */
final class ClickHouseEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseEndpoint.class);
  private static final int THREADS = 64;
  private static final String DEFAULT_FORMAT = "TabSeparated";

  /** What a URL may say besides settings of the statement and its {@code param_}eters. */
  private static final Set<String> NOT_SETTINGS =
      Set.of(
          "query",
          "query_id",
          "database",
          "default_format",
          "user",
          "password",
          "role",
          "quota_key",
          "session_id",
          "session_timeout",
          "session_check",
          "compress",
          "decompress",
          "wait_end_of_query",
          "buffer_size",
          "stacktrace",
          "client_protocol_version",
          "enable_http_compression",
          "http_write_exception_in_output_format",
          "send_progress_in_http_headers",
          "http_headers_progress_interval_ms");

  private static final String PARAMETER = "param_";

  /** The only user. */
  static final String USER = "default";

  private final ClickHouseEngine engine;
  private final byte[] password;
  private final OutsideAccess outside;
  private final Javalin server;

  private ClickHouseEndpoint(ClickHouseEngine engine, String password) {
    this.engine = engine;
    this.password = password.getBytes(UTF_8);
    this.outside =
        new OutsideAccess(
            names("SELECT name FROM system.table_functions"),
            names("SELECT name FROM system.table_engines"));
    this.server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.http.compressionStrategy = CompressionStrategy.NONE;
              config.jetty.threadPool = new QueuedThreadPool(THREADS, 4);
              config.routes.before(ClickHouseEndpoint::refuseBrowsers);
              config.routes.before("/", this::authenticate);
              config.routes.get("/ping", context -> context.result("Ok.\n"));
              config.routes.get("/", ClickHouseEndpoint::greet);
              config.routes.post("/", this::answer);
            });
  }

  static ClickHouseEndpoint start(ClickHouseEngine engine, int port, String password) {
    ClickHouseEndpoint endpoint = new ClickHouseEndpoint(engine, password);
    endpoint.server.start(LoopbackPort.HOST, port);
    return endpoint;
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static void refuseBrowsers(Context context) {
    String host =
        Optional.ofNullable(context.header("Host")).orElse("").replaceFirst(":\\d+\\z", "");
    boolean local = host.equals(LoopbackPort.HOST) || host.equalsIgnoreCase("localhost");
    if (!local || context.header("Origin") != null || context.header("Sec-Fetch-Site") != null) {
      context
          .status(403)
          .result("The embedded ClickHouse answers programs on this machine, not web pages.\n")
          .skipRemainingHandlers();
    }
  }

  private List<String> names(String query) {
    try (ClickHouseEngine.Session session = engine.session();
        ClickHouseEngine.Answer answer =
            session.query(query.getBytes(UTF_8), DEFAULT_FORMAT, Map.of())) {
      var out = new ByteArrayOutputStream();
      answer.writeTo(out);
      return out.toString(UTF_8).lines().toList();
    } catch (ClickHouseException | IOException e) {
      throw new EmbeddedPartException(
          "The embedded ClickHouse does not list its functions: " + e.getMessage(), e);
    }
  }

  /** As a server's interface takes it: Basic, or ClickHouse's own header or parameter. */
  private void authenticate(Context context) {
    String given =
        Optional.ofNullable(context.basicAuthCredentials())
            .map(BasicAuthCredentials::getPassword)
            .or(() -> Optional.ofNullable(context.header("X-ClickHouse-Key")))
            .or(() -> Optional.ofNullable(context.queryParam("password")))
            .orElse("");
    if (!MessageDigest.isEqual(password, given.getBytes(UTF_8))) {
      context
          .status(403)
          .header("X-ClickHouse-Exception-Code", "516")
          .result(
              "Code: 516. DB::Exception: default: Authentication failed: the embedded ClickHouse"
                  + " has a password of this start. (AUTHENTICATION_FAILED)\n")
          .skipRemainingHandlers();
    }
  }

  private static void greet(Context context) {
    if (context.queryParam("query") == null) {
      context.result("Ok.\n");
    } else {
      context.status(405).result("Send statements with POST.\n");
    }
  }

  private void answer(Context context) throws IOException {
    String queryId =
        Optional.ofNullable(context.queryParam("query_id"))
            .orElseGet(() -> UUID.randomUUID().toString());
    context.header("X-ClickHouse-Query-Id", queryId);
    context.header("X-ClickHouse-Timezone", "UTC");
    context.header("X-ClickHouse-Server-Display-Name", "embedded");
    try {
      run(context);
    } catch (ClickHouseException e) {
      LOG.debug("Statement {} failed: {}", queryId, e.getMessage());
      context
          .status(500)
          .header("X-ClickHouse-Exception-Code", String.valueOf(e.code()))
          .contentType("text/plain; charset=UTF-8")
          .result(e.getMessage() + "\n");
    }
  }

  private void run(Context context) throws IOException, ClickHouseException {
    refuseUnsupported(context);
    String query = Optional.ofNullable(context.queryParam("query")).orElse("");
    ClickHouseStatement statement =
        ClickHouseStatement.of(query, context.bodyInputStream().readAllBytes());
    outside.check(statement.sql());
    String wanted =
        Optional.ofNullable(context.queryParam("default_format"))
            .or(() -> Optional.ofNullable(context.header("X-ClickHouse-Format")))
            .orElse(DEFAULT_FORMAT);
    long start = System.nanoTime();
    try (ClickHouseEngine.Session session = engine.session()) {
      prepare(session, context);
      try (ClickHouseEngine.Answer answer =
          statement.insert().isPresent()
              ? session.insert(statement.sql(), statement.insert().get())
              : session.query(statement.sql(), wanted, parameters(context))) {
        String format = statement.insert().isPresent() ? wanted : statement.format().orElse(wanted);
        context.header("X-ClickHouse-Format", format);
        context.header("X-ClickHouse-Summary", answer.summary(System.nanoTime() - start));
        context.contentType("application/octet-stream");
        context.header("Content-Length", String.valueOf(answer.length()));
        try (OutputStream out = context.outputStream()) {
          answer.writeTo(out);
        }
      }
    }
  }

  private static void refuseUnsupported(Context context) throws ClickHouseException {
    if ("1".equals(context.queryParam("compress"))
        || "1".equals(context.queryParam("decompress"))) {
      throw ClickHouseException.notSupported(
          "no compression over HTTP; connect with compress=false, as in the URL that the embedded ClickHouse gives");
    }
    String encoding = context.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ClickHouseException.notSupported(
          "no compressed requests; the Content-Encoding is " + encoding);
    }
    if (context.queryParam("session_id") != null) {
      throw ClickHouseException.notSupported("no sessions; leave session_id out");
    }
  }

  /** Database and settings of the connection that this statement alone has. */
  private static void prepare(ClickHouseEngine.Session session, Context context)
      throws ClickHouseException {
    String database =
        Optional.ofNullable(context.queryParam("database"))
            .orElseGet(
                () -> Optional.ofNullable(context.header("X-ClickHouse-Database")).orElse(""));
    if (!database.isEmpty() && !database.equals("default")) {
      session.run("USE " + quoted('`', database));
    }
    for (Map.Entry<String, List<String>> parameter : context.queryParamMap().entrySet()) {
      String name = parameter.getKey();
      if (!NOT_SETTINGS.contains(name) && !name.startsWith(PARAMETER)) {
        if (!name.matches("\\w+")) {
          throw new ClickHouseException(
              "Code: 115. DB::Exception: Unknown setting '"
                  + name
                  + "' in the URL. (UNKNOWN_SETTING)");
        }
        session.run("SET " + name + " = " + quoted('\'', parameter.getValue().get(0)));
      }
    }
  }

  private static Map<String, String> parameters(Context context) {
    Map<String, String> parameters = new LinkedHashMap<>();
    context
        .queryParamMap()
        .forEach(
            (name, values) -> {
              if (name.startsWith(PARAMETER)) {
                parameters.put(name.substring(PARAMETER.length()), values.get(0));
              }
            });
    return parameters;
  }

  /** A name or a text as ClickHouse reads it, whatever characters it has. */
  static String quoted(char quote, String text) {
    String mark = String.valueOf(quote);
    return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark;
  }
}
