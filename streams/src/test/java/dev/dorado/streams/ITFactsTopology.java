package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.rules.Facts;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.RandomHistory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.Rules;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The topology on a broker, with what only a broker has: partitions, instances, transactions. */
final class ITFactsTopology {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int HISTORIES = 15;

  @TempDir private Path folder;

  @Test
  void twoInstancesOfWhichOneIsKilledGiveTheFactsOfTheSetOfEvents() throws Exception {
    Connections connections = FreshParts.of(kafka, registry, clickHouse, 3);
    new Setup(connections, step -> {}).run();
    long seed = Long.getLong("dorado.first-history", 1);
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < HISTORIES; i++) {
      events.addAll(RandomHistory.of(seed + i).events());
    }
    Facts expected = FactsInMemory.of(events, RuleSettings.defaults());
    List<SpecificRecord> arrivals = shuffledAndRepeated(events, new Random(seed));
    int quarter = arrivals.size() / 4;

    Path killedState = folder.resolve("killed");
    String application = connections.database();
    Process killed = TopologyProcess.start(connections, killedState, application);
    try (var survivor = TopologyProcess.instance(connections, folder.resolve("b"), application);
        var successor = TopologyProcess.instance(connections, killedState, application);
        var in = new EventsIntoKafka(connections, seed);
        var out = new FactsInKafka(connections)) {
      survivor.start();
      awaiting(() -> sharesTheWork(survivor));
      in.send(arrivals.subList(0, quarter));
      awaiting(() -> !out.read().all().isEmpty());

      in.send(arrivals.subList(quarter, 2 * quarter));
      killed.destroyForcibly().waitFor();
      in.send(arrivals.subList(2 * quarter, 3 * quarter));
      successor.start();
      awaiting(() -> sharesTheWork(survivor) && sharesTheWork(successor));
      in.send(arrivals.subList(3 * quarter, arrivals.size()));

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(
              () -> assertThat(differences(out.read(), expected)).as("seed %d", seed).isEmpty());
    } finally {
      killed.destroyForcibly();
    }
    assertThat(expected.deployments()).isNotEmpty();
    assertThat(expected.changes()).isNotEmpty();
  }

  private static List<String> differences(Facts actual, Facts expected) {
    Set<String> keys = new TreeSet<>(actual.all().keySet());
    keys.addAll(expected.all().keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(actual.all().get(key), expected.all().get(key)))
        .map(
            key ->
                "%s is %s, expected %s"
                    .formatted(key, actual.all().get(key), expected.all().get(key)))
        .toList();
  }

  /** Whether it runs, and neither nothing nor everything is its own. */
  private static boolean sharesTheWork(KafkaStreams instance) {
    int tasks =
        instance.metadataForLocalThreads().stream()
            .mapToInt(thread -> thread.activeTasks().size())
            .sum();
    int all = Rules.steps(RuleSettings.defaults()).size() * 3;
    return instance.state() == KafkaStreams.State.RUNNING && tasks > 0 && tasks < all;
  }

  /** Every event, half of them twice, by another delivery; in any order. */
  private static List<SpecificRecord> shuffledAndRepeated(
      List<SpecificRecord> events, Random random) {
    List<SpecificRecord> arrivals = new ArrayList<>(events);
    for (var event : events) {
      if (random.nextBoolean()) {
        arrivals.add(FactsInMemory.deliveredAgain(event));
      }
    }
    Collections.shuffle(arrivals, random);
    return arrivals;
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
