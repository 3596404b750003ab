package dev.dorado.rules.reference;

import static dev.dorado.rules.reference.Changes.place;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.reference.Changes.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules S3 and S8: which commit an attempt deploys, and up to where that ships each branch. */
final class Heads {

  private static final Pattern SHA_IN_VERSION =
      Pattern.compile("(?<![0-9a-zA-Z])g?([0-9a-f]{7,40})(?![0-9a-zA-Z])");

  private final Repository repository;

  Heads(Repository repository) {
    this.repository = repository;
  }

  /** S8: by its SHA or a prefix of it, else its ref, its version, its artifact's name; or null. */
  String sha(DeploymentEvent attempt) {
    String sha = attempt.getSha();
    Instant start = Services.startOf(attempt);
    if (sha != null) {
      return isSha(sha) ? sha : repository.fullSha(sha);
    }
    return Stream.of(
            ofRef(attempt.getRef(), start),
            ofVersion(attempt.getVersion(), start),
            ofVersion(attempt.getArtifact(), start))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static boolean isSha(String text) {
    return text.matches("[0-9a-f]{40}");
  }

  /** S8: a ref means its value at the attempt's start, a tag its commit. */
  private String ofRef(String ref, Instant start) {
    if (ref == null || isSha(ref)) {
      return ref;
    }
    var branch = repository.branch(ref.replaceFirst("^refs/heads/", ""));
    if (branch != null && !ref.startsWith("refs/tags/")) {
      return branch.valueAt(start);
    }
    String tag = repository.tag(ref.replaceFirst("^refs/tags/", ""), start);
    return tag == null ? repository.fullSha(ref) : tag;
  }

  /** S8: a version is a tag, with or without v, or has a SHA in it. */
  private String ofVersion(String version, Instant start) {
    if (version == null) {
      return null;
    }
    var shas = SHA_IN_VERSION.matcher(version).results().map(m -> repository.fullSha(m.group(1)));
    return Stream.concat(
            Stream.of(repository.tag(version, start), repository.tag("v" + version, start)), shas)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * S3: a branch ships its own commits, and the default branch's up to the newest commit that is
   * known on both by the attempt's start. The first place is where the head is compared; none: the
   * head is not known (yet).
   */
  List<Place> places(DeploymentEvent attempt, String sha) {
    var branch = compared(attempt, sha);
    if (branch == null) {
      return List.of();
    }
    var head = branch.entry(sha);
    var main = repository.main();
    Place own = place(repository, branch, head);
    if (own.isDefault() || main == null) {
      return List.of(own);
    }
    Instant start = Services.startOf(attempt);
    return branch.entries.stream()
        .filter(entry -> entry.position().compareTo(head.position()) <= 0)
        .filter(entry -> main.hasBy(entry.sha(), start))
        .map(entry -> main.entry(entry.sha()))
        .max(Comparator.comparing(Branch.Entry::position))
        .map(common -> List.of(own, place(repository, main, common)))
        .orElse(List.of(own));
  }

  /**
   * S3: a commit that had come to the default branch by the start of the attempt is compared there;
   * else on the branch that the attempt names, else where it stood first. Null: on none.
   */
  Branch compared(DeploymentEvent attempt, String sha) {
    var branches = sha == null ? List.<Branch>of() : repository.branchesOf(sha);
    Instant start = Services.startOf(attempt);
    String ref = Objects.requireNonNullElse(attempt.getRef(), "");
    String named = ref.replaceFirst("^refs/heads/", "");
    return Stream.of(
            branches.stream().filter(repository::isDefault).filter(b -> b.hasBy(sha, start)),
            branches.stream().filter(b -> b.name.equals(named) && b.hasBy(sha, start)),
            branches.stream().sorted(Comparator.comparing(b -> b.entry(sha).position())))
        .flatMap(candidates -> candidates)
        .findFirst()
        .orElse(null);
  }
}
