package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which forge sent a delivery, by the headers that only it has: for people who entered the address
 * of another. Gitea also sends GitHub's headers, and the two Bitbuckets share theirs.
 */
public final class Addressee {

  /** Headers that tell Gitea, Forgejo and Gogs from GitHub. */
  static final Set<String> GITEA_HEADERS =
      Set.of("X-Gitea-Event", "X-Forgejo-Event", "X-Gogs-Event");

  static final String BITBUCKET_HEADER = "X-Event-Key";

  private Addressee() {}

  /**
   * The sender that a delivery is from, if its headers tell.
   *
   * @param header gives the value of a header
   */
  public static Optional<String> of(Function<String, Optional<String>> header) {
    if (GITEA_HEADERS.stream().anyMatch(name -> header.apply(name).isPresent())) {
      return Optional.of("gitea");
    }
    if (header.apply("X-Gitlab-Event").isPresent()) {
      return Optional.of("gitlab");
    }
    if (header.apply("X-GitHub-Event").isPresent()) {
      return Optional.of("github");
    }
    return header.apply(BITBUCKET_HEADER).flatMap(Addressee::bitbucket);
  }

  /** What to tell a person whose delivery came to the address of {@code sender}, if it is wrong. */
  public static Optional<String> hint(String sender, Function<String, Optional<String>> header) {
    return of(header)
        .filter(from -> !from.equals(sender))
        .map(
            from ->
                "by its headers the delivery is from %s, but it came to /webhooks/%s: enter /webhooks/%s as the address instead"
                    .formatted(from, sender, from));
  }

  /**
   * Refuses what another forge has sent.
   *
   * @throws MalformedDelivery if the headers are another's
   */
  static void check(String sender, DeliveryRequest request) {
    hint(sender, request::header)
        .ifPresent(
            hint -> {
              throw new MalformedDelivery(hint);
            });
  }

  private static Optional<String> bitbucket(String key) {
    if (key.startsWith("pr:")
        || key.startsWith("mirror:")
        || key.startsWith("project:")
        || key.startsWith("diagnostics:")
        || key.equals("repo:refs_changed")) {
      return Optional.of("bitbucket-server");
    }
    return key.startsWith("pullrequest:")
            || key.equals("repo:push")
            || key.startsWith("repo:commit_status")
        ? Optional.of("bitbucket-cloud")
        : Optional.empty();
  }
}
