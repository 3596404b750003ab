package dev.dorado.rules.reference;

import com.typesafe.config.ConfigFactory;
import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.StepRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The chapter Events of the rules: from what senders told to things that happened. */
final class Events {

  final RuleSettings settings;
  private final List<SpecificRecord> all;

  Events(List<SpecificRecord> told, RuleSettings settings) {
    this.settings = settings;
    this.all = once(told);
  }

  <T> List<T> all(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * E1: events with the same id are one: live over backfill, the later translation, given over
   * withdrawn, the earlier, else that with the larger bytes. What was withdrawn is none.
   */
  private static List<SpecificRecord> once(List<SpecificRecord> told) {
    Map<String, SpecificRecord> byId = new TreeMap<>();
    Comparator<SpecificRecord> preferred =
        Comparator.comparing(Events::isLive)
            .thenComparing(event -> Origin.translation(origin(event)))
            .thenComparing(event -> !Origin.isWithdrawn(origin(event)))
            .thenComparing(
                event -> (Instant) field(event, "occurred_at"), Comparator.reverseOrder())
            .thenComparing(Events::bytes, Arrays::compareUnsigned);
    for (var event : told) {
      String id = event.getClass().getSimpleName() + " " + field(event, "id");
      var same = withoutDelivery(event);
      byId.merge(id, same, (one, other) -> preferred.compare(one, other) >= 0 ? one : other);
    }
    return byId.values().stream().filter(event -> !Origin.isWithdrawn(origin(event))).toList();
  }

  /** E1: which delivery brought an event, and when, decides nothing. */
  private static SpecificRecord withoutDelivery(SpecificRecord event) {
    var copy = copy(event);
    var told = (Provenance) field(event, "provenance");
    var provenance = new Provenance(told.getSender(), "", Instant.EPOCH, told.getOrigin());
    copy.put(event.getSchema().getField("provenance").pos(), provenance);
    return copy;
  }

  static boolean isLive(SpecificRecord event) {
    return !origin(event).equals("backfill");
  }

  private static String origin(SpecificRecord event) {
    return ((Provenance) field(event, "provenance")).getOrigin();
  }

  private static byte[] bytes(SpecificRecord event) {
    return StepRecords.write(StepRecords.record("", event));
  }

  static Object field(SpecificRecord event, String name) {
    return event.get(event.getSchema().getField(name).pos());
  }

  @SuppressWarnings("unchecked")
  static <E extends SpecificRecord> E copy(E event) {
    var copy = (E) SpecificData.newInstance(event.getClass(), event.getSchema());
    event.getSchema().getFields().forEach(field -> copy.put(field.pos(), event.get(field.pos())));
    return copy;
  }

  /** E6: the order of events on one thing: sender's time, live over backfill, id. */
  static <E extends SpecificRecord> List<E> oldestFirst(Collection<E> events) {
    Comparator<E> order = Comparator.comparing(event -> (Instant) field(event, "occurred_at"));
    return events.stream()
        .sorted(
            order.thenComparing(Events::isLive).thenComparing(event -> (String) field(event, "id")))
        .toList();
  }

  /**
   * E6: several events on one thing merge field by field: the newest that says something stands.
   */
  static <E extends SpecificRecord> E merged(Collection<E> events) {
    var oldestFirst = oldestFirst(events);
    E merged = copy(oldestFirst.get(oldestFirst.size() - 1));
    for (Schema.Field field : merged.getSchema().getFields()) {
      for (E event : oldestFirst) {
        Object value = event.get(field.pos());
        boolean saysNothing =
            value == null || (field.schema().getType() == Schema.Type.ARRAY && isEmpty(value));
        if (!saysNothing) {
          merged.put(field.pos(), value);
        }
      }
    }
    return merged;
  }

  private static boolean isEmpty(Object value) {
    return ((Collection<?>) value).isEmpty();
  }

  static <E, K extends Comparable<K>> Collection<List<E>> grouped(
      Collection<E> events, Function<E, K> key) {
    Map<K, List<E>> groups = new TreeMap<>();
    events.forEach(e -> groups.computeIfAbsent(key.apply(e), k -> new ArrayList<>()).add(e));
    return groups.values();
  }

  /** E6: attempts; an id holds within the repository and service that the events name. */
  List<DeploymentEvent> attempts() {
    return grouped(
            all(DeploymentEvent.class),
            e -> e.getRepository() + " " + e.getService() + " " + e.getDeployment())
        .stream()
        .map(Events::attempt)
        .toList();
  }

  /**
   * E6: an attempt starts when it first runs, and finishes at its first success; inactive is
   * ignored; a failure after a success is a mark (F2). What was refused or cancelled before it ran,
   * or failed when it had only waited, was refused.
   */
  static DeploymentEvent attempt(List<DeploymentEvent> events) {
    var attempt = merged(events);
    attempt.setId(oldestFirst(events).get(0).getId());
    attempt.setStartedAt(null);
    attempt.setFinishedAt(null);
    Instant firstRunning = null;
    Instant success = null;
    Instant stop = null;
    Instant failure = null;
    boolean ran = false;
    boolean gated = false;
    for (var event : oldestFirst(events)) {
      String status = event.getStatus();
      Instant end = Objects.requireNonNullElse(event.getFinishedAt(), event.getOccurredAt());
      if (!Set.of("queued", "waiting", "refused").contains(status)
          && event.getStartedAt() != null) {
        attempt.setStartedAt(event.getStartedAt());
        ran = true;
      }
      if (status.equals("started")) {
        firstRunning = firstRunning == null ? event.getOccurredAt() : firstRunning;
        ran = true;
      }
      if (status.equals("succeeded")) {
        success = success == null ? end : success;
      }
      if (Set.of("failed", "cancelled", "refused").contains(status)) {
        stop = end;
      }
      if (status.equals("failed") && (failure == null || end.isAfter(failure))) {
        failure = end;
      }
      gated |= Set.of("waiting", "cancelled", "refused").contains(status);
    }
    boolean waited = events.stream().anyMatch(event -> event.getStatus().equals("waiting"));
    if (attempt.getStartedAt() == null) {
      attempt.setStartedAt(firstRunning);
    }
    if (success != null) {
      attempt.setStatus("succeeded");
      attempt.setFinishedAt(success);
      if (failure != null && failure.isAfter(success) && attempt.getFailed() == null) {
        attempt.setFailed(true);
      }
    } else if (stop != null) {
      attempt.setStatus(ran || !gated ? "failed" : "refused");
      attempt.setFinishedAt(stop);
    } else {
      attempt.setStatus(ran ? "started" : waited ? "waiting" : "queued");
    }
    return attempt;
  }

  /** E7: the events of each incident, oldest first, whatever became of it. */
  List<List<IncidentEvent>> ofEachIncident() {
    return grouped(all(IncidentEvent.class), IncidentEvent::getIncident).stream()
        .flatMap(withOneId -> grouped(withOneId, event -> place(event, withOneId)).stream())
        .map(Events::oldestFirst)
        .toList();
  }

  /**
   * E7: those of them that are incidents; withdrawn is none. Alerts and error trackers are evidence
   * only, unless that is set.
   */
  List<List<IncidentEvent>> incidents() {
    return ofEachIncident().stream()
        .filter(told -> !told.get(told.size() - 1).getTransition().equals("withdrawn"))
        .filter(told -> isReported(merged(told)))
        .toList();
  }

  /**
   * E7: the ids of scripts hold within the service that an event names; else within its repository,
   * unless another event names that with a service. What names neither is about the first of those.
   */
  private static String place(IncidentEvent event, List<IncidentEvent> withOneId) {
    var ofScripts = withOneId.stream().filter(Events::isOfScript).toList();
    String repository = event.getRepository();
    if (isOfScript(event) && event.getService() != null) {
      return event.getService();
    }
    if (isOfScript(event) && repository != null) {
      var services = services(ofScripts, e -> repository.equals(e.getRepository()));
      boolean oneRepository =
          ofScripts.stream()
              .filter(e -> e.getRepository() != null)
              .allMatch(e -> e.getService() == null && e.getRepository().equals(repository));
      var all = services(ofScripts, e -> true);
      return !services.isEmpty()
          ? services.first()
          : oneRepository && all.size() == 1 ? all.first() : repository;
    }
    return ofScripts.stream()
        .filter(e -> e.getService() != null || e.getRepository() != null)
        .map(e -> place(e, withOneId))
        .min(Comparator.naturalOrder())
        .orElse("");
  }

  private static boolean isOfScript(IncidentEvent event) {
    return event.getProvenance().getSender().equals("generic");
  }

  private static TreeSet<String> services(
      List<IncidentEvent> events, Predicate<IncidentEvent> which) {
    return events.stream()
        .filter(which)
        .map(IncidentEvent::getService)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * E7: an incident tool reports it, or alerts count too; at or above a severity, if one is set.
   */
  private boolean isReported(IncidentEvent incident) {
    String severity = incident.getSeverity();
    boolean isSevere =
        settings.incidentSeverities().isEmpty()
            || (severity != null
                && settings.incidentSeverities().contains(severity.toLowerCase(Locale.ROOT)));
    return isSevere && (settings.alertsAreIncidents() || incident.getKind().equals("incident"));
  }

  /**
   * E7: reopened within the window, it is the same incident; later, a new one. One that was closed
   * for a reason that says so is none.
   */
  List<IncidentEvent> episodes(List<IncidentEvent> oldestFirst) {
    List<IncidentEvent> episodes = new ArrayList<>();
    var episode = impact(oldestFirst);
    episodes.add(episode);
    for (var event : oldestFirst) {
      Instant at = event.getOccurredAt();
      Instant resolved = episode.getResolvedAt();
      if (event.getTransition().equals("reopened") && resolved != null) {
        episode.setResolvedAt(null);
        if (Duration.between(resolved, at).compareTo(settings.reopenWindow()) > 0) {
          episode.setResolvedAt(resolved);
          episode = copy(episodes.get(0));
          episode.setIncident(episodes.get(0).getIncident() + "~" + (episodes.size() + 1));
          episode.setStartedAt(at);
          episode.setDetectedAt(at);
          episode.setCreatedAt(at);
          episode.setAcknowledgedAt(null);
          episode.setResolvedAt(null);
          episodes.add(episode);
        }
      } else if (event.getTransition().equals("resolved")) {
        Instant end = resolved == null ? at : resolved;
        episode.setResolvedAt(Objects.requireNonNullElse(event.getResolvedAt(), end));
      } else if (resolved != null && event.getResolvedAt() != null) {
        episode.setResolvedAt(event.getResolvedAt());
      }
      if (event.getTransition().equals("reopened")) {
        episode.setResolutionReasons(null);
      }
      if (event.getResolutionReasons() != null) {
        episode.setResolutionReasons(event.getResolutionReasons());
      }
      if (episode.getAcknowledgedAt() == null) {
        boolean acknowledges = event.getTransition().equals("acknowledged");
        episode.setAcknowledgedAt(
            event.getAcknowledgedAt() == null && acknowledges ? at : event.getAcknowledgedAt());
      }
    }
    return episodes.stream().filter(e -> !settings.isNoIncident(e.getResolutionReasons())).toList();
  }

  /**
   * E7: impact start defaults to detection, detection to creation, that to the first heard while it
   * was open. If only its end was heard, all are unknown; for order it stands where it was heard.
   */
  private static IncidentEvent impact(List<IncidentEvent> oldestFirst) {
    var incident = merged(oldestFirst);
    var first = oldestFirst.get(0);
    Instant end = Objects.requireNonNullElse(first.getResolvedAt(), first.getOccurredAt());
    incident.setOccurredAt(end.isBefore(first.getOccurredAt()) ? end : first.getOccurredAt());
    Instant ended = Instant.MAX;
    Instant heard = null;
    for (var event : oldestFirst) {
      boolean ends = Set.of("resolved", "withdrawn").contains(event.getTransition());
      boolean before = !event.getOccurredAt().isAfter(ended);
      if (ends && ended.equals(Instant.MAX)) {
        ended = event.getOccurredAt();
      } else if (!ends && heard == null && (before || event.getTransition().equals("opened"))) {
        heard = event.getOccurredAt();
      }
    }
    incident.setCreatedAt(incident.getCreatedAt() == null ? heard : incident.getCreatedAt());
    incident.setDetectedAt(
        incident.getDetectedAt() == null ? incident.getCreatedAt() : incident.getDetectedAt());
    incident.setStartedAt(
        incident.getStartedAt() == null ? incident.getDetectedAt() : incident.getStartedAt());
    incident.setResolutionReasons(null);
    incident.setAcknowledgedAt(null);
    incident.setResolvedAt(null);
    return incident;
  }

  /** The start of an incident; if that is unknown, when it was first heard of. */
  static Instant timeOf(IncidentEvent incident) {
    return Objects.requireNonNullElse(incident.getStartedAt(), incident.getOccurredAt());
  }

  /**
   * E8: the entries of each service in order: from its time or the date it states, the first from
   * the beginning; of several for one time the newest; one that says nothing new is none.
   */
  Map<String, List<CatalogEvent>> catalog() {
    Map<String, List<CatalogEvent>> catalog = new TreeMap<>();
    for (var events : grouped(all(CatalogEvent.class), CatalogEvent::getService)) {
      Map<Instant, CatalogEvent> byTime = new TreeMap<>();
      events.stream()
          .sorted(
              Comparator.comparing(CatalogEvent::getOccurredAt).thenComparing(CatalogEvent::getId))
          .forEach(
              event ->
                  byTime.put(
                      Objects.requireNonNullElse(event.getValidFrom(), event.getOccurredAt()),
                      event));
      List<CatalogEvent> entries = new ArrayList<>();
      byTime.forEach(
          (from, event) -> {
            boolean first = entries.isEmpty();
            if (first || !sameContent(entries.get(entries.size() - 1), event)) {
              var entry = copy(event);
              entry.setValidFrom(first ? Instant.EPOCH : from);
              entries.add(entry);
            }
          });
      catalog.put(events.get(0).getService(), entries);
    }
    return catalog;
  }

  private static boolean sameContent(CatalogEvent one, CatalogEvent other) {
    // Avro's arrays can't compare records that have times in them.
    String sources = String.valueOf(one.getDeploymentSources());
    return content(one).equals(content(other))
        && sources.equals(String.valueOf(other.getDeploymentSources()));
  }

  private static CatalogEvent content(CatalogEvent event) {
    var content = copy(event);
    content.setId("");
    content.setProvenance(new Provenance("", "", Instant.EPOCH, ""));
    content.setOccurredAt(Instant.EPOCH);
    content.setValidFrom(null);
    content.setDeploymentSources(null);
    return content;
  }

  /** E8: the settings of a service are those of its newest entry, and apply to all time. */
  RuleSettings settingsOf(String service) {
    var entries = catalog().getOrDefault(service, List.of());
    Map<String, String> stated =
        entries.isEmpty() ? Map.of() : entries.get(entries.size() - 1).getSettings();
    if (stated.isEmpty()) {
      return settings;
    }
    Map<String, String> named = new TreeMap<>();
    stated.forEach((name, value) -> named.put("dorado.rules." + name, value));
    var defaults = ConfigFactory.defaultReference(RuleSettings.class.getClassLoader());
    return RuleSettings.from(ConfigFactory.parseMap(named).withFallback(defaults).resolve());
  }

  /** E8: the entry that holds at a time. */
  static CatalogEvent at(List<CatalogEvent> entries, Instant time) {
    CatalogEvent holding = entries.get(0);
    for (var entry : entries) {
      holding = entry.getValidFrom().isAfter(time) ? holding : entry;
    }
    return holding;
  }

  /** E3: the catalog decides; else the sender's flag where it says yes; else words of the name. */
  static String environmentClass(DeploymentEvent attempt, CatalogEvent entry) {
    String name = environment(attempt);
    String mapped = mapped(name, entry);
    if (mapped != null) {
      return mapped;
    }
    if (Boolean.TRUE.equals(attempt.getTransientEnvironment())) {
      return "none";
    }
    return Boolean.TRUE.equals(attempt.getProduction()) ? "production" : classOf(name);
  }

  static String environment(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(attempt.getEnvironment(), "production");
  }

  /** E3: what an entry of the catalog says of an environment; null if nothing. */
  static String mapped(String environment, CatalogEvent entry) {
    Map<String, String> classes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (entry != null) {
      classes.putAll(entry.getEnvironments());
    }
    return environment == null ? null : classes.get(environment);
  }

  /** E3: whole words of the name decide. */
  static String classOf(String name) {
    Set<String> words = words(name);
    if (has(words, "preview", "review")) {
      return "none";
    }
    if (has(words, "prod", "production", "live")
        && !has(words, "pre", "non", "test", "staging", "dev")) {
      return "production";
    }
    if (has(words, "staging", "stage", "preprod", "preproduction", "uat", "pre")) {
      return "staging";
    }
    if (has(words, "test", "testing", "qa", "integration", "ci")) {
      return "testing";
    }
    return has(words, "dev", "development", "sandbox", "local") ? "development" : "other";
  }

  private static Set<String> words(String name) {
    return new TreeSet<>(Arrays.asList(name.toLowerCase(Locale.ROOT).split("[^a-z]+")));
  }

  private static boolean has(Set<String> words, String... some) {
    return Arrays.stream(some).anyMatch(words::contains);
  }

  /** E5: bots are listed, begin or end as bots do, or are GitLab's token or service accounts. */
  boolean isBot(String author) {
    String name = author == null ? "" : author.strip().toLowerCase(Locale.ROOT);
    if (name.indexOf('@') > 0) {
      name = name.substring(0, name.lastIndexOf('@')).replaceFirst("^\\d+\\+", "");
    }
    String[] parts = name.split("_", 4);
    boolean token =
        parts.length > 2
            && List.of("project", "group").contains(parts[0])
            && parts[1].matches("\\d+")
            && parts[2].matches("bot[0-9a-z]*")
            && (parts.length == 3 || parts[3].matches("[0-9a-z]+"));
    String account = name.replaceFirst("^service_account_", "");
    boolean service =
        !account.equals(name)
            && account.replaceFirst("^(project|group)_\\d+_?", "").matches("[0-9a-z]*");
    String word = name.split("[-_. ]", 2)[0];
    boolean begins =
        word.equals("robot")
            || (name.length() > 4 && (name.startsWith("bot-") || name.startsWith("bot_")));
    return settings.botAuthors().contains(name)
        || settings.botEndings().stream().anyMatch(name::endsWith)
        || begins
        || service
        || token;
  }

  /** S8: what was packaged as an artifact; all fields null if nothing is known. */
  ArtifactEvent artifact(String name) {
    var told = all(ArtifactEvent.class).stream().filter(e -> e.getArtifact().equals(name)).toList();
    return told.isEmpty() ? new ArtifactEvent() : merged(told);
  }

  /** The first repository by name that a commit was pushed to, or null. */
  String repositoryOf(String sha) {
    return all(PushEvent.class).stream()
        .filter(
            push ->
                sha.equals(push.getHead())
                    || push.getCommits().stream().anyMatch(c -> c.getSha().equals(sha)))
        .map(PushEvent::getRepository)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }
}
