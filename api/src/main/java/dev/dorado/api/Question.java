package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks, whenever it does.
 *
 * @param path path of the endpoint
 * @param id the id in the path; null if there is none
 * @param values the parameters that were given
 * @param teams whose services the asker may see; empty for all
 */
record Question(
    String path, String id, Map<Parameter, List<String>> values, Optional<Set<String>> teams) {

  Question {
    requireNonNull(path);
    values = Map.copyOf(values);
    teams = teams.map(Set::copyOf);
  }

  /** Whether the answer is wanted as CSV; else it is JSON. */
  boolean isCsv() {
    return values.getOrDefault(Parameters.FORMAT, List.of()).contains("csv");
  }
}
