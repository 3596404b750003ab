package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.DeliveryArchive.Place;
import dev.dorado.ingest.Intake.Taken;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.Topics;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Caller;
import dev.dorado.server.Json;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * What an administrator may do with kept deliveries: read one with its body ({@code GET
 * /api/v1/deliveries?sender=&id=&offset=}), take some once more as they would be taken now ({@code
 * POST /api/v1/deliveries/retry}), export them as lines of JSON ({@code GET
 * /api/v1/deliveries/export}), and take such lines in ({@code POST /api/v1/deliveries/replay}).
 * Whoever has the administrator's token vouches for what is taken in: it was authentic when it
 * came, and signatures are not kept. Thread-safe.
 */
final class DeliveryRoutes {

  static final int MOST_AT_ONCE = 500;
  static final String RETRY = "/api/v1/deliveries/retry";
  static final String REPLAY = "/api/v1/deliveries/replay";
  static final int LONGEST_BODY = 2 * Topics.MAX_DELIVERY_BYTES;

  private final Senders senders;
  private final AccessTokens tokens;
  private final Intake intake;
  private final DeliveryArchive archive;
  private final Duration retryAfter;
  private final Clock clock;

  DeliveryRoutes(
      Senders senders,
      AccessTokens tokens,
      Intake intake,
      DeliveryArchive archive,
      Duration retryAfter,
      Clock clock) {
    this.senders = requireNonNull(senders);
    this.tokens = requireNonNull(tokens);
    this.intake = requireNonNull(intake);
    this.archive = requireNonNull(archive);
    this.retryAfter = requireNonNull(retryAfter);
    this.clock = requireNonNull(clock);
  }

  void configure(JavalinConfig config) {
    config.routes.get("/api/v1/deliveries", this::show);
    config.routes.get("/api/v1/deliveries/export", this::export);
    config.routes.post(RETRY, this::retry);
    config.routes.post(REPLAY, this::replay);
  }

  /**
   * Takes a delivery once more.
   *
   * @throws IllegalArgumentException if there is no such sender any more
   */
  CompletableFuture<Taken> take(RecordedDelivery recorded) {
    Sender sender =
        senders
            .named(recorded.sender())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no sender '%s' (any more): expected one of %s"
                            .formatted(recorded.sender(), senders.names())));
    Instant now = clock.instant();
    // What has no time of its own happened when it first came, not when it is taken again (E2).
    Instant receivedAt = recorded.receivedAt().filter(at -> at.isBefore(now)).orElse(now);
    return intake.take(
        sender, new DeliveryRequest(recorded.headers(), recorded.body(), receivedAt));
  }

  private void show(Context context) {
    Caller caller = tokens.requireAdmin(context);
    var place =
        new Place(
            required(context, "sender"),
            required(context, "id"),
            offset(context.queryParam("offset")));
    record(
        context,
        caller,
        "read-delivery",
        "a delivery of " + place.sender(),
        Optional.of(place.id()));
    Delivery found =
        found(List.of(place))
            .get(0)
            .orElseThrow(
                () ->
                    new Problem(
                        404,
                        "Not found",
                        "there is no delivery '%s' of %s".formatted(place.id(), place.sender())));
    context.json(RecordedDelivery.json(found));
  }

  private void retry(Context context) {
    Caller caller = tokens.requireAdmin(context);
    List<Place> places = new ArrayList<>();
    for (JsonNode place : RequestBody.json(context, LONGEST_BODY).path("deliveries")) {
      places.add(
          new Place(
              place.path("sender").asText(),
              place.path("id").asText(),
              Math.max(0, place.path("offset").asLong())));
    }
    if (places.isEmpty() || places.size() > MOST_AT_ONCE) {
      throw new Problem(
          400,
          "Malformed",
          "the body names %d deliveries: expected {\"deliveries\":[{\"sender\",\"id\",\"offset\"}]} with 1 to %d of them"
              .formatted(places.size(), MOST_AT_ONCE));
    }
    record(
        context,
        caller,
        "retry-deliveries",
        "%d deliveries".formatted(places.size()),
        places.size() == 1 ? Optional.of(places.get(0).id()) : Optional.empty());
    List<Optional<Delivery>> found = found(places);
    List<CompletableFuture<Map<String, Object>>> results = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      results.add(
          found
              .get(i)
              .map(delivery -> result(place.id(), RecordedDelivery.of(delivery)))
              .orElseGet(
                  () ->
                      CompletableFuture.completedFuture(
                          json(place.sender(), place.id(), "missing", "it is not kept"))));
    }
    answer(context, results);
  }

  private void replay(Context context) {
    Caller caller = tokens.requireAdmin(context);
    List<RecordedDelivery> recorded = new ArrayList<>();
    int number = 0;
    for (String line :
        new String(RequestBody.required(context, LONGEST_BODY), UTF_8).split("\\R", 0)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode json = Json.REQUESTS.readTree(line);
        if (!RecordedDelivery.isEnd(json)) {
          recorded.add(RecordedDelivery.read(json));
        }
      } catch (IOException | IllegalArgumentException e) {
        throw new Problem(
                400,
                "Malformed",
                "line %d is no recorded delivery: %s; nothing was taken"
                    .formatted(number, e.getMessage()))
            .with("line", number);
      }
    }
    record(
        context,
        caller,
        "replay-deliveries",
        "%d deliveries".formatted(recorded.size()),
        Optional.empty());
    answer(context, recorded.stream().map(delivery -> result(null, delivery)).toList());
  }

  private CompletableFuture<Map<String, Object>> result(String id, RecordedDelivery recorded) {
    try {
      return take(recorded)
          .thenApply(
              taken ->
                  json(
                      recorded.sender(),
                      taken.deliveryId(),
                      taken.outcome().label(),
                      taken.reason()));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(
          json(recorded.sender(), id, "refused", e.getMessage()));
    }
  }

  private void answer(Context context, List<CompletableFuture<Map<String, Object>>> results) {
    context.future(
        () ->
            CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
                .handleAsync(
                    (done, failure) -> {
                      if (failure != null) {
                        throw Unavailable.problem(context, failure, retryAfter);
                      }
                      context.json(
                          Map.of(
                              "results", results.stream().map(CompletableFuture::join).toList()));
                      return null;
                    }));
  }

  private void export(Context context) {
    Caller caller = tokens.requireAdmin(context);
    Predicate<Delivery> wanted = wanted(context);
    String sender = context.queryParam("sender");
    record(
        context,
        caller,
        "export-deliveries",
        "deliveries of " + (sender == null ? "all senders" : sender),
        Optional.empty());
    context.contentType("application/x-ndjson");
    try (OutputStream out = context.outputStream()) {
      long[] exported = {0};
      archive.forEach(
          delivery -> {
            if (wanted.test(delivery)) {
              try {
                out.write(RecordedDelivery.line(delivery));
                exported[0]++;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
            return true;
          });
      out.write(RecordedDelivery.end(exported[0]));
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException("whoever asked for the export has gone", e);
    } catch (DeliveryArchive.Away e) {
      throw away(e);
    }
  }

  private void record(
      Context context, Caller caller, String action, String subject, Optional<String> reference) {
    Unavailable.await(
        context, tokens.record(context, caller, action, subject, reference), retryAfter);
  }

  private static Predicate<Delivery> wanted(Context context) {
    String sender = context.queryParam("sender");
    String outcome = context.queryParam("outcome");
    Optional<Instant> from = time(context, "from");
    Optional<Instant> to = time(context, "to");
    return delivery ->
        (sender == null || sender.equals(delivery.getSender()))
            && (outcome == null || outcome.equals(delivery.getOutcome()))
            && from.filter(delivery.getReceivedAt()::isBefore).isEmpty()
            && to.filter(time -> !delivery.getReceivedAt().isBefore(time)).isEmpty();
  }

  private static Optional<Instant> time(Context context, String name) {
    String text = context.queryParam(name);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        SenderTime.parseDateOrTime(text)
            .orElseThrow(
                () -> Problem.badParameter(name, text, "a date, as 2026-03-01, or an instant")));
  }

  private List<Optional<Delivery>> found(List<Place> places) {
    try {
      return archive.find(places);
    } catch (DeliveryArchive.Away e) {
      throw away(e);
    }
  }

  private static Problem away(DeliveryArchive.Away e) {
    return new Problem(503, "Kafka is away", e.getMessage());
  }

  private static String required(Context context, String name) {
    String value = context.queryParam(name);
    if (value == null || value.isBlank()) {
      throw Problem.badParameter(name, "", "the %s of a delivery".formatted(name));
    }
    return value;
  }

  private static long offset(String text) {
    if (text == null || text.isBlank()) {
      return 0;
    }
    if (!text.matches("\\d{1,18}")) {
      throw Problem.badParameter(
          "offset", text, "a whole number, as /api/v1/dead-letters gives it");
    }
    return Long.parseLong(text);
  }

  private static Map<String, Object> json(String sender, String id, String outcome, String reason) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sender", sender);
    json.put("id", id);
    json.put("outcome", outcome);
    json.put("reason", reason);
    return json;
  }
}
