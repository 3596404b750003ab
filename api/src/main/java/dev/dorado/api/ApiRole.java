package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.api.digest.DigestSender;
import dev.dorado.api.queries.AuditTable;
import dev.dorado.api.queries.ClickHouse;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.DigestLedger;
import dev.dorado.schemas.Connections;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Caller;
import dev.dorado.server.Check;
import dev.dorado.server.HttpRole;
import dev.dorado.server.Json;
import dev.dorado.server.LoginRoutes;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Everything that reads: the metrics and the rows behind them below {@code /api/v1}, their
 * description at {@code /openapi.json}, the page at {@code /} and the login of people. Sends the
 * weekly digest, if one is wanted. Holds no state but a pool of connections, so that any number can
 * run side by side. Thread-safe.
 */
public final class ApiRole implements HttpRole {

  private final ClickHouse clickHouse;
  private final AccessTokens tokens;
  private final LoginRoutes login;
  private final List<Endpoint> endpoints;
  private final DoraGauges gauges;
  private final DigestSender digests;
  private final Clock clock;

  private ApiRole(
      ClickHouse clickHouse,
      AccessTokens tokens,
      LoginRoutes login,
      List<Endpoint> endpoints,
      DoraGauges gauges,
      DigestSender digests,
      Clock clock) {
    this.clickHouse = clickHouse;
    this.tokens = tokens;
    this.login = login;
    this.endpoints = endpoints;
    this.gauges = gauges;
    this.digests = digests;
    this.clock = clock;
  }

  /**
   * Starts the role. ClickHouse may come later: the check says so until then.
   *
   * @param config settings of {@code dorado.api}, and the tokens
   * @param connections where ClickHouse is
   * @param openMode whether it may be read locally without a token if none is set
   * @param metrics takes the times of the queries
   */
  public static ApiRole start(
      Config config, Connections connections, boolean openMode, PrometheusMeterRegistry metrics) {
    return start(config, connections, openMode, metrics, Clock.systemUTC());
  }

  static ApiRole start(
      Config config,
      Connections connections,
      boolean openMode,
      PrometheusMeterRegistry metrics,
      Clock clock) {
    requireNonNull(metrics);
    var settings = ApiSettings.from(config);
    var clickHouse = settings.clickHouse(connections, metrics);
    var tokens = AccessTokens.from(config, openMode, new AuditTable(clickHouse));
    var endpoints = new Endpoints(settings).all();
    var digests =
        new DigestSender(
            settings.digest(),
            new DigestLedger(clickHouse, UUID.randomUUID().toString()),
            (week, team) -> settings.digest(clickHouse.current(), week, team, clock.instant()),
            clock);
    digests.start();
    var gauges = new DoraGauges(settings, clock);
    return new ApiRole(
        clickHouse, tokens, LoginRoutes.from(config, tokens), endpoints, gauges, digests, clock);
  }

  @Override
  public String name() {
    return "api";
  }

  @Override
  public void configure(JavalinConfig config) {
    login.configure(config);
    for (Endpoint endpoint : endpoints) {
      config.routes.get(endpoint.route(), context -> answer(endpoint, context));
    }
    config.routes.get(
        "/metrics/dora",
        context -> {
          requireAllTeams(context, tokens.requireReader(context));
          context.contentType(DoraGauges.CONTENT_TYPE).result(gauges.text(clickHouse.current()));
        });
    Map<String, Object> openApi = OpenApi.document(endpoints);
    config.routes.get("/openapi.json", context -> context.json(openApi));
    WebFiles.addTo(config);
  }

  @Override
  public List<Check> checks() {
    return List.of(new Check("clickhouse", clickHouse::problem));
  }

  @Override
  public void close() {
    digests.close();
    tokens.close();
    clickHouse.close();
  }

  /** What {@code caller} may see. */
  private Database visibleTo(Caller caller) {
    Database all = clickHouse.current();
    return caller.teams().map(teams -> all.ofTeams(teams, clock.instant())).orElse(all);
  }

  private void requireAllTeams(Context context, Caller caller) {
    if (caller.teams().isPresent()) {
      throw tokens.refusal(
          context,
          caller,
          new Problem(
              403,
              "Not allowed",
              "this is about all teams, and you may see your own (%s)"
                  .formatted(String.join(", ", new TreeSet<>(caller.teams().get())))));
    }
  }

  private void answer(Endpoint endpoint, Context context) throws IOException {
    Caller caller =
        endpoint.audience() == Audience.ADMINISTRATORS
            ? tokens.requireAdmin(context)
            : tokens.requireReader(context);
    if (endpoint.audience() == Audience.ORGANISATION) {
      requireAllTeams(context, caller);
    }
    var request =
        Request.of(
            endpoint.hasId() ? context.pathParam("id") : null,
            endpoint.parameters(),
            context.queryParamMap(),
            clock);
    var answer = endpoint.answerer().apply(request, visibleTo(caller));
    context.header("Cache-Control", "private, no-cache");
    if (request.one(Parameters.FORMAT).orElse("json").equals("csv")) {
      answer.next().ifPresent(next -> context.header("X-Next-Cursor", next));
      context.contentType("text/csv; charset=utf-8; header=present");
      try (var text = new OutputStreamWriter(context.outputStream(), UTF_8)) {
        Csv.write(answer.head(), answer.rows(), text);
      }
    } else if (answer.json() instanceof List<?> rows) {
      // Many rows are written one by one, so that they are never in memory together.
      context.writeJsonStream(rows.stream());
    } else {
      context.contentType(ContentType.APPLICATION_JSON);
      try (var json = context.outputStream()) {
        Json.MAPPER.writeValue(json, answer.json());
      }
    }
  }
}
