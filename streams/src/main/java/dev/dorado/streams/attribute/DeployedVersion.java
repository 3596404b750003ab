package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedAttempt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rule K1: what an attempt deploys, and whether two attempts of a ledger deploy the same. The
 * strongest identifier that both have decides: the commit, else the image digest, else the artifact
 * with its version, else the version.
 *
 * @param commit SHA, or the prefix that the sender gave; null if it is unknown
 * @param identifiers digests, artifacts and versions, normalised; see {@link
 *     RoutedAttempt#getIdentifiers()}
 */
record DeployedVersion(String commit, List<String> identifiers) {

  /** Of prefixes shorter than this, two commits may fit one. */
  private static final int SHORTEST_PREFIX = 7;

  private static final List<Kind> KINDS =
      List.of(
          new Kind("digest:", "image digest"),
          new Kind("artifact:", "artifact"),
          new Kind("version:", "version"));

  /** A kind of identifier: its prefix, and what people call it. */
  private record Kind(String prefix, String name) {}

  static DeployedVersion of(RoutedAttempt attempt) {
    return new DeployedVersion(attempt.getSha(), attempt.getIdentifiers());
  }

  /** Whether the attempt says what it deploys. */
  boolean isStated() {
    return commit != null || !identifiers.isEmpty();
  }

  boolean isSameAs(DeployedVersion other) {
    return sharedWith(other) != null;
  }

  /**
   * What shows that two attempts deploy the same: commit, image digest, artifact or version. Null
   * if they deploy different versions, or nothing shows that they don't.
   */
  String sharedWith(DeployedVersion other) {
    if (commit != null && other.commit != null) {
      return fits(commit, other.commit) ? "commit" : null;
    }
    for (Kind kind : KINDS) {
      List<String> own = of(kind);
      List<String> others = other.of(kind);
      if (!own.isEmpty() && !others.isEmpty()) {
        return Collections.disjoint(own, others) ? null : kind.name();
      }
    }
    return null;
  }

  /** Keys under which it is found; two of the same version have one in common. */
  List<String> keys() {
    List<String> keys = new ArrayList<>(identifiers);
    if (commit != null) {
      keys.add("commit:" + commit.substring(0, Math.min(commit.length(), SHORTEST_PREFIX)));
    }
    return keys;
  }

  private List<String> of(Kind kind) {
    return identifiers.stream().filter(one -> one.startsWith(kind.prefix())).toList();
  }

  private static boolean fits(String one, String other) {
    boolean areLong = one.length() >= SHORTEST_PREFIX && other.length() >= SHORTEST_PREFIX;
    return one.equals(other) || (areLong && (one.startsWith(other) || other.startsWith(one)));
  }
}
