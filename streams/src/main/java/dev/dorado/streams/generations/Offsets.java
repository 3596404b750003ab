package dev.dorado.streams.generations;

import dev.dorado.schemas.Connections;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where topics end, and how far groups have come. Thread-safe. */
public final class Offsets implements AutoCloseable {

  private final Admin admin;

  /**
   * @param connections where Kafka is
   * @param clientId name of the client, for the broker's log
   */
  public Offsets(Connections connections, String clientId) {
    this.admin =
        Admin.create(connections.kafkaClient(Map.of(AdminClientConfig.CLIENT_ID_CONFIG, clientId)));
  }

  /**
   * Where each partition ends, what is not committed yet included; empty if one of the topics is
   * not there.
   */
  public Optional<Map<TopicPartition, Long>> ends(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .values()
          .forEach(
              topic ->
                  topic
                      .partitions()
                      .forEach(
                          partition ->
                              asked.put(
                                  new TopicPartition(topic.name(), partition.partition()),
                                  OffsetSpec.latest())));
      return Optional.of(
          admin.listOffsets(asked).all().get().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset())));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** How far a group has come; empty if there is none. */
  public Map<TopicPartition, Long> committed(String group)
      throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, Long> committed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  committed.put(partition, offset.offset());
                }
              });
      return committed;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  /** Whether what has come as far as {@code committed} has passed {@code ends}. */
  public static boolean passed(
      Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  Admin admin() {
    return admin;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
