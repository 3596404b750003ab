package dev.dorado.standalone.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform team of {@link PlantedAdoption} measures of each team, once in four weeks: the
 * time to provision and the support tickets, both of which fall with the share of the team's
 * services on the path, and every twelve weeks a survey of satisfaction, which rises with it.
 */
final class PlantedMeasurements {

  private static final int DAYS_BETWEEN = 28;
  private static final int BETWEEN_SURVEYS = 3;
  private static final double PROVISION_HOURS = 60;

  /** By how much the time to provision is shorter where all services are on the path. */
  private static final double PROVISION_CUT = 0.85;

  private static final double TICKETS = 14;
  private static final double TICKETS_CUT = 0.6;
  private static final double SATISFACTION = 2.9;
  private static final double SATISFACTION_GAIN = 1.4;

  private PlantedMeasurements() {}

  /** What is sent from {@code firstDay} on, before {@code end}. */
  static List<DemoDelivery> deliveries(
      List<PlantedAdoption.Service> services, LocalDate firstDay, LocalDate end, long seed) {
    var chance = new Chance(seed * 11_000_027);
    List<String> teams = services.stream().map(PlantedAdoption.Service::team).distinct().toList();
    List<DemoDelivery> deliveries = new ArrayList<>();
    int round = 0;
    for (LocalDate day = firstDay.plusDays(DAYS_BETWEEN - 1);
        day.isBefore(end);
        day = day.plusDays(DAYS_BETWEEN)) {
      Instant at = day.atTime(10, 0).toInstant(ZoneOffset.UTC);
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode events = body.putArray("events");
      for (String team : teams) {
        double share = share(services, team, day);
        Duration provision = chance.around(PROVISION_HOURS * (1 - PROVISION_CUT * share), 0.2);
        add(events, team, at, "time_to_provision", "seconds", provision.toSeconds());
        int tickets = chance.count(TICKETS * (1 - TICKETS_CUT * share));
        add(events, team, at, "support_tickets", "tickets", tickets);
        if (round % BETWEEN_SURVEYS == 0) {
          double noise = chance.between(-15, 15) / 100.0;
          double mean = SATISFACTION + SATISFACTION_GAIN * share + noise;
          add(events, team, at, "satisfaction", "score", Math.round(mean * 100) / 100.0)
              .put("n", chance.between(6, 14));
        }
      }
      deliveries.add(
          new DemoDelivery(
              at,
              "generic",
              Map.of("Content-Type", "application/json", "User-Agent", "curl/8.5.0"),
              body.toString()));
      round++;
    }
    return deliveries;
  }

  private static ObjectNode add(
      ArrayNode events, String team, Instant at, String name, String unit, double value) {
    return events
        .addObject()
        .put("kind", "measurement")
        .put("name", name)
        .put("value", value)
        .put("unit", unit)
        .put("team", team)
        .put("time", at.toString());
  }

  /** The share of a team's services that are on the path on a day, of those that there are. */
  private static double share(List<PlantedAdoption.Service> services, String team, LocalDate day) {
    List<Optional<LocalDate>> since =
        services.stream()
            .filter(service -> service.team().equals(team) && service.begins() == 0)
            .map(PlantedAdoption.Service::onPathSince)
            .toList();
    long onPath =
        since.stream().filter(date -> date.filter(d -> !d.isAfter(day)).isPresent()).count();
    return (double) onPath / since.size();
  }
}
