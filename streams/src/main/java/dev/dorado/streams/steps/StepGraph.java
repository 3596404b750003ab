package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.step.Entrance;
import dev.dorado.rules.step.EventPrecedence;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.Rejections;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Puts steps together: sources in, steps in the order in which they feed each other, facts out.
 * Every store, processor and repartition topic is named. Not thread-safe; used once.
 */
public final class StepGraph {

  private final StreamsBuilder builder;
  private final int partitions;
  private final StepSettings settings;
  private final Rejections rejections;
  private final StepMemory memory;
  private final InputLoad load;
  private final Map<Target, List<KStream<String, Encoded>>> waiting = new EnumMap<>(Target.class);
  private final Map<Target, List<KStream<String, Emission>>> facts = new EnumMap<>(Target.class);

  /**
   * @param builder gets the topology
   * @param partitions partitions of the repartition topics
   * @param settings how steps work
   * @param rejections makes records of inputs that steps can't derive from
   */
  public StepGraph(
      StreamsBuilder builder, int partitions, StepSettings settings, Rejections rejections) {
    this.builder = requireNonNull(builder);
    this.partitions = partitions;
    this.settings = requireNonNull(settings);
    this.rejections = requireNonNull(rejections);
    this.memory =
        new StepMemory(settings.bytesInMemory(), settings.largestHistory(), rejections.metrics());
    this.load = new InputLoad(settings.nanoTime());
  }

  /** Events of {@code topic} go where {@code entrances} says. */
  public <V extends SpecificRecord> void source(
      Topic<V> topic, AvroSerde<V> serde, Function<V, List<Entrance>> entrances) {
    KStream<String, Emission> entering =
        builder.stream(
                topic.name(),
                Consumed.with(Serdes.String(), serde).withName("read-" + topic.name()))
            .flatMap(
                (key, event) ->
                    // A record without a value says nothing; the topics are never compacted.
                    (event == null ? List.<Entrance>of() : entrances.apply(event))
                        .stream()
                            .map(
                                in ->
                                    KeyValue.<String, Emission>pair(
                                        in.key(), new Emission.ToStep(in.target(), encoded(in))))
                            .toList(),
                Named.as("key-" + topic.name()));
    for (Target target : Target.values()) {
      if (!target.isFact()) {
        offer(target, entering, "from-" + topic.name() + "-to-" + target.label());
      }
    }
  }

  private static Encoded encoded(Entrance in) {
    EventPrecedence.normalise(in.payload());
    String kind = in.payload().getClass().getSimpleName();
    var encoded = Encoded.of(new InputId(kind, in.id(), InputId.NO_ORIGIN), in.payload());
    encoded.requireSendable(in.key(), in.id());
    return encoded;
  }

  /**
   * A step. Everything that feeds it must have been added before.
   *
   * @param target the step
   * @param function what it does
   * @param feeds where its outputs go
   */
  public void step(Target target, StepFunction function, List<Target> feeds) {
    KStream<String, Encoded> input =
        waiting.getOrDefault(target, List.of()).stream()
            .reduce(KStream::merge)
            .orElseThrow(() -> new IllegalStateException("nothing feeds step " + target));
    KStream<String, Emission> output =
        input
            .repartition(
                Repartitioned.<String, Encoded>as(target.label())
                    .withKeySerde(Serdes.String())
                    .withValueSerde(Encoded.serde())
                    .withNumberOfPartitions(partitions))
            .process(
                KeyedStep.supplier(target, function, settings, memory, load, rejections),
                Named.as(target.label()));
    facts
        .computeIfAbsent(Target.REJECTED, t -> new ArrayList<>())
        .add(filter(Target.REJECTED, output, target.label() + "-rejected"));
    for (Target feed : feeds) {
      if (feed.isFact()) {
        facts
            .computeIfAbsent(feed, t -> new ArrayList<>())
            .add(filter(feed, output, target.label() + "-to-" + feed.label()));
      } else {
        offer(feed, output, target.label() + "-to-" + feed.label());
      }
    }
  }

  /**
   * A topic of facts.
   *
   * @param target the output that goes there
   * @param retraction makes of a fact the record that retracts it
   */
  public <V extends SpecificRecord> void sink(
      Target target, Topic<V> topic, AvroSerde<V> serde, Function<V, V> retraction) {
    facts.getOrDefault(target, List.of()).stream()
        .reduce(KStream::merge)
        .orElseThrow(() -> new IllegalStateException("nothing feeds " + topic.name()))
        .mapValues(
            emission -> {
              var given = (Emission.Fact) emission;
              V fact = topic.valueType().cast(given.fact());
              return given.retracted() ? retraction.apply(fact) : fact;
            },
            Named.as("fact-" + topic.name()))
        .to(topic.name(), Produced.with(Serdes.String(), serde).withName("write-" + topic.name()));
  }

  /** The topic of inputs that steps can't derive from. Called after all steps have been added. */
  public void rejected() {
    facts.get(Target.REJECTED).stream()
        .reduce(KStream::merge)
        .orElseThrow()
        .mapValues(emission -> ((Emission.Aside) emission).rejected(), Named.as("record-rejected"))
        .to(
            Topics.REJECTED.name(),
            Produced.with(Serdes.String(), rejections.serde()).withName("write-rejected"));
  }

  private void offer(Target target, KStream<String, Emission> from, String name) {
    waiting
        .computeIfAbsent(target, t -> new ArrayList<>())
        .add(
            filter(target, from, name)
                .mapValues(
                    emission -> ((Emission.ToStep) emission).input(), Named.as(name + "-record")));
  }

  private static KStream<String, Emission> filter(
      Target target, KStream<String, Emission> from, String name) {
    return from.filter((key, emission) -> emission.target() == target, Named.as(name));
  }
}
