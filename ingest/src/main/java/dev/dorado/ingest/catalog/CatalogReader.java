package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.catalog.CatalogUpload.Ignored;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.SenderTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads catalog files: Backstage's entities, of which the components are services. A pure function
 * of the file and the time it came. Thread-safe.
 */
public final class CatalogReader {

  private static final String TIER = "dorado.dev/tier";
  private static final String PATHS = "dorado.dev/paths";
  private static final String ENVIRONMENTS = "dorado.dev/environments";
  private static final String GOLDEN_PATH = "dorado.dev/golden-path";
  private static final String VALID_FROM = "dorado.dev/valid-from";
  private static final String GITHUB_SLUG = "github.com/project-slug";
  private static final String GITLAB_SLUG = "gitlab.com/project-slug";
  private static final String SOURCE_LOCATION = "backstage.io/source-location";
  private static final String PAGERDUTY_SERVICE = "pagerduty.com/service-id";

  private static final Set<String> ENVIRONMENT_CLASSES =
      Set.of("production", "staging", "testing", "development", "other", "none");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");
  private static final String DATE = "a date, as 2026-03-01, or a time with its offset";

  private final RepositoryName repositories;

  /**
   * @param repositories how repositories are named
   */
  public CatalogReader(RepositoryName repositories) {
    this.repositories = requireNonNull(repositories);
  }

  /**
   * What {@code file} says.
   *
   * @param file YAML of one or more documents, or a JSON object or array
   * @param receivedAt when it came. A catalog file has no sender's time, so that this is the time
   *     of its events: an entry holds from then on, unless it states a time of its own
   * @throws CatalogProblem if anything in it can't be used
   */
  public CatalogUpload read(byte[] file, Instant receivedAt) {
    var provenance =
        new Provenance(
            "catalog", EventId.sha256Hex(file), receivedAt.truncatedTo(ChronoUnit.MILLIS), "live");
    List<CanonicalEvent<?>> events = new ArrayList<>();
    List<Ignored> ignored = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<LocatedNode> entities = entities(LocatedNode.readAll(file));
    if (entities.isEmpty()) {
      throw CatalogProblem.syntax(1, "the file is empty: expected Backstage entities");
    }
    for (var node : entities) {
      var entity = new CatalogEntity(node);
      if (node.fields().isEmpty()) {
        throw CatalogProblem.field("entity", "$", node.line(), "is no object", "an entity");
      }
      String kind = entity.text("the kind of entity, as Component", "kind");
      if (!kind.equalsIgnoreCase("Component")) {
        ignored.add(
            new Ignored(entity.label(), "entities of kind %s are no services".formatted(kind)));
        continue;
      }
      CatalogEvent event = component(entity, provenance);
      if (!seen.add(event.getService() + " " + event.getValidFrom())) {
        throw entity.unusable(
            event.getService(),
            "each service once for each dorado.dev/valid-from",
            "metadata",
            "name");
      }
      events.add(CanonicalEvent.of(event));
    }
    return new CatalogUpload(events, ignored);
  }

  /** Documents, or what an array or Backstage's own list of items has in it. */
  private static List<LocatedNode> entities(List<LocatedNode> documents) {
    List<LocatedNode> entities = new ArrayList<>();
    for (var document : documents) {
      Optional<List<LocatedNode>> list =
          document.field("kind").isEmpty()
              ? document.items().or(() -> document.field("items").flatMap(LocatedNode::items))
              : Optional.empty();
      list.ifPresentOrElse(entities::addAll, () -> entities.add(document));
    }
    return entities;
  }

  private CatalogEvent component(CatalogEntity entity, Provenance provenance) {
    Instant receivedAt = provenance.getReceivedAt();
    String name = entity.text("the name of the service", "metadata", "name");
    if (!NAME.matcher(name).matches()) {
      throw entity.unusable(
          name, "letters, digits and any of . _ - / after the first", "metadata", "name");
    }
    String service = name.toLowerCase(Locale.ROOT);
    Optional<Instant> validFrom =
        entity.annotation(VALID_FROM).map(text -> date(entity, VALID_FROM, text, text));
    Optional<GoldenPath> goldenPath = goldenPath(entity);
    CatalogEvent event =
        CatalogEvent.newBuilder()
            .setId("")
            .setProvenance(provenance)
            .setOccurredAt(receivedAt)
            .setService(service)
            .setValidFrom(validFrom.orElse(null))
            .setRemoved(false)
            .setTitle(entity.maybeText("metadata", "title").orElse(null))
            .setDescription(
                entity.maybeText("metadata", "description").map(Fields::cut).orElse(null))
            .setOwner(entity.maybeText("spec", "owner").map(CatalogEntity::nameOf).orElse(null))
            .setSystem(entity.maybeText("spec", "system").map(CatalogEntity::nameOf).orElse(null))
            .setLifecycle(entity.maybeText("spec", "lifecycle").orElse(null))
            .setTier(
                entity
                    .annotation(TIER)
                    .or(() -> entity.maybeText("metadata", "labels", TIER))
                    .or(() -> entity.maybeText("spec", "tier"))
                    .orElse(null))
            .setRepository(repository(entity).orElse(null))
            .setPaths(entity.annotation(PATHS).map(CatalogReader::list).orElse(List.of()))
            .setEnvironments(environments(entity))
            .setAliases(
                entity
                    .annotation(PAGERDUTY_SERVICE)
                    .map(id -> List.of("pagerduty:" + id))
                    .orElse(List.of()))
            .setGoldenPath(goldenPath.map(GoldenPath::name).orElse(null))
            .setGoldenPathSince(goldenPath.map(GoldenPath::since).orElse(null))
            .build();
    // One file may have several entries of a service, and two files may come in one millisecond.
    event.setId(
        EventId.of("catalog", service, validFrom + " " + provenance.getDelivery(), receivedAt));
    return event;
  }

  /** The repository: on the host of the source location where that is of the same repository. */
  private Optional<String> repository(CatalogEntity entity) {
    Optional<String> source = entity.annotation(SOURCE_LOCATION).flatMap(this::ofLocation);
    for (String annotation : List.of(GITHUB_SLUG, GITLAB_SLUG)) {
      Optional<String> slug = entity.annotation(annotation);
      if (slug.isPresent()) {
        String path = slug.get().strip();
        if (path.indexOf('/') < 1) {
          throw entity.unusableAnnotation(annotation, path, "owner/name");
        }
        if (source.isPresent() && source.get().endsWith("/" + path.toLowerCase(Locale.ROOT))) {
          return source;
        }
        String host = annotation.equals(GITLAB_SLUG) ? "gitlab.com/" : "";
        return Optional.of(
            repositories
                .normalise(host + path)
                .orElseThrow(() -> entity.unusableAnnotation(annotation, path, "owner/name")));
      }
    }
    return source;
  }

  /** The repository that a location like {@code url:https://host/owner/name/tree/main/} is in. */
  private Optional<String> ofLocation(String location) {
    String url = location.strip().replaceFirst("^(?i)url:", "");
    return url.contains("://")
        ? repositories.normalise(url.replaceFirst("/(?:-/)?(?:tree|blob|src|raw)/.*$", ""))
        : Optional.empty();
  }

  private static Map<String, String> environments(CatalogEntity entity) {
    Map<String, String> environments = new LinkedHashMap<>();
    for (String pair : entity.annotation(ENVIRONMENTS).map(CatalogReader::list).orElse(List.of())) {
      int equals = pair.indexOf('=');
      String environment = equals < 0 ? "" : pair.substring(0, equals).strip();
      String environmentClass =
          equals < 0 ? "" : pair.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
      if (environment.isEmpty() || !ENVIRONMENT_CLASSES.contains(environmentClass)) {
        throw entity.unusableAnnotation(
            ENVIRONMENTS,
            pair,
            "name=class, as prod-eu=production; the classes are production, staging, testing,"
                + " development, other and none");
      }
      environments.put(environment, environmentClass);
    }
    return environments;
  }

  private static Optional<GoldenPath> goldenPath(CatalogEntity entity) {
    return entity
        .annotation(GOLDEN_PATH)
        .map(
            text -> {
              int at = text.lastIndexOf('@');
              if (at < 1) {
                throw entity.unusableAnnotation(
                    GOLDEN_PATH, text, "name@date, as java-service@2026-03-01");
              }
              return new GoldenPath(
                  text.substring(0, at).strip(),
                  date(entity, GOLDEN_PATH, text, text.substring(at + 1)));
            });
  }

  private static Instant date(CatalogEntity entity, String annotation, String value, String date) {
    return SenderTime.parseDateOrTime(date)
        .orElseThrow(() -> entity.unusableAnnotation(annotation, value, DATE));
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split("[,\\s]+")).filter(item -> !item.isEmpty()).toList();
  }

  /**
   * A golden path that a service is on.
   *
   * @param name its name
   * @param since since when
   */
  private record GoldenPath(String name, Instant since) {}
}
