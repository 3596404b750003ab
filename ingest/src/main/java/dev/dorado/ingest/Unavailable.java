package dev.dorado.ingest;

import dev.dorado.server.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What whoever wrote is told when Kafka has not acknowledged. */
final class Unavailable {

  private static final Logger log = LoggerFactory.getLogger(Unavailable.class);

  private Unavailable() {}

  /**
   * Waits until something is durable, on a thread that may wait.
   *
   * @throws RuntimeException as {@link #problem} makes it, if it is not
   */
  static void await(Context context, CompletableFuture<Void> durable, Duration retryAfter) {
    try {
      durable.join();
    } catch (CompletionException e) {
      throw problem(context, e, retryAfter);
    }
  }

  /** A 503 with Retry-After; other failures than Kafka's are passed on as they are. */
  static RuntimeException problem(Context context, Throwable failure, Duration retryAfter) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof Publisher.NotAcknowledged)) {
      return new IllegalStateException("publishing failed", cause);
    }
    log.warn("{} {} answered 503: {}", context.method(), context.path(), cause.getMessage());
    context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    return new Problem(
        503,
        "Not acknowledged",
        cause.getMessage() + "; nothing is lost if it is sent again later");
  }
}
