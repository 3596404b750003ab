package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.senders.GitHubPayloads;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.schemas.BoundaryEvents;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is beyond the bounds of events is refused or cut before anything is published. */
class BoundsOfDeliveriesTest {

  private static final String EVENT =
      "{\"kind\":\"deployment\",\"id\":\"%s\",\"service\":\"%s\",\"sha\":\"abcdef1234\","
          + "\"status\":\"succeeded\",\"finished_at\":\"%s\"}";
  private static final String TIME = "2026-03-01T12:00:00Z";

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aNameBeyondItsBoundIsRefusedWithFieldValueAndBound() {
    var answer = server.generic(events(event("1", "x".repeat(Bounds.NAME + 1), TIME)));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("service");
    assertThat(answer.body().get("detail").asText())
        .contains("'513 characters: xxx")
        .contains("at most 512 characters");
    assertThat(kafka.events).isEmpty();
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
  }

  @Test
  void aNameAtItsBoundIsAccepted() {
    assertThat(server.generic(events(event("1", "x".repeat(Bounds.NAME), TIME))).status())
        .isEqualTo(202);
    assertThat(kafka.events).hasSize(1);
  }

  @Test
  void ofManyEventsOnlyTheOffendingOneIsSkipped() {
    var answer =
        server.generic(
            events(
                event("1", "one", TIME),
                event("2", "two", "1989-12-31T23:59:59Z"),
                event("3", "three", "9998-01-01T00:00:00Z"),
                event("4", "fo\\u001bur", TIME),
                event("5", "five", TIME)));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().get("accepted").asInt()).isEqualTo(2);
    assertThat(answer.body().get("skipped")).hasSize(3);
    assertThat(kafka.events)
        .extracting(event -> ((DeploymentEvent) event.value()).getService())
        .containsExactly("one", "five");
  }

  @Test
  void ofTooManyEventsTheFirstAreAccepted() {
    String[] many =
        IntStream.rangeClosed(0, Bounds.EVENTS)
            .mapToObj(i -> event("" + i, "shop", TIME))
            .toArray(String[]::new);
    var answer = server.generic(events(many));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().get("accepted").asInt()).isEqualTo(Bounds.EVENTS);
    assertThat(answer.body().get("skipped").get(0).get("detail").asText()).contains("10,001");
  }

  @Test
  void aListOfFarTooManyEventsIsRefused() {
    var answer = server.generic(Payload.of("{\"events\":[{}" + ",{}".repeat(20_000) + "]}"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("$.events");
    assertThat(answer.body().get("expected").asText()).isEqualTo("at most 20,000 items");
  }

  @Test
  void aBodyOfMillionsOfElementsIsNotReadToItsEnd() {
    byte[] body = ("{\"events\":[{}" + ",{}".repeat(10_000_000) + "]}").getBytes(UTF_8);
    assertThatThrownBy(() -> DeliveryRequest.readJson(body))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("1000000 elements of JSON");
  }

  @Test
  void aCommitOfTheYear2603LeavesThePushAsItIs() {
    var answer =
        server.github(GitHubPayloads.push().with("commits.0.timestamp", "2603-01-01T00:00:00Z"));
    assertThat(answer.status()).isEqualTo(202);
    PushEvent push = (PushEvent) kafka.events.get(0).value();
    assertThat(push.getCommits())
        .allSatisfy(commit -> assertThat(commit.getCommittedAt()).isBefore(Instant.now()));
  }

  @Test
  void whatASenderMakesIsHeldToTheBoundsWhateverTheSender() {
    var intake =
        new Intake(kafka, new IngestMetrics(new SimpleMeterRegistry()), Duration.ofDays(1));
    var request = new DeliveryRequest(Map.of(), "{}".getBytes(UTF_8), Payload.RECEIVED_AT);
    DeploymentEvent good = deployment("good");
    DeploymentEvent late = deployment("late");
    late.setFinishedAt(Instant.parse("2262-04-12T00:00:00Z"));
    DeploymentEvent wordy = deployment("wordy");
    wordy.setDescription("x".repeat(100_000));
    wordy.setUrl("https://x.test/" + "y".repeat(Bounds.URL));
    var taken = intake.take(new Fixed(List.of(good, late, wordy)), request).join();
    assertThat(taken.events())
        .extracting(event -> ((DeploymentEvent) event.value()).getDeployment())
        .containsExactly("good", "wordy");
    assertThat(taken.skipped())
        .extracting(problem -> problem.path())
        .containsExactly("events[1].finished_at", "events[2].description", "events[2].url");
    assertThat(wordy.getDescription()).hasSize(Bounds.TEXT).endsWith("…");
    assertThat(wordy.getUrl()).isNull();
    assertThat(wordy.getId()).isEqualTo("wordy");
  }

  @TestFactory
  Stream<DynamicTest> everyValueBeyondItsBoundIsNamedWithWhatWasExpected() {
    var bounds = new Bounds(Bounds.EARLIEST, Payload.RECEIVED_AT.plus(Duration.ofDays(1)));
    return Stream.concat(Topics.events().stream(), Topics.observations().stream())
        .flatMap(topic -> new BoundaryEvents(bounds).beyondBounds(topic).stream())
        .map(
            beyond ->
                DynamicTest.dynamicTest(
                    beyond.event().getSchema().getName() + " " + beyond.path(),
                    () -> assertNamed(beyond)));
  }

  /** Refused as 422 does it, or accepted with what was cut or left out. */
  private void assertNamed(BoundaryEvents.Case beyond) {
    var published = new RecordingPublisher();
    var intake =
        new Intake(published, new IngestMetrics(new SimpleMeterRegistry()), Duration.ofDays(1));
    var request = new DeliveryRequest(Map.of(), "{}".getBytes(UTF_8), Payload.RECEIVED_AT);
    var taken = intake.take(new Fixed(List.of(beyond.event())), request).join();
    var named =
        taken.problem().isPresent() ? (MissingField) taken.problem().get() : taken.skipped().get(0);
    assertThat(named.path().replaceFirst("\\['x+…?'\\]$", " entry"))
        .isEqualTo(beyond.path().replaceFirst(" (key|value)$", " entry"));
    assertThat(named.expected()).matches("(at most [0-9,]+ |a time from |a number from ).+");
    assertThat(published.events.size()).isEqualTo(taken.problem().isPresent() ? 0 : 1);
  }

  @Test
  void aCorrectionIsHeldToTheBounds() {
    var answer =
        server.send(
            "POST",
            "/api/v1/corrections",
            Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
            "{\"action\":\"exclude\",\"service\":\"a\\u001bb\",\"deployment\":\"d\",\"reason\":\"r\"}"
                .getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("service");
    assertThat(kafka.events).isEmpty();
  }

  private static DeploymentEvent deployment(String id) {
    Instant time = Instant.parse(TIME);
    return DeploymentEvent.newBuilder()
        .setId(id)
        .setProvenance(new Provenance("fixed", "1", Payload.RECEIVED_AT, "live"))
        .setOccurredAt(time)
        .setDeployment(id)
        .setStatus("succeeded")
        .setFinishedAt(time)
        .build();
  }

  private static String event(String id, String service, String time) {
    return EVENT.formatted(id, service, time);
  }

  private static Payload events(String... events) {
    return Payload.of("{\"events\":[" + String.join(",", events) + "]}");
  }

  private static CanonicalEvent<?> canonical(SpecificRecord event) {
    return Stream.concat(Topics.events().stream(), Topics.observations().stream())
        .filter(topic -> topic.valueType().isInstance(event))
        .findFirst()
        .map(topic -> canonical(topic, event))
        .orElseThrow();
  }

  private static <V extends SpecificRecord> CanonicalEvent<V> canonical(
      Topic<V> topic, SpecificRecord event) {
    return new CanonicalEvent<>(
        topic, "key", topic.valueType().cast(event), Instant.parse(TIME), Optional.empty());
  }

  /** A sender of which every delivery means the same. */
  private record Fixed(List<? extends SpecificRecord> events) implements Sender {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public Authenticator authenticator() {
      throw new UnsupportedOperationException("deliveries of this sender are authentic");
    }

    @Override
    public Set<String> keptHeaders() {
      return Set.of();
    }

    @Override
    public Translation translate(DeliveryRequest request, Provenance provenance) {
      List<CanonicalEvent<?>> all = new ArrayList<>();
      events.forEach(event -> all.add(canonical(event)));
      return new Translation.Events(all);
    }
  }
}
