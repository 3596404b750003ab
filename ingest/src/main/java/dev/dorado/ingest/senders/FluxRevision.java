package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.Fields;
import java.util.List;
import java.util.Optional;

/**
 * A revision as Flux writes it: {@code main@sha1:<sha>} of a Git repository, {@code main/<sha>}
 * before Flux 2.0, {@code 1.2.3@sha256:<digest>} of an artifact, {@code 1.2.3} of a chart.
 *
 * @param text as it is written
 * @param ref branch or tag, if it is of Git
 * @param sha commit, if it is of Git
 * @param version version or tag, if it is not; the digest where there is none or the tag moves
 */
record FluxRevision(
    String text, Optional<String> ref, Optional<String> sha, Optional<String> version) {

  private static final int LONGEST = 500;
  private static final Pattern GIT = Pattern.compile("(?:(.+)@)?sha1:([0-9a-f]{40})");
  private static final Pattern OLD_GIT = Pattern.compile("(?:(.+)/)?([0-9a-f]{40})");
  private static final Pattern ARTIFACT = Pattern.compile("(?:(.+)@)?(sha256:[0-9a-f]{64})");

  /** What Flux may put before its names in metadata. */
  private static final List<String> PREFIXES =
      List.of(
          "",
          "event.toolkit.fluxcd.io/",
          "kustomize.toolkit.fluxcd.io/",
          "helm.toolkit.fluxcd.io/",
          "source.toolkit.fluxcd.io/");

  /**
   * The revision that an event is about: where an artifact was built from Git, that of its origin.
   */
  static FluxRevision in(Optional<Fields> metadata) {
    return textIn(metadata)
        .map(FluxRevision::of)
        .orElse(new FluxRevision("", Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /** The same as it is written. */
  static Optional<String> textIn(Optional<Fields> metadata) {
    return metadata
        .flatMap(m -> field(m, "originRevision").or(() -> field(m, "revision")))
        .filter(text -> text.length() <= LONGEST);
  }

  /** A field of Flux's in metadata. */
  static Optional<String> field(Fields metadata, String name) {
    return PREFIXES.stream().flatMap(p -> metadata.maybeText(p + name).stream()).findFirst();
  }

  static FluxRevision of(String text) {
    for (Pattern git : List.of(GIT, OLD_GIT)) {
      var matcher = git.matcher(text);
      if (matcher.matches()) {
        return new FluxRevision(
            text,
            Optional.ofNullable(matcher.group(1)),
            Optional.of(matcher.group(2)),
            Optional.empty());
      }
    }
    var artifact = ARTIFACT.matcher(text);
    String version = text;
    if (artifact.matches()) {
      String tag = artifact.group(1);
      version = tag == null || ContainerImage.isMoving(tag) ? artifact.group(2) : tag;
    }
    return new FluxRevision(text, Optional.empty(), Optional.empty(), Optional.of(version));
  }
}
