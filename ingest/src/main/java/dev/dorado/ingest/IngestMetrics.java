package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.DeliverySpool.Backlog;
import dev.dorado.ingest.auth.Refusal;
import dev.dorado.schemas.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * What ingest counts. With <i>requests</i> the POST requests to {@code /webhooks/{sender}} that
 * have been answered (docs/operations.md has all equations, and ITAccounting asserts them):
 *
 * <pre>
 * requests                    = Σ dorado.ingest.deliveries + Σ dorado.ingest.refused
 * deliveries kept             = dorado.ingest.deliveries − outcome "unacknowledged"
 * of them in Kafka            = deliveries kept − dorado.ingest.spool.deliveries
 * Σ dorado.ingest.spooled     = dorado.ingest.drained + dorado.ingest.spool.deliveries
 * events of those in Kafka    = Σ dorado.ingest.events − those of the catalog, of events whose
 *                               delivery was then unacknowledged, and of what was drained twice
 * </pre>
 *
 * <p>The second and third hold over the life of a spool: deliveries that a process found there were
 * counted by the one before it. Alert when {@code dorado.ingest.spool.deliveries} stays above zero
 * (Kafka or the registry is away) and when {@code dorado.ingest.spool.bytes} comes near its limit,
 * when {@code outcome="unacknowledged"} grows (Kafka is away: senders are told to try again), when
 * {@code outcome="dead"} grows (a sender's payloads are not understood), and when {@code
 * dorado.ingest.refused} with reason signature or secret grows (a webhook is set up with another
 * secret, or somebody is trying). Thread-safe.
 */
final class IngestMetrics {

  /** What became of an authentic delivery. */
  enum Outcome {
    /** Translated into events. */
    ACCEPTED("accepted"),
    /** Kept; says nothing that is measured. */
    IGNORED("ignored"),
    /** Kept; could not be translated. */
    DEAD("dead"),
    /** Not known to be kept: Kafka did not acknowledge, and the sender was answered 503. */
    UNACKNOWLEDGED("unacknowledged");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    /** Name in counters and topics. */
    String label() {
      return label;
    }
  }

  private final MeterRegistry registry;

  // The registry finds a meter by its tags, which costs more than to count: each is asked for once.
  private final Map<Labels, Counter> counters = new ConcurrentHashMap<>();
  private final Timer acknowledged;
  private final Timer failed;

  /** How a delivery came into the spool. */
  enum Spooled {
    /** Kafka did not acknowledge it, or others waited before it. */
    ACCEPTED,
    /** An earlier process had left it there. */
    FOUND
  }

  IngestMetrics(MeterRegistry registry) {
    this.registry = requireNonNull(registry);
    this.acknowledged = published("acknowledged");
    this.failed = published("failed");
  }

  /** An authentic delivery was answered. */
  void delivery(String sender, Outcome outcome) {
    counters
        .computeIfAbsent(
            new Labels("dorado.ingest.deliveries", sender, outcome.label()),
            labels ->
                Counter.builder(labels.name())
                    .description("Authentic deliveries, by sender and what became of them")
                    .tag("sender", sender)
                    .tag("outcome", outcome.label())
                    .register(registry))
        .increment();
  }

  /** Parts of a delivery that was answered say nothing that is measured. */
  void unmeasured(String sender, int parts) {
    if (parts > 0) {
      counters
          .computeIfAbsent(
              new Labels("dorado.ingest.unmeasured", sender, ""),
              labels ->
                  Counter.builder(labels.name())
                      .description(
                          "Parts of deliveries that say nothing that is measured, by sender: spans")
                      .tag("sender", sender)
                      .register(registry))
          .increment(parts);
    }
  }

  /** Kafka acknowledged an event. */
  void event(Topic<?> topic) {
    counters
        .computeIfAbsent(
            new Labels("dorado.ingest.events", topic.name(), ""),
            labels ->
                Counter.builder(labels.name())
                    .description("Canonical events that Kafka acknowledged, by topic")
                    .tag("topic", topic.name())
                    .register(registry))
        .increment();
  }

  /** The spool that is used from now on. Its counters are there from the start, as zero. */
  void spool(DeliverySpool spool, Clock clock) {
    for (var how : Spooled.values()) {
      spooled(how, 0);
    }
    drained(0);
    gauge("deliveries", "Accepted deliveries that wait for Kafka", spool, Backlog::deliveries);
    gauge("bytes", "Bytes of the spool on the disk", spool, Backlog::bytes);
    gauge("limit.bytes", "Most bytes of the spool", spool, Backlog::limit);
    gauge(
        "oldest.seconds",
        "Age of the oldest delivery that waits for Kafka; 0 if none does",
        spool,
        backlog ->
            backlog
                .oldest()
                .map(at -> Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1e3))
                .orElse(0.0));
  }

  private void gauge(
      String name, String description, DeliverySpool spool, ToDoubleFunction<Backlog> value) {
    Gauge.builder("dorado.ingest.spool." + name, spool, from -> value.applyAsDouble(from.backlog()))
        .description(description)
        .register(registry);
  }

  /** Deliveries came into the spool. */
  void spooled(Spooled how, long deliveries) {
    String label = how.name().toLowerCase(Locale.ROOT);
    counters
        .computeIfAbsent(
            new Labels("dorado.ingest.spooled", label, ""),
            labels ->
                Counter.builder(labels.name())
                    .description(
                        "Deliveries that were put on the disk, or found there at the start")
                    .tag("how", label)
                    .register(registry))
        .increment(deliveries);
  }

  /** Kafka acknowledged deliveries of the spool. */
  void drained(long deliveries) {
    counters
        .computeIfAbsent(
            new Labels("dorado.ingest.drained", "", ""),
            labels ->
                Counter.builder(labels.name())
                    .description("Deliveries of the spool that Kafka acknowledged")
                    .register(registry))
        .increment(deliveries);
  }

  /** A request was refused. {@code sender} is a known one, else {@code unknown}. */
  void refused(String sender, Refusal.Reason reason) {
    counters
        .computeIfAbsent(
            new Labels("dorado.ingest.refused", sender, reason.label()),
            labels ->
                Counter.builder(labels.name())
                    .description("Requests that were refused, by sender and reason")
                    .tag("sender", sender)
                    .tag("reason", reason.label())
                    .register(registry))
        .increment();
  }

  /** Kafka took {@code duration} to acknowledge everything of one delivery, or to fail. */
  void published(Duration duration, boolean isAcknowledged) {
    (isAcknowledged ? acknowledged : failed).record(duration);
  }

  private Timer published(String result) {
    return Timer.builder("dorado.ingest.publish")
        .description("Time from handing a delivery and its events to Kafka to its acknowledgement")
        .tag("result", result)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(10))
        .register(registry);
  }

  private record Labels(String name, String first, String second) {}
}
