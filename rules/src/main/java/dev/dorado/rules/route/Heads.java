package dev.dorado.rules.route;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.Rule;
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

  private final Branches branches;

  Heads(Branches branches) {
    this.branches = branches;
  }

  /**
   * The head of an attempt.
   *
   * @param sha full SHA if known, else what the sender gave, or null
   * @param places what it ships: a bound for each branch, the first where it is compared; empty if
   *     unknown
   * @param rule S3, or S8 if it is unknown
   * @param method how it was found, for people
   * @param branch name of the branch that it is compared on, or null
   * @param mark what a reader should know, or null
   */
  record Head(
      String sha, List<Place> places, Rule rule, String method, String branch, String mark) {}

  /** The head of {@code attempt}. */
  Head of(DeploymentEvent attempt) {
    Resolved resolved = resolve(attempt);
    if (resolved == null) {
      return unknown(attempt.getSha(), "no commit is known for it (S8)");
    }
    List<Branches.Entry> known = branches.everywhere(resolved.sha());
    if (known.isEmpty()) {
      return unknown(
          resolved.sha(), resolved.method() + "; no push has brought this commit yet (S8)");
    }
    Instant start = Attempt.startOf(attempt);
    Branches.Entry entry = compared(attempt, known, start);
    Place own = branches.place(entry);
    if (own.getDefaultBranch()) {
      String method = "; on the default branch %s (S3)".formatted(entry.branch());
      return new Head(
          resolved.sha(), List.of(own), Rule.S3, resolved.method() + method, entry.branch(), null);
    }
    Branches.Entry common = branches.newestCommon(entry, start);
    String mark =
        "no commit of branch %s is known on the default branch: only its own commits count as shipped (S3)"
            .formatted(entry.branch());
    return new Head(
        resolved.sha(),
        common == null ? List.of(own) : List.of(own, branches.place(common)),
        Rule.S3,
        "%s; on branch %s (S3)".formatted(resolved.method(), entry.branch()),
        entry.branch(),
        common == null ? mark : null);
  }

  private static Head unknown(String sha, String method) {
    return new Head(sha, List.of(), Rule.S8, method, null, null);
  }

  /**
   * Where a SHA is compared: on the default branch if it had come there when the attempt started;
   * else on the branch that the attempt names, else on that where it stood first. A hotfix that is
   * merged back after it was deployed is thus not taken to have shipped what was merged before it.
   */
  private Branches.Entry compared(
      DeploymentEvent attempt, List<Branches.Entry> known, Instant start) {
    Branches.Entry first = known.get(0);
    if (known.size() == 1 || (branches.isDefault(first.branch()) && isThereBy(first, start))) {
      return first;
    }
    Branches.Entry named = branches.entry(branchName(attempt.getRef()), first.sha());
    if (named != null && isThereBy(named, start)) {
      return named;
    }
    return known.stream()
        .min(
            Comparator.comparing(Branches.Entry::position, Positions.ORDER)
                .thenComparing(entry -> !branches.isDefault(entry.branch()))
                .thenComparing(Branches.Entry::branch))
        .orElseThrow();
  }

  private static boolean isThereBy(Branches.Entry entry, Instant time) {
    return !entry.time().isAfter(time);
  }

  private record Resolved(String sha, String method) {}

  private Resolved resolve(DeploymentEvent attempt) {
    String sha = attempt.getSha();
    if (sha != null && SHA.matcher(sha).matches()) {
      return new Resolved(sha, "the attempt names commit " + shortened(sha));
    }
    if (sha != null) {
      String full = branches.fullSha(sha);
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
    String branch = branchName(ref);
    if (branches.isKnown(branch) && !ref.startsWith("refs/tags/")) {
      return branches.valueAt(branch, Attempt.startOf(attempt));
    }
    String tag = branches.tag(ref.replaceFirst("^refs/tags/", ""), Attempt.startOf(attempt));
    return tag != null ? tag : branches.fullSha(ref);
  }

  /** A version is a tag, with or without v, or has a SHA in it, as git describe writes it too. */
  private String ofVersion(String version, Instant start) {
    if (version == null) {
      return null;
    }
    for (String name : List.of(version, "v" + version)) {
      String tag = branches.tag(name, start);
      if (tag != null) {
        return tag;
      }
    }
    return HEX.matcher(version)
        .results()
        .map(match -> branches.fullSha(match.group(1)))
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
