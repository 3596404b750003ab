package dev.dorado.ingest.auth;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a delivery is authentic, over its raw bytes and in constant time. Stateless and
 * thread-safe.
 */
public interface Authenticator {

  /**
   * Why {@code request} is refused, or empty if it is authentic.
   *
   * @param secrets the secrets that are accepted, at least one; several while one is replaced
   */
  Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets);

  /**
   * Whether {@code request} has a proof of this kind, right or wrong. {@link AnyOfAuthenticator}
   * chooses by it.
   */
  boolean isUsedBy(DeliveryRequest request);

  /**
   * The secrets that {@code request} shows as they are, which may be tokens that may send; none of
   * a delivery that is signed.
   */
  default List<String> shown(DeliveryRequest request) {
    return List.of();
  }

  /** The delivery without a secret that its body has, since bodies are kept as they came. */
  default DeliveryRequest withoutSecret(DeliveryRequest request) {
    return request;
  }

  /** What to set up at the sender, for people: where its settings have the secret. */
  String instruction();
}
