package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.ingest.RejectedRecords.Result;
import dev.dorado.ingest.RejectedRecords.Results;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an administrator may do with records that could not be processed behind ingest: {@code POST
 * /api/v1/rejected/retry} writes them to their topics again. The body is {@code {"ids": […]}} or
 * {@code {"all": true}}. Thread-safe.
 */
final class RejectedRoutes {

  static final String RETRY = "/api/v1/rejected/retry";
  static final int LONGEST_BODY = 1024 * 1024;
  static final int MOST_AT_ONCE = 500;

  private final AccessTokens tokens;
  private final RejectedRecords records;
  private final Duration retryAfter;

  RejectedRoutes(AccessTokens tokens, RejectedRecords records, Duration retryAfter) {
    this.tokens = requireNonNull(tokens);
    this.records = requireNonNull(records);
    this.retryAfter = requireNonNull(retryAfter);
  }

  void configure(JavalinConfig config) {
    config.routes.post(RETRY, this::retry);
  }

  private void retry(Context context) {
    tokens.requireAdmin(context);
    JsonNode body = RequestBody.json(context, LONGEST_BODY);
    Set<String> ids = new LinkedHashSet<>();
    body.path("ids").forEach(id -> ids.add(id.asText()));
    boolean isAll = body.path("all").asBoolean();
    if (isAll != ids.isEmpty() || ids.size() > MOST_AT_ONCE) {
      throw new Problem(
          400,
          "Malformed",
          "the body names %d records and has all=%s: expected {\"ids\":[…]} with 1 to %d ids as /api/v1/rejected lists them, or {\"all\":true}"
              .formatted(ids.size(), isAll, MOST_AT_ONCE));
    }
    try {
      var done = isAll ? records.retryAll(MOST_AT_ONCE) : new Results(records.retry(ids), 0);
      context.json(
          Map.of(
              "results",
              done.results().stream().map(RejectedRoutes::json).toList(),
              "left",
              done.left()));
    } catch (RejectedRecords.Away e) {
      context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
      throw new Problem(503, "Not all was retried", e.getMessage());
    }
  }

  private static Map<String, Object> json(Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", result.id());
    json.put("outcome", result.outcome().label());
    json.put("reason", result.reason());
    return json;
  }
}
