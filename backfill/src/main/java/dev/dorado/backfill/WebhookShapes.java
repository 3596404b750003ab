package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.server.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Translates what an API tells, put into the shape of the webhook that would have told it, by the
 * class that translates the webhooks: so both give the same events with the same ids. For one
 * thread.
 */
final class WebhookShapes {

  private final Sender sender;
  private final String kindHeader;
  private final Provenance provenance;
  private final Duration futureTolerance;
  private final BackfillProgress progress;

  /**
   * @param sender translates
   * @param kindHeader the header in which it expects the kind of event
   * @param importedAt when
   * @param futureTolerance how far after the import times may lie
   * @param progress is told what can't be translated
   */
  WebhookShapes(
      Sender sender,
      String kindHeader,
      Instant importedAt,
      Duration futureTolerance,
      BackfillProgress progress) {
    this.sender = requireNonNull(sender);
    this.kindHeader = requireNonNull(kindHeader);
    this.provenance = new Provenance(sender.name(), "backfill", importedAt, "backfill");
    this.futureTolerance = requireNonNull(futureTolerance);
    this.progress = requireNonNull(progress);
  }

  Provenance provenance() {
    return provenance;
  }

  /** The events of webhooks, in their order; those that say nothing that is measured give none. */
  List<CanonicalEvent<?>> events(List<Webhook> webhooks) {
    List<CanonicalEvent<?>> events = new ArrayList<>();
    for (var webhook : webhooks) {
      try {
        var request =
            new DeliveryRequest(
                    Map.of(kindHeader, webhook.kind()),
                    Json.MAPPER.writeValueAsBytes(webhook.body()),
                    provenance.getReceivedAt())
                .withFutureTolerance(futureTolerance);
        if (sender.translate(request, provenance) instanceof Translation.Events translated) {
          events.addAll(translated.events());
          request
              .leftOut()
              .problems()
              .forEach(
                  problem ->
                      progress.note(
                          "a part of a %s is left out: %s"
                              .formatted(webhook.kind(), problem.getMessage())));
        }
      } catch (UntranslatableDelivery e) {
        progress.note("a %s is left out: %s".formatted(webhook.kind(), e.getMessage()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("what was read as JSON is written as JSON", e);
      }
    }
    return events;
  }

  /**
   * A webhook as it would have come.
   *
   * @param kind the sender's kind of event
   * @param body its JSON
   */
  record Webhook(String kind, JsonNode body) {}
}
