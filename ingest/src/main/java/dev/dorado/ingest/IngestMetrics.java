package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.auth.Refusal;
import dev.dorado.schemas.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What ingest counts. With <i>requests</i> the POST requests to {@code /webhooks/{sender}} that
 * have been answered (docs/operations.md has all equations, and ITAccounting asserts them):
 *
 * <pre>
 * requests                    = Σ dorado.ingest.deliveries + Σ dorado.ingest.refused
 * deliveries kept in Kafka    = dorado.ingest.deliveries − outcome "unacknowledged"
 * events of accepted ones     = Σ dorado.ingest.events − those of the catalog and of events whose
 *                               delivery was then unacknowledged
 * </pre>
 *
 * <p>Alert when {@code outcome="unacknowledged"} grows (Kafka is away: senders are told to try
 * again), when {@code outcome="dead"} grows (a sender's payloads are not understood), and when
 * {@code dorado.ingest.refused} with reason signature or secret grows (a webhook is set up with
 * another secret, or somebody is trying). Thread-safe.
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
