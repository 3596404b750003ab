package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.dorado.deliveries.Rejected;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.IngestServer.Answer;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Json;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records that were set aside are written to their topics again, on a real broker. */
class ITRejectedRetry {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final RegistryExtension REGISTRY = new RegistryExtension();

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** An event, since other tests read the same topics. */
  private static byte[] value;

  private IngestServer server;
  private KafkaProducer<String, byte[]> producer;
  private String test;

  @BeforeAll
  static void setUp() throws Exception {
    new TopicsForTests(Connections.from(config())).create();
    value =
        new AvroSerde<>(Topics.PUSHES, Connections.from(config()).registryClient())
            .serializer()
            .serialize(
                Topics.PUSHES.name(),
                PushEvent.newBuilder()
                    .setId("retried")
                    .setProvenance(new Provenance("test", "", NOW, "live"))
                    .setOccurredAt(NOW)
                    .setRepository("github.com/acme/retried")
                    .setRef("refs/heads/main")
                    .build());
  }

  @BeforeEach
  void start(TestInfo info) {
    test = info.getTestMethod().orElseThrow().getName();
    server = IngestServer.start(config(), new RecordingPublisher(), false);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    producer.close();
    server.close();
  }

  @Test
  void aRecordIsWrittenToWhereItWasOnceHoweverOftenItIsRetried() throws Exception {
    setAside(inTopic("topology", Topics.PUSHES.name()).setPartition(2).setOffset(70));

    JsonNode first = retried(test).body().at("/results/0");
    assertThat(first.path("outcome").asText()).isEqualTo("retried");
    assertThat(first.path("reason").asText())
        .contains("dorado.git.pushes again", "all generations of the facts read");
    assertThat(retried(test, "never-seen").body().path("results").findValuesAsText("outcome"))
        .containsExactly("done", "missing");

    assertThat(ofThisTest(Topics.PUSHES.name()))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.partition()).isEqualTo(2);
              assertThat(record.value()).isEqualTo(value);
              assertThat(RejectedRetry.version(record)).isEqualTo(70);
            });
    assertThat(statusOf(test)).isEqualTo("retried");
  }

  @Test
  void whatIsRejectedAgainMayBeRetriedAgain() throws Exception {
    setAside(inTopic("topology", Topics.PUSHES.name()));
    retried(test);
    setAside(inTopic("topology", Topics.PUSHES.name()));
    assertThat(retried(test).body().at("/results/0/outcome").asText()).isEqualTo("retried");
    assertThat(ofThisTest(Topics.PUSHES.name())).hasSize(2);
  }

  @Test
  void retriesOfSeveralInstancesAtOnceWriteARecordOnce() throws Exception {
    setAside(inTopic("topology", Topics.PUSHES.name()));
    try (var other = IngestServer.start(config(), new RecordingPublisher(), false)) {
      List<CompletableFuture<Answer>> answers =
          Stream.of(server, other, server, other)
              .map(each -> CompletableFuture.supplyAsync(() -> retried(each, test)))
              .toList();
      // Whoever is ended by another one answers 503, and may be asked again.
      assertThat(answers)
          .extracting(CompletableFuture::join)
          .allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
    }
    retried(test);
    assertThat(ofThisTest(Topics.PUSHES.name())).hasSize(1);
    assertThat(statusOf(test)).isEqualTo("retried");
  }

  @Test
  void aRowWhoseKeyHasANewerRecordIsNotWritten() throws Exception {
    var older = producer.send(new ProducerRecord<>(Topics.CHANGE_FACTS.name(), test, value)).get();
    setAside(
        inTopic("sink", Topics.CHANGE_FACTS.name())
            .setPartition(older.partition())
            .setOffset(older.offset()));
    // The newest of its key, so that a retry writes it again; that is not a newer one.
    retried(test);
    setAside(
        inTopic("sink", Topics.CHANGE_FACTS.name())
            .setPartition(older.partition())
            .setOffset(older.offset()));
    assertThat(retried(test).body().at("/results/0/outcome").asText()).isEqualTo("retried");
    assertThat(ofThisTest(Topics.CHANGE_FACTS.name())).hasSize(3);

    producer.send(new ProducerRecord<>(Topics.CHANGE_FACTS.name(), test, new byte[] {9})).get();
    setAside(
        inTopic("sink", Topics.CHANGE_FACTS.name())
            .setPartition(older.partition())
            .setOffset(older.offset()));
    assertThat(retried(test).body().at("/results/0/outcome").asText()).isEqualTo("superseded");
    assertThat(ofThisTest(Topics.CHANGE_FACTS.name())).hasSize(4);
    assertThat(statusOf(test)).isEqualTo("superseded");
  }

  @Test
  void aRecordBetweenStepsAndOneWithoutBytesSayWhatHelpsInstead() throws Exception {
    setAside(inTopic("topology", "dorado-route-repartition").setId(test + 1));
    setAside(
        inTopic("topology", Topics.PUSHES.name())
            .setId(test + 2)
            .setTopic(null)
            .setRecordBytes(Topics.MAX_DELIVERY_BYTES + 1L));
    setAside(inTopic("topology", "dorado.g7.facts.changes").setId(test + 3).setOffset(-1));
    setAside(inTopic("sink", "dorado.g7.facts.changes").setId(test + 4));
    setAside(inTopic("step", "merge").setId(test + 5).setTopic(null).setRecordBytes(9));
    setAside(
        inTopic("step", "merge")
            .setId(test + 6)
            .setTopic(null)
            .setError(RejectedRetry.TOO_LARGE_HISTORY));

    JsonNode results =
        retried(test + 1, test + 2, test + 3, test + 4, test + 5, test + 6).body().path("results");
    assertThat(results.findValuesAsText("outcome")).hasSize(6).containsOnly("impossible");
    assertThat(results.get(0).path("reason").asText())
        .contains("between two steps", "'./dorado reprocess'");
    assertThat(results.get(1).path("reason").asText()).contains("too many");
    assertThat(results.get(2).path("reason").asText()).contains("newer record by now");
    assertThat(results.get(3).path("reason").asText())
        .contains("dorado.g7.facts.changes is gone", "generation 1");
    assertThat(results.get(4).path("reason").asText())
        .contains("derived again from its inputs", "'./dorado reprocess'")
        .doesNotContain("too many");
    assertThat(results.get(5).path("reason").asText())
        .contains("inputs are kept", "next start with more memory")
        .doesNotContain("reprocess");
    assertThat(statusOf(test + 4)).isEqualTo("rejected");
  }

  @Test
  void aDismissedRecordCountsNoLongerAndSaysWhyUntilItIsRejectedAgain() throws Exception {
    setAside(inTopic("topology", "dorado-route-repartition"));

    assertThat(dismissed("[\"%s\",\"never-seen\"]".formatted(test), "a test\nof ours"))
        .containsExactly("dismissed", "missing");
    assertThat(latest(test).getStatus()).isEqualTo(RejectedRetry.DISMISSED);
    assertThat(latest(test).getReason())
        .isEqualTo("dismissed: a test of ours; it was set aside since no reason");
    assertThat(latest(test).getRecordValue().array()).isEqualTo(value);
    assertThat(dismissed("[\"%s\"]".formatted(test), "again")).containsExactly("done");
    assertThat(retried(test).body().at("/results/0/outcome").asText()).isEqualTo("done");

    setAside(inTopic("topology", "dorado-route-repartition"));
    assertThat(dismissed("[\"%s\"]".formatted(test), "again")).containsExactly("dismissed");
  }

  @Test
  void allThatCountCanBeDismissedAlsoThoseThatCannotBeRetried() throws Exception {
    setAside(inTopic("topology", Topics.PUSHES.name()).setId(test + 1));
    setAside(inTopic("step", "merge").setId(test + 2).setTopic(null));
    setAside(inTopic("step", "merge").setId(test + 3).setStatus(RejectedRetry.SLOW));

    Answer answer =
        admin(server, RejectedRoutes.DISMISS, "{\"all\": true, \"reason\": \"a test\"}");
    assertThat(answer.body().path("left").asInt()).isZero();
    assertThat(answer.body().path("results").findValuesAsText("id"))
        .contains(test + 1, test + 2)
        .doesNotContain(test + 3);
    assertThat(latest(test + 3).getStatus()).isEqualTo(RejectedRetry.SLOW);
  }

  @Test
  void allThatCanBeRetriedIs() throws Exception {
    for (int i = 0; i < 3; i++) {
      setAside(inTopic("topology", Topics.PUSHES.name()).setId(test + i));
    }
    setAside(inTopic("topology", "dorado-route-repartition").setId(test + 3));

    Answer answer = admin("{\"all\": true}");
    assertThat(answer.body().path("left").asInt()).isZero();
    assertThat(answer.body().path("results").findValuesAsText("id"))
        .contains(test + 0, test + 1, test + 2)
        .doesNotContain(test + 3);
    assertThat(ofThisTest(Topics.PUSHES.name())).hasSize(3);
  }

  @Test
  void bytesThatAreNoRejectedRecordDoNotStopTheOthers() throws Exception {
    producer.send(new ProducerRecord<>(Topics.REJECTED.name(), test + "-broken", value)).get();
    setAside(inTopic("topology", Topics.PUSHES.name()));
    assertThat(retried(test + "-broken", test).body().path("results").findValuesAsText("outcome"))
        .containsExactly("missing", "retried");
  }

  @Test
  void onlyAnAdministratorMayAndTheBodySaysWhich() {
    assertThat(
            server
                .send("POST", RejectedRoutes.RETRY, Map.of(), "{\"all\":true}".getBytes(UTF_8))
                .status())
        .isEqualTo(401);
    for (String body : List.of("{}", "{\"ids\":[]}", "{\"ids\":[\"a\"],\"all\":true}")) {
      assertThat(admin(body).status()).as(body).isEqualTo(400);
      assertThat(admin(body).detail()).contains("{\"all\":true}");
    }
    assertThat(admin("nonsense").status()).isEqualTo(400);
    assertThat(
            server
                .send(
                    "POST",
                    RejectedRoutes.DISMISS,
                    Map.of(),
                    "{\"all\":true,\"reason\":\"a test\"}".getBytes(UTF_8))
                .status())
        .isEqualTo(401);
    for (String body :
        List.of(
            "{\"all\":true}",
            "{\"all\":true,\"reason\":\" \\n\"}",
            "{\"reason\":\"a test\"}",
            "{\"all\":true,\"reason\":\"%s\"}".formatted("x".repeat(501)))) {
      assertThat(admin(server, RejectedRoutes.DISMISS, body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void withoutKafkaItMayBeAskedForAgain() {
    Map<String, String> changes = new HashMap<>(IngestServer.secrets());
    changes.put("dorado.kafka.bootstrap-servers", "127.0.0.1:1");
    try (var away =
        IngestServer.start(IngestServer.config(changes), new RecordingPublisher(), false)) {
      Answer answer = retried(away, test);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.detail()).contains("127.0.0.1:1", "Ask for it again later");
      assertThat(answer.headers()).containsKey("Retry-After");
    }
  }

  private Rejected.Builder inTopic(String place, String topic) {
    return Rejected.newBuilder()
        .setId(test)
        .setPlace(place)
        .setName("name")
        .setTopic(topic)
        .setOffset(0)
        .setPartition(0)
        .setGeneration(1)
        .setError("Error")
        .setReason("no reason")
        .setRejectedAt(NOW)
        .setRecordKey(ByteBuffer.wrap(test.getBytes(UTF_8)))
        .setRecordValue(ByteBuffer.wrap(value));
  }

  private void setAside(Rejected.Builder rejected) throws Exception {
    var serializer =
        new AvroSerde<>(Topics.REJECTED, Connections.from(config()).registryClient()).serializer();
    producer
        .send(
            new ProducerRecord<>(
                Topics.REJECTED.name(),
                rejected.getId(),
                serializer.serialize(Topics.REJECTED.name(), rejected.build())))
        .get();
  }

  private Answer retried(String... ids) {
    return retried(server, ids);
  }

  private static Answer retried(IngestServer server, String... ids) {
    return admin(server, Json.MAPPER.valueToTree(Map.of("ids", ids)).toString());
  }

  private Answer admin(String body) {
    return admin(server, body);
  }

  private static Answer admin(IngestServer server, String body) {
    return admin(server, RejectedRoutes.RETRY, body);
  }

  private List<String> dismissed(String ids, String reason) {
    String body = Json.MAPPER.createObjectNode().put("reason", reason).toString();
    return admin(server, RejectedRoutes.DISMISS, body.replace("{", "{\"ids\":%s,".formatted(ids)))
        .body()
        .path("results")
        .findValuesAsText("outcome");
  }

  private static Answer admin(IngestServer server, String path, String body) {
    return server.send(
        "POST",
        path,
        Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
        body.getBytes(UTF_8));
  }

  private static String statusOf(String id) {
    return latest(id).getStatus();
  }

  private static Rejected latest(String id) {
    var deserializer =
        new AvroSerde<>(Topics.REJECTED, Connections.from(config()).registryClient())
            .deserializer();
    return committed(Topics.REJECTED.name()).stream()
        .filter(record -> record.key().equals(id))
        .map(record -> deserializer.deserialize(record.topic(), record.value()))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private List<ConsumerRecord<String, byte[]>> ofThisTest(String topic) {
    return committed(topic).stream().filter(record -> test.equals(record.key())).toList();
  }

  private static List<ConsumerRecord<String, byte[]>> committed(String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", KAFKA.bootstrapServers(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      for (var info : consumer.partitionsFor(topic)) {
        var partition = new TopicPartition(topic, info.partition());
        PartitionScan.readToEnd(consumer, partition, 0, record -> records.add(record));
      }
      return records;
    }
  }

  private static Config config() {
    Map<String, String> changes = new HashMap<>(IngestServer.secrets());
    changes.put("dorado.kafka.bootstrap-servers", KAFKA.bootstrapServers());
    changes.put("dorado.registry.url", REGISTRY.url());
    return IngestServer.config(changes);
  }
}
