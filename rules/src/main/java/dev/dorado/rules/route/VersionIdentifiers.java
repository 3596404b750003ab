package dev.dorado.rules.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.dorado.events.DeploymentEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The identifiers, beside its commit, of what an attempt deploys (rule K1): {@code digest:…},
 * {@code artifact:name@version} and {@code version:…}. They are normalised, so that two spellings
 * of one version are equal.
 */
final class VersionIdentifiers {

  private static final Pattern DIGEST =
      Pattern.compile(
          "@?\\b(sha256|sha384|sha512)(?::|%3a)([0-9a-f]{32,128})\\b", Pattern.CASE_INSENSITIVE);

  /** An image or chart with its tag, as ghcr.io/acme/cart:1.4.2 or cart@1.4.2. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "(?:[a-z0-9._:-]+/)*([a-z0-9][a-z0-9._-]*)[:@](\\w[\\w.+-]*)", Pattern.CASE_INSENSITIVE);

  /** An image without a tag, as ghcr.io/acme/cart; cart/v1.4.2 is a tag of a monorepo. */
  private static final Pattern UNTAGGED_IMAGE =
      Pattern.compile("(?:[a-z0-9._:-]+/)+([a-z0-9._-]+)", Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBERED = Pattern.compile("v?\\d");

  private static final Pattern TAG_QUALIFIER = Pattern.compile("[?&]tag=([^&#]+)");
  private static final Pattern VERSION_NUMBER = Pattern.compile("v?\\d+\\.\\d+\\.\\d+.*");

  private static final String PACKAGE_URL = "pkg:";
  private static final String TAGS = "refs/tags/";
  private static final String HEADS = "refs/heads/";

  /** Names that move from one build to the next, and what scripts send for nothing. */
  private static final Set<String> MOVING =
      Set.of(
          "latest",
          "stable",
          "unstable",
          "edge",
          "nightly",
          "canary",
          "rolling",
          "lts",
          "current",
          "next",
          "tip",
          "head",
          "main",
          "master",
          "trunk",
          "mainline",
          "develop",
          "development",
          "dev",
          "default",
          "snapshot",
          "alpha",
          "beta",
          "rc",
          "release",
          "prod",
          "production",
          "live",
          "staging",
          "stage",
          "test",
          "qa",
          "preview",
          "unknown",
          "none",
          "null",
          "undefined",
          "n/a",
          "-");

  private static final List<String> MOVING_ENDS = List.of("-snapshot", "-latest", "-nightly");

  private final Predicate<String> isBranch;
  private final Set<String> identifiers = new LinkedHashSet<>();

  private VersionIdentifiers(Predicate<String> isBranch) {
    this.isBranch = isBranch;
  }

  /**
   * The identifiers of what {@code attempt} deploys. Empty if it names nothing, or only names that
   * move from one build to the next.
   *
   * @param isBranch whether a name is that of a branch
   */
  static List<String> of(DeploymentEvent attempt, Predicate<String> isBranch) {
    var of = new VersionIdentifiers(isBranch);
    String ref = attempt.getRef();
    String version = attempt.getVersion();
    if (version != null && !isDeployedBranch(version, ref)) {
      of.add(version.strip());
    }
    if (attempt.getArtifact() != null) {
      of.add(attempt.getArtifact().strip());
    }
    // A tag is a version; another ref only if it looks like one, as most refs are branches.
    if (ref != null && (ref.startsWith(TAGS) || VERSION_NUMBER.matcher(ref).matches())) {
      of.addVersion(ref);
    }
    return List.copyOf(of.identifiers);
  }

  /** Some scripts send the branch as the version. */
  private static boolean isDeployedBranch(String version, String ref) {
    return ref != null
        && !ref.startsWith(TAGS)
        && ref.replaceFirst("^" + HEADS, "").equals(version)
        && !VERSION_NUMBER.matcher(version).matches();
  }

  private void add(String text) {
    Matcher digest = DIGEST.matcher(text);
    if (digest.find()) {
      String value = digest.group(1) + ":" + digest.group(2);
      identifiers.add("digest:" + value.toLowerCase(Locale.ROOT));
    }
    String undigested = digest.replaceAll("");
    Matcher image = IMAGE.matcher(undigested);
    if (undigested.startsWith(PACKAGE_URL)) {
      addPackage(undigested);
    } else if (image.matches()) {
      addArtifact(image.group(1), image.group(2));
    } else if (undigested.startsWith(TAGS) || !isUntaggedImage(undigested)) {
      addVersion(undigested);
    }
  }

  private static boolean isUntaggedImage(String text) {
    Matcher image = UNTAGGED_IMAGE.matcher(text);
    return image.matches() && !NUMBERED.matcher(image.group(1)).lookingAt();
  }

  /** The only qualifier of a package URL that names a version: the tag of an image. */
  private void addPackage(String url) {
    String plain = url.replaceFirst("[?#].*", "");
    String last = plain.substring(Math.max(plain.lastIndexOf('/'), PACKAGE_URL.length() - 1) + 1);
    int at = last.indexOf('@');
    Matcher tag = TAG_QUALIFIER.matcher(url);
    if (at >= 0) {
      addArtifact(last.substring(0, at), last.substring(at + 1));
    } else if (tag.find()) {
      addArtifact(last, tag.group(1));
    }
  }

  private void addArtifact(String name, String version) {
    String normalised = normalised(version);
    if (normalised != null) {
      identifiers.add("artifact:%s@%s".formatted(name.toLowerCase(Locale.ROOT), normalised));
      identifiers.add("version:" + normalised);
    }
  }

  private void addVersion(String version) {
    String normalised = normalised(version);
    if (normalised != null) {
      identifiers.add("version:" + normalised);
    }
  }

  /** A version without what is only spelling; null if it is a name that moves. */
  private String normalised(String version) {
    String plain = version.replaceFirst("^" + TAGS, "");
    String lowerCase = plain.toLowerCase(Locale.ROOT);
    boolean moves =
        lowerCase.isBlank()
            || lowerCase.startsWith("refs/")
            || MOVING.contains(lowerCase)
            || MOVING_ENDS.stream().anyMatch(lowerCase::endsWith)
            || (plain.equals(version) && isBranch.test(plain));
    return moves ? null : lowerCase.replaceFirst("^v(?=\\d)", "");
  }
}
