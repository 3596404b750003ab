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
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Bitbucket Data Center, and Server before it: webhooks of a repository or project. */
final class BitbucketServerSender implements Sender {

  private static final String DELIVERY_HEADER = "X-Request-Id";
  private static final String INSTRUCTION =
      "set a secret (or a user's password) in the webhook's settings on Bitbucket, and the same one"
          + " here in DORADO_SECRETS_BITBUCKET_SERVER";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          new HmacAuthenticator("X-Hub-Signature", "sha256=", INSTRUCTION),
          new SharedSecretAuthenticator(INSTRUCTION));
  private final SenderSettings settings;

  BitbucketServerSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "bitbucket-server";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(Addressee.BITBUCKET_HEADER, DELIVERY_HEADER);
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request.header(DELIVERY_HEADER).orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      return new About(
          kind(request, body),
          ForgeRepository.nameIfAny(
              () ->
                  body.maybeObject("repository")
                      .or(
                          () ->
                              body.maybeObject("pullRequest")
                                  .flatMap(pull -> pull.maybeObject("toRef"))
                                  .flatMap(ref -> ref.maybeObject("repository")))
                      .map(fields -> repository(fields, settings))));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated.
      return new About(request.header(Addressee.BITBUCKET_HEADER), Optional.empty());
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Addressee.check(name(), request);
    Fields body = request.fields();
    String kind =
        kind(request, body)
            .or(() -> body.maybeNode("test").map(test -> "diagnostics:ping"))
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the header %s and the field eventKey are missing: Bitbucket names the kind of event there"
                            .formatted(Addressee.BITBUCKET_HEADER)));
    if (kind.startsWith("pr:")) {
      return new BitbucketServerPullRequests(settings).translate(kind, body, provenance);
    }
    return switch (kind) {
      case "diagnostics:ping" -> Translation.ignored("ping");
      case "repo:refs_changed" -> new BitbucketServerPushes(settings).translate(body, provenance);
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured".formatted(kind));
    };
  }

  private static Optional<String> kind(DeliveryRequest request, Fields body) {
    return request.header(Addressee.BITBUCKET_HEADER).or(() -> body.maybeText("eventKey"));
  }

  /**
   * A repository by its address, where the payload has one; else by the key of its project and its
   * slug, on the default host.
   */
  static ForgeRepository repository(Fields repository, SenderSettings settings) {
    List<String> addresses =
        repository.maybeObject("links").stream()
            .flatMap(
                links ->
                    Stream.of("self", "clone").flatMap(kind -> links.maybeObjects(kind).stream()))
            .flatMap(link -> link.maybeText("href").stream())
            .toList();
    return addresses.stream()
        .flatMap(text -> settings.repositories().normalise(text).stream())
        .findFirst()
        .or(() -> settings.repositories().normalise(path(repository)))
        .map(
            name ->
                new ForgeRepository(
                    name,
                    addresses.stream().filter(url -> url.contains("/repos/")).findFirst(),
                    Optional.empty()))
        .orElseThrow(
            () -> repository.unusable("slug", path(repository), "the key of a project and a slug"));
  }

  private static String path(Fields repository) {
    return repository.object("project").text("key", "the key of the project")
        + "/"
        + repository.text("slug", "the slug of the repository");
  }

  /** A person, by the login. */
  static Optional<String> person(Fields user) {
    return user.maybeText("name").or(() -> user.maybeText("slug"));
  }
}
