package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.delivery.NearestName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What of a catalog is read differently than its author most likely meant: annotations of Dorado's
 * that do not exist, and owners that nobody defines. The entities are applied all the same.
 */
final class CatalogWarnings {

  private static final String PREFIX = "dorado.dev/";

  /** The name of the service for the plugin of Backstage, which alone reads it. */
  private static final String SERVICE = "dorado.dev/service";

  private static final Set<String> ANNOTATIONS =
      Set.of(
          ServiceEntry.TIER,
          ServiceEntry.PATHS,
          ServiceEntry.ENVIRONMENTS,
          ServiceEntry.GOLDEN_PATH,
          ServiceEntry.VALID_FROM,
          ServiceEntry.RULES,
          DeploymentSources.ANNOTATION,
          OtherNames.ALIASES,
          SERVICE);

  private final Consumer<String> warnings;

  /**
   * @param warnings takes each warning, a sentence without its full stop
   */
  CatalogWarnings(Consumer<String> warnings) {
    this.warnings = requireNonNull(warnings);
  }

  /** Warns of annotations and labels that look like Dorado's and are not read. */
  void ofAnnotations(CatalogEntity component) {
    for (String name : component.names("metadata", "annotations")) {
      if (isOurs(name) && !ANNOTATIONS.contains(name)) {
        warn(component, "annotation '%s' is not known".formatted(name), name, ANNOTATIONS);
      }
    }
    Set<String> labels = Set.of(ServiceEntry.TIER);
    for (String name : component.names("metadata", "labels")) {
      if (isOurs(name) && !labels.contains(name)) {
        Set<String> known = ANNOTATIONS.contains(name) ? Set.of(name) : labels;
        String problem =
            ANNOTATIONS.contains(name)
                ? "label '%s' is not read: it is an annotation".formatted(name)
                : "label '%s' is not known".formatted(name);
        warn(component, problem, name, known);
      }
    }
  }

  /**
   * Warns of owners that are no group or user of the same files. Without any group in them, an
   * owner is taken for a typo if it is nearly named like one that owns more.
   *
   * @param owners by component, the name of the owner that it states
   * @param defined names of groups and users that the files define
   */
  void ofOwners(Map<CatalogEntity, String> owners, Set<String> defined) {
    Map<String, Long> owned =
        owners.values().stream()
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    owners.forEach(
        (component, owner) -> {
          if (!defined.isEmpty()) {
            if (!defined.contains(owner)) {
              String problem = "owner '%s' is no group or user of these files".formatted(owner);
              warn(component, problem, owner, defined);
            }
            return;
          }
          Set<String> larger = new LinkedHashSet<>(owned.keySet());
          larger.removeIf(other -> owned.get(other) <= owned.get(owner));
          if (NearestName.of(owner, larger).isPresent()) {
            String problem = "owner '%s' owns nothing else".formatted(owner);
            warn(component, problem, owner, larger);
          }
        });
  }

  private void warn(CatalogEntity component, String problem, String name, Set<String> known) {
    Optional<String> nearest = NearestName.of(name, known).filter(other -> !other.equals(name));
    String hint =
        nearest
            .map(other -> ": did you mean '%s'?".formatted(other))
            .orElseGet(
                () ->
                    known == ANNOTATIONS
                        ? ": expected one of "
                            + known.stream().sorted().collect(Collectors.joining(", "))
                        : "");
    warnings.accept("%s: %s%s".formatted(component.where(), problem, hint));
  }

  /** Whether a name is in Dorado's namespace, or in one that is misspelt by a letter or two. */
  private static boolean isOurs(String name) {
    int slash = name.indexOf('/');
    return name.startsWith(PREFIX)
        || (slash > 0
            && NearestName.of(name.substring(0, slash), List.of("dorado.dev")).isPresent());
  }
}
