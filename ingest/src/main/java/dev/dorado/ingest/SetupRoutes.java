package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.DeliverySpool.Backlog;
import dev.dorado.ingest.catalog.PollState;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.server.AccessTokens;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /api/v1/setup}: what is set up here, for an administrator: which senders have a
 * secret, and which variable would set one; how the catalogs fare; what waits for Kafka on the
 * disk. {@code GET /api/v1/access}: what whoever asks may do without a token or secret, so that an
 * anonymous request from outside shows what is open to the outside. Neither returns a secret.
 * Thread-safe.
 */
final class SetupRoutes {

  private final Senders senders;
  private final SenderSecrets secrets;
  private final AccessTokens tokens;
  private final Supplier<List<PollState>> catalogs;
  private final Supplier<Optional<Backlog>> spool;

  SetupRoutes(
      Senders senders,
      SenderSecrets secrets,
      AccessTokens tokens,
      Supplier<List<PollState>> catalogs,
      Supplier<Optional<Backlog>> spool) {
    this.senders = requireNonNull(senders);
    this.secrets = requireNonNull(secrets);
    this.tokens = requireNonNull(tokens);
    this.catalogs = requireNonNull(catalogs);
    this.spool = requireNonNull(spool);
  }

  void configure(JavalinConfig config) {
    config.routes.get("/api/v1/setup", this::get);
    config.routes.get("/api/v1/access", this::access);
  }

  private void access(Context context) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("read", tokens.mayReadWithoutToken(context));
    body.put("administer", tokens.mayAdministerWithoutToken(context));
    body.put(
        "senders",
        senders.names().stream()
            .filter(name -> secrets.of(name).isEmpty() && tokens.isOpenTo(context))
            .toList());
    context.json(body);
  }

  private void get(Context context) {
    tokens.requireAdmin(context);
    List<Map<String, Object>> all =
        senders.names().stream()
            .map(
                name -> {
                  Map<String, Object> sender = new LinkedHashMap<>();
                  sender.put("sender", name);
                  sender.put("secrets", secrets.set(name).size());
                  sender.put("made", secrets.isMade(name));
                  sender.put("variable", SenderSecrets.variable(name));
                  return sender;
                })
            .toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("open", tokens.isOpenTo(context));
    body.put("senders", all);
    body.put("catalog", catalogs.get().stream().map(SetupRoutes::json).toList());
    body.put("spool", spool.get().map(SetupRoutes::json).orElse(null));
    context.json(body);
  }

  private static Map<String, Object> json(Backlog backlog) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deliveries", backlog.deliveries());
    json.put("bytes", backlog.bytes());
    json.put("limit_bytes", backlog.limit());
    json.put("oldest_received_at", backlog.oldest().orElse(null));
    json.put("accepts", backlog.accepts());
    return json;
  }

  private static Map<String, Object> json(PollState state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", state.source());
    json.put("last_attempt_at", state.lastAttemptAt());
    json.put("last_success_at", state.lastSuccessAt());
    json.put("entries", state.entries());
    json.put("changes", state.changes());
    json.put("failures", state.failures());
    json.put("error", state.error());
    json.put("problems", state.problems());
    json.put("notes", state.notes());
    json.put("warnings", state.warnings());
    return json;
  }
}
