package dev.dorado.standalone.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An adoption whose effect is known. Twelve of twenty-four services adopt the path {@value #PATH}
 * at four dates over more than a year. From the second block on, their lead times are {@value
 * #LEAD_TIME_PERCENT} % shorter than they would have been, in the block of adoption itself longer.
 * How often they deploy and fail does not change. Everybody's lead times grow all the while, so a
 * comparison of before and after alone would be wrong. Ten more services begin meanwhile, half of
 * them on the path. On the path two of three deployments are canaries. {@link PlantedMeasurements}
 * come with it.
 *
 * @param services the services
 * @param deliveries what their scripts send, one delivery for each block of a service, and what is
 *     measured
 * @param deployments deployments of each service
 */
public record PlantedAdoption(
    List<Service> services, List<DemoDelivery> deliveries, Map<String, Integer> deployments) {

  /** The golden path. */
  public static final String PATH = "service-kit";

  /** By how much lead times are shorter on the path. */
  public static final int LEAD_TIME_PERCENT = 40;

  /** Days of the whole history. */
  static final int DAYS = 24 * 28;

  private static final int BLOCK_DAYS = 28;
  private static final int BLOCKS = DAYS / BLOCK_DAYS;
  private static final List<String> TEAMS =
      List.of("orders", "returns", "stock", "pricing", "customers", "reporting");
  private static final List<String> PARTS = List.of("api", "worker", "export", "console");

  /** Blocks in which services adopt. */
  private static final List<Integer> COHORTS = List.of(7, 12, 17, 21);

  private static final List<String> NEW =
      List.of(
          "gift-cards",
          "loyalty",
          "fraud-check",
          "sizes",
          "reviews",
          "wishlist",
          "coupons",
          "labels",
          "tax",
          "exports");

  private static final double LEAD_TIME_HOURS = 16;
  private static final double SPREAD = 0.4;
  private static final double GROWTH_OF_A_BLOCK = 0.015;
  private static final double MIGRATION_FACTOR = 1.25;
  private static final double FAILURES = 0.12;
  private static final Duration ROLLOUT = Duration.ofMinutes(6);

  /** From so many blocks on, somebody is new who was not there in a repository's first 90 days. */
  private static final int FIRST_NEWCOMER = 4;

  private static final int BLOCKS_BETWEEN_NEWCOMERS = 2;

  /** A service of this history; {@code begins} is the block in which it does. */
  public record Service(String name, String team, int begins, Optional<LocalDate> onPathSince) {}

  /** The history up to the beginning of {@code lastDay}. */
  public static PlantedAdoption before(LocalDate lastDay, long seed) {
    LocalDate firstDay = lastDay.minusDays(DAYS);
    List<Service> services = new ArrayList<>();
    int adopters = 0;
    for (String team : TEAMS) {
      for (int i = 0; i < PARTS.size(); i++) {
        boolean adopts = i % 2 == 0;
        int cohort = adopts ? COHORTS.get(adopters++ % COHORTS.size()) : BLOCKS;
        services.add(
            new Service(
                team + "-" + PARTS.get(i),
                team,
                0,
                Optional.of(firstDay.plusDays((long) cohort * BLOCK_DAYS))
                    .filter(since -> adopts)));
      }
    }
    for (int i = 0; i < NEW.size(); i++) {
      int begins = 8 + i;
      LocalDate since = firstDay.plusDays((long) begins * BLOCK_DAYS);
      services.add(
          new Service(
              NEW.get(i),
              TEAMS.get(i % TEAMS.size()),
              begins,
              i % 2 == 0 ? Optional.of(since) : Optional.empty()));
    }
    List<DemoDelivery> deliveries = new ArrayList<>();
    Map<String, Integer> deployments = new LinkedHashMap<>();
    for (int i = 0; i < services.size(); i++) {
      var story = new Story(services.get(i), firstDay, new Chance(seed * 7_000_003 + i));
      deliveries.addAll(story.deliveries());
      deployments.put(services.get(i).name(), story.deployments);
    }
    deliveries.addAll(PlantedMeasurements.deliveries(services, firstDay, lastDay, seed));
    return new PlantedAdoption(
        List.copyOf(services), List.copyOf(deliveries), Map.copyOf(deployments));
  }

  /** The services' entries of the catalog. */
  public String catalog() {
    var yaml = new StringBuilder();
    for (var service : services) {
      List<String> annotations = new ArrayList<>();
      annotations.add("github.com/project-slug: " + slug(service));
      service
          .onPathSince()
          .ifPresent(since -> annotations.add("dorado.dev/golden-path: " + PATH + "@" + since));
      yaml.append(
          """
          ---
          apiVersion: backstage.io/v1alpha1
          kind: Component
          metadata:
            name: %s
            annotations:
              %s
          spec:
            type: service
            lifecycle: production
            owner: group:default/%s
          """
              .formatted(service.name(), String.join("\n    ", annotations), service.team()));
    }
    return yaml.toString();
  }

  private static String slug(Service service) {
    return DemoOrganisation.NAME + "/" + service.name();
  }

  /** One service; its script reports each change together with the deployment that ships it. */
  private static final class Story {

    private final Service service;
    private final LocalDate firstDay;
    private final Chance chance;
    private final double level;
    private final List<String> authors = new ArrayList<>();
    private Instant last;
    private int deployments;

    Story(Service service, LocalDate firstDay, Chance chance) {
      this.service = service;
      this.firstDay = firstDay;
      this.chance = chance;
      this.level = LEAD_TIME_HOURS * (0.8 + chance.between(0, 40) / 100.0);
      this.last = start(service.begins());
      join();
      join();
    }

    List<DemoDelivery> deliveries() {
      List<DemoDelivery> deliveries = new ArrayList<>();
      int block = service.begins();
      if (block > 0) {
        Instant first = firstDeployment();
        deliveries.add(delivery(first, List.of(shipped(OfficeHours.next(last), first))));
        // A block with one change has no lead time: it says nothing of how the service works.
        block = 1 + (int) (Duration.between(start(0), first).toDays() / BLOCK_DAYS);
      }
      for (; block < BLOCKS; block++) {
        List<Shipped> shipped = shippedIn(block);
        if (!shipped.isEmpty()) {
          deliveries.add(delivery(shipped.get(shipped.size() - 1).finishedAt(), shipped));
        }
      }
      return deliveries;
    }

    private Instant firstDeployment() {
      boolean onPath = service.onPathSince().isPresent();
      int days = onPath ? chance.between(5, 20) : chance.between(15, 55);
      return OfficeHours.next(last.plus(Duration.ofDays(days)).plus(chance.minutes(480, 900)));
    }

    private List<Shipped> shippedIn(int block) {
      int blocksThere = block - service.begins();
      boolean somebodyIsNew =
          blocksThere >= FIRST_NEWCOMER && blocksThere % BLOCKS_BETWEEN_NEWCOMERS == 0;
      if (somebodyIsNew) {
        join();
      }
      List<Shipped> shipped = new ArrayList<>();
      int count = chance.between(3, 5);
      for (int i = 0; i < count; i++) {
        Instant due =
            start(block)
                .plus(Duration.ofDays(BLOCK_DAYS).multipliedBy(i).dividedBy(count))
                .plus(chance.minutes(480, 900));
        Instant finished = OfficeHours.next(due);
        Duration lead = chance.around(level * factor(block), SPREAD);
        Instant committed = finished.minus(lead);
        // What waits over the holidays would be shipped together, and late.
        boolean isOrdinary =
            Duration.between(due, finished).toDays() < 4 && finished.isBefore(start(block + 1));
        if (isOrdinary && committed.isAfter(last)) {
          shipped.add(shipped(committed, finished));
        }
      }
      return shipped;
    }

    private double factor(int block) {
      double growth = StrictMath.exp(GROWTH_OF_A_BLOCK * block);
      boolean isOnPath =
          service.onPathSince().filter(since -> !start(block).isBefore(startOf(since))).isPresent();
      if (!isOnPath) {
        return growth;
      }
      boolean isMigration = start(block).equals(startOf(service.onPathSince().orElseThrow()));
      return growth * (isMigration ? MIGRATION_FACTOR : 1 - LEAD_TIME_PERCENT / 100.0);
    }

    private Shipped shipped(Instant committedAt, Instant finishedAt) {
      deployments++;
      last = finishedAt;
      boolean isFirstOfNewest = deployments % 2 == 1;
      String author = isFirstOfNewest ? authors.get(authors.size() - 1) : chance.pick(authors);
      return new Shipped(
          committedAt, finishedAt, chance.hex(40), author, chance.happens(FAILURES), deployments);
    }

    private void join() {
      authors.add("%s-%d@harbour-goods.example".formatted(service.name(), authors.size() + 1));
    }

    private DemoDelivery delivery(Instant at, List<Shipped> shipped) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode events = body.putArray("events");
      String repository = "github.com/" + slug(service);
      for (var one : shipped) {
        events
            .addObject()
            .put("kind", "change")
            .put("repository", repository)
            .put("sha", one.sha())
            .put("committed_at", one.committedAt().toString())
            .put("author", one.author())
            .put("message", Phrases.feature(chance));
        ObjectNode deployment =
            events
                .addObject()
                .put("kind", "deployment")
                .put("id", "%s-%d".formatted(service.name(), one.number()))
                .put("service", service.name())
                .put("repository", repository)
                .put("environment", "production")
                .put("sha", one.sha())
                .put("status", "succeeded")
                .put("started_at", one.finishedAt().minus(ROLLOUT).toString())
                .put("finished_at", one.finishedAt().toString());
        if (one.failed()) {
          deployment.put("failed", true);
        }
        if (isOnPath(one.finishedAt())) {
          deployment.put("strategy", one.number() % 3 == 0 ? "rolling" : "canary");
        }
      }
      return new DemoDelivery(
          at,
          "generic",
          Map.of("Content-Type", "application/json", "User-Agent", "curl/8.5.0"),
          body.toString());
    }

    private boolean isOnPath(Instant time) {
      return service.onPathSince().filter(since -> !time.isBefore(startOf(since))).isPresent();
    }

    private Instant start(int block) {
      return startOf(firstDay.plusDays((long) block * BLOCK_DAYS));
    }

    private static Instant startOf(LocalDate day) {
      return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }

  /** A change and the deployment that ships it. */
  private record Shipped(
      Instant committedAt,
      Instant finishedAt,
      String sha,
      String author,
      boolean failed,
      int number) {}
}
