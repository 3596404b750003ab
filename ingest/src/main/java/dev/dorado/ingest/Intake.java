package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.IngestMetrics.Outcome;
import dev.dorado.ingest.delivery.BoundedEvents;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.schemas.DeliveryLog;
import dev.dorado.server.TraceSpan;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way that every authentic delivery of every sender takes: it is translated, and what came
 * and what it means is published together. Thread-safe.
 */
final class Intake {

  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final List<String> KEPT_OF_ALL =
      List.of("Content-Type", "User-Agent", DeliveryRequest.ORIGIN_HEADER);
  private static final int MOST_REASONS = 3;

  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Duration futureTolerance;

  /**
   * @param futureTolerance how far after its receipt the times of a delivery may lie
   */
  Intake(Publisher publisher, IngestMetrics metrics, Duration futureTolerance) {
    this.publisher = requireNonNull(publisher);
    this.metrics = requireNonNull(metrics);
    this.futureTolerance = requireNonNull(futureTolerance);
  }

  /**
   * Translates and publishes an authentic delivery.
   *
   * @return what became of it, once Kafka has acknowledged; fails with {@link
   *     Publisher.NotAcknowledged}
   */
  CompletableFuture<Taken> take(Sender sender, DeliveryRequest delivered) {
    return take(sender, delivered, TraceSpan.NONE);
  }

  /** As {@link #take(Sender, DeliveryRequest)}, as a part of {@code span}. */
  CompletableFuture<Taken> take(Sender sender, DeliveryRequest delivered, TraceSpan span) {
    var request = delivered.withFutureTolerance(futureTolerance);
    var taken = translate(sender, request);
    span.with("dorado.delivery", taken.deliveryId())
        .with("dorado.outcome", taken.outcome().label())
        .with("dorado.events", taken.events().size());
    var sending =
        span.child(TraceSpan.Kind.PRODUCER, "send")
            .with("messaging.system", "kafka")
            .with("messaging.operation.type", "send")
            .with("messaging.batch.message_count", taken.events().size() + 1L);
    return publisher
        .publish(delivery(sender, request, taken), taken.events(), sending)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                sending.fail(failure.getMessage());
              }
              sending.end();
              var outcome = failure == null ? taken.outcome() : Outcome.UNACKNOWLEDGED;
              metrics.delivery(sender.name(), outcome);
              metrics.unmeasured(sender.name(), failure == null ? taken.unmeasured() : 0);
              DeliveryLog.taken(
                  sender.name(),
                  taken.deliveryId(),
                  outcome.label(),
                  taken.events().size(),
                  failure == null ? taken.reason() : failure.getMessage());
            })
        .thenApply(done -> taken);
  }

  private static Taken translate(Sender sender, DeliveryRequest request) {
    String id = sender.deliveryId(request);
    return translate(sender, request, id, () -> request.provenance(sender.name(), id));
  }

  /** What a delivery means now; {@code provenance} may find that it is malformed. */
  static Taken translate(
      Sender sender, DeliveryRequest request, String id, Supplier<Provenance> provenance) {
    try {
      var translation = sender.translate(request, provenance.get());
      int unmeasured = translation.unmeasured();
      if (translation instanceof Translation.Events events) {
        List<CanonicalEvent<?>> within = BoundedEvents.of(request, events.events());
        List<MissingField> skipped = request.leftOut().problems();
        return new Taken(
            request, id, Outcome.ACCEPTED, within, reason(skipped), skipped, unmeasured, null);
      }
      String reason = ((Translation.Ignored) translation).reason();
      return new Taken(
          request, id, Outcome.IGNORED, List.of(), reason, List.of(), unmeasured, null);
    } catch (UntranslatableDelivery e) {
      return dead(request, id, e.getMessage(), e);
    } catch (RuntimeException e) {
      // A mistake in the sender's class: the delivery is kept, so that it can be retried once that
      // is mended, and the sender is told that it is not its fault.
      log.error("delivery {} of {} could not be translated", id, sender.name(), e);
      return dead(request, id, "unexpected: " + e, e);
    }
  }

  private static Taken dead(
      DeliveryRequest request, String id, String reason, RuntimeException problem) {
    return new Taken(request, id, Outcome.DEAD, List.of(), reason, List.of(), 0, problem);
  }

  /** Why only a part of a delivery was accepted; null if all of it was. */
  private static String reason(List<MissingField> skipped) {
    if (skipped.isEmpty()) {
      return null;
    }
    String more =
        skipped.size() <= MOST_REASONS
            ? ""
            : " (and %d more)".formatted(skipped.size() - MOST_REASONS);
    return skipped.stream()
        .limit(MOST_REASONS)
        .map(MissingField::getMessage)
        .collect(Collectors.joining("; ", "skipped: ", more));
  }

  /** What is kept of a delivery. */
  static Delivery delivery(Sender sender, DeliveryRequest request, Taken taken) {
    var about = sender.about(request);
    return Delivery.newBuilder()
        .setSender(sender.name())
        .setId(taken.deliveryId())
        .setReceivedAt(request.receivedAt())
        .setHeaders(keptHeaders(sender, request))
        .setBody(ByteBuffer.wrap(request.body()))
        .setOutcome(taken.outcome().label())
        .setReason(taken.reason())
        .setKind(about.kind().orElse(null))
        .setRepository(
            taken.events().stream()
                .flatMap(event -> event.repository().stream())
                .findFirst()
                .or(about::repository)
                .orElse(null))
        .setEvents(taken.events().size())
        .setOccurredAt(newest(taken.events()).orElse(null))
        .build();
  }

  private static Map<String, String> keptHeaders(Sender sender, DeliveryRequest request) {
    Map<String, String> kept = new HashMap<>();
    KEPT_OF_ALL.forEach(name -> keep(name, request, kept));
    sender.keptHeaders().forEach(name -> keep(name, request, kept));
    return kept;
  }

  private static void keep(String name, DeliveryRequest request, Map<String, String> kept) {
    request.header(name).ifPresent(value -> kept.put(name.toLowerCase(Locale.ROOT), value));
  }

  private static Optional<Instant> newest(List<CanonicalEvent<?>> events) {
    Instant newest = null;
    for (var event : events) {
      if (newest == null || event.occurredAt().isAfter(newest)) {
        newest = event.occurredAt();
      }
    }
    return Optional.ofNullable(newest);
  }

  /**
   * What became of a delivery.
   *
   * @param request the delivery
   * @param deliveryId its id
   * @param outcome accepted, ignored or dead
   * @param events what it means
   * @param reason why it was ignored or is dead, or what of it was skipped; else null
   * @param skipped what of an accepted delivery could not be used
   * @param unmeasured how many parts of it say nothing that is measured
   * @param failure why it is dead; else null
   */
  record Taken(
      DeliveryRequest request,
      String deliveryId,
      Outcome outcome,
      List<CanonicalEvent<?>> events,
      String reason,
      List<MissingField> skipped,
      int unmeasured,
      RuntimeException failure) {

    /** Why it is dead. */
    Optional<RuntimeException> problem() {
      return Optional.ofNullable(failure);
    }
  }
}
