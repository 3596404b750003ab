package dev.dorado.rules;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.attribute.Attribution;
import dev.dorado.rules.catalog.CatalogHistory;
import dev.dorado.rules.merge.AttemptIdentity;
import dev.dorado.rules.merge.Merging;
import dev.dorado.rules.resolve.ArtifactResolution;
import dev.dorado.rules.resolve.NameResolution;
import dev.dorado.rules.resolve.ServiceResolution;
import dev.dorado.rules.route.Routing;
import dev.dorado.rules.step.Entrance;
import dev.dorado.rules.step.Step;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.Origin;
import dev.dorado.steps.CommitAlias;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * From events to facts: where each event enters, and the steps in the order in which they feed each
 * other. Each step is a pure function from all inputs of its key to its outputs ({@link
 * StepFunction}). Stateless.
 *
 * <pre>
 *  deployments, incidents ─▶ merge ─▶ artifact ─▶ service ─▶ commit ─┐
 *  catalog ─▶ catalog ──────────────────────────────┴──────────────┐ │
 *  pushes, pull requests, CI runs ─────────────────────────────────┴─┴▶ route ─▶ attribute ─▶ facts
 * </pre>
 */
public final class Rules {

  private Rules() {}

  /** Names of the steps under {@code settings}, in the order in which they feed each other. */
  public static List<String> stepNames(RuleSettings settings) {
    return steps(settings).stream().map(step -> step.target().label()).toList();
  }

  /** The steps, in the order in which they feed each other. */
  public static List<Step> steps(RuleSettings settings) {
    return List.of(
        new Step(
            Target.MERGE,
            new Merging(settings),
            List.of(
                Target.ARTIFACT,
                Target.SERVICE,
                Target.COMMIT,
                Target.ROUTE,
                Target.CONFLICT_FACTS)),
        new Step(
            Target.CATALOG,
            new CatalogHistory(),
            List.of(Target.SERVICE, Target.ROUTE, Target.ATTRIBUTE, Target.CATALOG_FACTS)),
        new Step(
            Target.ARTIFACT,
            new ArtifactResolution(),
            List.of(Target.SERVICE, Target.COMMIT, Target.ROUTE)),
        new Step(Target.SERVICE, new ServiceResolution(), List.of(Target.COMMIT, Target.ROUTE)),
        new Step(Target.COMMIT, new NameResolution(), List.of(Target.ROUTE, Target.ATTRIBUTE)),
        new Step(
            Target.ROUTE,
            new Routing(settings),
            List.of(Target.ATTRIBUTE, Target.CI_RUN_FACTS, Target.CANDIDATE_FACTS)),
        new Step(
            Target.ATTRIBUTE,
            new Attribution(settings),
            List.of(
                Target.DEPLOYMENT_FACTS,
                Target.CHANGE_FACTS,
                Target.INCIDENT_FACTS,
                Target.CORRECTION_FACTS,
                Target.CANDIDATE_FACTS)));
  }

  /** Where an event goes first. */
  public static List<Entrance> entrances(SpecificRecord event) {
    if (event instanceof PushEvent push) {
      return enter(push);
    }
    if (event instanceof PullRequestEvent pull) {
      return List.of(at(Target.ROUTE, pull.getRepository(), pull.getId(), pull));
    }
    if (event instanceof CiRunEvent run) {
      return enter(run);
    }
    if (event instanceof ArtifactEvent artifact) {
      return List.of(at(Target.ARTIFACT, artifact.getArtifact(), artifact.getId(), artifact));
    }
    if (event instanceof DeploymentEvent deployment) {
      String key = "deployment " + AttemptIdentity.of(deployment);
      return List.of(at(Target.MERGE, key, deployment.getId(), deployment));
    }
    if (event instanceof IncidentEvent incident) {
      String key = "incident " + incident.getIncident();
      return List.of(at(Target.MERGE, key, incident.getId(), incident));
    }
    if (event instanceof CatalogEvent entry) {
      return List.of(at(Target.CATALOG, entry.getService(), entry.getId(), entry));
    }
    if (event instanceof CorrectionEvent correction) {
      return List.of(at(Target.ATTRIBUTE, correction.getService(), correction.getId(), correction));
    }
    throw new IllegalArgumentException(
        "no step takes a %s: expected an event".formatted(event.getClass().getSimpleName()));
  }

  /** A run goes to its repository, and to the names by which the catalog may know its job. */
  private static List<Entrance> enter(CiRunEvent run) {
    List<Entrance> entrances = new ArrayList<>();
    if (run.getRepository() != null) {
      entrances.add(at(Target.ROUTE, run.getRepository(), run.getId(), run));
    }
    for (String name : Set.copyOf(run.getNames())) {
      entrances.add(at(Target.SERVICE, name, run.getId(), run));
    }
    return entrances;
  }

  /** A push goes to its repository, and its commits tell which repository they are in. */
  private static List<Entrance> enter(PushEvent push) {
    List<Entrance> entrances = new ArrayList<>();
    entrances.add(at(Target.ROUTE, push.getRepository(), push.getId(), push));
    if (Origin.isWithdrawn(push.getProvenance().getOrigin())) {
      return entrances;
    }
    Set<String> commits = new TreeSet<>();
    push.getCommits().forEach(commit -> commits.add(commit.getSha()));
    if (push.getHead() != null) {
      commits.add(push.getHead());
    }
    for (String sha : commits) {
      var alias = new CommitAlias(sha, push.getRepository());
      entrances.add(at(Target.COMMIT, sha, push.getRepository(), alias));
    }
    return entrances;
  }

  private static Entrance at(Target target, String key, String id, SpecificRecord payload) {
    return new Entrance(target, key, id, payload);
  }
}
