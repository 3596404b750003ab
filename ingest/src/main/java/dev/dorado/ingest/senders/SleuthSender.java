package dev.dorado.ingest.senders;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sleuth's deploy registration, as JSON or as a form: a commit or tag that was deployed to an
 * environment of a code deployment, which is the service. Without a date it happened when it was
 * registered, and the same commit counts once in each environment, as Sleuth has it.
 */
final class SleuthSender implements CompatibleSender {

  private static final String DEPLOYMENT = "deployment";

  /** Sleuth's documents have all of these; the last one is the oldest. */
  private static final ApiPaths PATHS =
      ApiPaths.of(
          "/api/1/deployments/{organization}/{deployment}/register_deploy",
          "/api/1/deployments/{organization}/{deployment}/register-deploy",
          "/api/1/{organization}/{deployment}/register_deploy");

  private final Authenticator authenticator =
      SharedSecretAuthenticator.alsoInBody(
          "send a secret of DORADO_SECRETS_SLEUTH in place of Sleuth's API key, as 'Authorization:"
              + " Bearer' or 'apikey', or in a body of at most 256 KiB as 'api_key'",
          "api_key");

  @Override
  public String name() {
    return "sleuth";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public ApiPaths paths() {
    return PATHS;
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(Optional.of(DEPLOYMENT), Optional.empty());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    var path = PATHS.of(request);
    Fields body = request.beginsAsJsonObject() ? request.fields() : FormBody.fields(request);
    String deployed = body.text("sha", "the SHA of the commit, or the tag, that was deployed");
    Optional<String> sha = Shas.ifAny(Optional.of(deployed));
    Optional<String> environment = body.maybeText("environment");
    // Sleuth's client writes the time in UTC and without an offset.
    Moment moment = Moment.of(body.maybeTimeInUtc("date"), provenance);
    String id =
        "sleuth:%s/%s:%s:%s%s"
            .formatted(
                path.parameter("organization"),
                path.parameter(DEPLOYMENT),
                environment.orElse("").toLowerCase(Locale.ROOT),
                deployed,
                moment.isSaid() ? ":" + moment.at() : "");
    return Translation.of(
        CanonicalEvent.of(
            DeploymentEvent.newBuilder()
                .setId(moment.idOf("deployment", id, "succeeded " + EventId.hash(body.json())))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setDeployment(id)
                .setService(path.parameter(DEPLOYMENT).toLowerCase(Locale.ROOT))
                .setEnvironment(environment.orElse(null))
                .setRef(body.maybeText("branch").orElse(null))
                .setSha(sha.orElse(null))
                .setVersion(sha.isPresent() ? null : deployed)
                .setStatus("succeeded")
                .setFinishedAt(moment.at())
                .setUrl(link(body).orElse(null))
                .build()));
  }

  /** Sleuth answers 200 with a text. */
  @Override
  public Answer answer(Accepted accepted) {
    return new Answer.JsonObject(200, Map.of("message", "Success"));
  }

  /** The first link: of an object by their names, or of a text {@code name=address}. */
  private static Optional<String> link(Fields body) {
    boolean isObject = body.maybeNode("links").filter(node -> node.isObject()).isPresent();
    Stream<String> links =
        isObject
            ? body.object("links").names().stream()
                .flatMap(name -> body.object("links").maybeText(name).stream())
            : body.maybeText("links").map(text -> text.substring(text.indexOf('=') + 1)).stream();
    return links.filter(link -> link.startsWith("http")).findFirst();
  }
}
