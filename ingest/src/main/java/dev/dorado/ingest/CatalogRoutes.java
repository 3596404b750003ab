package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.catalog.CatalogEvents;
import dev.dorado.ingest.catalog.CatalogFile;
import dev.dorado.ingest.catalog.CatalogProblem;
import dev.dorado.ingest.catalog.CatalogReader;
import dev.dorado.ingest.catalog.CatalogUpload;
import dev.dorado.ingest.catalog.PollState;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Caller;
import dev.dorado.server.Json;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code PUT /api/v1/catalog}: entities of Backstage, Port or Cortex, all of a body or none. The
 * body is a file, or, with the media type {@value #FILES}, several: {@code
 * {"files":[{"name","content"}]}}. Thread-safe.
 */
final class CatalogRoutes {

  /** The media type of several files in one body. */
  static final String FILES = "application/vnd.dorado.catalog-files+json";

  static final String PATH = "/api/v1/catalog";
  static final int LONGEST_BODY = 8 * 1024 * 1024;

  private final CatalogReader reader;
  private final AccessTokens tokens;
  private final Publisher publisher;
  private final Duration retryAfter;
  private final Clock clock;
  private volatile PollState lastUpload;

  CatalogRoutes(
      CatalogReader reader,
      AccessTokens tokens,
      Publisher publisher,
      Duration retryAfter,
      Clock clock) {
    this.reader = requireNonNull(reader);
    this.tokens = requireNonNull(tokens);
    this.publisher = requireNonNull(publisher);
    this.retryAfter = requireNonNull(retryAfter);
    this.clock = requireNonNull(clock);
  }

  /** What the last upload to this process said; empty before the first. */
  List<PollState> states() {
    PollState last = lastUpload;
    return last == null ? List.of() : List.of(last);
  }

  void configure(JavalinConfig config) {
    config.routes.put(PATH, this::put);
  }

  private void put(Context context) {
    Caller caller = tokens.requireAdmin(context);
    byte[] body = body(context);
    var upload = reader.read(files(context, body));
    if (!upload.problems().isEmpty()) {
      throw refusal(upload.problems());
    }
    context.future(
        () ->
            tokens
                .record(
                    context,
                    caller,
                    "catalog",
                    "%d entries".formatted(upload.entries().size()),
                    Optional.of(EventId.sha256Hex(body)))
                // Not in the producer's own thread, which sending may have to wait for.
                .thenComposeAsync(kept -> publisher.publish(events(upload, body)))
                .handleAsync(
                    (done, failure) -> {
                      if (failure != null) {
                        throw Unavailable.problem(context, failure, retryAfter);
                      }
                      lastUpload =
                          PollState.first("upload")
                              .succeeded(clock.instant(), upload, upload.entries().size());
                      context.status(202).json(answer(upload));
                      return null;
                    }));
  }

  /** A catalog file has no sender's time: what it says was said when it came. */
  private List<CanonicalEvent<?>> events(CatalogUpload upload, byte[] body) {
    Instant receivedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var provenance = new Provenance("catalog", EventId.sha256Hex(body), receivedAt, "live");
    return upload.entries().stream()
        .<CanonicalEvent<?>>map(entry -> CatalogEvents.of(entry, receivedAt, provenance))
        .toList();
  }

  private static Map<String, Object> answer(CatalogUpload upload) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("accepted", upload.entries().size());
    body.put("ignored", upload.ignored());
    body.put("notes", upload.notes());
    body.put("warnings", upload.warnings());
    return body;
  }

  private static Problem refusal(List<CatalogProblem> problems) {
    CatalogProblem first = problems.get(0);
    boolean unreadable = problems.stream().anyMatch(CatalogProblem::isSyntax);
    String more = problems.size() == 1 ? "" : " (and %d more)".formatted(problems.size() - 1);
    List<Map<String, Object>> all = new ArrayList<>();
    for (var problem : problems) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", problem.file());
      json.put("entity", problem.entity());
      json.put("field", problem.field());
      json.put("line", problem.line());
      json.put("message", problem.message());
      all.add(json);
    }
    return new Problem(
            unreadable ? 400 : 422, "Bad catalog", first.message() + more + "; nothing was applied")
        .with("entity", first.entity())
        .with("field", first.field())
        .with("line", first.line())
        .with("problems", all);
  }

  private static List<CatalogFile> files(Context context, byte[] body) {
    String mediaType = context.contentType() == null ? "" : context.contentType();
    if (!mediaType.startsWith(FILES)) {
      return List.of(new CatalogFile("", body));
    }
    try {
      List<CatalogFile> files = new ArrayList<>();
      for (JsonNode file : Json.REQUESTS.readTree(body).path("files")) {
        files.add(
            new CatalogFile(
                file.path("name").asText(), file.path("content").asText().getBytes(UTF_8)));
      }
      if (!files.isEmpty()) {
        return files;
      }
    } catch (IOException e) {
      throw Json.unreadable(e);
    }
    throw new Problem(
        400, "Malformed", "the body has no files: expected {\"files\":[{\"name\",\"content\"}]}");
  }

  private static byte[] body(Context context) {
    try {
      return RequestBody.read(context, LONGEST_BODY);
    } catch (RequestBody.TooLong e) {
      throw new Problem(413, "Too large", e.getMessage()).with("limit", LONGEST_BODY);
    } catch (IOException e) {
      throw new Problem(
          400, "Malformed", "the request broke off before its body ended: " + e.getMessage());
    }
  }
}
