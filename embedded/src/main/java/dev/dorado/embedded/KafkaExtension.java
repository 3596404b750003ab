package dev.dorado.embedded;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Kafka for a test class, as {@code @RegisterExtension static final KafkaExtension kafka = new
 * KafkaExtension();}. All classes of a test run share one broker, started by the first, while other
 * parts start too, and closed at the end of the run: tests use topics, groups and transactional ids
 * of their own. It is a container where a Docker engine and the image are on the machine already
 * (nothing is pulled), the embedded broker otherwise; the log says which.
 */
public final class KafkaExtension implements BeforeAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(KafkaExtension.class);

  private volatile Starting<KafkaForTests> kafka;

  @Override
  @SuppressWarnings("unchecked")
  public void beforeAll(ExtensionContext context) {
    kafka =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                KafkaForTests.class,
                key -> Starting.of("Kafka", KafkaForTests::start),
                Starting.class);
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return started().bootstrapServers();
  }

  /** {@code embedded} or {@code container}. */
  public String kind() {
    return started().kind();
  }

  private KafkaForTests started() {
    if (kafka == null) {
      throw new IllegalStateException(
          "Kafka is not started: register the extension in a static field of the test class.");
    }
    return kafka.get();
  }
}
