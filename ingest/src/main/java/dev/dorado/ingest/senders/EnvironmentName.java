package dev.dorado.ingest.senders;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name of an environment where a tool knows only clusters, namespaces and applications: the
 * first of them that has a word of environments in it, as {@code shop-prod} has; else the first
 * that is there. Which class it is of is decided elsewhere (rule E3).
 */
final class EnvironmentName {

  private static final Set<String> WORDS =
      Set.of(
          "prod",
          "production",
          "live",
          "preprod",
          "preproduction",
          "staging",
          "stage",
          "stg",
          "uat",
          "test",
          "testing",
          "qa",
          "int",
          "integration",
          "dev",
          "development",
          "sandbox",
          "preview",
          "review",
          "demo");

  private EnvironmentName() {}

  /** The environment's name out of {@code candidates}, the best first; empty if there is none. */
  static Optional<String> among(List<Optional<String>> candidates) {
    List<String> names = candidates.stream().flatMap(Optional::stream).toList();
    return names.stream()
        .filter(EnvironmentName::hasWord)
        .findFirst()
        .or(() -> names.stream().findFirst());
  }

  private static boolean hasWord(String name) {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z]+")).anyMatch(WORDS::contains);
  }
}
