package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.Locale;
import java.util.Optional;

/** The {@code release} of GitHub, and of Gitea, whose payloads are like GitHub's. */
final class GitHubReleases {

  private final SenderSettings settings;

  GitHubReleases(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as published");
    // GitHub sends both for a release, and only the second once a pre-release becomes one.
    if (!action.equals("published") && !action.equals("released")) {
      return Translation.ignored(
          "release.%s: only a release that is published is measured".formatted(action));
    }
    Fields release = body.object("release");
    String tag = release.text("tag_name", "the tag of the release");
    if (release.maybeFlag("prerelease").orElse(false)) {
      return Translation.ignored(
          "release.%s: %s is a pre-release, which is not for production".formatted(action, tag));
    }
    var published =
        new PublishedRelease(
            ForgeRepository.likeGitHub(body.object("repository"), settings),
            tag,
            // A branch or a SHA: a branch has gone on since.
            release.maybeText("target_commitish").flatMap(GitHubReleases::wholeSha),
            Moment.firstOf(
                provenance, release.maybeTime("published_at"), release.maybeTime("created_at")),
            release.maybeLongText("name"),
            release.maybeText("html_url"));
    return Translation.of(published.event(provenance));
  }

  private static Optional<String> wholeSha(String text) {
    return Optional.of(text.toLowerCase(Locale.ROOT)).filter(Shas::isWhole);
  }
}
