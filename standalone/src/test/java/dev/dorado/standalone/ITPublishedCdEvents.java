package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deliveries in, CDEvents out to a receiver that sends them back: as a broker does that sends all
 * of its events to all.
 */
class ITPublishedCdEvents {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PERIOD = "from=2026-01-01&to=2026-02-01";

  @TempDir private static Path data;

  @Test
  void whatIsPublishedAndComesBackCountsOnce() throws Exception {
    try (var receiver = new AnsweringDorado().on("POST /events", 202, "{}");
        var dorado =
            Standalone.start(
                data,
                "127.0.0.1",
                0,
                true,
                Map.of(
                    "dorado.cdevents.sink",
                    receiver.url() + "/events",
                    "dorado.cdevents.since",
                    "2026-01-01"),
                line -> {})) {
      var client = new DeliveryClient(dorado.url(), "any");
      post(client, "generic", "application/json", events());
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(types(receiver))
                      .contains(
                          "dev.cdevents.service.deployed.0.3.0",
                          "dev.cdevents.service.upgraded.0.3.0",
                          "dev.cdevents.incident.detected.0.3.0",
                          "dev.cdeventsx.dorado-failure.detected.0.1.0"));
      assertThat(rows(client, "deployments")).hasSize(2);
      assertThat(rows(client, "incidents")).hasSize(1);

      List<String> bodies = bodies(receiver);
      for (String body : bodies) {
        assertThat(post(client, "cdevents", "application/cloudevents+json", body))
            .contains("\"accepted\":0", "Dorado publishes this itself");
      }
      // Once what came after it is there, it would be, too.
      post(
          client,
          "generic",
          "application/json",
          """
          {"events":[{"kind":"deployment","service":"marker","sha":"%s","status":"succeeded",
            "finished_at":"2026-01-09T10:00:00Z"}]}
          """
              .formatted("d".repeat(40)));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(rows(client, "deployments")).hasSize(3));
      assertThat(rows(client, "incidents")).hasSize(1);
    }
  }

  private static String events() {
    return """
        {"events":[
          {"kind":"deployment","service":"shop","sha":"%s","status":"succeeded",
           "finished_at":"2026-01-05T10:00:00Z"},
          {"kind":"deployment","service":"shop","sha":"%s","status":"succeeded","id":"second",
           "finished_at":"2026-01-06T10:00:00Z"},
          {"kind":"incident","id":"i1","service":"shop","started_at":"2026-01-06T11:00:00Z",
           "detected_at":"2026-01-06T11:00:00Z","caused_by":"second"}]}
        """
        .formatted("a".repeat(40), "b".repeat(40));
  }

  private static String post(DeliveryClient client, String sender, String type, String body)
      throws Exception {
    var response =
        client.post(new DemoDelivery(Instant.EPOCH, sender, Map.of("Content-Type", type), body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return response.body();
  }

  private static List<String> bodies(AnsweringDorado receiver) {
    return receiver.asked.stream()
        .filter(asked -> asked.what().equals("POST /events"))
        .map(AnsweringDorado.Asked::body)
        .toList();
  }

  private static List<String> types(AnsweringDorado receiver) throws IOException {
    List<String> types = new ArrayList<>();
    for (String body : bodies(receiver)) {
      types.add(Json.MAPPER.readTree(body).path("type").asText());
    }
    return types;
  }

  private static List<JsonNode> rows(DeliveryClient client, String name) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    Json.MAPPER
        .readTree(client.get("/api/v1/%s?%s".formatted(name, PERIOD)).body())
        .path("items")
        .forEach(rows::add);
    return rows;
  }
}
