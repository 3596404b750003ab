package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import java.util.List;
import java.util.Map;
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

  /** The paths of the product's API that are taken by POST, beside {@code /webhooks/{sender}}. */
  ApiPaths paths();

  /**
   * The answer of the product to an accepted delivery.
   *
   * @param request the delivery, which was translated
   * @param events what it means; empty if it was ignored
   */
  Answer answer(DeliveryRequest request, List<CanonicalEvent<?>> events);

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
   * An answer in the product's own form.
   *
   * @param status HTTP status
   * @param body members of the JSON object; ingest adds {@code meta} with what Dorado made of it
   */
  record Answer(int status, Map<String, Object> body) {}
}
