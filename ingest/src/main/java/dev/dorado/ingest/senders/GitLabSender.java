package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.AnyOfAuthenticator;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.auth.StandardWebhooksAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.Optional;
import java.util.Set;

/** GitLab, on gitlab.com and elsewhere: webhooks of a project or group, and system hooks. */
final class GitLabSender implements Sender {

  private static final String DELIVERY_HEADER = "Idempotency-Key";
  private static final String INSTRUCTION =
      "set a secret token (or a signing token) in the webhook's settings on GitLab, and the same"
          + " one here in DORADO_SECRETS_GITLAB";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          new StandardWebhooksAuthenticator(INSTRUCTION),
          new SharedSecretAuthenticator(INSTRUCTION, "X-Gitlab-Token"));
  private final SenderSettings settings;

  GitLabSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "gitlab";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(
        "X-Gitlab-Event",
        "X-Gitlab-Event-UUID",
        "X-Gitlab-Instance",
        DELIVERY_HEADER,
        StandardWebhooksAuthenticator.ID_HEADER,
        // That tell, also of a delivery that is taken again, that it came to the wrong address.
        "X-Gitea-Event",
        "X-GitHub-Event");
  }

  /** Neither of GitLab's own UUIDs: the one is new for each request, the other spans several. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    return request
        .header(DELIVERY_HEADER)
        .or(() -> request.header(StandardWebhooksAuthenticator.ID_HEADER))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  /** GitLab counts such answers, and after some switches the webhook off. */
  @Override
  public boolean disablesHookOnClientErrors() {
    return true;
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      return new About(
          kind(body),
          ForgeRepository.nameIfAny(
              () -> project(body).map(project -> GitLabProject.of(project, settings))));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated.
      return new About(request.header("X-Gitlab-Event"), Optional.empty());
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    Fields body = request.fields();
    String kind =
        kind(body)
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the fields object_kind and event_name are missing: GitLab names the kind"
                            + " of event there"));
    return switch (kind) {
      case "push", "tag_push" -> new GitLabPushes(settings).translate(body, provenance);
      case "merge_request" -> new GitLabMergeRequests(settings).translate(body, provenance);
      case "note" -> new GitLabMergeRequests(settings).translateNote(body, provenance);
      case "pipeline" -> new GitLabPipelines(settings).translate(body, provenance);
      case "build" -> new GitLabDeployments(settings).translateJob(body, provenance);
      case "deployment" -> new GitLabDeployments(settings).translate(body, provenance);
      case "release" -> new GitLabReleases(settings).translate(body, provenance);
      case "issue", "work_item" -> new GitLabIssues(settings).translate(body, provenance);
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured".formatted(kind));
    };
  }

  private static Optional<String> kind(Fields body) {
    return body.maybeText("object_kind").or(() -> body.maybeText("event_name"));
  }

  /** The project, which old versions call the repository. */
  static Optional<Fields> project(Fields body) {
    return body.maybeObject("project").or(() -> body.maybeObject("repository"));
  }
}
