package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.catalog.CatalogProblem;
import dev.dorado.ingest.catalog.CatalogReader;
import dev.dorado.ingest.catalog.CatalogUpload;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code PUT /api/v1/catalog}: Backstage entities, all of a body or none. Thread-safe. */
final class CatalogRoutes {

  private static final int LONGEST_BODY = 8 * 1024 * 1024;

  private final CatalogReader reader;
  private final AccessTokens tokens;
  private final Publisher publisher;
  private final Duration retryAfter;
  private final Clock clock;

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

  void configure(JavalinConfig config) {
    config.routes.put("/api/v1/catalog", this::put);
  }

  private void put(Context context) {
    tokens.requireAdmin(context);
    var upload = read(context);
    context.future(
        () ->
            publisher
                .publish(upload.events())
                .handleAsync(
                    (done, failure) -> {
                      if (failure != null) {
                        throw Unavailable.problem(context, failure, retryAfter);
                      }
                      Map<String, Object> body = new LinkedHashMap<>();
                      body.put("accepted", upload.events().size());
                      body.put("ignored", upload.ignored());
                      context.status(202).json(body);
                      return null;
                    }));
  }

  private CatalogUpload read(Context context) {
    try {
      return reader.read(RequestBody.read(context, LONGEST_BODY), clock.instant());
    } catch (CatalogProblem e) {
      throw new Problem(e.isSyntax() ? 400 : 422, "Bad catalog", e.getMessage())
          .with("entity", e.entity())
          .with("field", e.field())
          .with("line", e.line());
    } catch (RequestBody.TooLong e) {
      throw new Problem(413, "Too large", e.getMessage()).with("limit", LONGEST_BODY);
    } catch (IOException e) {
      throw new Problem(
          400, "Malformed", "the request broke off before its body ended: " + e.getMessage());
    }
  }
}
