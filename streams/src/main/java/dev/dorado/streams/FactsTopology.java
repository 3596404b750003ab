package dev.dorado.streams;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.ConflictFact;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.steps.CommitAlias;
import dev.dorado.streams.attribute.Attribution;
import dev.dorado.streams.catalog.CatalogHistory;
import dev.dorado.streams.merge.AttemptIdentity;
import dev.dorado.streams.merge.AttemptNames;
import dev.dorado.streams.merge.IncidentNames;
import dev.dorado.streams.merge.Merging;
import dev.dorado.streams.rejected.Rejections;
import dev.dorado.streams.resolve.ArtifactResolution;
import dev.dorado.streams.resolve.AttemptResolution;
import dev.dorado.streams.resolve.CommitResolution;
import dev.dorado.streams.resolve.IncidentResolution;
import dev.dorado.streams.resolve.ServiceResolution;
import dev.dorado.streams.route.Routing;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.StepGraph;
import dev.dorado.streams.steps.StepGraph.Entrance;
import dev.dorado.streams.steps.StepSettings;
import dev.dorado.streams.steps.Target;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;

/**
 * From events to facts. Read from the top: where each event enters, then the steps in the order in
 * which they feed each other, then the facts. Each step is a pure function from all inputs of its
 * key to its outputs ({@link dev.dorado.streams.steps.StepFunction}).
 *
 * <pre>
 *  deployments, incidents ─▶ merge ─▶ artifact ─▶ service ─▶ commit ─┐
 *  catalog ─▶ catalog ──────────────────────────────┴──────────────┐ │
 *  pushes, pull requests, CI runs ─────────────────────────────────┴─┴▶ route ─▶ attribute ─▶ facts
 * </pre>
 */
public final class FactsTopology {

  private FactsTopology() {}

  /** Adds the topology of the first generation of facts to {@code builder}. */
  public static void build(
      StreamsBuilder builder,
      SchemaRegistryClient registry,
      RuleSettings settings,
      int partitions,
      StepSettings stepSettings) {
    build(
        builder,
        registry,
        settings,
        partitions,
        stepSettings,
        1,
        new Rejections(registry, new SimpleMeterRegistry(), 1));
  }

  /**
   * Adds the topology to {@code builder}.
   *
   * @param partitions partitions of the repartition topics
   * @param stepSettings how steps work
   * @param generation to whose topics the facts go
   * @param rejections makes records of inputs that steps can't derive from
   */
  public static void build(
      StreamsBuilder builder,
      SchemaRegistryClient registry,
      RuleSettings settings,
      int partitions,
      StepSettings stepSettings,
      int generation,
      Rejections rejections) {
    var graph = new StepGraph(builder, partitions, stepSettings, rejections);

    source(graph, Topics.PUSHES, registry);
    source(graph, Topics.PULL_REQUESTS, registry);
    source(graph, Topics.CI_RUNS, registry);
    source(graph, Topics.ARTIFACTS, registry);
    source(graph, Topics.DEPLOYMENTS, registry);
    source(graph, Topics.INCIDENTS, registry);
    source(graph, Topics.CATALOG, registry);
    source(graph, Topics.CORRECTIONS, registry);

    steps(settings).forEach(step -> graph.step(step.target(), step.function(), step.feeds()));

    graph.rejected();
    var sinks = new Sinks(graph, registry, generation);
    sinks.add(
        Target.DEPLOYMENT_FACTS,
        Topics.DEPLOYMENT_FACTS,
        fact -> DeploymentFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CHANGE_FACTS,
        Topics.CHANGE_FACTS,
        fact -> ChangeFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.INCIDENT_FACTS,
        Topics.INCIDENT_FACTS,
        fact -> IncidentFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CI_RUN_FACTS,
        Topics.CI_RUN_FACTS,
        fact -> CiRunFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CATALOG_FACTS,
        Topics.CATALOG_FACTS,
        fact -> CatalogFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CORRECTION_FACTS,
        Topics.CORRECTION_FACTS,
        fact -> CorrectionFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CANDIDATE_FACTS,
        Topics.CANDIDATE_FACTS,
        fact -> CandidateFact.newBuilder(fact).setRetracted(true).build());
    sinks.add(
        Target.CONFLICT_FACTS,
        Topics.CONFLICT_FACTS,
        fact -> ConflictFact.newBuilder(fact).setRetracted(true).build());
  }

  /** Where the facts of a generation go. */
  private record Sinks(StepGraph graph, SchemaRegistryClient registry, int generation) {

    <V extends SpecificRecord> void add(
        Target target, Topic<V> facts, UnaryOperator<V> retraction) {
      Topic<V> topic = Topics.of(facts, generation);
      graph.sink(target, topic, serde(topic, registry), retraction);
    }
  }

  /**
   * A step of the topology.
   *
   * @param target its name, by which others send to it
   * @param function what it does
   * @param feeds where its outputs go
   */
  record Step(Target target, StepFunction function, List<Target> feeds) {}

  /** Names of the steps under {@code settings}, in the order in which they feed each other. */
  public static List<String> stepNames(RuleSettings settings) {
    return steps(settings).stream().map(step -> step.target().label()).toList();
  }

  /** The steps, in the order in which they feed each other. */
  static List<Step> steps(RuleSettings settings) {
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
        new Step(
            Target.COMMIT,
            key -> resolutionOf(key).begin(key),
            List.of(Target.ROUTE, Target.ATTRIBUTE)),
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

  /** Under the keys of the commit step, incidents and attempts wait for the catalog as well. */
  private static StepFunction resolutionOf(String key) {
    if (IncidentNames.isKey(key)) {
      return new IncidentResolution();
    }
    return AttemptNames.isKey(key) ? new AttemptResolution() : new CommitResolution();
  }

  /** Where an event goes first. */
  static List<Entrance> entrances(SpecificRecord event) {
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
        "no step takes a %s: expected an event of one of %s"
            .formatted(event.getClass().getSimpleName(), Topics.events()));
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

  private static <V extends SpecificRecord> void source(
      StepGraph graph, Topic<V> topic, SchemaRegistryClient registry) {
    graph.source(topic, serde(topic, registry), FactsTopology::entrances);
  }

  private static <V extends SpecificRecord> AvroSerde<V> serde(
      Topic<V> topic, SchemaRegistryClient registry) {
    return new AvroSerde<>(topic, registry);
  }
}
