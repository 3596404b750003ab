package dev.dorado.standalone.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Watches, through the API, the facts of what was sent arrive. */
public final class Arrival {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final DeliveryClient client;
  private final Instant from;
  private final Instant to;

  /** Watches the deployments that finished from {@code from} up to {@code to}. */
  public Arrival(DeliveryClient client, Instant from, Instant to) {
    this.client = requireNonNull(client);
    this.from = requireNonNull(from);
    this.to = requireNonNull(to);
  }

  /**
   * Waits until the deployments of each service are as {@code expected}, or have not changed for
   * {@code patience}.
   *
   * @return the deployments of each service that has any
   */
  public Map<String, Integer> await(Map<String, Integer> expected, Duration patience)
      throws IOException, InterruptedException {
    Map<String, Integer> awaited = new TreeMap<>(expected);
    awaited.values().removeIf(count -> count == 0);
    Map<String, Integer> seen = Map.of();
    long changed = System.nanoTime();
    while (true) {
      Map<String, Integer> now = deployments();
      if (now.equals(awaited)) {
        return now;
      }
      if (!now.equals(seen)) {
        seen = now;
        changed = System.nanoTime();
      } else if (System.nanoTime() - changed > patience.toNanos()) {
        return now;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private Map<String, Integer> deployments() throws IOException, InterruptedException {
    var response = client.get("/api/v1/summary?group_by=service&from=%s&to=%s".formatted(from, to));
    if (response.statusCode() != 200) {
      throw new IOException(
          "the API answers %d: %s".formatted(response.statusCode(), response.body()));
    }
    Map<String, Integer> deployments = new TreeMap<>();
    for (JsonNode group : Json.MAPPER.readTree(response.body()).path("groups")) {
      int count = group.path("metrics").path("deployment_frequency").path("n").asInt();
      if (count > 0) {
        deployments.put(group.path("group").path("service").asText(), count);
      }
    }
    return deployments;
  }
}
