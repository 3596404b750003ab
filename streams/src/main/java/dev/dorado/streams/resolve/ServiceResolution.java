package dev.dorado.streams.resolve;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.steps.CatalogTimeline;
import dev.dorado.streams.catalog.CatalogHistory;
import dev.dorado.streams.merge.Onward;
import dev.dorado.streams.route.Environments;
import dev.dorado.streams.route.IncidentRouting;
import dev.dorado.streams.steps.Inputs;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Finds the repository of attempts that name only a service, and the service of incidents that name
 * one or another name of one. Keyed by that name.
 */
public final class ServiceResolution implements StepFunction {

  /** A service that is named like a repository is taken for it; this is the host then. */
  private static final String DEFAULT_HOST = "github.com";

  @Override
  public List<Output> apply(String name, Inputs inputs) {
    var timelines = inputs.all(CatalogTimeline.class);
    List<Output> outputs = new ArrayList<>();
    for (var attempt : inputs.all(DeploymentEvent.class)) {
      outputs.add(next(name, attempt, timelines));
    }
    for (var incident : inputs.all(IncidentEvent.class)) {
      CatalogEvent entry = entry(name, timelines, incident.getStartedAt());
      String service = entry == null ? name : entry.getService();
      if (entry == null && incident.getService() == null && incident.getRepository() != null) {
        outputs.add(
            new Output(Target.ROUTE, incident.getRepository(), incident.getIncident(), incident));
      } else {
        outputs.add(
            new Output(
                Target.ATTRIBUTE,
                withoutHost(service),
                incident.getIncident(),
                IncidentRouting.route(incident, Environments.mapping(entry))));
      }
    }
    return outputs;
  }

  private static Output next(
      String name, DeploymentEvent attempt, List<CatalogTimeline> timelines) {
    CatalogEvent entry = entry(name, timelines, timeOf(attempt));
    if (entry != null) {
      return Onward.ofUnknownService(
          DeploymentEvent.newBuilder(attempt)
              .setService(entry.getService())
              .setRepository(entry.getRepository())
              .build());
    }
    if (name.contains("/")) {
      String repository = hasHost(name) ? name : DEFAULT_HOST + "/" + name;
      return new Output(
          Target.ROUTE,
          repository,
          attempt.getId(),
          DeploymentEvent.newBuilder(attempt).setService(null).setRepository(repository).build());
    }
    return Onward.ofUnknownService(attempt);
  }

  /**
   * The entry that holds and has the name then, which may have gone from one service to another; of
   * several services with the same name the first by name.
   */
  private static CatalogEvent entry(String name, List<CatalogTimeline> timelines, Instant time) {
    return timelines.stream()
        .map(timeline -> CatalogHistory.at(timeline, time))
        .filter(entry -> entry != null && !entry.getRemoved())
        .filter(entry -> entry.getService().equals(name) || entry.getAliases().contains(name))
        .min(Comparator.comparing(CatalogEvent::getService))
        .orElse(null);
  }

  private static String withoutHost(String service) {
    return hasHost(service) ? service.substring(service.indexOf('/') + 1) : service;
  }

  /** Whether a name begins with a host, as github.com/acme/shop does and acme/shop does not. */
  private static boolean hasHost(String name) {
    int slash = name.indexOf('/');
    return slash > 0 && name.substring(0, slash).contains(".");
  }

  private static Instant timeOf(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(
        attempt.getFinishedAt(),
        Objects.requireNonNullElse(attempt.getStartedAt(), attempt.getOccurredAt()));
  }
}
