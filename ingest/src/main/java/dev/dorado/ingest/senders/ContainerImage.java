package dev.dorado.ingest.senders;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to a container image, as {@code ghcr.io/acme/shop:1.4.2@sha256:…}.
 *
 * @param name the last part of its path
 * @param tag its tag
 * @param digest its digest, as {@code sha256:…}
 */
record ContainerImage(String name, Optional<String> tag, Optional<String> digest) {

  private static final int LONGEST = 1000;

  /** Tags that are moved with every build, and so name no version. */
  private static final List<String> MOVING = List.of("latest", "stable", "main", "master");

  private static final Pattern SHA = Pattern.compile("(?<![0-9a-z])g?([0-9a-f]{40})(?![0-9a-z])");

  static Optional<ContainerImage> parse(String reference) {
    String named = reference.strip();
    if (named.isEmpty() || named.length() > LONGEST) {
      return Optional.empty();
    }
    int at = named.indexOf('@');
    Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(named.substring(at + 1));
    named = at < 0 ? named : named.substring(0, at);
    String last = named.substring(named.lastIndexOf('/') + 1);
    int colon = last.indexOf(':');
    return colon < 0
        ? Optional.of(new ContainerImage(last, Optional.empty(), digest))
        : Optional.of(
            new ContainerImage(
                last.substring(0, colon),
                Optional.of(last.substring(colon + 1)).filter(tag -> !tag.isEmpty()),
                digest));
  }

  /**
   * Which of several images is the one that an application is about: the one that is named like it;
   * else the only one; else none, as sidecars have versions of their own.
   */
  static Optional<ContainerImage> of(String application, List<String> references) {
    List<ContainerImage> images =
        references.stream().flatMap(text -> parse(text).stream()).distinct().toList();
    String name = application.toLowerCase(Locale.ROOT);
    return images.stream()
        .filter(image -> isNamedLike(name, image.name().toLowerCase(Locale.ROOT)))
        .findFirst()
        .or(() -> areOne(images) ? Optional.of(images.get(0)) : Optional.empty());
  }

  /** One image may be listed with its digest and without. */
  private static boolean areOne(List<ContainerImage> images) {
    return images.stream().map(image -> List.of(image.name, image.tag)).distinct().count() == 1;
  }

  /** The tag, where it names a version; else the digest. */
  Optional<String> version() {
    return tag.filter(text -> !isMoving(text)).or(() -> digest);
  }

  /** Whether a tag is moved with every build, and so names no version. */
  static boolean isMoving(String tag) {
    return MOVING.contains(tag.toLowerCase(Locale.ROOT));
  }

  /** The whole SHA of a commit that is in the tag (rule S8). */
  Optional<String> sha() {
    return tag.map(text -> SHA.matcher(text.toLowerCase(Locale.ROOT)))
        .filter(matcher -> matcher.find())
        .map(matcher -> matcher.group(1));
  }

  /** As application {@code shop-prod} and image {@code shop}. */
  private static boolean isNamedLike(String application, String image) {
    return application.equals(image)
        || application.startsWith(image + "-")
        || application.endsWith("-" + image);
  }
}
