package dev.dorado.rules.attribute;

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

  /** A shorter prefix may match two commits. */
  private static final int SHORTEST_PREFIX = 7;

  private static final List<Level> LEVELS =
      List.of(
          new Level("digest:", "image digest"),
          new Level("artifact:", "artifact"),
          new Level("version:", "version"));

  private static final boolean[] NO = {false};
  private static final boolean[] EITHER = {false, true};

  /** A level of identifiers: their prefix, and what people call one. */
  private record Level(String prefix, String name) {}

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
    for (Level level : LEVELS) {
      List<String> own = of(level);
      List<String> others = other.of(level);
      if (!own.isEmpty() && !others.isEmpty()) {
        return Collections.disjoint(own, others) ? null : level.name();
      }
    }
    return null;
  }

  /**
   * Keys under which it is found. They say whether it has a commit and a digest too, so that a
   * version that is the same in all attempts is not looked for among commits that differ.
   */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    if (commit != null) {
      keys.add(commitKey());
    }
    for (String identifier : identifiers) {
      boolean beside = !isDigest(identifier) && hasDigest();
      keys.add(key(commit != null, beside, identifier));
    }
    return keys;
  }

  /** Keys under which others of the same version are found, and few others. */
  List<String> sameKeys() {
    List<String> keys = new ArrayList<>();
    if (commit != null) {
      keys.add(commitKey());
    }
    for (String identifier : identifiers) {
      for (boolean withCommit : commit != null ? NO : EITHER) {
        for (boolean withDigest : isDigest(identifier) || hasDigest() ? NO : EITHER) {
          keys.add(key(withCommit, withDigest, identifier));
        }
      }
    }
    return keys;
  }

  private String commitKey() {
    return "commit:" + commit.substring(0, Math.min(commit.length(), SHORTEST_PREFIX));
  }

  private static String key(boolean withCommit, boolean withDigest, String identifier) {
    return (withCommit ? "c" : "") + (withDigest ? "d" : "") + " " + identifier;
  }

  private boolean hasDigest() {
    return identifiers.stream().anyMatch(DeployedVersion::isDigest);
  }

  private static boolean isDigest(String identifier) {
    return identifier.startsWith(LEVELS.get(0).prefix());
  }

  private List<String> of(Level level) {
    return identifiers.stream().filter(one -> one.startsWith(level.prefix())).toList();
  }

  private static boolean fits(String one, String other) {
    boolean areLong = one.length() >= SHORTEST_PREFIX && other.length() >= SHORTEST_PREFIX;
    return one.equals(other) || (areLong && (one.startsWith(other) || other.startsWith(one)));
  }
}
