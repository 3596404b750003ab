package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.ingest.RejectedRetries.Result;
import dev.dorado.ingest.RejectedRetries.Results;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Caller;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an administrator may do with records that could not be processed behind ingest: {@code POST
 * /api/v1/rejected/retry} writes them to their topics again, {@code POST /api/v1/rejected/dismiss}
 * has them count no longer. The body is {@code {"ids": […]}} or {@code {"all": true}}; to dismiss
 * takes a {@code reason} too. Thread-safe.
 */
final class RejectedRoutes {

  static final String RETRY = "/api/v1/rejected/retry";
  static final String DISMISS = "/api/v1/rejected/dismiss";
  static final int LONGEST_BODY = 1024 * 1024;
  static final int MOST_AT_ONCE = 500;
  static final int LONGEST_REASON = 500;

  private final AccessTokens tokens;
  private final RejectedRetries records;
  private final Duration retryAfter;

  RejectedRoutes(AccessTokens tokens, RejectedRetries records, Duration retryAfter) {
    this.tokens = requireNonNull(tokens);
    this.records = requireNonNull(records);
    this.retryAfter = requireNonNull(retryAfter);
  }

  void configure(JavalinConfig config) {
    config.routes.post(RETRY, this::retry);
    config.routes.post(DISMISS, this::dismiss);
  }

  private void retry(Context context) {
    Caller caller = tokens.requireAdmin(context);
    Wanted wanted = wanted(RequestBody.json(context, LONGEST_BODY));
    record(context, caller, "retry-rejected", wanted.described());
    answer(
        context,
        "Not all was retried",
        () ->
            wanted.isAll()
                ? records.retryAll(MOST_AT_ONCE)
                : new Results(records.retry(wanted.ids()), 0));
  }

  private void dismiss(Context context) {
    Caller caller = tokens.requireAdmin(context);
    JsonNode body = RequestBody.json(context, LONGEST_BODY);
    Wanted wanted = wanted(body);
    String reason = body.path("reason").asText().replaceAll("\\p{Cntrl}+", " ").strip();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
      throw new Problem(
          400,
          "Malformed",
          "the reason has %,d characters: expected 1 to %d that say why these records are dismissed"
              .formatted(reason.length(), LONGEST_REASON));
    }
    record(context, caller, "dismiss-rejected", "%s: %s".formatted(wanted.described(), reason));
    answer(
        context,
        "Not all was dismissed",
        () ->
            wanted.isAll()
                ? records.dismissAll(MOST_AT_ONCE, reason)
                : new Results(records.dismiss(wanted.ids(), reason), 0));
  }

  /** Which records: those of the ids, or all. */
  private record Wanted(Set<String> ids, boolean isAll) {
    String described() {
      return isAll ? "all records" : "%d records".formatted(ids.size());
    }
  }

  private void record(Context context, Caller caller, String action, String subject) {
    Unavailable.await(
        context, tokens.record(context, caller, action, subject, Optional.empty()), retryAfter);
  }

  private static Wanted wanted(JsonNode body) {
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
    return new Wanted(ids, isAll);
  }

  private void answer(Context context, String title, Supplier<Results> work) {
    try {
      Results done = work.get();
      context.json(
          Map.of(
              "results",
              done.results().stream().map(RejectedRoutes::json).toList(),
              "left",
              done.left()));
    } catch (RejectedRetries.Away e) {
      context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
      throw new Problem(503, title, e.getMessage());
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
