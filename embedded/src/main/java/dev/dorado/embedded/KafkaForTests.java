package dev.dorado.embedded;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one Kafka of a test run: a container where a Docker engine and the image are there already,
 * the embedded broker otherwise. What it is, and why, is logged.
 */
record KafkaForTests(String bootstrapServers, String kind, AutoCloseable broker)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaForTests.class);

  static KafkaForTests start() {
    String image = EmbeddedParts.load().kafkaImage();
    DockerPresence docker = DockerPresence.of(image);
    if (docker.reasonAgainst().isEmpty()) {
      KafkaForTests container = KafkaContainers.start(image);
      LOG.info("Kafka for tests: a container of {} at {}", image, container.bootstrapServers());
      return container;
    }
    ScratchFolder folder = ScratchFolder.create("kafka");
    EmbeddedKafka embedded;
    try {
      embedded = EmbeddedKafka.start(folder.path(), 0);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
    LOG.info(
        "Kafka for tests: the embedded broker at {}, no container ({})",
        embedded.bootstrapServers(),
        docker.reasonAgainst().get());
    return new KafkaForTests(
        embedded.bootstrapServers(),
        "embedded",
        () -> {
          embedded.close();
          folder.close();
        });
  }

  @Override
  public void close() throws Exception {
    broker.close();
  }
}
