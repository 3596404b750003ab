package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Translation;
import java.util.Optional;
import java.util.Set;

/**
 * A tool that sends webhooks: how its deliveries are authenticated, and what they mean. Stateless
 * and thread-safe; everything it says is a pure function of the request.
 */
public interface Sender {

  /** Its name, as in {@code POST /webhooks/{sender}}: lower-case letters, digits and hyphens. */
  String name();

  /** How its deliveries are authenticated. */
  Authenticator authenticator();

  /**
   * The headers that are kept with a delivery, beside Content-Type and User-Agent: what translating
   * it again needs. Never one that holds a secret or a signature.
   */
  Set<String> keptHeaders();

  /**
   * What identifies a delivery, the same when it is sent again; by default the SHA-256 of the body.
   * Never throws, whatever the body is.
   */
  default String deliveryId(DeliveryRequest request) {
    return EventId.sha256Hex(request.body());
  }

  /**
   * The sender's kind of event and the repository, as far as the delivery names them, for people.
   * Never throws, whatever the body is.
   */
  default About about(DeliveryRequest request) {
    return About.NOTHING;
  }

  /**
   * What the delivery means. Nothing of {@code provenance} decides it, but where the sender gives
   * no time at all: there the time of receipt stands, and the events' ids leave it out.
   *
   * @throws dev.dorado.ingest.delivery.MalformedDelivery if it isn't in the sender's form at all
   * @throws dev.dorado.ingest.delivery.MissingField if it lacks what its kind must have
   */
  Translation translate(DeliveryRequest request, Provenance provenance);

  /**
   * Whether an authentic delivery that lacks something is answered with 202, because the sender
   * switches a webhook off that answers 4xx. It is kept as dead all the same.
   */
  default boolean disablesHookOnClientErrors() {
    return false;
  }

  /**
   * What a delivery says of itself.
   *
   * @param kind the sender's kind of event
   * @param repository {@code host/owner/name}
   */
  record About(Optional<String> kind, Optional<String> repository) {
    static final About NOTHING = new About(Optional.empty(), Optional.empty());
  }
}
