package dev.dorado.standalone.demo;

import static java.util.Objects.requireNonNull;

import dev.dorado.standalone.demo.DemoService.Cadence;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A year of the scratch organisation and the longer {@link PlantedAdoption}, as the webhooks that
 * its tools would have sent: a pure function of its end and a seed. Immutable.
 *
 * @param from its first moment
 * @param to its last moment
 * @param catalog the catalog, as Backstage's documents
 * @param deliveries the webhooks, in the order of time
 * @param deployments deployments of each service in production, as rule K2 counts them
 * @param outage the day of the one outage, of {@value #OUTAGE_SERVICE}
 */
public record DemoHistory(
    Instant from,
    Instant to,
    String catalog,
    List<DemoDelivery> deliveries,
    Map<String, Integer> deployments,
    LocalDate outage) {

  /** Which service has the outage. */
  public static final String OUTAGE_SERVICE = "checkout";

  /** The golden path whose effect is known. */
  public static final String PLANTED_PATH = PlantedAdoption.PATH;

  /** By how many per cent lead times are shorter on it. */
  public static final int PLANTED_PERCENT = PlantedAdoption.LEAD_TIME_PERCENT;

  /** The golden path of the scratch organisation's other services. */
  public static final String OTHER_PATH = DemoOrganisation.GOLDEN_PATH;

  private static final int DAYS = 365;
  private static final int DAYS_FROM_OUTAGE = 128;
  private static final List<Integer> SUNDAYS_WITH_INCIDENTS = List.of(4, 12, 21, 33, 46);
  private static final List<String> SERVICES_WITH_THEM =
      List.of("web-shop", "invoicing", "tracking", "search");

  public DemoHistory {
    requireNonNull(from);
    requireNonNull(to);
    requireNonNull(catalog);
    deliveries = List.copyOf(deliveries);
    deployments = Map.copyOf(deployments);
    requireNonNull(outage);
  }

  /** The history that ends at {@code end}, to the second, and comes of {@code seed}. */
  public static DemoHistory ending(Instant end, long seed) {
    Instant to = end.truncatedTo(ChronoUnit.SECONDS);
    LocalDate lastDay = day(to);
    LocalDate firstDay = lastDay.minusDays(DAYS);
    Instant outageFrom = at(lastDay.minusDays(DAYS_FROM_OUTAGE), LocalTime.of(8, 0));
    LocalDate outage = null;
    var organisation = DemoOrganisation.on(lastDay);
    List<DemoDelivery> deliveries = new ArrayList<>();
    Map<String, Integer> deployments = new LinkedHashMap<>();
    for (DemoRepository repository : organisation.repositories()) {
      var timeline = new Timeline();
      // A dice for each repository: a change to one story leaves the others as they were.
      var chance = new Chance(seed * 1_000_003 + repository.id());
      var story =
          new RepositoryStory(
              repository, timeline, chance, BadWeeks.before(lastDay), deliveries::add);
      plan(story, repository, timeline, chance, firstDay, lastDay);
      for (var entry : story.services().entrySet()) {
        if (entry.getKey().name().equals(OUTAGE_SERVICE)) {
          entry.getValue().planOutageAfter(outageFrom);
        }
      }
      timeline.runUntil(to);
      for (var entry : story.services().entrySet()) {
        deployments.put(entry.getKey().name(), entry.getValue().deployments());
        outage = entry.getValue().wentDown().map(DemoHistory::day).orElse(outage);
      }
    }
    var planted = PlantedAdoption.before(lastDay, seed);
    deliveries.addAll(planted.deliveries());
    deployments.putAll(planted.deployments());
    deliveries.sort(Comparator.comparing(DemoDelivery::at));
    return new DemoHistory(
        at(lastDay.minusDays(PlantedAdoption.DAYS), LocalTime.MIN),
        to,
        organisation.catalog() + planted.catalog(),
        deliveries,
        deployments,
        outage);
  }

  private static void plan(
      RepositoryStory story,
      DemoRepository repository,
      Timeline timeline,
      Chance chance,
      LocalDate firstDay,
      LocalDate lastDay) {
    Instant hookSetUp = at(firstDay, LocalTime.of(7, 0));
    timeline.at(hookSetUp, () -> story.begin(hookSetUp));
    for (LocalDate day = firstDay; !day.isAfter(lastDay); day = day.plusDays(1)) {
      for (DemoService service : repository.services()) {
        planWork(story, service, timeline, chance, day);
        planRelease(story, service, timeline, day);
      }
      if (day.getDayOfWeek() == DayOfWeek.MONDAY && weekOf(day) % 2 == 0) {
        Instant early = at(day, LocalTime.of(5, 30));
        DemoService service = chance.pick(repository.services());
        timeline.at(early, () -> story.begin(early, story.update(service)));
      }
    }
    planUnrelatedIncidents(story, lastDay);
  }

  private static void planWork(
      RepositoryStory story, DemoService service, Timeline timeline, Chance chance, LocalDate day) {
    double ordinary = service.paceAt(at(day, OfficeHours.OPEN)).changesPerWeek() / 5;
    int count = chance.count(OfficeHours.isWorkday(day) ? ordinary : ordinary / 40);
    for (int i = 0; i < count; i++) {
      Instant start = at(day, OfficeHours.OPEN).plus(chance.minutes(0, 540));
      timeline.at(start, () -> story.begin(start, story.everyday(service)));
    }
  }

  private static void planRelease(
      RepositoryStory story, DemoService service, Timeline timeline, LocalDate day) {
    Instant time = at(day, LocalTime.of(13, 30));
    Cadence cadence = service.paceAt(time).cadence();
    boolean today =
        OfficeHours.isWorkday(day)
            && switch (cadence) {
              case EACH_MERGE -> false;
              case DAILY -> true;
              case WEEKLY -> day.getDayOfWeek() == DayOfWeek.WEDNESDAY;
              case FORTNIGHTLY -> day.getDayOfWeek() == DayOfWeek.THURSDAY && weekOf(day) % 2 == 0;
            };
    if (today) {
      timeline.at(time, () -> story.services().get(service).release(time, false));
    }
  }

  private static void planUnrelatedIncidents(RepositoryStory story, LocalDate lastDay) {
    LocalDate sunday = lastDay.minusDays(lastDay.getDayOfWeek().getValue() % 7);
    story
        .services()
        .forEach(
            (service, its) -> {
              int which = SERVICES_WITH_THEM.indexOf(service.name());
              for (int i = 0; i < SUNDAYS_WITH_INCIDENTS.size(); i++) {
                if (i % SERVICES_WITH_THEM.size() == which) {
                  LocalDate day = sunday.minusWeeks(SUNDAYS_WITH_INCIDENTS.get(i));
                  its.planUnrelatedIncident(at(day, LocalTime.of(15, 20)));
                }
              }
            });
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static long weekOf(LocalDate day) {
    return Math.floorDiv(day.toEpochDay() + 3, 7);
  }

  private static Instant at(LocalDate day, LocalTime time) {
    return day.atTime(time).toInstant(ZoneOffset.UTC);
  }
}
