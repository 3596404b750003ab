package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import java.util.Optional;
import java.util.Set;

/** Bitbucket Cloud (bitbucket.org): webhooks of a repository or workspace. */
final class BitbucketCloudSender implements Sender {

  private static final String DELIVERY_HEADER = "X-Request-UUID";
  private static final String HOST = "https://bitbucket.org/";

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "X-Hub-Signature",
          "sha256=",
          "set a secret in the webhook's settings on Bitbucket, and the same one here in"
              + " DORADO_SECRETS_BITBUCKET_CLOUD");
  private final SenderSettings settings;

  BitbucketCloudSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "bitbucket-cloud";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(Addressee.BITBUCKET_HEADER, DELIVERY_HEADER, "X-Hook-UUID", "X-Attempt-Number");
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request.header(DELIVERY_HEADER).orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(
        request.header(Addressee.BITBUCKET_HEADER),
        ForgeRepository.nameIfAny(
            () ->
                request
                    .fields()
                    .maybeObject("repository")
                    .map(fields -> repository(fields, settings))));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    String kind =
        request
            .header(Addressee.BITBUCKET_HEADER)
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the header %s is missing: Bitbucket names the kind of event there"
                            .formatted(Addressee.BITBUCKET_HEADER)));
    Fields body = request.fields();
    if (kind.startsWith("pullrequest:")) {
      return new BitbucketCloudPullRequests(settings)
          .translate(kind.substring("pullrequest:".length()), body, provenance);
    }
    return switch (kind) {
      case "repo:push" -> new BitbucketCloudPushes(settings).translate(body, provenance);
      case "repo:commit_status_created", "repo:commit_status_updated" ->
          new BitbucketCloudStatuses(settings).translate(body, provenance);
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured".formatted(kind));
    };
  }

  /** A repository by its address, or by {@code workspace/name}; all are on one host. */
  static ForgeRepository repository(Fields repository, SenderSettings settings) {
    Optional<Fields> html =
        repository.maybeObject("links").flatMap(links -> links.maybeObject("html"));
    Optional<String> branch =
        repository.maybeObject("mainbranch").flatMap(main -> main.maybeText("name"));
    if (html.flatMap(link -> link.maybeText("href")).isPresent()) {
      var known = ForgeRepository.of(html.get(), settings, "href");
      return new ForgeRepository(known.name(), known.url(), branch);
    }
    String name = repository.text("full_name", "workspace/name");
    return settings
        .repositories()
        .normalise(HOST + name)
        .map(full -> new ForgeRepository(full, Optional.of(HOST + name), branch))
        .orElseThrow(() -> repository.unusable("full_name", name, "workspace/name"));
  }

  /** A person, by what old and new payloads call them. */
  static Optional<String> person(Fields user) {
    return user.maybeText("nickname")
        .or(() -> user.maybeText("username"))
        .or(() -> user.maybeText("account_id"))
        .or(() -> user.maybeText("display_name"));
  }
}
