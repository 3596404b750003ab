package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.deliveries.Delivery;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.MeasurementEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deliveries that an earlier version translated otherwise, translated again. */
class ITRetranslation {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final RegistryExtension REGISTRY = new RegistryExtension();

  /** Far from the generations of other tests on the same broker. */
  private static final int GENERATION = 40;

  private static final String SERVICE = "retranslated";

  @Test
  void whatADeliveryNoLongerGivesIsTakenBackUnlessSomethingElseTellsOfIt() throws Exception {
    Connections connections = Connections.from(config());
    var topics = new TopicsForTests(connections);
    topics.create();
    try (var publisher =
        new KafkaPublisher(
            connections,
            IngestSettings.from(config()),
            new IngestMetrics(new SimpleMeterRegistry()))) {
      publisher
          .publish(
              kept("fewer", deployment("stays"), 5),
              List.of(
                  event("gone", "fewer", "live"),
                  measurement("fewer"),
                  event("also imported", "fewer", "live"),
                  event("also of another", "fewer", "live")))
          .get();
      publisher.publish(List.of(event("also imported", "import", "backfill"))).get();
      publisher.publish(List.of(event("also of another", "another", "live"))).get();
      publisher
          .publish(
              kept("dead now", "no JSON", 1), List.of(event("not understood", "dead now", "live")))
          .get();
    }

    var first = retranslated(GENERATION);

    assertThat(first.fewer()).isEqualTo(1);
    assertThat(first.examples()).containsExactly("generic fewer");
    assertThat(first.withdrawn()).isEqualTo(2);
    assertThat(first.notUnderstood()).isEqualTo(1);
    assertThat(told(topics)).contains("gone: withdrawn 40", "also imported: live");
    assertThat(told(topics)).filteredOn(told -> told.endsWith("withdrawn 40")).hasSize(1);
    assertThat(topics.read(Topics.MEASUREMENTS))
        .extracting(record -> record.value().getProvenance().getOrigin())
        .containsExactly("live", "withdrawn 40");

    var second = retranslated(GENERATION + 1);

    assertThat(second.withdrawn()).as("what is gone is not taken back again").isZero();
  }

  private static CanonicalEvent<MeasurementEvent> measurement(String delivery) {
    Instant at = Instant.parse("2026-03-01T10:00:00Z");
    return CanonicalEvent.of(
        MeasurementEvent.newBuilder()
            .setId("m")
            .setProvenance(new Provenance("generic", delivery, at, "live"))
            .setOccurredAt(at)
            .setName("tickets")
            .setUnit("tickets")
            .setValue(3)
            .setTeam("payments")
            .build());
  }

  private static Retranslation.Result retranslated(int generation) {
    try (var retranslation = new Retranslation(generation, config(), Connections.from(config()))) {
      return retranslation.run((done, all) -> {});
    }
  }

  private static List<String> told(TopicsForTests topics) {
    List<String> told = new ArrayList<>();
    for (var record : topics.read(Topics.DEPLOYMENTS)) {
      if (SERVICE.equals(record.value().getService())) {
        told.add(record.value().getId() + ": " + record.value().getProvenance().getOrigin());
      }
    }
    return told;
  }

  private static CanonicalEvent<DeploymentEvent> event(String id, String delivery, String origin) {
    Instant at = Instant.parse("2026-03-01T10:00:00Z");
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(id)
            .setProvenance(new Provenance("generic", delivery, at, origin))
            .setOccurredAt(at)
            .setDeployment(id)
            .setService(SERVICE)
            .setStatus("succeeded")
            .build());
  }

  private static String deployment(String id) {
    return """
        {"events":[{"kind":"deployment","service":"%s","environment":"production","id":"%s",
          "version":"1.2","status":"succeeded","finished_at":"2026-03-01T10:00:00Z"}]}"""
        .formatted(SERVICE, id);
  }

  private static Delivery kept(String id, String body, int events) {
    return Delivery.newBuilder()
        .setSender("generic")
        .setId(id)
        .setReceivedAt(Instant.parse("2026-03-01T10:00:01Z"))
        .setHeaders(Map.of("content-type", "application/json"))
        .setBody(ByteBuffer.wrap(body.getBytes(UTF_8)))
        .setOutcome("accepted")
        .setEvents(events)
        .build();
  }

  private static Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "dorado.kafka.bootstrap-servers",
                KAFKA.bootstrapServers(),
                "dorado.registry.url",
                REGISTRY.url()))
        .withFallback(ConfigFactory.load());
  }
}
