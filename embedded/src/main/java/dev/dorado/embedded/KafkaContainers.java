package dev.dorado.embedded;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka as a container. The only class that needs Testcontainers, so that it is loaded where that
 * is there.
 */
final class KafkaContainers {
  /** What Testcontainers 2.0.5 takes to remove what a killed test run leaves. */
  private static final String RYUK = "testcontainers/ryuk:0.14.0";

  private static final String RYUK_OFF = "TESTCONTAINERS_RYUK_DISABLED";

  /**
   * What it takes, where tests run in a container themselves, to find out where the others' ports
   * are.
   */
  private static final String TINY = "alpine:3.17";

  private static final String HOST_OF_PORTS = "TESTCONTAINERS_HOST_OVERRIDE";

  private KafkaContainers() {}

  /** Why no container of the image can run here; empty if one can. Pulls nothing. */
  static Optional<String> reasonAgainst(String image) {
    // Not the factory's own client nor its isDockerAvailable(): they start Ryuk, and try for
    // minutes to pull it.
    try (DockerClient docker =
        DockerClientProviderStrategy.getClientForConfig(
            DockerClientFactory.instance().getTransportConfig())) {
      if (!present(docker, image)) {
        return Optional.of("the image " + image + " is not on this machine, and tests pull none");
      }
      if (!Boolean.parseBoolean(System.getenv(RYUK_OFF)) && !present(docker, RYUK)) {
        return Optional.of(
            "the image " + RYUK + " is not on this machine, and " + RYUK_OFF + " is not true");
      }
      if (Files.exists(Path.of("/.dockerenv"))
          && System.getenv(HOST_OF_PORTS) == null
          && !present(docker, TINY)) {
        return Optional.of(
            "in a container, and the image "
                + TINY
                + " is not on this machine, and "
                + HOST_OF_PORTS
                + " is not set");
      }
      return Optional.empty();
    } catch (IllegalStateException | IOException e) {
      return Optional.of("Testcontainers finds no Docker engine: " + e.getMessage());
    }
  }

  static KafkaForTests start(String image) {
    KafkaContainer container =
        new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"))
            .withImagePullPolicy(name -> false)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", String.valueOf(EmbeddedKafka.LARGEST_BATCH))
            .withEnv("KAFKA_LOG_RETENTION_MS", "-1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
    container.start();
    return new KafkaForTests(container.getBootstrapServers(), "container", container);
  }

  private static boolean present(DockerClient docker, String image) {
    try {
      return docker.inspectImageCmd(image).exec() != null;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
