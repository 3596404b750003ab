package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The version that a run was asked to deploy, by the names that people give such parameters. It
 * counts where the catalog names the job for a service of another repository than the run checked
 * out (rule E4).
 */
final class VersionParameter {

  /** In this order; written in any case, with or without hyphens, underscores and dots. */
  private static final List<String> NAMES =
      List.of(
          "version",
          "tag",
          "imagetag",
          "gittag",
          "appversion",
          "releaseversion",
          "release",
          "gitref",
          "ref");

  private VersionParameter() {}

  /** The first of an object's texts that is named so. */
  static Optional<String> in(Optional<Fields> parameters) {
    Map<String, String> values = new TreeMap<>();
    parameters.ifPresent(
        fields ->
            fields
                .names()
                .forEach(
                    name ->
                        fields
                            .maybeNode(name)
                            .filter(node -> node.isTextual() && node.textValue().length() <= 200)
                            .ifPresent(node -> values.putIfAbsent(name, node.textValue()))));
    return in(values);
  }

  /** The first of these that is named so. */
  static Optional<String> in(Map<String, String> parameters) {
    Map<String, String> values = new TreeMap<>();
    parameters.forEach(
        (name, value) ->
            values.putIfAbsent(
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""), value.strip()));
    return NAMES.stream()
        .flatMap(name -> Optional.ofNullable(values.get(name)).stream())
        .filter(text -> !text.isEmpty() && !text.startsWith("refs/heads/"))
        .map(text -> text.replaceFirst("^refs/tags/", ""))
        .findFirst();
  }
}
