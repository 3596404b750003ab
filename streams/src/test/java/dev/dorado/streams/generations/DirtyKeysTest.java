package dev.dorado.streams.generations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.Connections;
import dev.dorado.streams.FactsTopology;
import dev.dorado.streams.steps.StepSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

class DirtyKeysTest {

  private static final TopicPartition PARTITION = new TopicPartition("marks", 0);
  private static final Duration NOW = Duration.ZERO;

  private final MockConsumer<byte[], byte[]> topic = new MockConsumer<>("earliest");
  private final DirtyKeys keys = new DirtyKeys(topic);
  private long offset;

  DirtyKeysTest() {
    topic.updateBeginningOffsets(Map.of(PARTITION, 0L));
    keys.start(Set.of(PARTITION));
  }

  @Test
  void aKeyIsWaitedForUntilItsMarkIsTakenAway() {
    mark("shop");
    readAll();
    keys.awaitMarked();
    assertThat(keys.hasCleared(NOW)).isFalse();

    clear("shop");

    assertThat(keys.hasCleared(NOW)).isTrue();
  }

  @Test
  void whatWasTakenAwayBeforeIsNotWaitedFor() {
    mark("shop");
    clear("shop");
    readAll();

    keys.awaitMarked();

    assertThat(keys.hasCleared(NOW)).isTrue();
  }

  @Test
  void aMomentWithoutMarksIsEnoughWhateverIsMarkedAgain() {
    mark("shop");
    readAll();
    keys.awaitMarked();

    clear("shop");
    mark("shop");
    mark("cart");

    assertThat(keys.hasCleared(NOW)).isTrue();
  }

  @Test
  void allMarksMustHaveBeenReadFirst() {
    mark("shop");
    assertThat(keys.hasRead(Map.of(PARTITION, 2L), NOW)).isFalse();
    mark("cart");
    assertThat(keys.hasRead(Map.of(PARTITION, 2L), NOW)).isTrue();
  }

  /** What is followed by its name is there by that name. */
  @Test
  void everyStepKeepsItsMarksInAStoreOfThatName() {
    var registry =
        new Connections("", 1, (short) 1, "http://127.0.0.1:1", "", "", "", "none")
            .registryClient();
    var builder = new StreamsBuilder();
    FactsTopology.build(
        builder,
        registry,
        RuleSettings.defaults(),
        1,
        new StepSettings(Duration.ofSeconds(1), 0, Long.MAX_VALUE));
    Set<String> steps = new TreeSet<>();
    Set<String> marks = new TreeSet<>();
    for (var part : builder.build().describe().subtopologies()) {
      for (var node : part.nodes()) {
        if (node instanceof TopologyDescription.Processor processor
            && !processor.stores().isEmpty()) {
          steps.add(processor.name());
          processor.stores().stream()
              .filter(store -> store.equals(processor.name() + "-dirty"))
              .forEach(marks::add);
        }
      }
    }
    assertThat(steps).isNotEmpty();
    assertThat(marks).hasSameSizeAs(steps);
  }

  private void readAll() {
    assertThat(keys.hasRead(Map.of(PARTITION, offset), NOW)).isTrue();
  }

  private void mark(String key) {
    add(key, new byte[0]);
  }

  private void clear(String key) {
    add(key, null);
  }

  private void add(String key, byte[] value) {
    topic.addRecord(
        new ConsumerRecord<>(PARTITION.topic(), 0, offset++, key.getBytes(UTF_8), value));
  }
}
