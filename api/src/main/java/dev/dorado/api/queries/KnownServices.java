package dev.dorado.api.queries;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Period;
import dev.dorado.api.queries.Catalog.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The services that there are: those of the catalog and those of any fact, whether or not anything
 * happened in a period. So zero can be told from unknown. Immutable.
 */
final class KnownServices {

  /** Where a service is thought to run if nothing is known of it but its name. */
  private static final String PRODUCTION = "production";

  private static final String NO_NAMES = "emptyArrayString()";
  private static final String NO_TIME = "CAST(NULL, 'Nullable(DateTime64(3))')";

  private final Catalog catalog;
  private final Map<String, Map<String, Place>> ofChanges;
  private final Map<String, Map<String, Place>> ofDeployments;
  private final Map<String, Seen> seen = new TreeMap<>();

  private KnownServices(
      Catalog catalog,
      Map<String, Map<String, Place>> ofChanges,
      Map<String, Map<String, Place>> ofDeployments,
      Map<String, Map<String, Place>> ofIncidents) {
    this.catalog = catalog;
    this.ofChanges = ofChanges;
    this.ofDeployments = ofDeployments;
    List.of(ofChanges, ofDeployments, ofIncidents).forEach(facts -> facts.forEach(this::see));
  }

  private void see(String service, Map<String, Place> places) {
    Seen of = seen.computeIfAbsent(service, added -> Seen.nothing());
    places.forEach(
        (environment, place) -> {
          of.environments()
              .computeIfAbsent(environment, added -> new TreeSet<>())
              .addAll(place.names());
          of.repositories().addAll(place.repositories());
        });
  }

  /** The services that a request sees. */
  static KnownServices load(Database database) {
    return database.known();
  }

  /** Asks for them, if any fact or the catalog has changed: every page of numbers needs them. */
  static KnownServices ask(Database database) {
    return database.remember(
        "known-services",
        List.of("catalog", "changes", "deployments", "incidents"),
        () ->
            new KnownServices(
                Catalog.load(database),
                places(database, FactTable.CHANGES, NO_NAMES, NO_TIME, List.of("repository")),
                places(
                    database,
                    FactTable.DEPLOYMENTS,
                    "environments",
                    "minIf(finished_at, counted AND NOT excluded AND finished_at IS NOT NULL)",
                    List.of("environments", "repository", "finished_at", "counted", "excluded")),
                places(database, FactTable.INCIDENTS, NO_NAMES, NO_TIME, List.of("repository"))));
  }

  /** The environments of each service, with their names and repositories, as facts name them. */
  private static Map<String, Map<String, Place>> places(
      Database database, FactTable table, String names, String first, List<String> columns) {
    List<String> all = new ArrayList<>(List.of("service", "environment"));
    all.addAll(columns);
    return table
        .newest()
        .countByService(
            database,
            "services-of-" + table.table(),
            all,
            from -> {
              Map<String, Map<String, Place>> found = new HashMap<>();
              database.forEach(
                  "services-of-" + table.table(),
                  Sql.of(
                          """
                          SELECT service, environment, groupUniqArrayArray(%s),
                            arrayFilter(name -> name != '',
                              groupUniqArray(toString(ifNull(repository, '')))),
                            toUnixTimestamp64Milli(%s)"""
                              .formatted(names, first))
                      .then(from)
                      .then("GROUP BY service, environment"),
                  row ->
                      found
                          .computeIfAbsent(row.getString(1), service -> new HashMap<>())
                          .put(
                              row.getString(2),
                              new Place(
                                  Column.texts(row, 3),
                                  Column.texts(row, 4),
                                  Optional.ofNullable(Column.time(row, 5)))));
              return found;
            });
  }

  Catalog catalog() {
    return catalog;
  }

  /** Their names, in order; those that the catalog has dropped only if facts name them. */
  Set<String> names(Period period) {
    Set<String> names = new TreeSet<>(seen.keySet());
    catalog.services().stream()
        .filter(service -> !catalog.during(service, period).isEmpty())
        .forEach(names::add);
    return names;
  }

  /** Whether any deployment, change or incident names a service. */
  boolean isInFacts(String service) {
    return seen.containsKey(service);
  }

  /** When the first deployment of a service to one of some environments finished, of all time. */
  Optional<Instant> firstDeployment(String service, Set<String> environments) {
    return ofDeployments.getOrDefault(service, Map.of()).entrySet().stream()
        .filter(place -> environments.contains(place.getKey()))
        .flatMap(place -> place.getValue().firstCounted().stream())
        .min(Instant::compareTo);
  }

  /** The repositories of which a change was ever heard of. */
  Set<String> repositoriesOfChanges() {
    return repositories(ofChanges);
  }

  /** The repositories of which a deployment was ever heard of. */
  Set<String> repositoriesOfDeployments() {
    return repositories(ofDeployments);
  }

  private static Set<String> repositories(Map<String, Map<String, Place>> facts) {
    return facts.values().stream()
        .flatMap(places -> places.values().stream())
        .flatMap(place -> place.repositories().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The repositories of which a change may have several rows: those of several services, or of
   * several of the environments.
   *
   * @param isAsked whether the changes of an environment are asked for
   */
  Set<String> sharedRepositories(Predicate<String> isAsked) {
    Set<String> once = new HashSet<>();
    Set<String> shared = new TreeSet<>();
    for (Map<String, Place> places : ofChanges.values()) {
      places.forEach(
          (environment, place) -> {
            if (isAsked.test(environment)) {
              place.repositories().stream()
                  .filter(repository -> !once.add(repository))
                  .forEach(shared::add);
            }
          });
    }
    return shared;
  }

  /** Services that facts name and the catalog does not, or no longer. */
  List<String> notInCatalog() {
    return seen.keySet().stream()
        .filter(service -> catalog.at(service, Instant.MAX).isEmpty())
        .toList();
  }

  /** The groups that the known services form in a period, as far as the filter wants them. */
  Set<Group> groups(Period period, Filter filter, List<Dimension> grouping) {
    Set<Group> groups = new TreeSet<>(Group.ORDER);
    for (String service : names(period)) {
      if (filter.wantsService(service)) {
        List<Ownership> ownerships = catalog.during(service, period);
        for (Ownership ownership :
            ownerships.isEmpty() ? List.of(new Ownership(null, null, null)) : ownerships) {
          if (filter.wantsTeam(ownership.team())
              && filter.wantsGoldenPath(ownership.goldenPath())) {
            addGroups(groups, service, ownership, filter, grouping);
          }
        }
      }
    }
    return groups;
  }

  /** The services of each of those groups. */
  Map<Group, Set<String>> services(Period period, Filter filter, List<Dimension> grouping) {
    List<Dimension> withService = new ArrayList<>(grouping);
    withService.add(Dimension.SERVICE);
    Map<Group, Set<String>> services = new TreeMap<>(Group.ORDER);
    for (Group group : groups(period, filter, withService)) {
      List<String> values = group.values();
      services
          .computeIfAbsent(new Group(values.subList(0, grouping.size())), added -> new TreeSet<>())
          .add(values.get(grouping.size()));
    }
    return services;
  }

  /**
   * The services that any of {@code teams} owned at any time.
   *
   * @param teams some teams
   */
  Set<String> ownedBy(List<String> teams) {
    Set<String> owned = new TreeSet<>();
    for (String service : catalog.services()) {
      if (catalog.entries(service).stream().anyMatch(entry -> teams.contains(entry.owner()))) {
        owned.add(service);
      }
    }
    return owned;
  }

  /** Whether an environment of another class than {@code environments} has one of these names. */
  boolean hasEnvironmentNamed(List<String> environments) {
    return seen.values().stream()
        .flatMap(of -> of.environments().entrySet().stream())
        .anyMatch(
            of ->
                !environments.contains(of.getKey())
                    && of.getValue().stream().anyMatch(environments::contains));
  }

  /** The classes of the known environments that the filter wants. */
  Set<String> environments(Filter filter) {
    Set<String> classes = new TreeSet<>();
    seen.values()
        .forEach(
            of ->
                of.environments()
                    .forEach(
                        (environment, names) -> {
                          if (filter.wantsEnvironment(environment, names)) {
                            classes.add(environment);
                          }
                        }));
    return classes;
  }

  /** The classes that the filter wants, with the names of the known environments in them. */
  Set<String> environmentNames(Filter filter) {
    Set<String> found = new TreeSet<>(filter.environments());
    seen.values()
        .forEach(
            of ->
                of.environments()
                    .forEach(
                        (environment, names) -> {
                          if (filter.wantsEnvironment(environment, names)) {
                            found.add(environment);
                            found.addAll(names);
                          }
                        }));
    return found;
  }

  /** Repositories of a service, as the catalog says, else as facts say; maybe none. */
  List<String> repositories(String service, String ofCatalog) {
    return ofCatalog != null
        ? List.of(ofCatalog)
        : List.copyOf(seen.getOrDefault(service, Seen.nothing()).repositories());
  }

  private void addGroups(
      Set<Group> groups,
      String service,
      Ownership ownership,
      Filter filter,
      List<Dimension> grouping) {
    Map<String, Set<String>> environments =
        seen.containsKey(service) ? seen.get(service).environments() : Map.of(PRODUCTION, Set.of());
    List<String> repositories = new ArrayList<>(repositories(service, ownership.repository()));
    if (repositories.isEmpty()) {
      repositories.add(null);
    }
    for (var environment : environments.entrySet()) {
      if (!filter.wantsEnvironment(environment.getKey(), environment.getValue())) {
        continue;
      }
      for (String repository : repositories) {
        if (filter.wantsRepository(repository)) {
          groups.add(group(grouping, service, ownership, environment.getKey(), repository));
        }
      }
    }
  }

  private static Group group(
      List<Dimension> grouping,
      String service,
      Ownership ownership,
      String environment,
      String repository) {
    List<String> values = new ArrayList<>();
    for (Dimension dimension : grouping) {
      values.add(
          switch (dimension) {
            case SERVICE -> service;
            case TEAM -> ownership.team();
            case REPOSITORY -> repository;
            case ENVIRONMENT -> environment;
            case GOLDEN_PATH -> ownership.goldenPath();
          });
    }
    return new Group(Collections.unmodifiableList(values));
  }

  /** What facts say of a service: its environments with their names, and its repositories. */
  private record Seen(Map<String, Set<String>> environments, Set<String> repositories) {
    static Seen nothing() {
      return new Seen(new TreeMap<>(), new TreeSet<>());
    }
  }

  /** The names of an environment, the repositories of its facts, and the first that counts. */
  private record Place(
      List<String> names, List<String> repositories, Optional<Instant> firstCounted) {}
}
