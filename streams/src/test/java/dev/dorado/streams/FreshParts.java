package dev.dorado.streams;

import static org.awaitility.Awaitility.await;

import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.schemas.Connections;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The parts that all tests of a run share, as if they were new: a broker without topics, and a
 * database that does not exist yet.
 */
public final class FreshParts {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private FreshParts() {}

  /** Deletes all topics, and names a database that is not there. */
  public static Connections of(
      KafkaExtension kafka,
      RegistryExtension registry,
      ClickHouseExtension clickHouse,
      int partitions)
      throws InterruptedException, ExecutionException {
    deleteTopics(kafka.bootstrapServers());
    return new Connections(
        kafka.bootstrapServers(),
        partitions,
        (short) 1,
        registry.url(),
        clickHouse.jdbcUrl(),
        "default",
        "",
        clickHouse.database() + "_" + NUMBER.incrementAndGet());
  }

  private static void deleteTopics(String bootstrapServers)
      throws InterruptedException, ExecutionException {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (var admin = Admin.create(settings)) {
      admin.deleteTopics(dorados(admin)).all().get();
      await().atMost(Duration.ofSeconds(20)).until(() -> dorados(admin).isEmpty());
    }
  }

  private static Set<String> dorados(Admin admin) throws InterruptedException, ExecutionException {
    return admin.listTopics().names().get().stream()
        .filter(name -> name.startsWith("dorado"))
        .collect(Collectors.toSet());
  }
}
