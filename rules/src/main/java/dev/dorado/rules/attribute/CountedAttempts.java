package dev.dorado.rules.attribute;

import dev.dorado.facts.CandidateFact;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.RoutedAttempt;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which attempts count, and which are evidence only since another attempt reports the same rollout:
 * an outer layer of a cluster's tools where an inner one reports too (rule E4), and a controller's
 * hitch on what it had rolled out before (rule E6).
 */
final class CountedAttempts {

  /** Layers from outer to inner. */
  private static final List<String> LAYERS = List.of("bundle", "application", "release", "rollout");

  private final Table<String, RoutedAttempt> attempts;
  private final Supplier<RuleSettings> settings;

  /** Ended attempts by environment, layer, finish, id. */
  private final Table<Key, RoutedAttempt> layered;

  /** Ended attempts whose head is known, by environment, layer, repository, start, id. */
  private final Table<Key, RoutedAttempt> heads;

  private final Table<String, RoutedAttempt> counted;
  private final Table<String, RoutedAttempt> evidence;

  /** An attempt, and whether it is evidence only. */
  private record Judged(RoutedAttempt attempt, boolean isEvidence) {}

  /**
   * @param attempts all attempts of the service, by repository and the sender's id
   */
  CountedAttempts(
      Derivation derivation,
      Table<String, RoutedAttempt> attempts,
      Supplier<RuleSettings> settings) {
    this.attempts = attempts;
    this.settings = settings;
    layered = derivation.table();
    heads = derivation.table();
    counted = derivation.table();
    evidence = derivation.table();
    derivation.each(
        "attempt of a layer",
        attempts,
        (id, attempt) -> attempt,
        (id, attempt, rows) -> {
          if (attempt.getLayer() != null && attempt.getFinishedAt() != null) {
            Key layer = Key.of(attempt.getEnvironment(), attempt.getLayer());
            rows.add(layered, layer.with(attempt.getFinishedAt(), id), attempt);
            if (attempt.getRepository() != null && !attempt.getHead().isEmpty()) {
              Instant start = LedgerEntry.of(id, attempt).start();
              rows.add(heads, layer.with(attempt.getRepository(), start, id), attempt);
            }
          }
        },
        layered,
        heads);
    derivation.each(
        "attempt that counts (E4, E6)",
        attempts,
        (id, attempt) -> judged(attempt),
        (id, judged, rows) ->
            rows.add(judged.isEvidence() ? evidence : counted, id, judged.attempt()),
        counted,
        evidence);
  }

  /** The attempts that count. */
  Table<String, RoutedAttempt> counted() {
    return counted;
  }

  /** The attempts that are evidence only. */
  Table<String, RoutedAttempt> evidence() {
    return evidence;
  }

  private Judged judged(RoutedAttempt attempt) {
    boolean isEvidence = isHitch(attempt) || isReportedWithin(attempt);
    return new Judged(isEvidence ? attempt : withHead(attempt), isEvidence);
  }

  /** E6: what fails after the very thing had succeeded is a hitch of the controller. */
  private boolean isHitch(RoutedAttempt attempt) {
    if (attempt.getHitchOf() == null || !attempt.getStatus().equals("failed")) {
      return false;
    }
    RoutedAttempt rollout =
        attempts.get(RouteKeys.idIn(attempt.getRepository(), attempt.getHitchOf()));
    return rollout != null
        && rollout.getStatus().equals("succeeded")
        && !rollout.getFinishedAt().isAfter(attempt.getFinishedAt());
  }

  /**
   * E4: whether an inner layer reported an attempt in the same environment by the end of the
   * rollout window after this one.
   */
  private boolean isReportedWithin(RoutedAttempt attempt) {
    if (attempt.getLayer() == null || attempt.getFinishedAt() == null) {
      return false;
    }
    int layer = LAYERS.indexOf(attempt.getLayer());
    Instant until = attempt.getFinishedAt().plus(settings.get().rolloutWindow());
    return LAYERS.subList(layer + 1, LAYERS.size()).stream()
        .map(inner -> Key.of(attempt.getEnvironment(), inner))
        .anyMatch(
            inner -> {
              var first = layered.ceiling(inner);
              return first != null
                  && first.getKey().startsWith(inner)
                  && !first.getValue().getFinishedAt().isAfter(until);
            });
  }

  /**
   * E4: what an inner layer rolls out without a known commit is the commit of the outer layer that
   * had last begun by then, within the rollout window: a release of Helm knows its version alone.
   */
  private RoutedAttempt withHead(RoutedAttempt attempt) {
    if (attempt.getLayer() == null
        || attempt.getFinishedAt() == null
        || attempt.getRepository() == null
        || attempt.getSha() != null
        || !attempt.getHead().isEmpty()) {
      return attempt;
    }
    Instant since = attempt.getFinishedAt().minus(settings.get().rolloutWindow());
    for (int layer = LAYERS.indexOf(attempt.getLayer()) - 1; layer >= 0; layer--) {
      String name = LAYERS.get(layer);
      Key place = Key.of(attempt.getEnvironment(), name, attempt.getRepository());
      var last = heads.lower(place.with(attempt.getFinishedAt()).end());
      if (last != null
          && last.getKey().startsWith(place)
          && !LedgerEntry.of(last.getValue().getId(), last.getValue()).start().isBefore(since)) {
        RoutedAttempt outer = last.getValue();
        return RoutedAttempt.newBuilder(attempt)
            .setSha(outer.getSha())
            .setHead(outer.getHead())
            .setHeadRule(outer.getHeadRule())
            .setHeadMethod(
                "%s, by attempt %s of the layer %s (E4)"
                    .formatted(outer.getHeadMethod(), outer.getId(), name))
            .build();
      }
    }
    return attempt;
  }

  /** What is kept of an attempt that is evidence only. */
  Output candidate(String service, RoutedAttempt attempt) {
    // Another id than routing's candidates have: an attempt may be one first and then the other.
    String id =
        Stream.of("evidence", attempt.getRepository(), attempt.getId())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    var fact =
        CandidateFact.newBuilder()
            .setService(service)
            .setId(id)
            .setRetracted(false)
            .setSource(attempt.getSource())
            .setChosenSource(attempt.getSource())
            .setName(attempt.getWorkflow())
            .setEnvironment(attempt.getEnvironmentClass())
            .setRepository(attempt.getRepository())
            .setSha(attempt.getSha())
            .setFinishedAt(attempt.getFinishedAt())
            .setStatus("evidence")
            .setUrl(attempt.getUrl())
            .build();
    String key = service + "|" + id;
    return new Output(Target.CANDIDATE_FACTS, key, key, fact);
  }
}
