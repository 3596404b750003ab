package dev.dorado.rules.route;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Rule E3: what class an environment is of. */
public final class Environments {

  /** The class that the metrics are about. */
  public static final String PRODUCTION = "production";

  /** The class of environments that have no ledger. */
  public static final String NONE = "none";

  private static final Set<String> PRODUCTION_WORDS = Set.of("prod", "production", "live");
  private static final Set<String> OTHER_WORDS = Set.of("pre", "non", "test", "staging", "dev");

  /** Words that name a class, in the order in which they are looked for. */
  private static final List<Map.Entry<String, Set<String>>> CLASSES =
      List.of(
          Map.entry(
              "staging", Set.of("staging", "stage", "preprod", "preproduction", "uat", "pre")),
          Map.entry("testing", Set.of("test", "testing", "qa", "integration", "ci")),
          Map.entry("development", Set.of("dev", "development", "sandbox", "local")));

  private Environments() {}

  /**
   * The environments that an entry of the catalog maps to classes, in whichever case they are
   * written; none without an entry.
   */
  public static Map<String, String> mapping(CatalogEvent entry) {
    Map<String, String> classes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (entry != null) {
      classes.putAll(entry.getEnvironments());
    }
    return classes;
  }

  /**
   * The class of the environment of an attempt: the catalog decides; else the sender's flag where
   * it says yes; else the name. A preview or transient environment is {@link #NONE}.
   */
  public static String classOf(DeploymentEvent attempt, Map<String, String> mapping) {
    String name = nameOf(attempt);
    String mapped = mapping.get(name);
    if (mapped != null) {
      return mapped;
    }
    if (Boolean.TRUE.equals(attempt.getTransientEnvironment())) {
      return NONE;
    }
    if (Boolean.TRUE.equals(attempt.getProduction())) {
      return PRODUCTION;
    }
    return classOf(name);
  }

  /** The name of the environment of an attempt; one that names none is taken for production. */
  public static String nameOf(DeploymentEvent attempt) {
    return attempt.getEnvironment() == null ? PRODUCTION : attempt.getEnvironment();
  }

  /** The class of an environment by the whole words of its name. */
  public static String classOf(String name) {
    List<String> words = words(name);
    if (words.contains("preview") || words.contains("review")) {
      return NONE;
    }
    if (words.stream().anyMatch(PRODUCTION_WORDS::contains)
        && words.stream().noneMatch(OTHER_WORDS::contains)) {
      return PRODUCTION;
    }
    return CLASSES.stream()
        .filter(named -> words.stream().anyMatch(named.getValue()::contains))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("other");
  }

  /** Whole words of a name: runs of letters. */
  static List<String> words(String name) {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
