package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.AnyOfAuthenticator;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gitea, Forgejo and Gogs. Their payloads are like GitHub's, and they also send GitHub's headers;
 * what they leave out differs.
 */
final class GiteaSender implements Sender {

  private static final List<String> FLAVOURS = List.of("Gitea", "Forgejo", "Gogs");
  private static final String INSTRUCTION =
      "set a secret in the webhook's settings, and the same one here in DORADO_SECRETS_GITEA";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          Stream.concat(
                  FLAVOURS.stream()
                      .map(
                          name ->
                              new HmacAuthenticator(header(name, "Signature"), "", INSTRUCTION)),
                  // Gitea's webhooks may also have a header Authorization.
                  Stream.of(new SharedSecretAuthenticator(INSTRUCTION)))
              .toArray(Authenticator[]::new));
  private final SenderSettings settings;

  GiteaSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "gitea";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Stream.concat(
            FLAVOURS.stream()
                .flatMap(
                    name ->
                        Stream.of("Event", "Event-Type", "Delivery")
                            .map(what -> header(name, what))),
            Stream.of("X-GitHub-Event"))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return of(request, "Delivery").orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(
        of(request, "Event"),
        ForgeRepository.nameIfAny(
            () ->
                GitHubSender.body(request)
                    .maybeObject("repository")
                    .map(fields -> ForgeRepository.likeGitHub(fields, settings))));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    String kind =
        of(request, "Event")
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the header X-Gitea-Event is missing: Gitea names the kind of event there"))
            .toLowerCase(Locale.ROOT);
    Fields body = GitHubSender.body(request);
    return switch (kind) {
      case "push" -> new GiteaPushes(settings).translate(body, provenance);
      case "pull_request",
          "pull_request_approved",
          "pull_request_rejected",
          "pull_request_comment",
          "pull_request_review_approved",
          "pull_request_review_rejected",
          "pull_request_review_comment" ->
          new GiteaPullRequests(settings).translate(kind, body, provenance);
      case "issues" -> new GiteaIssues(settings).translate(body, provenance);
      case "release" -> new GitHubReleases(settings).translate(body, provenance);
      case "workflow_run" -> new GiteaRuns(settings).translate(body, provenance);
      case "workflow_job" -> new GiteaRuns(settings).translateJob(body, provenance);
      case "action_run_success", "action_run_failure", "action_run_recover" ->
          new GiteaRuns(settings).translateForgejo(body, provenance);
      case "create", "delete" -> Translation.ignored(kind + ": the push of the ref says the same");
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured"
                  .formatted(GitHubSender.kindAndAction(kind, body)));
    };
  }

  /** The value of the header that any of the flavours has. */
  private static Optional<String> of(DeliveryRequest request, String what) {
    return FLAVOURS.stream()
        .flatMap(name -> request.header(header(name, what)).stream())
        .findFirst();
  }

  private static String header(String flavour, String what) {
    return "X-" + flavour + "-" + what;
  }
}
