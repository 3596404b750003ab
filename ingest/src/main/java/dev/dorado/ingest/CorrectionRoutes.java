package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.ingest.corrections.CorrectionReader;
import dev.dorado.ingest.delivery.BoundedEvents;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.schemas.Bounds;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.Caller;
import dev.dorado.server.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** {@code POST /api/v1/corrections}: what a person knows better than the rules. Thread-safe. */
final class CorrectionRoutes {

  static final String PATH = "/api/v1/corrections";
  static final int LONGEST_BODY = 64 * 1024;
  private static final Duration CLOCK_DIFFERENCE = Duration.ofDays(1);

  private final AccessTokens tokens;
  private final ServiceOwners owners;
  private final Publisher publisher;
  private final Duration retryAfter;
  private final Clock clock;

  CorrectionRoutes(
      AccessTokens tokens,
      ServiceOwners owners,
      Publisher publisher,
      Duration retryAfter,
      Clock clock) {
    this.tokens = requireNonNull(tokens);
    this.owners = requireNonNull(owners);
    this.publisher = requireNonNull(publisher);
    this.retryAfter = requireNonNull(retryAfter);
    this.clock = requireNonNull(clock);
  }

  void configure(JavalinConfig config) {
    config.routes.post(PATH, this::post);
  }

  private void post(Context context) {
    Caller caller = tokens.requireCorrector(context);
    var correction = read(context);
    requireOwn(context, caller, correction.getService());
    context.future(
        () ->
            // What is corrected and why is in the event; the trail has who was let through.
            tokens
                .record(
                    context,
                    caller,
                    "correct",
                    correction.getService(),
                    Optional.of(correction.getCorrection()))
                // Not in the producer's own thread, which sending may have to wait for.
                .thenComposeAsync(
                    kept ->
                        publisher.publish(
                            List.<CanonicalEvent<?>>of(CanonicalEvent.of(correction))))
                .handleAsync(
                    (done, failure) -> {
                      if (failure != null) {
                        throw Unavailable.problem(context, failure, retryAfter);
                      }
                      context.status(202).json(Map.of("id", correction.getCorrection()));
                      return null;
                    }));
  }

  /**
   * Whose service it is, is not said: who is restricted need not learn which services there are.
   */
  private void requireOwn(Context context, Caller caller, String service) {
    if (caller.teams().isEmpty()) {
      return;
    }
    Optional<String> owner;
    try {
      owner = owners.ownerOf(service);
    } catch (Publisher.NotAcknowledged e) {
      throw Unavailable.problem(context, e, retryAfter);
    }
    if (!caller.maySeeServiceOf(owner)) {
      throw tokens.refusal(
          context,
          caller,
          new Problem(
              403,
              "Not allowed",
              "'%s' is no service of your teams (%s): expected one that the catalog gives to them"
                  .formatted(service, String.join(", ", new TreeSet<>(caller.teams().get())))));
    }
  }

  private CorrectionEvent read(Context context) {
    try {
      Instant now = clock.instant();
      CorrectionEvent correction =
          CorrectionReader.read(
              RequestBody.read(context, LONGEST_BODY),
              Optional.ofNullable(context.header("Idempotency-Key")),
              now);
      var bounds = new Bounds(Bounds.EARLIEST, now.plus(CLOCK_DIFFERENCE));
      return BoundedEvents.require(CanonicalEvent.of(correction), bounds).value();
    } catch (MalformedDelivery e) {
      throw new Problem(400, "Malformed", e.getMessage());
    } catch (MissingField e) {
      throw new Problem(422, "Bad correction", e.getMessage() + "; nothing was corrected")
          .with("field", e.path())
          .with("expected", e.expected());
    } catch (RequestBody.TooLong e) {
      throw new Problem(413, "Too large", e.getMessage()).with("limit", LONGEST_BODY);
    } catch (IOException e) {
      throw new Problem(
          400, "Malformed", "the request broke off before its body ended: " + e.getMessage());
    }
  }
}
