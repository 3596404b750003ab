package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Azure DevOps Services and Server: service hooks of a project. */
final class AzureDevOpsSender implements Sender {

  /** What a field of a resource must be, for those whose subscription leaves it out. */
  static final String FULL = " (set 'Resource details to send' of the subscription to 'All')";

  private static final String KIND = "eventType";

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "set a password for basic authentication in the service hook's settings on Azure DevOps,"
              + " and the same one here in DORADO_SECRETS_AZURE_DEVOPS");
  private final SenderSettings settings;

  AzureDevOpsSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "azure-devops";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  /** The ids of event and notification, since two subscriptions may send the same event. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      List<String> parts =
          Stream.of("id", "subscriptionId", "notificationId")
              .flatMap(name -> body.maybeText(name).stream())
              .toList();
      if (body.maybeText("id").isPresent()) {
        String id = String.join("/", parts);
        return id.length() <= 200 ? id : EventId.hash(id);
      }
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here it just has no id.
      return EventId.sha256Hex(request.body());
    }
    return EventId.sha256Hex(request.body());
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      return new About(
          body.maybeText(KIND),
          ForgeRepository.nameIfAny(
              () ->
                  body.maybeObject("resource")
                      .flatMap(resource -> resource.maybeObject("repository"))
                      .map(repository -> AzureRepository.of(repository, body, settings))));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated.
      return About.NOTHING;
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    Fields body = request.fields();
    String kind = body.text(KIND, "the kind of event, as git.push");
    return switch (kind) {
      case "git.push" -> new AzurePushes(settings).translate(body, provenance);
      case "git.pullrequest.created", "git.pullrequest.updated", "git.pullrequest.merged" ->
          new AzurePullRequests(settings).translate(kind, body, provenance);
      case "ms.vss-code.git-pullrequest-comment-event" ->
          new AzurePullRequests(settings).translateComment(body, provenance);
      case "build.complete" -> new AzureRuns(settings).translateBuild(body, provenance);
      case "ms.vss-pipelines.run-state-changed-event" ->
          new AzureRuns(settings).translateRun(body, provenance);
      case "ms.vss-pipelines.stage-state-changed-event" ->
          new AzureRuns(settings).translatePart("stage", body, provenance);
      case "ms.vss-pipelines.job-state-changed-event" ->
          new AzureRuns(settings).translatePart("job", body, provenance);
      case "ms.vss-release.deployment-approval-pending-event",
          "ms.vss-release.deployment-approval-completed-event" ->
          new AzureReleases(settings).translateApproval(kind, body, provenance);
      case "ms.vss-release.deployment-started-event", "ms.vss-release.deployment-completed-event" ->
          new AzureReleases(settings).translate(kind, body, provenance);
      case "workitem.created", "workitem.updated", "workitem.deleted", "workitem.restored" ->
          new AzureWorkItems(settings).translate(kind, body, provenance);
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured".formatted(kind));
    };
  }

  /** What the event is about, which a subscription may leave out. */
  static Fields resource(Fields body) {
    return body.maybeObject("resource")
        .orElseThrow(() -> body.absent("resource", "a JSON object" + FULL));
  }

  /** The time of the event, else that of receipt. */
  static Moment sentAt(Fields body, Provenance provenance) {
    return Moment.of(body.maybeTime("createdDate"), provenance);
  }

  /** The page of a thing, for people. */
  static Optional<String> page(Fields thing) {
    return thing
        .maybeObject("_links")
        .flatMap(links -> links.maybeObject("web"))
        .flatMap(web -> web.maybeText("href"));
  }
}
