package dev.dorado.streams.route;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.CiRunFact;
import dev.dorado.steps.CatalogTimeline;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.merge.Attempts;
import dev.dorado.streams.merge.Newest;
import dev.dorado.streams.steps.Inputs;
import dev.dorado.streams.steps.KeyHistory;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.Target;
import dev.dorado.streams.steps.WholeHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * From what happened in a repository to the changes, attempts and incidents of its services:
 * commits get positions (S1), attempts heads (S3, S8), commits are linked to pull requests (S6),
 * and each goes to its services (S7, G4). Keyed by repository.
 */
public final class Routing implements StepFunction {

  private final RuleSettings settings;

  public Routing(RuleSettings settings) {
    this.settings = settings;
  }

  @Override
  public KeyHistory begin(String key) {
    return new WholeHistory(inputs -> outputs(key, inputs));
  }

  private List<Output> outputs(String key, Inputs inputs) {
    var named = inputs.all(DeploymentEvent.class);
    var services = new RepositoryServices(key, inputs.all(CatalogTimeline.class), named);
    var attempts = oncePerService(named, services);
    var history =
        new RepositoryHistory(
            key, inputs.all(PushEvent.class), inputs.all(PullRequestEvent.class), settings);
    List<Output> outputs = new ArrayList<>();
    Set<String> deployedBranches = routeAttempts(attempts, services, history, outputs);
    for (var change : new Changes(history, deployedBranches, settings).all()) {
      routeChange(change, services, outputs);
    }
    for (var incident : inputs.all(IncidentEvent.class)) {
      String service = services.ofRepository(incident.getStartedAt());
      var mapping = services.environments(service, incident.getStartedAt());
      outputs.add(
          new Output(
              Target.ATTRIBUTE,
              service,
              incident.getIncident(),
              IncidentRouting.route(incident, mapping)));
    }
    routeRuns(inputs.all(CiRunEvent.class), services, history, outputs);
    return outputs;
  }

  /** Attempts that turn out to be of one service and id are one, whatever each of them named. */
  private static List<DeploymentEvent> oncePerService(
      List<DeploymentEvent> attempts, RepositoryServices services) {
    Map<String, List<DeploymentEvent>> ofOne =
        attempts.stream()
            .collect(
                Collectors.groupingBy(
                    attempt -> services.of(attempt) + " " + attempt.getDeployment(),
                    TreeMap::new,
                    Collectors.toList()));
    return ofOne.values().stream().map(Attempts::merge).toList();
  }

  /** Sends the attempts on, and answers which branches they deployed. */
  private static Set<String> routeAttempts(
      List<DeploymentEvent> attempts,
      RepositoryServices services,
      RepositoryHistory history,
      List<Output> outputs) {
    var heads = new Heads(history);
    Set<String> branches = new TreeSet<>();
    for (var attempt : attempts) {
      String service = services.of(attempt);
      var mapping = services.environments(service, Attempt.timeOf(attempt));
      String environmentClass = Environments.classOf(attempt, mapping);
      if (environmentClass.equals(Environments.NONE)) {
        continue;
      }
      var head = heads.of(attempt);
      if (head.branch() != null) {
        branches.add(head.branch());
      }
      var routed =
          RoutedAttempt.newBuilder()
              .setId(attempt.getDeployment())
              .setRepository(history.repository())
              .setEnvironment(Environments.nameOf(attempt))
              .setEnvironmentClass(environmentClass)
              .setSha(head.sha())
              .setRef(attempt.getRef())
              .setVersion(
                  attempt.getVersion() == null ? attempt.getArtifact() : attempt.getVersion())
              .setHead(head.places())
              .setHeadMethod(head.method())
              .setStartedAt(attempt.getStartedAt())
              .setFinishedAt(attempt.getFinishedAt())
              .setStatus(attempt.getStatus())
              .setDeclaredKind(attempt.getDeclaredKind())
              .setFailed(attempt.getFailed())
              .setFailedBy(
                  Boolean.TRUE.equals(attempt.getFailed())
                      ? attempt.getProvenance().getSender() + " marks it as failed"
                      : null)
              .setRework(attempt.getRework())
              .setIncident(attempt.getIncident())
              .setMarks(head.mark() == null ? List.of() : List.of(head.mark()))
              .setUrl(attempt.getUrl())
              .build();
      outputs.add(new Output(Target.ATTRIBUTE, service, attempt.getDeployment(), routed));
    }
    return branches;
  }

  private static void routeChange(
      RoutedChange change, RepositoryServices services, List<Output> outputs) {
    Instant time = change.getMergedAt();
    for (String service : services.owning(change.getFiles(), time)) {
      outputs.add(new Output(Target.ATTRIBUTE, service, change.getId(), change));
    }
  }

  private static void routeRuns(
      List<CiRunEvent> events,
      RepositoryServices services,
      RepositoryHistory history,
      List<Output> outputs) {
    Map<String, List<CiRunEvent>> runs =
        events.stream()
            .collect(
                Collectors.groupingBy(
                    event -> event.getRun() + "/" + event.getAttempt(),
                    HashMap::new,
                    Collectors.toList()));
    runs.forEach(
        (id, ofRun) -> {
          var newest =
              new Newest<>(
                  ofRun, CiRunEvent::getOccurredAt, CiRunEvent::getProvenance, CiRunEvent::getId);
          Instant started = newest.value(CiRunEvent::getStartedAt);
          Instant finished = newest.value(CiRunEvent::getFinishedAt);
          String branch = newest.value(CiRunEvent::getBranch);
          String service =
              services.ofRepository(
                  Objects.requireNonNullElse(finished, newest.last().getOccurredAt()));
          boolean ordered = started != null && finished != null && !finished.isBefore(started);
          String factId = service + "|" + id;
          outputs.add(
              new Output(
                  Target.CI_RUN_FACTS,
                  factId,
                  factId,
                  CiRunFact.newBuilder()
                      .setService(service)
                      .setId(id)
                      .setRetracted(false)
                      .setRepository(history.repository())
                      .setWorkflow(newest.value(CiRunEvent::getWorkflow))
                      .setTrigger(newest.value(CiRunEvent::getTrigger))
                      .setBranch(branch)
                      .setSha(newest.value(CiRunEvent::getSha))
                      .setDefaultBranch(branch != null && branch.equals(history.defaultBranch()))
                      .setStartedAt(started)
                      .setFinishedAt(finished)
                      .setOutcome(newest.value(CiRunEvent::getOutcome))
                      .setDuration(
                          ordered ? Duration.between(started, finished).toMillis() / 1000.0 : null)
                      .setUrl(newest.value(CiRunEvent::getUrl))
                      .build()));
        });
  }
}
