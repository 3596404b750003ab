package dev.dorado.api;

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
import dev.dorado.server.LoginRoutes;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Everything that reads: the metrics and the rows behind them below {@code /api/v1}, their
 * description at {@code /openapi.json}, the page at {@code /} and the login of people. Sends the
 * weekly digest, if one is wanted. Holds no state but a pool of connections and answers that still
 * hold, so that any number can run side by side. Thread-safe.
 */
public final class ApiRole implements HttpRole {

  private final ClickHouse clickHouse;
  private final AccessTokens tokens;
  private final LoginRoutes login;
  private final List<Endpoint> endpoints;
  private final Answers answers;
  private final DoraGauges gauges;
  private final DigestSender digests;
  private final Clock clock;

  private ApiRole(
      ClickHouse clickHouse,
      AccessTokens tokens,
      LoginRoutes login,
      List<Endpoint> endpoints,
      Answers answers,
      DoraGauges gauges,
      DigestSender digests,
      Clock clock) {
    this.clickHouse = clickHouse;
    this.tokens = tokens;
    this.login = login;
    this.endpoints = endpoints;
    this.answers = answers;
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
    var answers = new Answers(settings.answerAge(), settings.answerMemory(), clock);
    return new ApiRole(
        clickHouse,
        tokens,
        LoginRoutes.from(config, tokens),
        endpoints,
        answers,
        gauges,
        digests,
        clock);
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
    var answer =
        answers.of(
            new Question(endpoint.path(), request.id(), request.values(), caller.teams()),
            () -> visibleTo(caller),
            database -> endpoint.answerer().apply(request.at(clock.instant()), database));
    context.header("Cache-Control", "private, no-cache");
    answer.next().ifPresent(next -> context.header("X-Next-Cursor", next));
    Optional<String> tag = answer.tag();
    tag.ifPresent(of -> context.header("ETag", of));
    if (tag.isPresent() && isKnown(tag.get(), context.header("If-None-Match"))) {
      context.status(HttpStatus.NOT_MODIFIED);
      return;
    }
    context.contentType(answer.contentType());
    try (var out = context.outputStream()) {
      answer.writeTo(out);
    }
  }

  /** Whether the client has an answer with that tag. */
  private static boolean isKnown(String tag, String ofClient) {
    return ofClient != null
        && Stream.of(ofClient.split(",")).map(String::strip).anyMatch(tag::equals);
  }
}
