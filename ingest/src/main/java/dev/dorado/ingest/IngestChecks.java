package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import dev.dorado.server.Json;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Whether Kafka and the registry are there and set up. Thread-safe. */
final class IngestChecks implements AutoCloseable {

  /** Whoever asks for the health of a role wants to know soon. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Long, because no command can continue without the id. */
  private static final Duration FOR_THE_ID = Duration.ofSeconds(30);

  private final Connections connections;
  private final Duration timeout;
  private final OutboundHttp http;
  private Admin admin;

  IngestChecks(Connections connections) {
    this(connections, TIMEOUT);
  }

  /**
   * @param timeout how long each waits for an answer
   */
  IngestChecks(Connections connections, Duration timeout) {
    this.connections = requireNonNull(connections);
    this.timeout = requireNonNull(timeout);
    this.http = OutboundHttp.within(timeout, timeout);
  }

  List<Check> all() {
    return List.of(
        new Check("kafka", this::kafkaProblem),
        new Check("schema-registry", this::registryProblem));
  }

  /**
   * The id of the Kafka cluster.
   *
   * @throws EventWriteException if it does not answer
   */
  String clusterId() {
    try {
      var patient = new DescribeClusterOptions().timeoutMs((int) FOR_THE_ID.toMillis());
      return admin()
          .describeCluster(patient)
          .clusterId()
          .get(FOR_THE_ID.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new EventWriteException(
          "Kafka at %s does not say which cluster it is: %s"
              .formatted(connections.bootstrapServers(), e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventWriteException("interrupted while asking Kafka which cluster it is.", e);
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
  }

  private String kafkaProblem() {
    String address = connections.bootstrapServers();
    try {
      Set<String> existing =
          admin().listTopics().names().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return missing(
          "Kafka at " + address + " lacks the topics",
          Topics.common().stream().map(Topic::name).toList(),
          existing);
    } catch (TimeoutException e) {
      return "Kafka at %s does not answer within %d s".formatted(address, timeout.toSeconds());
    } catch (ExecutionException e) {
      return "Kafka at %s: %s".formatted(address, e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "Kafka at %s: the check was interrupted".formatted(address);
    }
  }

  private String registryProblem() {
    String address = connections.registryAddress();
    try {
      var response =
          http.send(connections.registrySubjects(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return "the schema registry at %s answers %d to GET /subjects"
            .formatted(address, response.statusCode());
      }
      Set<String> existing = new HashSet<>();
      JsonNode subjects = Json.MAPPER.readTree(response.body());
      subjects.forEach(subject -> existing.add(subject.asText()));
      return missing(
          "the schema registry at " + address + " lacks the subjects",
          Topics.common().stream().map(Topic::subject).toList(),
          existing);
    } catch (IOException e) {
      return "the schema registry at %s does not answer: %s"
          .formatted(address, e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the schema registry at %s: the check was interrupted".formatted(address);
    }
  }

  private static String missing(String what, List<String> needed, Set<String> existing) {
    List<String> missing = needed.stream().filter(name -> !existing.contains(name)).toList();
    return missing.isEmpty()
        ? null
        : "%s %s: run './dorado migrate'".formatted(what, String.join(", ", missing));
  }

  private synchronized Admin admin() {
    if (admin == null) {
      admin =
          Admin.create(
              connections.kafkaClient(
                  Map.of(
                      AdminClientConfig.CLIENT_ID_CONFIG,
                      "dorado-ingest-health",
                      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                      (int) timeout.toMillis(),
                      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                      (int) timeout.toMillis(),
                      AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                      1000)));
    }
    return admin;
  }
}
