package dev.dorado.schemas;

import java.util.Map;

/** A topic that Dorado creates: what Kafka is told of it. */
public sealed interface KafkaTopic permits Topic, JsonTopic {

  /** Name of the topic. */
  String name();

  /** What the key is, for people. */
  String key();

  /** Topic settings that differ from the broker's. */
  Map<String, String> settings();
}
