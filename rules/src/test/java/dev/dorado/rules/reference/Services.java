package dev.dorado.rules.reference;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which repository and service things belong to: rules S7, S8 and G4. */
final class Services {

  private final Events events;
  private final Map<String, List<CatalogEvent>> catalog;

  /** Of each place: the services that its attempts name, and that the catalog does not know. */
  private final Map<String, Set<String>> implied = new TreeMap<>();

  Services(Events events) {
    this.events = events;
    this.catalog = events.catalog();
  }

  /** A place is a repository, or a service of which none is known. */
  static String placeOf(DeploymentEvent attempt) {
    return attempt.getRepository() != null
        ? attempt.getRepository()
        : "service " + Objects.requireNonNullElse(attempt.getService(), attempt.getDeployment());
  }

  static String repositoryOf(String place) {
    return place.startsWith("service ") ? null : place;
  }

  /** Words: without a catalog entry, a repository is one service, named owner/name. */
  private static String itself(String place) {
    return place.startsWith("service ")
        ? place.substring("service ".length())
        : place.substring(place.indexOf('/') + 1);
  }

  static Instant timeOf(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(attempt.getFinishedAt(), startOf(attempt));
  }

  static Instant startOf(DeploymentEvent attempt) {
    return attempt.getStartedAt() != null
        ? attempt.getStartedAt()
        : Objects.requireNonNullElse(attempt.getFinishedAt(), attempt.getOccurredAt());
  }

  /**
   * S8, G4: an attempt gets commit and repository from its artifact, its repository from its
   * service in the catalog (or a service named like a repository), else from its commit.
   */
  DeploymentEvent located(DeploymentEvent told) {
    var attempt = Events.copy(told);
    if (attempt.getArtifact() != null) {
      var artifact = events.artifact(attempt.getArtifact());
      attempt.setSha(attempt.getSha() == null ? artifact.getSha() : attempt.getSha());
      if (attempt.getRepository() == null) {
        attempt.setRepository(artifact.getRepository());
      }
    }
    if (attempt.getService() == null && !attempt.getNames().isEmpty()) {
      return ofApplication(attempt);
    }
    if (attempt.getRepository() == null && attempt.getService() != null) {
      String name = attempt.getService();
      CatalogEvent entry = named(name, timeOf(attempt));
      if (entry != null) {
        attempt.setService(entry.getService());
        attempt.setRepository(entry.getRepository());
      } else if (name.contains("/")) {
        attempt.setService(null);
        attempt.setRepository(hasHost(name) ? name : "github.com/" + name);
      }
    }
    return ofCommit(attempt);
  }

  private DeploymentEvent ofCommit(DeploymentEvent attempt) {
    String sha = attempt.getSha();
    if (attempt.getRepository() == null && sha != null && sha.length() == 40) {
      attempt.setRepository(events.repositoryOf(sha));
    }
    return attempt;
  }

  /**
   * G4: an application belongs to the service whose entry names it with its tool; else, where no
   * service has the repository that it is deployed from, to the one that is called like it. A
   * commit of another repository than the service's is none of its code.
   */
  private DeploymentEvent ofApplication(DeploymentEvent attempt) {
    Instant time = timeOf(attempt);
    String repository = attempt.getRepository();
    boolean isGiven = repository != null && !entriesAt(repository, time).isEmpty();
    CatalogEvent entry = null;
    for (String name : attempt.getNames()) {
      boolean explicit = name.contains(":");
      boolean asked = explicit ? repository != null : !isGiven;
      entry = entry == null && asked ? named(name, time) : entry;
    }
    if (entry == null) {
      return ofCommit(attempt);
    }
    if (repository != null && !repository.equals(entry.getRepository())) {
      attempt.setSha(null);
      attempt.setRef(null);
    }
    attempt.setService(entry.getService());
    attempt.setRepository(entry.getRepository());
    return ofCommit(attempt);
  }

  /** G4: runs whose job the catalog names for a service of another repository than they are of. */
  List<CiRunEvent> claimed() {
    Map<String, CiRunEvent> claimed = new TreeMap<>();
    for (var run : events.all(CiRunEvent.class)) {
      for (String name : run.getNames()) {
        var entry = named(name, run.getOccurredAt());
        if (entry != null
            && entry.getRepository() != null
            && !entry.getRepository().equals(run.getRepository())) {
          var copy = Events.copy(run);
          copy.setService(entry.getService());
          copy.setRepository(entry.getRepository());
          copy.setSha(null);
          copy.setBranch(null);
          claimed.put(entry.getService() + " " + run.getId(), copy);
        }
      }
    }
    return List.copyOf(claimed.values());
  }

  /** G4: whether a run of a place counts elsewhere. */
  boolean isClaimedElsewhere(String place, String run) {
    Set<String> ids = new TreeSet<>();
    claimed().stream()
        .filter(c -> !c.getRepository().equals(place))
        .forEach(c -> ids.add(c.getId()));
    return events.all(CiRunEvent.class).stream()
        .filter(event -> place.equals(event.getRepository()))
        .filter(event -> (event.getRun() + "/" + event.getAttempt()).equals(run))
        .anyMatch(event -> ids.contains(event.getId()));
  }

  /** E8: the entry that has a name or alias at a time; of several services the first by name. */
  private CatalogEvent named(String name, Instant time) {
    return catalog.values().stream()
        .map(entries -> Events.at(entries, time))
        .filter(entry -> !entry.getRemoved())
        .filter(entry -> entry.getService().equals(name) || entry.getAliases().contains(name))
        .findFirst()
        .orElse(null);
  }

  private static boolean hasHost(String name) {
    return name.contains("/") && name.substring(0, name.indexOf('/')).contains(".");
  }

  /** S7: services that attempts name are services of the place, until the catalog knows them. */
  void imply(String place, Collection<DeploymentEvent> attempts) {
    Set<String> named = new TreeSet<>();
    attempts.forEach(attempt -> named.add(of(attempt)));
    named.removeIf(service -> !naming(place, service).isEmpty());
    implied.put(place, named);
  }

  /** The entries of a service, if one of them names or named the place; else none. */
  private List<CatalogEvent> naming(String place, String service) {
    var entries = catalog.getOrDefault(service, List.of());
    boolean here =
        entries.stream()
            .anyMatch(
                entry ->
                    place.equals(
                        Objects.requireNonNullElse(entry.getRepository(), "service " + service)));
    return here ? entries : List.of();
  }

  /** What the catalog says at a time of a service of a place; null if nothing. */
  CatalogEvent entry(String place, String service, Instant time) {
    var entries = naming(place, service);
    return entries.isEmpty() ? null : Events.at(entries, time);
  }

  /** The entries that hold at a time and name the place, by service. */
  Map<String, CatalogEvent> entriesAt(String place, Instant time) {
    Map<String, CatalogEvent> holding = new TreeMap<>();
    for (var entries : catalog.values()) {
      var entry = Events.at(entries, time);
      if (!entry.getRemoved() && place.equals(entry.getRepository())) {
        holding.put(entry.getService(), entry);
      }
    }
    return holding;
  }

  private Set<String> at(String place, Instant time) {
    Set<String> services = new TreeSet<>(entriesAt(place, time).keySet());
    services.addAll(implied.getOrDefault(place, Set.of()));
    return services.isEmpty() ? Set.of(itself(place)) : services;
  }

  /** S7: a change belongs to those whose paths it touches; without files, or owners, to all. */
  Set<String> owning(String place, Collection<String> files, Instant time) {
    Set<String> all = at(place, time);
    if (all.size() == 1 || files == null) {
      return all;
    }
    Set<String> owning = new TreeSet<>();
    for (String file : files) {
      Set<String> owners = new TreeSet<>();
      for (var entry : entriesAt(place, time).values()) {
        boolean whole = entry.getPaths().isEmpty();
        if (whole || entry.getPaths().stream().anyMatch(path -> matches(path, file))) {
          owners.add(entry.getService());
        }
      }
      owning.addAll(owners.isEmpty() ? all : owners);
    }
    return owning;
  }

  /** S7: a path is a folder or file, or a glob; what is no glob is taken by its letters. */
  private static boolean matches(String path, String file) {
    String plain = path.replaceFirst("^\\.?/", "");
    boolean everything = Set.of("", ".", "**").contains(plain);
    String folder = plain.endsWith("/") ? plain : plain + "/";
    return everything
        || file.equals(plain)
        || (!plain.matches(".*[*?].*") && file.startsWith(folder))
        || glob(plain, plain.matches("[^{}]*(\\{[^{}]*\\}[^{}]*)*"), file);
  }

  /** E4: * and ? stand for anything in a name. */
  static boolean glob(String glob, String name) {
    return glob(glob.replace("*", "**").replace('/', '\0'), false, name.replace('/', '\0'));
  }

  /** S7: * and ? stand for what is between slashes, ** for anything, {a,b} for one of several. */
  private static boolean glob(String glob, boolean braces, String file) {
    if (glob.isEmpty() || (file.isEmpty() && "*{".indexOf(glob.charAt(0)) < 0)) {
      return glob.isEmpty() && file.isEmpty();
    }
    if (glob.startsWith("**")) {
      String rest = glob.substring(glob.startsWith("**/") ? 3 : 2);
      return glob(rest, braces, file)
          || IntStream.range(0, file.length())
              .filter(i -> !glob.startsWith("**/") || file.charAt(i) == '/')
              .anyMatch(i -> glob(rest, braces, file.substring(i + 1)));
    }
    char c = glob.charAt(0);
    if (c == '*') {
      boolean more = !file.isEmpty() && file.charAt(0) != '/';
      return glob(glob.substring(1), braces, file)
          || (more && glob(glob, braces, file.substring(1)));
    }
    if (c == '{' && braces) {
      int end = glob.indexOf('}');
      return Arrays.stream(glob.substring(1, end).split(",", -1))
          .anyMatch(one -> glob(one + glob.substring(end + 1), braces, file));
    }
    boolean fits = c == '?' ? file.charAt(0) != '/' : c == file.charAt(0);
    return !file.isEmpty() && fits && glob(glob.substring(1), braces, file.substring(1));
  }

  /**
   * G4: the service that an attempt names, by whichever of its names; else the catalog's only one
   * of the repository, or the only one that is called like its workflow, or that its environment or
   * workflow speaks of; else the repository itself.
   */
  String of(DeploymentEvent attempt) {
    String place = placeOf(attempt);
    var entries = entriesAt(place, timeOf(attempt));
    String service = attempt.getService();
    if (service != null) {
      return entries.values().stream()
          .filter(entry -> !entries.containsKey(service) && entry.getAliases().contains(service))
          .map(CatalogEvent::getService)
          .findFirst()
          .orElse(service);
    }
    var called = entries.values().stream().filter(entry -> isCalled(attempt, entry)).toList();
    if (called.size() == 1) {
      return called.get(0).getService();
    }
    var fitting =
        entries.values().stream()
            .filter(entry -> entries.size() == 1 || speaksOf(attempt, entry))
            .toList();
    return fitting.size() == 1 ? fitting.get(0).getService() : itself(place);
  }

  private static boolean isCalled(DeploymentEvent attempt, CatalogEvent entry) {
    String workflow = attempt.getWorkflow();
    return entry.getAliases().stream()
        .flatMap(alias -> Stream.of(alias, alias.replaceFirst("^[^:]*:", "")))
        .anyMatch(name -> name.equalsIgnoreCase(workflow));
  }

  private static boolean speaksOf(DeploymentEvent attempt, CatalogEvent entry) {
    String environment = Events.environment(attempt);
    return Events.mapped(environment, entry) != null
        || hasWords(environment, entry.getService())
        || (attempt.getWorkflow() != null && hasWords(attempt.getWorkflow(), entry.getService()));
  }

  private static boolean hasWords(String text, String name) {
    return spaced(text).contains(spaced(name));
  }

  private static String spaced(String text) {
    return " " + text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ") + " ";
  }

  /** G4: what names only a repository belongs to its single service, else to itself. */
  String ofRepository(String place, Instant time) {
    Set<String> services = at(place, time);
    return services.size() == 1 ? services.iterator().next() : itself(place);
  }

  /** An incident of a service, with the class of its environment. */
  record Located(String service, IncidentEvent incident, String environmentClass) {}

  /**
   * G4: an incident belongs to the services that the catalog knows its aliases of, else to that
   * which it names, else to that of its repository, else its first alias is taken for one.
   */
  Set<Located> located(IncidentEvent incident) {
    Set<Located> located = new TreeSet<>(Comparator.comparing(Located::service));
    for (String alias : incident.getAliases()) {
      if (named(alias, Events.timeOf(incident)) != null) {
        located.add(ofName(alias, incident));
      }
    }
    if (located.isEmpty() && incident.getService() != null) {
      located.add(ofName(incident.getService(), incident));
    } else if (located.isEmpty() && incident.getRepository() != null) {
      located.add(ofItsRepository(incident));
    } else if (located.isEmpty() && !incident.getAliases().isEmpty()) {
      String alias = incident.getAliases().get(0);
      String name = alias.replaceFirst("^[^:]*:", "").strip().toLowerCase(Locale.ROOT);
      located.add(ofName(name.isEmpty() ? alias : name, incident));
    }
    return located;
  }

  private Located ofName(String name, IncidentEvent incident) {
    var entry = named(name, Events.timeOf(incident));
    String service = entry == null ? name : entry.getService();
    return located(hasHost(service) ? itself(service) : service, incident, entry);
  }

  private Located ofItsRepository(IncidentEvent incident) {
    String service = ofRepository(incident.getRepository(), Events.timeOf(incident));
    var entry = entry(incident.getRepository(), service, Events.timeOf(incident));
    return located(service, incident, entry);
  }

  private static Located located(String service, IncidentEvent incident, CatalogEvent entry) {
    String environment = incident.getEnvironment();
    String mapped = Events.mapped(environment, entry);
    String byName = environment == null ? "production" : Events.classOf(environment);
    return new Located(service, incident, mapped == null ? byName : mapped);
  }
}
