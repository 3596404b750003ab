package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.server.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sender that takes the requests of another product's API. Clients of that product change the
 * host and the key: they post to the paths that they know and get the answers that they expect.
 *
 * <p>The path says what a request means (which kind of event, which service), so it is kept with
 * the delivery, in the header {@value #PATH_HEADER}. A proxy that passes on {@code
 * /webhooks/{sender}} only can state it in that header itself.
 */
public interface CompatibleSender extends Sender {

  /** Header with the path that was posted to. At the product's own paths ingest sets it. */
  String PATH_HEADER = "X-Dorado-Path";

  /**
   * The paths that are taken by POST and answered as the product does. At {@code
   * /webhooks/{sender}}, unless it is one of them, the answer is Dorado's own.
   */
  ApiPaths paths();

  /** The answer of the product to a delivery that was accepted or ignored. */
  Answer answer(Accepted accepted);

  /**
   * The answer of the product to a request that is refused; empty for Dorado's problem JSON.
   *
   * @param head the request without its body
   */
  default Optional<Answer> refusal(DeliveryRequest head, Problem problem) {
    return Optional.empty();
  }

  /** The path: it says what the body means. */
  @Override
  default Set<String> keptHeaders() {
    return Set.of(PATH_HEADER);
  }

  /** The same body may be posted to several paths, or have no content at all. */
  @Override
  default String deliveryId(DeliveryRequest request) {
    return EventId.hash(request.header(PATH_HEADER).orElse(""), EventId.sha256Hex(request.body()));
  }

  /**
   * A delivery that was accepted or ignored.
   *
   * @param request the delivery, which was translated
   * @param events what it means; empty if it was ignored
   * @param skipped what of it could not be used
   */
  record Accepted(
      DeliveryRequest request, List<CanonicalEvent<?>> events, List<MissingField> skipped) {}

  /** An answer in the product's own form. */
  sealed interface Answer {

    /** HTTP status. */
    int status();

    /**
     * JSON.
     *
     * @param status HTTP status
     * @param members members of the object; ingest adds {@code meta} with what Dorado made of it
     */
    record JsonObject(int status, Map<String, Object> members) implements Answer {}

    /**
     * Anything else.
     *
     * @param status HTTP status
     * @param mediaType what it is
     * @param body the bytes, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(int status, String mediaType, byte[] body) implements Answer {}
  }
}
