package dev.dorado.rules.route;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.catalog.CatalogHistory;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.steps.CatalogTimeline;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The services of a repository (rules S7, G4): those of the catalog that name it, those that its
 * attempts name and the catalog does not know, else the repository itself.
 */
final class RepositoryServices {

  private final String repository;
  private final String itself;
  private final Table<String, CatalogTimeline> timelines;
  private final Table<String, Boolean> implied;
  private final Derived<String, DeploymentEvent, String> serviceOf;
  private final Map<String, PathGlob> globs = new HashMap<>();

  /**
   * @param key key of the routing step
   * @param timelines what the catalog says of services that name or named the repository
   * @param attempts attempts in the repository
   */
  RepositoryServices(
      Derivation derivation,
      String key,
      Table<String, CatalogTimeline> timelines,
      Table<String, DeploymentEvent> attempts) {
    this.repository = RouteKeys.repository(key);
    this.itself = RouteKeys.serviceOf(key);
    this.timelines = timelines;
    implied = derivation.table();
    Count<String> named = derivation.count();
    serviceOf =
        derivation.each(
            "service of an attempt (G4)",
            attempts,
            (id, attempt) -> find(attempt),
            (id, service, rows) -> rows.count(named, service),
            named);
    derivation.each(
        "implied service",
        named,
        (service, count) -> !isInCatalog(service),
        (service, isImplied, rows) -> {
          if (isImplied) {
            rows.add(implied, service, true);
          }
        },
        implied);
  }

  private boolean isInCatalog(String service) {
    for (var timeline : timelines.all()) {
      if (timeline.getValue().getService().equals(service)) {
        return true;
      }
    }
    return false;
  }

  /** The entries of the catalog that hold at a time and name the repository, by service. */
  Map<String, CatalogEvent> catalogAt(Instant time) {
    Map<String, CatalogEvent> entries = new TreeMap<>();
    for (var timeline : timelines.all()) {
      CatalogEvent entry = CatalogHistory.at(timeline.getValue(), time);
      if (entry != null
          && !entry.getRemoved()
          && repository != null
          && repository.equals(entry.getRepository())) {
        entries.put(entry.getService(), entry);
      }
    }
    return entries;
  }

  /** All services of the repository at a time; never empty. */
  Set<String> at(Instant time) {
    Set<String> services = new TreeSet<>(catalogAt(time).keySet());
    implied.all().forEach(service -> services.add(service.getKey()));
    return services.isEmpty() ? Set.of(itself) : services;
  }

  /**
   * The services that a change belongs to: those whose paths it touches; all of them without a list
   * of files, and for paths that nobody owns.
   */
  Set<String> owning(Collection<String> files, Instant time) {
    Set<String> all = at(time);
    if (all.size() == 1 || files == null || files.isEmpty()) {
      return all;
    }
    Map<String, CatalogEvent> catalog = catalogAt(time);
    Set<String> owning = new TreeSet<>();
    for (String file : files) {
      Set<String> owners = new TreeSet<>();
      catalog.forEach(
          (service, entry) -> {
            if (owns(entry, file)) {
              owners.add(service);
            }
          });
      owning.addAll(owners.isEmpty() ? all : owners);
    }
    return owning;
  }

  /**
   * The service of an attempt: as it says, by whichever of its names; else as the catalog says,
   * else the repository itself.
   */
  String of(DeploymentEvent attempt) {
    String known = serviceOf.get(attempt.getId());
    return known != null ? known : find(attempt);
  }

  /** The same of what is no event of an attempt itself (rule E4). */
  String find(DeploymentEvent attempt) {
    Map<String, CatalogEvent> catalog = catalogAt(Attempt.timeOf(attempt));
    String service = attempt.getService();
    if (service != null) {
      return catalog.values().stream()
          .filter(entry -> !catalog.containsKey(service) && entry.getAliases().contains(service))
          .map(CatalogEvent::getService)
          .findFirst()
          .orElse(service);
    }
    if (catalog.size() == 1) {
      return catalog.keySet().iterator().next();
    }
    String workflow = attempt.getWorkflow();
    List<String> called =
        catalog.values().stream()
            .filter(entry -> workflow != null && isCalled(entry, workflow))
            .map(CatalogEvent::getService)
            .toList();
    if (called.size() == 1) {
      return called.get(0);
    }
    String environment = Environments.nameOf(attempt).toLowerCase(Locale.ROOT);
    List<String> named =
        catalog.entrySet().stream()
            .filter(
                entry ->
                    Environments.mapping(entry.getValue()).containsKey(environment)
                        || namesService(environment, entry.getKey())
                        || (workflow != null
                            && namesService(workflow.toLowerCase(Locale.ROOT), entry.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    return named.size() == 1 ? named.get(0) : itself;
  }

  /** The service of something that names only the repository: its single one, else itself. */
  String ofRepository(Instant time) {
    Set<String> services = at(time);
    return services.size() == 1 ? services.iterator().next() : itself;
  }

  /** What the catalog says of the environments of a service. */
  Map<String, String> environments(String service, Instant time) {
    for (var timeline : timelines.all()) {
      if (timeline.getValue().getService().equals(service)) {
        return Environments.mapping(CatalogHistory.at(timeline.getValue(), time));
      }
    }
    return Map.of();
  }

  private boolean owns(CatalogEvent entry, String file) {
    return entry.getPaths().isEmpty()
        || entry.getPaths().stream().anyMatch(path -> matches(path, file));
  }

  private boolean matches(String path, String file) {
    return globs.computeIfAbsent(path, PathGlob::new).matches(file);
  }

  /** Whether another tool calls a service like the workflow, as an application of Argo CD is. */
  private static boolean isCalled(CatalogEvent entry, String workflow) {
    return entry.getAliases().stream()
        .anyMatch(
            alias ->
                alias.equalsIgnoreCase(workflow)
                    || alias.substring(alias.indexOf(':') + 1).equalsIgnoreCase(workflow));
  }

  /** Whether a name has the service's name in it as a whole word, as checkout-production has. */
  private static boolean namesService(String name, String service) {
    return (" " + name.replaceAll("[^a-z0-9]+", " ") + " ")
        .contains(" " + service.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ") + " ");
  }
}
