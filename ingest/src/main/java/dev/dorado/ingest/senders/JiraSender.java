package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.AnyOfAuthenticator;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.Optional;
import java.util.Set;

/** Jira and Jira Service Management, Cloud and Data Center: webhooks of the site or of an app. */
final class JiraSender implements Sender {

  private static final String DELIVERY_HEADER = "X-Atlassian-Webhook-Identifier";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          new HmacAuthenticator(
              "X-Hub-Signature",
              "sha256=",
              "set a secret in the webhook's settings in Jira, and the same one here in"
                  + " DORADO_SECRETS_JIRA"),
          SharedSecretAuthenticator.alsoInAddress(
              "set a secret in the webhook's settings in Jira (where it has none: add ?token= to its"
                  + " address), and the same one here in DORADO_SECRETS_JIRA"));
  private final JiraIncidents incidents;

  JiraSender(SenderSettings settings) {
    incidents = new JiraIncidents(settings);
  }

  @Override
  public String name() {
    return "jira";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(DELIVERY_HEADER);
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request.header(DELIVERY_HEADER).orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("webhookEvent"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String kind = body.text("webhookEvent", "an event, as jira:issue_updated");
    Optional<String> transition =
        switch (kind) {
          case "jira:issue_created" -> Optional.of(IncidentEvents.OPENED);
          case "jira:issue_updated" -> Optional.of(IncidentEvents.OPEN_AGAIN);
          case "jira:issue_deleted" -> Optional.of(IncidentEvents.WITHDRAWN);
          default -> Optional.empty();
        };
    return transition.isPresent()
        ? incidents.translate(body, kind, transition.get(), provenance)
        : Translation.ignored(kind + ": this kind of event says nothing that is measured");
  }
}
