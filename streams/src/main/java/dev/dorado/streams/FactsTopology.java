package dev.dorado.streams;

import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.ConflictFact;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.Rules;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.DeliveryLog;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.Rejections;
import dev.dorado.streams.steps.StepGraph;
import dev.dorado.streams.steps.StepSettings;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;

/**
 * From events to facts. Read from the top: where each event enters, then the steps in the order in
 * which they feed each other, then the facts. Each step is a pure function from all inputs of its
 * key to its outputs ({@link dev.dorado.rules.step.StepFunction}).
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

    Rules.steps(settings).forEach(step -> graph.step(step.target(), step.function(), step.feeds()));

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

  private static <V extends SpecificRecord> void source(
      StepGraph graph, Topic<V> topic, SchemaRegistryClient registry) {
    graph.source(
        topic,
        serde(topic, registry),
        event -> {
          DeliveryLog.entered(topic, event);
          return Rules.entrances(event);
        });
  }

  private static <V extends SpecificRecord> AvroSerde<V> serde(
      Topic<V> topic, SchemaRegistryClient registry) {
    return new AvroSerde<>(topic, registry);
  }
}
