package dev.dorado.api.digest;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.digest.DigestSettings.Webhook;
import dev.dorado.api.queries.DigestLedger;
import dev.dorado.api.queries.DigestLedger.Attempt;
import dev.dorado.api.queries.DigestLedger.Outcome;
import dev.dorado.server.Json;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the digest of each week to each webhook once. What was not taken is tried again, first
 * after a minute and at last once an hour, until the next digest is due. What may have been taken,
 * since there was no answer or the process ended meanwhile, is not sent again. Not thread-safe, but
 * any number of processes may send side by side: the ledger gives an attempt to one of them.
 */
public final class DigestSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DigestSender.class);
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int MOST_DOUBLINGS = 6;
  private static final int LOOK_SECONDS = 30;

  private final DigestSettings settings;
  private final DigestLedger ledger;
  private final Composer composer;
  private final Clock clock;
  private final OutboundHttp http = OutboundHttp.within(CONNECTING, PATIENCE);
  private ScheduledExecutorService thread;

  /** Makes the digest of a week for a team, or for all of them. */
  @FunctionalInterface
  public interface Composer {
    /** The digest. */
    Digest compose(LocalDate week, Optional<String> team);
  }

  /** A sender that does nothing by itself, until {@link #start}. */
  public DigestSender(
      DigestSettings settings, DigestLedger ledger, Composer composer, Clock clock) {
    this.settings = requireNonNull(settings);
    this.ledger = requireNonNull(ledger);
    this.composer = requireNonNull(composer);
    this.clock = requireNonNull(clock);
  }

  /** Looks every half minute whether a digest is due, if there is a webhook at all. */
  public void start() {
    if (settings.webhooks().isEmpty()) {
      return;
    }
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var made = new Thread(task, "dorado-digest");
              made.setDaemon(true);
              return made;
            });
    var unused = thread.scheduleWithFixedDelay(this::sendDue, 1, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** Sends what is due. Whatever fails is in the log, and is tried again. */
  public void sendDue() {
    for (Webhook webhook : settings.webhooks()) {
      try {
        sendDue(webhook);
      } catch (RuntimeException e) {
        log.warn("the digest of {} can't be made now: {}", webhook.scope(), e.getMessage(), e);
      }
    }
  }

  private void sendDue(Webhook webhook) {
    Instant now = clock.instant();
    LocalDate week = Digest.due(now, settings.zone());
    Optional<Attempt> last = ledger.last(week, webhook.scope());
    if (last.isPresent() && !isToBeRepeated(last.get(), now)) {
      return;
    }
    // Composed first: what fails here has cost no attempt.
    Digest digest = composer.compose(week, webhook.team());
    int attempt = last.map(Attempt::number).orElse(0) + 1;
    if (!ledger.claim(week, webhook.scope(), attempt, now)) {
      return;
    }
    Outcome outcome = post(webhook, digest);
    ledger.conclude(week, webhook.scope(), attempt, outcome, now);
  }

  private static boolean isToBeRepeated(Attempt last, Instant now) {
    if (last.outcome() != Outcome.FAILED) {
      return false;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, last.number() - 1));
    return !now.isBefore(
        last.at().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE));
  }

  private Outcome post(Webhook webhook, Digest digest) {
    // The path of a webhook is its secret: the log has the host alone.
    String where = "the digest of %s to %s".formatted(webhook.scope(), webhook.address().getHost());
    try {
      var request =
          HttpRequest.newBuilder(webhook.address())
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofByteArray(
                      Json.MAPPER.writeValueAsBytes(digest.message(webhook.takesCards()))))
              .build();
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        log.info("sent {}", where);
        return Outcome.SENT;
      }
      log.warn("{} was answered with {}; it is sent again later", where, status);
      return Outcome.FAILED;
    } catch (IOException e) {
      if (isBeforeTheRequest(e)) {
        log.warn("{} can't be sent: {}; it is sent again later", where, reason(e));
        return Outcome.FAILED;
      }
      log.warn(
          "{} had no answer: {}. It may have arrived, so it is not sent again", where, reason(e));
      return Outcome.UNANSWERED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.UNANSWERED;
    }
  }

  /** Whether nothing of the request can have arrived. */
  private static boolean isBeforeTheRequest(IOException e) {
    return e instanceof ConnectException
        || e instanceof HttpConnectTimeoutException
        || e instanceof SSLHandshakeException
        || e instanceof OutboundHttp.OtherServerException;
  }

  /** Messages of the client may have the address, whose path is the secret. */
  private static String reason(IOException e) {
    return e.getClass().getSimpleName();
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdown();
      stop(thread);
    }
  }

  private static void stop(ExecutorService thread) {
    try {
      if (!thread.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
