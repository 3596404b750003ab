package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.schemas.RuleNames;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a component: an entry of the catalog that has neither time nor id yet. Immutable. */
final class ServiceEntry {

  static final String TIER = "dorado.dev/tier";
  static final String PATHS = "dorado.dev/paths";
  static final String ENVIRONMENTS = "dorado.dev/environments";
  static final String GOLDEN_PATH = "dorado.dev/golden-path";
  static final String VALID_FROM = "dorado.dev/valid-from";
  static final String RULES = "dorado.dev/rules";
  private static final String GITHUB_SLUG = "github.com/project-slug";
  private static final String GITLAB_SLUG = "gitlab.com/project-slug";
  private static final String GITLAB_INSTANCE = "gitlab.com/instance";
  private static final String SOURCE_LOCATION = "backstage.io/source-location";

  private static final Set<String> ENVIRONMENT_CLASSES =
      Set.of("production", "staging", "testing", "development", "other", "none");
  private static final Pattern FOLDER = Pattern.compile("(?s)/(?:-/)?(?:tree|blob|src|raw)/.*$");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");
  private static final String DATE = "a date, as 2026-03-01, or a time with its offset";

  private final RepositoryName repositories;

  ServiceEntry(RepositoryName repositories) {
    this.repositories = requireNonNull(repositories);
  }

  /** The entry; empty if anything of the component can't be used, which it has told then. */
  Optional<CatalogEvent> read(CatalogEntity component, Owners owners) {
    Optional<String> team = owners.teamOf(component);
    return component.reading(team, entity -> read(entity, team));
  }

  private CatalogEvent read(CatalogEntity component, Optional<String> team) {
    Optional<String> name = component.text("the name of the service", "metadata", "name");
    name.filter(text -> !NAME.matcher(text).matches())
        .ifPresent(
            text ->
                component.unusable(
                    text,
                    "letters, digits and any of . _ - / after the first",
                    "metadata",
                    "name"));
    Optional<GoldenPath> goldenPath = goldenPath(component);
    return CatalogEvents.blank(name.orElse("").toLowerCase(Locale.ROOT))
        .setValidFrom(
            component
                .annotation(VALID_FROM)
                .flatMap(text -> date(component, VALID_FROM, text, text))
                .orElse(null))
        .setTitle(component.maybeText("metadata", "title").orElse(null))
        .setDescription(
            component.maybeText("metadata", "description").map(Fields::cut).orElse(null))
        .setOwner(team.orElse(null))
        .setSystem(component.maybeText("spec", "system").map(CatalogEntity::nameOf).orElse(null))
        .setLifecycle(component.maybeText("spec", "lifecycle").orElse(null))
        .setTier(
            component
                .annotation(TIER)
                .or(() -> component.maybeText("metadata", "labels", TIER))
                .or(() -> component.maybeText("spec", "tier"))
                .orElse(null))
        .setRepository(repository(component).orElse(null))
        .setPaths(component.annotation(PATHS).map(ServiceEntry::list).orElse(List.of()))
        .setEnvironments(environments(component))
        .setAliases(OtherNames.of(component))
        .setGoldenPath(goldenPath.map(GoldenPath::name).orElse(null))
        .setGoldenPathSince(goldenPath.map(GoldenPath::since).orElse(null))
        .setSettings(rules(component))
        .setDeploymentSources(DeploymentSources.of(component))
        .build();
  }

  /** The repository: on the host of the source location where that is of the same repository. */
  private Optional<String> repository(CatalogEntity component) {
    Optional<String> source = component.annotation(SOURCE_LOCATION).flatMap(this::ofLocation);
    for (String annotation : List.of(GITHUB_SLUG, GITLAB_SLUG)) {
      Optional<String> slug = component.annotation(annotation);
      if (slug.isPresent()) {
        String path = slug.get().strip();
        if (source.isPresent() && source.get().endsWith("/" + path.toLowerCase(Locale.ROOT))) {
          return source;
        }
        Optional<String> repository =
            path.indexOf('/') < 1
                ? Optional.empty()
                : repositories.normalise(host(component, annotation) + path);
        if (repository.isEmpty()) {
          component.unusableAnnotation(annotation, path, "owner/name");
        }
        return repository;
      }
    }
    return source;
  }

  private static String host(CatalogEntity component, String annotation) {
    return annotation.equals(GITLAB_SLUG)
        ? component.annotation(GITLAB_INSTANCE).orElse("gitlab.com") + "/"
        : "";
  }

  /** The repository that a location like {@code url:https://host/owner/name/tree/main/} is in. */
  private Optional<String> ofLocation(String location) {
    String url = location.strip().replaceFirst("^(?i)url:", "");
    return url.contains("://")
        ? repositories.normalise(FOLDER.matcher(url).replaceFirst(""))
        : Optional.empty();
  }

  private static Map<String, String> environments(CatalogEntity component) {
    Map<String, String> environments = new TreeMap<>();
    for (String pair :
        component.annotation(ENVIRONMENTS).map(ServiceEntry::list).orElse(List.of())) {
      int equals = pair.indexOf('=');
      String environment = equals < 0 ? "" : pair.substring(0, equals).strip();
      String environmentClass =
          equals < 0 ? "" : pair.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
      if (environment.isEmpty() || !ENVIRONMENT_CLASSES.contains(environmentClass)) {
        component.unusableAnnotation(
            ENVIRONMENTS,
            pair,
            "name=class, as prod-eu=production; the classes are production, staging, testing,"
                + " development, other and none");
      }
      String before = environments.put(environment, environmentClass);
      if (before != null && !before.equals(environmentClass)) {
        component.unusableAnnotation(ENVIRONMENTS, pair, "each environment once");
      }
    }
    return environments;
  }

  private static Map<String, String> rules(CatalogEntity component) {
    Map<String, String> rules = new TreeMap<>();
    for (String pair :
        component.annotation(RULES).map(text -> List.of(text.split(","))).orElse(List.of())) {
      if (pair.isBlank()) {
        continue;
      }
      int equals = pair.indexOf('=');
      if (equals < 0) {
        component.unusableAnnotation(
            RULES, pair.strip(), "name=value, comma-separated, as proximity-window=12h");
        continue;
      }
      String name = pair.substring(0, equals).strip();
      String value = pair.substring(equals + 1).strip();
      RuleNames.problem(name, value)
          .ifPresent(
              problem ->
                  component.unusableAnnotation(
                      RULES, pair.strip(), "a known name and its value, but found " + problem));
      rules.put(name, value);
    }
    return rules;
  }

  private static Optional<GoldenPath> goldenPath(CatalogEntity component) {
    Optional<String> text = component.annotation(GOLDEN_PATH);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int at = text.get().lastIndexOf('@');
    if (at < 1) {
      component.unusableAnnotation(
          GOLDEN_PATH, text.get(), "name@date, as java-service@2026-03-01");
      return Optional.empty();
    }
    return date(component, GOLDEN_PATH, text.get(), text.get().substring(at + 1))
        .map(since -> new GoldenPath(text.get().substring(0, at).strip(), since));
  }

  private static Optional<Instant> date(
      CatalogEntity component, String annotation, String value, String date) {
    Optional<Instant> time = SenderTime.parseDateOrTime(date);
    if (time.isEmpty()) {
      component.unusableAnnotation(annotation, value, DATE);
    }
    return time;
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
