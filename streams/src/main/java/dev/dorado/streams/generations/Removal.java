package dev.dorado.streams.generations;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.sink.ClickHouseSink;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Deletes a generation that answers no queries: its fact topics and their schemas, the topics and
 * consumer groups of its topology and sink, and its database. The stores in the state folder are
 * deleted by the role streams that has them. One that was cut off is completed by the next.
 * Thread-safe.
 */
public final class Removal {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Config config;
  private final Connections connections;
  private final Generations generations;

  /**
   * @param config settings at {@code dorado.streams}
   * @param connections where everything is
   */
  public Removal(Config config, Connections connections) {
    this.config = requireNonNull(config);
    this.connections = requireNonNull(connections);
    this.generations = new Generations(connections);
  }

  /**
   * Checks whether a generation can be deleted, without doing anything.
   *
   * @throws IllegalArgumentException if there is none of that number
   * @throws IllegalStateException if it answers queries
   */
  public void requireDroppable(int number) throws SQLException {
    List<Generation> all = generations.all();
    Generations.requireDroppable(generation(number, all), all);
  }

  /**
   * Deletes a generation.
   *
   * @param progress is told each step as it is done, in words for people
   * @throws IllegalArgumentException if there is none of that number
   * @throws IllegalStateException if it answers queries, or something still computes it
   */
  public void run(int number, Consumer<String> progress)
      throws SQLException, ExecutionException, InterruptedException {
    Generation generation = generation(number, generations.all());
    if (generation.droppedAt().isEmpty()) {
      generations.drop(generation);
    }
    String applicationId =
        generation.applicationId(config.getString("dorado.streams.application-id"));
    List<String> groups = List.of(applicationId, ClickHouseSink.group(config, number));
    try (var offsets = new Offsets(connections, "dorado-removal")) {
      awaitLeft(offsets.admin(), generation, groups);
      int deleted = deleteGroups(offsets.admin(), groups);
      progress.accept("consumer groups: %d deleted".formatted(deleted));
      progress.accept(
          "topics: %d deleted".formatted(deleteTopics(offsets.admin(), number, applicationId)));
    }
    progress.accept("schemas: %d deleted".formatted(deleteSchemas(number)));
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS %s SYNC".formatted(connections.database(number)));
    }
    progress.accept("database: %s deleted".formatted(connections.database(number)));
  }

  private static Generation generation(int number, List<Generation> all) {
    return all.stream()
        .filter(one -> one.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no generation %d: './dorado generations list' shows those that there are"
                        .formatted(number)));
  }

  /** The roles leave by themselves once they have seen the row. */
  private static void awaitLeft(Admin admin, Generation generation, List<String> groups)
      throws ExecutionException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (String group : groups) {
      while (hasMembers(admin, group)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "a role streams still computes generation %d after %d seconds (consumer group %s): stop it, then run this again"
                  .formatted(generation.number(), PATIENCE.toSeconds(), group));
        }
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    }
  }

  private static boolean hasMembers(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .anyMatch(description -> !description.members().isEmpty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw e;
    }
  }

  private static int deleteGroups(Admin admin, List<String> groups)
      throws ExecutionException, InterruptedException {
    int deleted = 0;
    for (String group : groups) {
      try {
        admin.deleteConsumerGroups(List.of(group)).all().get();
        deleted++;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
    return deleted;
  }

  private static int deleteTopics(Admin admin, int number, String applicationId)
      throws ExecutionException, InterruptedException {
    Set<String> existing = admin.listTopics().names().get();
    List<String> topics = new ArrayList<>();
    Topics.facts(number).stream().map(Topic::name).filter(existing::contains).forEach(topics::add);
    existing.stream().filter(name -> Topics.isInternal(name, applicationId)).forEach(topics::add);
    for (var deleted : admin.deleteTopics(topics).topicNameValues().values()) {
      try {
        deleted.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    return topics.size();
  }

  private int deleteSchemas(int number) {
    var registry = connections.registryClient();
    int deleted = 0;
    try {
      var existing = registry.getAllSubjects();
      for (var topic : Topics.facts(number)) {
        if (existing.contains(topic.subject())) {
          registry.deleteSubject(topic.subject());
          deleted++;
        }
      }
      return deleted;
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(
          "the schema registry at %s does not delete the schemas of generation %d: %s; run this again"
              .formatted(connections.registryAddress(), number, e.getMessage()),
          e);
    }
  }
}
