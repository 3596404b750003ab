package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a backfill writes is in Kafka, and a reconciliation finds it there. */
class ITEventWriter {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final RegistryExtension REGISTRY = new RegistryExtension();

  private static final String REPOSITORY = "github.com/acme/backfill";
  private static final String SHA_1 = "1".repeat(40);
  private static final String SHA_2 = "2".repeat(40);

  @Test
  void whatWasFlushedIsInKafkaAndIsKnownToAReconciliation() throws Exception {
    Connections connections = Connections.from(config());
    var topics = new TopicsForTests(connections);
    topics.create();
    Instant before = Instant.now().minusSeconds(60);
    try (var writer = EventWriter.open(config(), connections, new SimpleMeterRegistry())) {
      assertThat(writer.checks()).allMatch(check -> check.run().healthy());
      assertThat(writer.kafkaId()).isNotEmpty();
      writer.write(List.of(push(SHA_2, SHA_1, SHA_2), pullRequest("pr-1")));
      writer.flush();
    }
    assertThat(topics.read(Topics.PUSHES))
        .filteredOn(record -> record.key().equals(REPOSITORY))
        .singleElement()
        .satisfies(
            record -> assertThat(record.value().getProvenance().getOrigin()).isEqualTo("backfill"));

    var known = KnownEvents.read(connections, REPOSITORY, before);
    assertThat(known.contains(pullRequest("pr-1"))).isTrue();
    assertThat(known.contains(pullRequest("pr-2"))).isFalse();
    assertThat(known.contains(push(SHA_1))).as("a commit that another push brought").isTrue();
    assertThat(known.contains(push("3".repeat(40)))).isFalse();
    var later = KnownEvents.read(connections, REPOSITORY, Instant.now().plusSeconds(60));
    assertThat(later.contains(pullRequest("pr-1"))).isFalse();
  }

  @Test
  void aKafkaThatIsAwayIsNamed() {
    Config nowhere =
        ConfigFactory.parseString("dorado.kafka.bootstrap-servers = \"127.0.0.1:1\"")
            .withFallback(config());
    try (var checks = new IngestChecks(Connections.from(nowhere))) {
      assertThat(checks.all())
          .extracting(check -> check.run().problem())
          .anySatisfy(problem -> assertThat(problem).contains("127.0.0.1:1"));
    }
  }

  private static CanonicalEvent<PushEvent> push(String head, String... commits) {
    return CanonicalEvent.of(
        PushEvent.newBuilder()
            .setId("push of " + head)
            .setProvenance(new Provenance("git", "backfill", Instant.EPOCH, "backfill"))
            .setOccurredAt(Instant.EPOCH)
            .setRepository(REPOSITORY)
            .setRef("refs/heads/main")
            .setAfter(head)
            .setHead(head)
            .setCommits(
                List.of(commits).stream()
                    .map(sha -> Commit.newBuilder().setSha(sha).build())
                    .toList())
            .build());
  }

  private static CanonicalEvent<PullRequestEvent> pullRequest(String id) {
    return CanonicalEvent.of(
        PullRequestEvent.newBuilder()
            .setId(id)
            .setProvenance(new Provenance("github", "backfill", Instant.EPOCH, "backfill"))
            .setOccurredAt(Instant.EPOCH)
            .setRepository(REPOSITORY)
            .setNumber(1)
            .setTransition("opened")
            .build());
  }

  private static Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "dorado.kafka.bootstrap-servers", KAFKA.bootstrapServers(),
                "dorado.registry.url", REGISTRY.url()))
        .withFallback(ConfigFactory.load());
  }
}
