package dev.dorado.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The deliveries of one run, which are the same for the same seed, and how they are posted: as
 * senders do that try again until they are answered 202. Services and incidents have names of the
 * run's own. Thread-safe.
 */
final class CrashLoad {

  private static final int SERVICES = 4;
  private static final int POSTING_THREADS = 8;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
  private static final Instant BEGIN = Instant.parse("2026-01-05T08:00:00Z");

  private final int run;
  private final int asked;
  private final long seed;
  private final String prefix;
  private final int deployments;
  private final int incidents;
  private final List<String> bodies = new ArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile String lastRefusal = "none";
  private ExecutorService posting;

  /**
   * @param run its number
   * @param deliveries how many, about
   */
  CrashLoad(int run, int deliveries, long seed) {
    this.run = run;
    this.asked = deliveries;
    this.seed = seed;
    this.prefix = "r%d-".formatted(run);
    var random = new Random(seed);
    int incident = 0;
    int deployment = 0;
    while (bodies.size() < deliveries) {
      String service = prefix + deployment % SERVICES;
      String sha = sha(prefix + deployment);
      Instant at = BEGIN.plus(Duration.ofMinutes(37L * deployment));
      String change =
          """
          {"kind":"change","repository":"crash/%s","branch":"main","sha":"%s","committed_at":"%s"}"""
              .formatted(service, sha, at.minusSeconds(3600));
      String deployed =
          """
          {"kind":"deployment","id":"d%d","service":"%s","repository":"crash/%s","sha":"%s",\
          "environment":"production","status":"succeeded","started_at":"%s","finished_at":"%s"}"""
              .formatted(deployment, service, service, sha, at, at.plusSeconds(300));
      if (random.nextBoolean()) {
        add(change + "," + deployed);
      } else {
        add(change);
        add(deployed);
      }
      if (random.nextInt(4) == 0) {
        String opened =
            """
            {"kind":"incident","id":"INC-%d","service":"%s","severity":"high","started_at":"%s",\
            "caused_by":"d%d\"\
            """
                .formatted(incident++, service, at.plusSeconds(600), deployment);
        add(opened + "}");
        add(opened + ",\"resolved_at\":\"%s\"}".formatted(at.plusSeconds(4200)));
      }
      deployment++;
    }
    this.deployments = deployment;
    this.incidents = incident;
    // The order of arrival decides nothing.
    Collections.shuffle(bodies, random);
  }

  private void add(String events) {
    bodies.add("{\"events\":[%s]}".formatted(events));
  }

  /** The same deliveries, of which none has been posted. */
  CrashLoad again() {
    return new CrashLoad(run, asked, seed);
  }

  /** What the names of its services begin with. */
  String prefix() {
    return prefix;
  }

  int deliveries() {
    return bodies.size();
  }

  int deployments() {
    return deployments;
  }

  int incidents() {
    return incidents;
  }

  /** How many have been answered 202. */
  int accepted() {
    return accepted.get();
  }

  /** How many have been begun to be posted. */
  int begun() {
    return begun.get();
  }

  /** How often one was posted. */
  int attempts() {
    return attempts.get();
  }

  /**
   * Begins to post.
   *
   * @param perSecond how many, while all are answered
   */
  void post(int port, int perSecond) {
    posting = Executors.newFixedThreadPool(POSTING_THREADS);
    long began = System.nanoTime();
    var http = OutboundHttp.within(Duration.ofSeconds(2), Duration.ofSeconds(15));
    var next = new AtomicInteger();
    for (int thread = 0; thread < POSTING_THREADS; thread++) {
      posting.execute(
          () -> {
            for (int i; (i = next.getAndIncrement()) < bodies.size(); ) {
              long due = began + i * 1_000_000_000L / perSecond;
              for (long wait; (wait = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(wait);
              }
              begun.incrementAndGet();
              if (!postUntilAccepted(http, port, bodies.get(i))) {
                return;
              }
            }
          });
    }
    posting.shutdown();
  }

  private boolean postUntilAccepted(OutboundHttp http, int port, String body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/webhooks/generic".formatted(port)))
            .header("Authorization", "Bearer " + CrashParts.SECRET)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      while (true) {
        attempts.incrementAndGet();
        try {
          var answer = http.send(request, BodyHandlers.ofString());
          if (answer.statusCode() == 202) {
            accepted.incrementAndGet();
            return true;
          }
          lastRefusal = answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
          // Ingest is not there, or was killed before it answered.
          lastRefusal = e.toString();
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits until all are accepted. */
  void awaitAccepted(Duration patience) throws InterruptedException {
    if (!posting.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      posting.shutdownNow();
      throw new IllegalStateException(
          "%d of %d deliveries are accepted after %d s; the last answer: %s"
              .formatted(accepted(), deliveries(), patience.toSeconds(), lastRefusal));
    }
  }

  private static String sha(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(ByteBuffer.wrap(hash).array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
