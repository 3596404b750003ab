package dev.dorado.rules.reference;

import dev.dorado.events.DeploymentEvent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rule K1: what an attempt deploys. Of two attempts, the first of these that both have decides
 * whether it is the same: commit, image digest, artifact with its version, version.
 */
record Version(String commit, Set<String> digests, Set<String> artifacts, Set<String> versions) {

  private static final Pattern DIGEST = Pattern.compile("@?(sha(256|384|512):[0-9a-f]{32,})");

  private static final List<String> MOVING =
      Arrays.asList(
          ("latest stable unstable edge nightly canary rolling lts current next tip head main master"
                  + " trunk mainline develop development dev default snapshot alpha beta rc release"
                  + " prod production live staging stage test qa preview unknown none null undefined"
                  + " n/a -")
              .split(" "));

  static Version of(DeploymentEvent attempt, String commit, Repository repository) {
    var version = new Version(commit, new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    String ref = Objects.requireNonNullElse(attempt.getRef(), "");
    boolean isTag = ref.startsWith("refs/tags/");
    boolean isNumber = ref.matches("v?\\d+\\.\\d+\\.\\d+.*");
    String branch = isTag || isNumber ? "" : ref.replaceFirst("^refs/heads/", "");
    String told = Objects.requireNonNullElse(attempt.getVersion(), "");
    version.add(told.equals(branch) ? "" : told, repository);
    version.add(Objects.requireNonNullElse(attempt.getArtifact(), ""), repository);
    if (isTag || isNumber) {
      version.addVersion(ref, repository);
    }
    return version;
  }

  private void add(String told, Repository repository) {
    String text = told.replace("%3A", ":");
    Matcher digest = DIGEST.matcher(text);
    if (digest.find()) {
      digests.add(digest.group(1));
    }
    String plain = digest.replaceAll("").replaceFirst("[?#].*", "");
    String last = plain.substring(plain.lastIndexOf('/') + 1);
    String[] parts = last.split("[@:]", 2);
    Matcher tag = Pattern.compile("[?&]tag=([^&#]+)").matcher(text);
    if (parts.length > 1) {
      addArtifact(parts[0], parts[1], repository);
    } else if (text.startsWith("pkg:") && tag.find()) {
      addArtifact(last, tag.group(1), repository);
    } else if (!plain.contains("/") || last.matches("v?\\d.*")) {
      addVersion(plain, repository);
    }
  }

  private void addArtifact(String name, String version, Repository repository) {
    int before = versions.size();
    addVersion(version, repository);
    if (versions.size() > before) {
      artifacts.add(name + "@" + version.replaceFirst("^v(?=\\d)", ""));
    }
  }

  /** K1: a name that moves from one build to the next is no version; nor is that of a branch. */
  private void addVersion(String version, Repository repository) {
    String plain = version.replaceFirst("^refs/tags/", "").toLowerCase(Locale.ROOT);
    boolean moves =
        plain.isBlank()
            || plain.startsWith("refs/")
            || MOVING.contains(plain)
            || plain.matches(".*-(snapshot|latest|nightly)")
            || repository.branch(version) != null;
    if (!moves) {
      versions.add(plain.replaceFirst("^v(?=\\d)", ""));
    }
  }

  /** The same, with the commit of another attempt of its rollout (E4). */
  Version ofCommit(String sha) {
    return new Version(sha, digests, artifacts, versions);
  }

  /** F2: whether a cause spells one of the versions or digests. */
  boolean isNamed(String cause) {
    String plain = cause.toLowerCase(Locale.ROOT);
    return versions.contains(plain.replaceFirst("^refs/tags/", "").replaceFirst("^v(?=\\d)", ""))
        || digests.contains(plain);
  }

  boolean isStated() {
    return commit != null || !digests.isEmpty() || !versions.isEmpty();
  }

  boolean isSameAs(Version other) {
    if (commit != null && other.commit != null) {
      return commit.equals(other.commit) || isPrefix(commit, other.commit);
    }
    if (!digests.isEmpty() && !other.digests.isEmpty()) {
      return !Collections.disjoint(digests, other.digests);
    }
    return !artifacts.isEmpty() && !other.artifacts.isEmpty()
        ? !Collections.disjoint(artifacts, other.artifacts)
        : !Collections.disjoint(versions, other.versions);
  }

  private static boolean isPrefix(String one, String other) {
    boolean longEnough = Math.min(one.length(), other.length()) >= 7;
    return longEnough && (one.startsWith(other) || other.startsWith(one));
  }
}
