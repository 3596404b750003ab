package dev.dorado.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A process of its own with a broker on a folder, which fills its disk until it ends. */
final class KafkaParent {

  private KafkaParent() {}

  /** The one argument is the folder. */
  public static void main(String[] arguments) throws Exception {
    var broker = EmbeddedKafka.start(Path.of(arguments[0]), 0);
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var admin = Admin.create(settings)) {
      var topic = new NewTopic("filling", Optional.of(1), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
    }
    var noise = new byte[500_000];
    new Random(1).nextBytes(noise);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      while (true) {
        producer.send(new ProducerRecord<>("filling", noise)).get();
      }
    }
  }
}
