package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A CDEvent's parts.
 *
 * @param type subject and predicate, as {@code service.deployed}; the whole type if it is no
 *     CDEvent's
 * @param id the context's id
 * @param source the context's source
 * @param moment the context's timestamp, else the time of receipt
 * @param subject the subject
 * @param subjectSource the subject's source, else the context's
 * @param content the subject's content
 * @param custom the event's customData, if it is an object
 */
record CdEvent(
    String type,
    String id,
    String source,
    Moment moment,
    Fields subject,
    String subjectSource,
    Optional<Fields> content,
    Optional<Fields> custom) {

  private static final String PREFIX = "dev.cdevents.";

  static CdEvent of(Fields event, Optional<Instant> sentAt, Provenance provenance) {
    Fields context = event.object("context");
    Fields subject = event.object("subject");
    String source = context.text("source", "the source of the event, a URI reference");
    return new CdEvent(
        subjectAndPredicate(context.text("type", "a type, as dev.cdevents.service.deployed.0.2.0")),
        context.text("id", "the id of the event"),
        source,
        Moment.firstOf(provenance, context.maybeTime("timestamp"), sentAt),
        subject,
        subject.maybeText("source").orElse(source),
        subject.maybeObject("content"),
        event.maybeNode("customData").filter(node -> node.isObject()).isPresent()
            ? event.maybeObject("customData")
            : Optional.empty());
  }

  /** When it happened. */
  Instant time() {
    return moment.at();
  }

  /** The subject's id. */
  String subjectId() {
    return subject.text("id", "the id of the subject");
  }

  /** An object of the content. */
  Optional<Fields> inContent(String name) {
    return content.flatMap(fields -> fields.maybeObject(name));
  }

  /** The id of an object of the content. */
  Optional<String> idInContent(String name) {
    return inContent(name).flatMap(object -> object.maybeText("id"));
  }

  /** A text of the content. */
  Optional<String> textInContent(String name) {
    return content.flatMap(fields -> fields.maybeText(name));
  }

  /** A text of the customData. */
  Optional<String> customText(String name) {
    return custom.flatMap(fields -> fields.maybeText(name));
  }

  /** A SHA in the customData. */
  Optional<String> customSha() {
    return custom.flatMap(fields -> Shas.maybe(fields, "sha"));
  }

  /** The id of the canonical event for {@code what}: one CDEvent may give several. */
  String eventId(String what) {
    return moment.idOf(what, subjectSource + " " + subjectId(), type + " " + source + " " + id);
  }

  /** An id of Dorado's for the subject: the same in all events on it. */
  String subjectName() {
    return "cdevents:%s:%s".formatted(subjectSource, subjectId());
  }

  private static String subjectAndPredicate(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(PREFIX)) {
      return lower;
    }
    String[] parts = lower.substring(PREFIX.length()).split("\\.", -1);
    return parts.length < 2 ? lower : parts[0] + "." + parts[1];
  }
}
