package dev.dorado.ingest.senders;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Datadog's API for DORA metrics, which {@code datadog-ci dora deployment} and Datadog's client
 * libraries post to: deployments that ended, and failures, which Datadog calls incidents too. What
 * Datadog's monitors and incident management send by webhook is {@link DatadogSender}.
 *
 * <p>A deployment or failure without an id is known by what it states: service, environment, commit
 * and start, as Datadog matches the beginning and the end of a failure.
 */
final class DatadogDoraSender implements CompatibleSender {

  private static final String DEPLOYMENT = "/api/v2/dora/deployment";
  private static final String PREFIX = "datadog:dora:";

  /** The last one is deprecated by Datadog, and the same. */
  private static final ApiPaths PATHS =
      ApiPaths.of(DEPLOYMENT, "/api/v2/dora/failure", "/api/v2/dora/incident");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "set DD_API_KEY, or the header DD-API-KEY, to a secret of DORADO_SECRETS_DATADOG_DORA",
          "DD-API-KEY");
  private final SenderSettings settings;

  DatadogDoraSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "datadog-dora";
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
    return new About(
        PATHS
            .maybeOf(request)
            .map(path -> path.template().equals(DEPLOYMENT) ? "deployment" : "failure"),
        Optional.empty());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields attributes = request.fields().object("data").object("attributes");
    return PATHS.of(request).template().equals(DEPLOYMENT)
        ? deployment(attributes, provenance)
        : failure(attributes, provenance);
  }

  @Override
  public Answer answer(Accepted accepted) {
    String id =
        accepted.events().stream()
            .findFirst()
            .map(event -> subject(event.value()).substring(PREFIX.length()))
            .orElseGet(() -> deliveryId(accepted.request()));
    boolean isDeployment = PATHS.of(accepted.request()).template().equals(DEPLOYMENT);
    return new Answer.JsonObject(
        202,
        Map.of(
            "data", Map.of("id", id, "type", isDeployment ? "dora_deployment" : "dora_failure")));
  }

  private static String subject(SpecificRecord event) {
    return event instanceof DeploymentEvent deployment
        ? deployment.getDeployment()
        : ((IncidentEvent) event).getIncident();
  }

  private Translation deployment(Fields attributes, Provenance provenance) {
    String service = attributes.text("service", "the name of the service").toLowerCase(Locale.ROOT);
    Instant finishedAt = attributes.time("finished_at");
    Optional<Instant> startedAt = attributes.maybeTime("started_at");
    Optional<String> environment = attributes.maybeText("env");
    Optional<String> version = attributes.maybeText("version");
    Optional<String> sha = sha(attributes);
    String id =
        PREFIX
            + attributes
                .maybeText("id")
                .orElseGet(
                    () ->
                        EventId.hash(
                            service,
                            environment.orElse(""),
                            sha.or(() -> version).orElse(""),
                            startedAt.orElse(finishedAt).toString()));
    return Translation.of(
        CanonicalEvent.of(
            DeploymentEvent.newBuilder()
                .setId(
                    EventId.of(
                        "deployment",
                        id,
                        "succeeded " + EventId.hash(attributes.json()),
                        finishedAt))
                .setProvenance(provenance)
                .setOccurredAt(finishedAt)
                .setDeployment(id)
                .setRepository(repository(attributes).orElse(null))
                .setService(service)
                .setEnvironment(environment.orElse(null))
                .setSha(sha.orElse(null))
                .setVersion(version.orElse(null))
                .setStatus("succeeded")
                .setStartedAt(startedAt.orElse(null))
                .setFinishedAt(finishedAt)
                .build()));
  }

  private Translation failure(Fields attributes, Provenance provenance) {
    Instant startedAt = attributes.time("started_at");
    Optional<Instant> finishedAt = attributes.maybeTime("finished_at");
    // The first form of this API had one service.
    List<String> services =
        attributes
            .maybeTexts("services")
            .filter(names -> !names.isEmpty())
            .or(() -> attributes.maybeText("service").map(List::of))
            .orElse(List.of());
    Optional<String> environment = attributes.maybeText("env");
    String id =
        PREFIX
            + attributes
                .maybeText("id")
                .orElseGet(
                    () ->
                        EventId.hash(
                            String.join(" ", services.stream().sorted().toList()),
                            services.isEmpty() ? attributes.maybeText("team").orElse("") : "",
                            environment.orElse(""),
                            startedAt.toString()));
    String transition = finishedAt.isPresent() ? IncidentEvents.RESOLVED : IncidentEvents.OPENED;
    var event =
        IncidentEvents.on(
                id,
                transition,
                transition + " " + EventId.hash(attributes.json()),
                Moment.of(finishedAt.orElse(startedAt)),
                provenance)
            .setStartedAt(startedAt)
            .setTitle(attributes.maybeLongText("name").orElse(null))
            .setSeverity(attributes.maybeText("severity").orElse(null))
            .setRepository(repository(attributes).orElse(null));
    Labels tags = Labels.of(attributes, "custom_tags");
    tags.applyTo(event);
    environment.ifPresent(event::setEnvironment);
    affects(event, services);
    List<String> failed =
        Stream.of(sha(attributes), attributes.maybeText("version"))
            .flatMap(Optional::stream)
            .toList();
    if (tags.causes().isEmpty() && !failed.isEmpty()) {
      event.setCausedBy(failed);
    }
    return IncidentEvents.translation(event);
  }

  /** One of several services is found by its own name, too: Datadog's are those of the catalog. */
  private static void affects(IncidentEvent.Builder event, List<String> services) {
    IncidentEvents.affects(event, services);
    if (services.size() > 1) {
      event.setAliases(
          Stream.concat(
                  event.getAliases().stream(),
                  services.stream().map(name -> name.toLowerCase(Locale.ROOT)))
              .distinct()
              .toList());
    }
  }

  private Optional<String> repository(Fields attributes) {
    return attributes
        .maybeObject("git")
        .flatMap(git -> ForgeRepository.maybeName(git, "repository_url", settings));
  }

  private static Optional<String> sha(Fields attributes) {
    return attributes.maybeObject("git").flatMap(git -> Shas.maybe(git, "commit_sha"));
  }
}
