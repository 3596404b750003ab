package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Translation;
import java.util.Set;

/** Prometheus Alertmanager's webhook receiver. */
final class AlertmanagerSender implements Sender {

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "set http_config.authorization.credentials of the receiver to a secret of"
              + " DORADO_SECRETS_ALERTMANAGER");
  private final AlertGroups groups = new AlertGroups("alertmanager");

  @Override
  public String name() {
    return "alertmanager";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return groups.deliveryId(request);
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("status"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    return groups.translate(request.fields(), provenance);
  }
}
