package dev.dorado.rules.resolve;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.rules.catalog.CatalogHistory;
import dev.dorado.rules.merge.AttemptNames;
import dev.dorado.rules.merge.IncidentNames;
import dev.dorado.rules.merge.Incidents;
import dev.dorado.rules.merge.NextStep;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.CatalogTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Finds the repository of attempts that name only a service, what the catalog has for the names of
 * incidents and of applications, and the CI runs of jobs that it names. Keyed by that name.
 */
public final class ServiceResolution implements StepFunction {

  private static final Set<String> KINDS_WITH_OUTPUTS =
      Set.of(
          DeploymentEvent.class.getSimpleName(),
          CiRunEvent.class.getSimpleName(),
          IncidentEvent.class.getSimpleName());

  /** A service that is named like a repository is taken for it; this is the host then. */
  private static final String DEFAULT_HOST = "github.com";

  @Override
  public KeyHistory begin(String name) {
    return new History(name);
  }

  @Override
  public Set<String> kindsWithOutputs(String name) {
    return KINDS_WITH_OUTPUTS;
  }

  private static final class History extends DerivedHistory {

    History(String name) {
      var timelines = inputs(CatalogTimeline.class);
      outputs(
          "attempt",
          inputs(DeploymentEvent.class),
          (id, attempt) -> next(name, attempt, values(timelines)));
      outputs("run", inputs(CiRunEvent.class), (id, run) -> claims(name, run, values(timelines)));
      outputs(
          "incident",
          inputs(IncidentEvent.class),
          (id, incident) -> found(name, incident, values(timelines)));
    }
  }

  /** The incident waits for what its names are: it may have several. */
  private static List<Output> found(
      String name, IncidentEvent incident, List<CatalogTimeline> timelines) {
    CatalogEvent entry = entry(name, timelines, Incidents.heardAt(incident));
    return entry == null
        ? List.of()
        : List.of(new Output(Target.COMMIT, IncidentNames.keyOf(incident), name, entry));
  }

  /**
   * A run of a job that the catalog names goes to the repository of that service, if it checked out
   * another one or none. The other is told, so that it counts there no more.
   */
  private static List<Output> claims(String name, CiRunEvent run, List<CatalogTimeline> timelines) {
    CatalogEvent entry = entry(name, timelines, run.getOccurredAt());
    if (entry == null
        || entry.getRepository() == null
        || entry.getRepository().equals(run.getRepository())) {
      return List.of();
    }
    var claimed =
        CiRunEvent.newBuilder(run)
            .setService(entry.getService())
            .setRepository(entry.getRepository())
            .setSha(null)
            .setBranch(null)
            .build();
    String id = "claimed by " + entry.getService() + " " + run.getId();
    List<Output> outputs = new ArrayList<>();
    outputs.add(new Output(Target.ROUTE, entry.getRepository(), id, claimed));
    if (run.getRepository() != null) {
      outputs.add(new Output(Target.ROUTE, run.getRepository(), id, claimed));
    }
    return outputs;
  }

  private static List<Output> next(
      String name, DeploymentEvent attempt, List<CatalogTimeline> timelines) {
    CatalogEvent entry = entry(name, timelines, timeOf(attempt));
    if (AttemptNames.isAsked(attempt) && attempt.getRepository() != null) {
      String key = AttemptNames.keyOf(attempt);
      return entry == null ? List.of() : List.of(new Output(Target.COMMIT, key, name, entry));
    }
    return List.of(located(name, attempt, entry));
  }

  private static Output located(String name, DeploymentEvent attempt, CatalogEvent entry) {
    if (entry != null) {
      return NextStep.ofUnknownService(
          DeploymentEvent.newBuilder(attempt)
              .setService(entry.getService())
              .setRepository(entry.getRepository())
              .build());
    }
    if (attempt.getService() != null && name.contains("/")) {
      String repository = hasHost(name) ? name : DEFAULT_HOST + "/" + name;
      return new Output(
          Target.ROUTE,
          repository,
          attempt.getId(),
          DeploymentEvent.newBuilder(attempt).setService(null).setRepository(repository).build());
    }
    return NextStep.ofUnknownService(attempt);
  }

  /**
   * The entry that holds and has the name then, which may have gone from one service to another; of
   * several services with the same name the first by name.
   */
  private static CatalogEvent entry(String name, List<CatalogTimeline> timelines, Instant time) {
    return timelines.stream()
        .map(timeline -> CatalogHistory.at(timeline, time))
        .filter(entry -> entry != null && !entry.getRemoved())
        .filter(entry -> isCalled(entry, name))
        .min(Comparator.comparing(CatalogEvent::getService))
        .orElse(null);
  }

  private static boolean isCalled(CatalogEvent entry, String name) {
    return entry.getService().equals(name)
        || entry.getAliases().contains(name)
        || (entry.getRepository() != null
            && AttemptNames.ofRepository(entry.getRepository()).equals(name));
  }

  /** Whether a name begins with a host, as github.com/acme/shop does and acme/shop does not. */
  static boolean hasHost(String name) {
    int slash = name.indexOf('/');
    return slash > 0 && name.substring(0, slash).contains(".");
  }

  private static Instant timeOf(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(
        attempt.getFinishedAt(),
        Objects.requireNonNullElse(attempt.getStartedAt(), attempt.getOccurredAt()));
  }
}
