package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITEmbeddedKafka {
  @TempDir Path folder;

  @Test
  void committedTransactionsAreReadAndAbortedOnesAreNot() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
        KafkaProducer<String, String> producer = transactional(kafka)) {
      create(kafka, "events");
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "committed");
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "aborted");
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, "committed too");
      producer.commitTransaction();

      assertThat(read(kafka, "group", 2)).containsExactly("committed", "committed too");
    }
  }

  @Test
  void recordsAndCommittedOffsetsAreThereAfterARestartOnAnotherPort() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, LoopbackPort.free())) {
      create(kafka, "events");
      send(kafka, "first");
      assertThat(read(kafka, "reader", 1)).containsExactly("first");
      send(kafka, "second");
    }

    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      assertThat(read(kafka, "reader", 1)).containsExactly("second");
      assertThat(read(kafka, "another reader", 2)).containsExactly("first", "second");
    }
  }

  @Test
  void consumersThatAProcessLeftBehindAreRemovedFromTheirGroups() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
        Admin admin = admin(kafka);
        KafkaConsumer<String, String> left = joined(kafka, "group")) {
      assertThat(members(admin, "group")).isEqualTo(1);

      kafka.removeConsumers();

      assertThat(members(admin, "group")).isZero();
      assertThat(left.listTopics()).containsKey("events");
    }
  }

  @Test
  void aRecordOfThirtyTwoMebibytesPasses() throws Exception {
    byte[] large = new byte[32 * 1024 * 1024];
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "max.request.size",
                    34_000_000,
                    "buffer.memory",
                    70_000_000L),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      create(kafka, "deliveries");

      assertThat(
              producer
                  .send(new ProducerRecord<>("deliveries", large))
                  .get(60, TimeUnit.SECONDS)
                  .serializedValueSize())
          .isEqualTo(large.length);
    }
  }

  @Test
  void noTopicIsCreatedByAccident() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", 1_500),
                new StringSerializer(),
                new StringSerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("a-typo", "k", "v")).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aFolderInUseIsNamed() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
      assertThatThrownBy(() -> EmbeddedKafka.start(folder, 0))
          .isInstanceOf(EmbeddedPartException.class)
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void aPortInUseIsNamedAndTheFolderIsFreeAgain() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      assertThatThrownBy(() -> EmbeddedKafka.start(folder, taken.getLocalPort()))
          .isInstanceOf(EmbeddedPartException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
    EmbeddedKafka.start(folder, 0).close();
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** A consumer whose session outlives the test. */
  private static KafkaConsumer<String, String> joined(EmbeddedKafka kafka, String group)
      throws Exception {
    create(kafka, "events");
    send(kafka, "first");
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "session.timeout.ms",
            600_000);
    var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    consumer.subscribe(List.of("events"));
    assertThat(consumer.poll(Duration.ofSeconds(30)).count()).isEqualTo(1);
    return consumer;
  }

  private static int members(Admin admin, String group) throws Exception {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().size();
  }

  @Test
  void aBrokerThatCannotWriteAnyMoreSaysSoWhereItsProcessEnds() throws Exception {
    // A file of the process may have 10 or 20 MB, as the shell counts; what is written beyond
    // fails.
    Ended ended = endOf(List.of("sh", "-c", "ulimit -f 20480; exec \"$@\"", "sh"), folder);

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.console())
        .contains("Error: The embedded Kafka ended this process")
        .contains(folder.toString(), "although its disk has space", "mend what its log says");
  }

  @Test
  void aFullDiskIsNamedWhereItsProcessEnds() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString()) == 0,
        "only root can make a small disk");
    try {
      Ended ended = endOf(List.of(), disk.resolve("kafka"));

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.console())
          .contains("Error: The embedded Kafka ended this process")
          .contains(disk.resolve("kafka").toString(), "whose disk is full", "of 41 MB are free")
          .contains("free some space, then start again");
    } finally {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  /** What becomes of a process that fills the disk of {@code folder} by a broker. */
  private Ended endOf(List<String> before, Path folder) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(KafkaParent.class.getName());
    command.add(folder.toString());
    var console = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE);
    Process process = console.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), errors);
  }

  private record Ended(int code, String console) {}

  private static void create(EmbeddedKafka kafka, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static KafkaProducer<String, String> transactional(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "a"),
        new StringSerializer(),
        new StringSerializer());
  }

  private static void send(EmbeddedKafka kafka, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      send(producer, value);
    }
  }

  private static void send(KafkaProducer<String, String> producer, String value) throws Exception {
    producer.send(new ProducerRecord<>("events", "k", value)).get(30, TimeUnit.SECONDS);
  }

  /** What a group that starts at the beginning reads, up to so many records, and commits. */
  private static List<String> read(EmbeddedKafka kafka, String group, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "group.id", group,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of("events"));
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      consumer.commitSync();
      assertThat(consumer.currentLag(new TopicPartition("events", 0))).hasValue(0);
    }
    return values;
  }
}
