package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;

/** GitLab's {@code release}. */
final class GitLabReleases {

  private final SenderSettings settings;

  GitLabReleases(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "create, update or delete");
    if (!action.equals("create")) {
      return Translation.ignored(
          "release.%s: only a release that is published is measured".formatted(action));
    }
    var published =
        new PublishedRelease(
            GitLabProject.in(body, settings),
            body.text("tag", "the tag of the release"),
            body.maybeObject("commit").flatMap(commit -> Shas.maybe(commit, "id")),
            Moment.firstOf(provenance, body.maybeTime("released_at"), body.maybeTime("created_at")),
            body.maybeLongText("name"),
            body.maybeText("url"));
    return Translation.of(published.event(provenance));
  }
}
