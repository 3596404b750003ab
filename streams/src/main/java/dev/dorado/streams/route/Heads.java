package dev.dorado.streams.route;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.steps.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Rules S3 and S8: which commit an attempt deploys, and what that ships of each branch. */
final class Heads {

  private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern HEX =
      Pattern.compile("(?<![0-9a-zA-Z])g?([0-9a-f]{7,40})(?![0-9a-zA-Z])");

  private final RepositoryHistory history;

  Heads(RepositoryHistory history) {
    this.history = history;
  }

  /**
   * The head of an attempt.
   *
   * @param sha full SHA if known, else what the sender gave, or null
   * @param places what it ships: a bound for each branch, the first where it is compared; empty if
   *     unknown
   * @param method how it was found, for people
   * @param branch name of the branch that it is compared on, or null
   * @param mark what a reader should know, or null
   */
  record Head(String sha, List<Place> places, String method, String branch, String mark) {}

  /** The head of {@code attempt}. */
  Head of(DeploymentEvent attempt) {
    Resolved resolved = resolve(attempt);
    if (resolved == null) {
      return new Head(attempt.getSha(), List.of(), "no commit is known for it (S8)", null, null);
    }
    var branches = history.branchesOf(resolved.sha());
    if (branches.isEmpty()) {
      return new Head(
          resolved.sha(),
          List.of(),
          resolved.method() + "; no push has brought this commit yet (S8)",
          null,
          null);
    }
    Instant start = Attempt.startOf(attempt);
    BranchHistory main = history.branch(history.defaultBranch());
    BranchHistory branch = compared(attempt, resolved.sha(), branches, main, start);
    BranchHistory.Entry entry = branch.entry(resolved.sha());
    Place own = history.place(branch, entry);
    if (history.isDefault(branch)) {
      return new Head(
          resolved.sha(),
          List.of(own),
          resolved.method() + "; on the default branch " + branch.name() + " (S3)",
          branch.name(),
          null);
    }
    Place common = common(branch, entry, main, start);
    return new Head(
        resolved.sha(),
        common == null ? List.of(own) : List.of(own, common),
        resolved.method() + "; on branch " + branch.name() + " (S3)",
        branch.name(),
        common == null
            ? "no commit of branch %s is known on the default branch: only its own commits count as shipped (S3)"
                .formatted(branch.name())
            : null);
  }

  /**
   * Where a SHA is compared: on the default branch if it had come there when the attempt started;
   * else on the branch that the attempt names, else on that where it stood first. A hotfix that is
   * merged back after it was deployed is thus not taken to have shipped what was merged before it.
   */
  private BranchHistory compared(
      DeploymentEvent attempt,
      String sha,
      List<BranchHistory> branches,
      BranchHistory main,
      Instant start) {
    if (branches.size() == 1 || (main != null && isOnBy(main, sha, start))) {
      return branches.get(0);
    }
    BranchHistory named = history.branch(branchName(attempt.getRef()));
    if (named != null && named.entry(sha) != null && isOnBy(named, sha, start)) {
      return named;
    }
    return branches.stream()
        .min(
            Comparator.comparing(
                    (BranchHistory branch) -> branch.entry(sha).position(), Positions.ORDER)
                .thenComparing(branch -> !history.isDefault(branch))
                .thenComparing(BranchHistory::name))
        .orElseThrow();
  }

  /**
   * The newest commit known both on the branch up to the head and, by then, on the default branch.
   */
  private Place common(
      BranchHistory branch, BranchHistory.Entry head, BranchHistory main, Instant start) {
    if (main == null) {
      return null;
    }
    return branch.entries().subList(0, head.index() + 1).stream()
        .filter(entry -> isOnBy(main, entry.sha(), start))
        .map(entry -> main.entry(entry.sha()))
        .max(Comparator.comparing(BranchHistory.Entry::position, Positions.ORDER))
        .map(entry -> history.place(main, entry))
        .orElse(null);
  }

  private static boolean isOnBy(BranchHistory branch, String sha, Instant time) {
    var entry = branch.entry(sha);
    return entry != null && !entry.position().getTime().isAfter(time);
  }

  private record Resolved(String sha, String method) {}

  private Resolved resolve(DeploymentEvent attempt) {
    String sha = attempt.getSha();
    if (sha != null && SHA.matcher(sha).matches()) {
      return new Resolved(sha, "the attempt names commit " + shortened(sha));
    }
    if (sha != null) {
      String full = history.fullSha(sha);
      return full == null ? null : new Resolved(full, "the attempt names commit " + sha);
    }
    String ofRef = ofRef(attempt);
    if (ofRef != null) {
      return new Resolved(
          ofRef, "ref %s was commit %s".formatted(attempt.getRef(), shortened(ofRef)));
    }
    for (String text : new String[] {attempt.getVersion(), attempt.getArtifact()}) {
      String ofVersion = ofVersion(text, Attempt.startOf(attempt));
      if (ofVersion != null) {
        return new Resolved(ofVersion, "%s is commit %s".formatted(text, shortened(ofVersion)));
      }
    }
    return null;
  }

  /** A ref means its value at the attempt's start; a tag its commit. */
  private String ofRef(DeploymentEvent attempt) {
    String ref = attempt.getRef();
    if (ref == null) {
      return null;
    }
    if (SHA.matcher(ref).matches()) {
      return ref;
    }
    BranchHistory branch = history.branch(branchName(ref));
    if (branch != null && !ref.startsWith("refs/tags/")) {
      return branch.valueAt(Attempt.startOf(attempt));
    }
    String tag = history.tag(ref.replaceFirst("^refs/tags/", ""), Attempt.startOf(attempt));
    return tag != null ? tag : history.fullSha(ref);
  }

  /** A version is a tag, with or without v, or has a SHA in it, as git describe writes it too. */
  private String ofVersion(String version, Instant start) {
    if (version == null) {
      return null;
    }
    for (String name : List.of(version, "v" + version)) {
      String tag = history.tag(name, start);
      if (tag != null) {
        return tag;
      }
    }
    return HEX.matcher(version)
        .results()
        .map(match -> history.fullSha(match.group(1)))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String branchName(String ref) {
    return ref == null ? null : ref.replaceFirst("^refs/heads/", "");
  }

  private static String shortened(String sha) {
    return sha.substring(0, Math.min(sha.length(), 10));
  }
}
