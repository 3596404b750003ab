package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Translations, as tests ask for them. */
final class Translated {

  static final SenderSettings SETTINGS =
      new SenderSettings(new RepositoryName("github.com"), List.of("incident", "outage"));

  private Translated() {}

  static List<CanonicalEvent<?>> events(Sender sender, Payload payload) {
    return events(sender, payload.request());
  }

  static List<CanonicalEvent<?>> events(Sender sender, DeliveryRequest request) {
    var translation = translate(sender, request);
    assertThat(translation).isInstanceOf(Translation.Events.class);
    return ((Translation.Events) translation).events();
  }

  /** The one event of a payload. */
  static <V extends SpecificRecord> V event(Sender sender, Payload payload, Class<V> type) {
    var events = events(sender, payload);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).value()).isInstanceOf(type);
    return type.cast(events.get(0).value());
  }

  /** What the product answers to a payload that stands for {@code events}. */
  static CompatibleSender.Answer.JsonObject answer(
      CompatibleSender sender, Payload payload, List<CanonicalEvent<?>> events) {
    var accepted = new CompatibleSender.Accepted(payload.request(), events, List.of());
    return (CompatibleSender.Answer.JsonObject) sender.answer(accepted);
  }

  static String ignored(Sender sender, Payload payload) {
    var translation = translate(sender, payload.request());
    assertThat(translation).isInstanceOf(Translation.Ignored.class);
    return ((Translation.Ignored) translation).reason();
  }

  static MissingField missing(Sender sender, Payload payload) {
    return problem(sender, payload.request());
  }

  /** The paths of what is left out of an accepted payload. */
  static List<String> skipped(Sender sender, Payload payload) {
    var request = payload.request();
    assertThat(translate(sender, request)).isInstanceOf(Translation.Events.class);
    return request.leftOut().problems().stream().map(MissingField::path).toList();
  }

  static MissingField problem(Sender sender, DeliveryRequest request) {
    return catchThrowableOfType(MissingField.class, () -> translate(sender, request));
  }

  static Translation translate(Sender sender, DeliveryRequest request) {
    return sender.translate(request, request.provenance(sender.name(), sender.deliveryId(request)));
  }
}
