package dev.dorado.rules.catalog;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.CatalogFact;
import dev.dorado.rules.merge.AttemptNames;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.Inputs;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.rules.step.WholeHistory;
import dev.dorado.steps.CatalogTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rule E8: an entry of the catalog is valid from its time, or from the date it states; a service's
 * first entry from the beginning. The whole timeline goes to every repository and every other name
 * that an entry names or named. Keyed by service.
 */
public final class CatalogHistory implements StepFunction {

  @Override
  public KeyHistory begin(String service) {
    return new WholeHistory(inputs -> outputs(service, inputs));
  }

  private static List<Output> outputs(String service, Inputs inputs) {
    List<CatalogEvent> entries = entries(inputs.all(CatalogEvent.class));
    var timeline = new CatalogTimeline(service, entries);
    Set<String> names = new TreeSet<>(Set.of(service));
    Set<String> routes = new TreeSet<>();
    List<Output> outputs = new ArrayList<>();
    for (var entry : entries) {
      names.addAll(entry.getAliases());
      if (entry.getRepository() != null) {
        names.add(AttemptNames.ofRepository(entry.getRepository()));
      }
      routes.add(
          Objects.requireNonNullElseGet(entry.getRepository(), () -> RouteKeys.ofService(service)));
      String key = service + " " + entry.getValidFrom();
      outputs.add(new Output(Target.CATALOG_FACTS, key, key, fact(entry)));
    }
    names.forEach(name -> outputs.add(new Output(Target.SERVICE, name, service, timeline)));
    outputs.add(new Output(Target.ATTRIBUTE, service, service, timeline));
    routes.forEach(route -> outputs.add(new Output(Target.ROUTE, route, service, timeline)));
    return outputs;
  }

  /**
   * The entries in order, each with its time: of those for the same time the newest one stands, and
   * one that says what the one before it says is left out.
   */
  static List<CatalogEvent> entries(List<CatalogEvent> events) {
    SortedMap<Instant, CatalogEvent> byTime = new TreeMap<>();
    events.stream()
        .sorted(
            Comparator.comparing(CatalogEvent::getOccurredAt).thenComparing(CatalogEvent::getId))
        .forEach(event -> byTime.put(validFrom(event), event));
    List<CatalogEvent> entries = new ArrayList<>();
    byTime.forEach(
        (from, event) -> {
          if (entries.isEmpty()) {
            entries.add(CatalogEvent.newBuilder(event).setValidFrom(Instant.EPOCH).build());
          } else if (!sameContent(entries.get(entries.size() - 1), event)) {
            entries.add(CatalogEvent.newBuilder(event).setValidFrom(from).build());
          }
        });
    return entries;
  }

  /** The entry of a timeline that holds at a time. */
  public static CatalogEvent at(CatalogTimeline timeline, Instant time) {
    CatalogEvent holding = null;
    for (var entry : timeline.getEntries()) {
      if (holding == null || !entry.getValidFrom().isAfter(time)) {
        holding = entry;
      }
    }
    return holding;
  }

  private static Instant validFrom(CatalogEvent event) {
    return Objects.requireNonNullElse(event.getValidFrom(), event.getOccurredAt());
  }

  private static boolean sameContent(CatalogEvent one, CatalogEvent other) {
    return withoutTime(one).equals(withoutTime(other));
  }

  private static CatalogEvent withoutTime(CatalogEvent event) {
    return CatalogEvent.newBuilder(event)
        .setId("")
        .setProvenance(new Provenance("", "", Instant.EPOCH, ""))
        .setOccurredAt(Instant.EPOCH)
        .setValidFrom(null)
        .build();
  }

  private static CatalogFact fact(CatalogEvent entry) {
    return CatalogFact.newBuilder()
        .setService(entry.getService())
        .setValidFrom(entry.getValidFrom())
        .setRemoved(entry.getRemoved())
        .setTitle(entry.getTitle())
        .setDescription(entry.getDescription())
        .setOwner(entry.getOwner())
        .setSystem(entry.getSystem())
        .setLifecycle(entry.getLifecycle())
        .setTier(entry.getTier())
        .setRepository(entry.getRepository())
        .setPaths(entry.getPaths())
        .setAliases(entry.getAliases())
        .setGoldenPath(entry.getGoldenPath())
        .setGoldenPathSince(entry.getGoldenPathSince())
        .build();
  }
}
