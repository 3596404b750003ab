package dev.dorado.rules.route;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.Incidents;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.CatalogTimeline;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a repository. Read from the top: the inputs, then the rules in the order in
 * which they build on each other, then what goes to the services.
 */
final class RepositoryHistory extends DerivedHistory {

  private final RepositoryServices services;

  RepositoryHistory(String key, RuleSettings settings) {
    String repository = RouteKeys.repository(key);
    Table<String, PushEvent> pushEvents = inputs(PushEvent.class);
    Table<String, PullRequestEvent> pullRequestEvents = inputs(PullRequestEvent.class);
    Table<String, CiRunEvent> runEvents = inputs(CiRunEvent.class);
    Table<String, DeploymentEvent> attemptEvents = inputs(DeploymentEvent.class);
    Table<String, IncidentEvent> incidents = inputs(IncidentEvent.class);
    Table<String, CatalogTimeline> timelines = inputs(CatalogTimeline.class);

    services = new RepositoryServices(derivation, key, timelines, attemptEvents);
    var pushes = new Pushes(derivation, pushEvents);
    var branches = new Branches(derivation, repository, pushEvents, theWhole(), pushes);
    var pullRequests =
        new PullRequests(derivation, repository, pullRequestEvents, branches, settings);
    var runs = new Runs(derivation, repository, runEvents, branches, services);
    var sources =
        new Sources(
            derivation,
            repository,
            attemptEvents,
            pushEvents,
            runs,
            pushes,
            branches,
            pullRequests,
            services,
            settings);
    Count<String> deployments = derivation.count();
    Table<String, Boolean> deployedBranches = derivation.table();
    var attempts =
        new RoutedAttempts(derivation, repository, sources, branches, services, deployments);
    derivation.each(
        "deployed branch",
        deployments,
        (branch, count) -> true,
        (branch, there, rows) -> rows.add(deployedBranches, branch, there),
        deployedBranches);
    var changes =
        new Changes(derivation, repository, branches, pullRequests, deployedBranches, settings);

    outputs("attempt of a service", attempts.all(), (id, attempt) -> List.of(attempt.output()));
    outputs("candidate (E4)", sources.unused(), (id, candidate) -> List.of(candidate.output()));
    outputs(
        "change of a service (S7)",
        changes.byId(),
        (id, change) -> toServices(changes.whole(id, change)));
    outputs("incident", incidents, (id, incident) -> List.of(toService(incident)));
    outputs("CI run", runs.ofRepository(), (id, run) -> List.of(runs.fact(id, run)));
  }

  private List<Output> toServices(RoutedChange change) {
    List<Output> outputs = new ArrayList<>();
    for (String service : services.owning(change.getFiles(), change.getMergedAt())) {
      outputs.add(new Output(Target.ATTRIBUTE, service, change.getId(), change));
    }
    return outputs;
  }

  private Output toService(IncidentEvent incident) {
    Instant time = Incidents.heardAt(incident);
    String service = services.ofRepository(time);
    var mapping = services.environments(service, time);
    return new Output(
        Target.ATTRIBUTE,
        service,
        incident.getIncident(),
        IncidentRouting.route(incident, mapping));
  }
}
