package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.senders.Senders;
import dev.dorado.server.AccessTokens;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /api/v1/setup}: what is set up here, for an administrator: which senders have a
 * secret, and which variable would set one. Tells no secret. Thread-safe.
 */
final class SetupRoutes {

  private final Senders senders;
  private final SenderSecrets secrets;
  private final AccessTokens tokens;

  SetupRoutes(Senders senders, SenderSecrets secrets, AccessTokens tokens) {
    this.senders = requireNonNull(senders);
    this.secrets = requireNonNull(secrets);
    this.tokens = requireNonNull(tokens);
  }

  void configure(JavalinConfig config) {
    config.routes.get("/api/v1/setup", this::get);
  }

  private void get(Context context) {
    tokens.requireAdmin(context);
    List<Map<String, Object>> all =
        senders.names().stream()
            .map(
                name -> {
                  Map<String, Object> sender = new LinkedHashMap<>();
                  sender.put("sender", name);
                  sender.put("secrets", secrets.of(name).size());
                  sender.put("variable", SenderSecrets.variable(name));
                  return sender;
                })
            .toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("open", tokens.isOpenTo(context));
    body.put("senders", all);
    context.json(body);
  }
}
