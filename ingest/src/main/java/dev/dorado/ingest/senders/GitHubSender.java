package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** GitHub, on github.com and elsewhere: webhooks of a repository or organisation. */
final class GitHubSender implements Sender {

  private static final String KIND_HEADER = "X-GitHub-Event";
  private static final String DELIVERY_HEADER = "X-GitHub-Delivery";

  private static final Set<String> KEPT_HEADERS =
      Set.of(
          KIND_HEADER,
          DELIVERY_HEADER,
          // Those that tell, also of a delivery that is taken again, that it came to the wrong
          // address.
          "X-Gitea-Event",
          "X-Forgejo-Event",
          "X-Gogs-Event",
          "X-GitHub-Hook-ID",
          "X-GitHub-Hook-Installation-Target-Type",
          "X-GitHub-Hook-Installation-Target-ID",
          "X-GitHub-Enterprise-Host");

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "X-Hub-Signature-256",
          "sha256=",
          "set a secret in the webhook's settings on GitHub, and the same one here in"
              + " DORADO_SECRETS_GITHUB");
  private final SenderSettings settings;

  GitHubSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "github";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return KEPT_HEADERS;
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request.header(DELIVERY_HEADER).orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    Optional<String> repository =
        ForgeRepository.nameIfAny(
            () ->
                body(request)
                    .maybeObject("repository")
                    .map(fields -> ForgeRepository.likeGitHub(fields, settings)));
    return new About(request.header(KIND_HEADER), repository);
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    String kind =
        request
            .header(KIND_HEADER)
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the header %s is missing: GitHub names the kind of event there"
                            .formatted(KIND_HEADER)));
    Fields body = body(request);
    return switch (kind) {
      case "ping" -> Translation.ignored("ping");
      case "push" -> new GitHubPushes(settings).translate(body, provenance);
      case "pull_request" -> new GitHubPullRequests(settings).translate(body, provenance);
      case "pull_request_review" ->
          new GitHubPullRequests(settings).translateReview(body, provenance);
      case "deployment" -> new GitHubDeployments(settings).translate(body, provenance);
      case "deployment_status" -> new GitHubDeployments(settings).translateStatus(body, provenance);
      case "deployment_protection_rule" ->
          new GitHubDeployments(settings).translateProtection(body, provenance);
      case "deployment_review" -> new GitHubRuns(settings).translateReview(body, provenance);
      case "workflow_run" -> new GitHubRuns(settings).translate(body, provenance);
      case "workflow_job" -> new GitHubRuns(settings).translateJob(body, provenance);
      case "issues" -> new GitHubIssues(settings).translate(body, provenance);
      case "release" -> new GitHubReleases(settings).translate(body, provenance);
      case "create", "delete" -> Translation.ignored(kind + ": the push of the ref says the same");
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured"
                  .formatted(kindAndAction(kind, body)));
    };
  }

  /** As {@code issues.labeled}, for people. */
  static String kindAndAction(String kind, Fields body) {
    return body.maybeNode("action")
        .filter(action -> action.isTextual())
        .map(action -> kind + "." + action.textValue())
        .orElse(kind);
  }

  /** The JSON object, which the form-encoded option of a webhook wraps once more. */
  static Fields body(DeliveryRequest request) {
    if (!request.mediaType().equals("application/x-www-form-urlencoded")) {
      return request.fields();
    }
    String payload =
        Arrays.stream(new String(request.body(), UTF_8).split("&"))
            .filter(pair -> pair.startsWith("payload="))
            .findFirst()
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the form has no field 'payload': GitHub puts the JSON there"))
            .substring("payload=".length());
    try {
      var json = DeliveryRequest.readJson(URLDecoder.decode(payload, UTF_8).getBytes(UTF_8));
      if (!json.isObject()) {
        throw new MalformedDelivery("the form's field 'payload' is no JSON object");
      }
      return request.fields(json, "$");
    } catch (IllegalArgumentException e) {
      throw new MalformedDelivery(
          "the form's field 'payload' is not URL-encoded: " + e.getMessage());
    }
  }
}
