package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Bitbucket Cloud's {@code repo:commit_status_*}: all that it tells of its Pipelines, and of the CI
 * tools that report to it. A status is a run; its key and commit are its id.
 */
final class BitbucketCloudStatuses {

  private static final Pattern COMMIT = Pattern.compile("/commit/([0-9a-fA-F]{7,64})(?:/|$)");

  /** Pipelines write {@code Pipeline #12 for main}; the number would make each a workflow. */
  private static final Pattern NUMBER = Pattern.compile("\\s*#\\d+");

  private final SenderSettings settings;

  BitbucketCloudStatuses(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields commitStatus = body.object("commit_status");
    String state =
        commitStatus.text("state", "a state, as INPROGRESS or SUCCESSFUL").toUpperCase(Locale.ROOT);
    Optional<String> outcome =
        switch (state) {
          case "SUCCESSFUL" -> Optional.of("success");
          case "FAILED" -> Optional.of("failure");
          case "STOPPED" -> Optional.of("cancelled");
          default -> Optional.empty();
        };
    boolean finished = outcome.isPresent();
    if (!finished && !state.equals("INPROGRESS")) {
      return Translation.ignored(
          "commit_status: the state '%s' says nothing that is measured"
              .formatted(state.substring(0, Math.min(state.length(), 50))));
    }
    var repository = BitbucketCloudSender.repository(body.object("repository"), settings);
    Optional<String> sha = sha(commitStatus);
    String key = commitStatus.text("key", "the key of the status");
    Optional<Instant> createdAt = commitStatus.maybeTime("created_on");
    Moment moment =
        Moment.firstOf(
            provenance,
            finished ? Optional.empty() : createdAt,
            commitStatus.maybeTime("updated_on"));
    Instant time = moment.at();
    String id = "bitbucket-cloud:" + EventId.hash(repository.name(), key, sha.orElse(""));
    var event =
        CiRunEvent.newBuilder()
            .setId(moment.idOf("ci-run", id, state))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setRun(id)
            .setRepository(repository.name())
            .setWorkflow(
                NUMBER.matcher(commitStatus.maybeText("name").orElse(key)).replaceFirst(""))
            .setBranch(commitStatus.maybeText("refname").orElse(null))
            .setSha(sha.orElse(null))
            .setStatus(finished ? "finished" : "started")
            .setOutcome(outcome.orElse(null))
            .setStartedAt(createdAt.orElse(finished ? null : time))
            .setFinishedAt(finished ? time : null)
            .setUrl(commitStatus.maybeText("url").orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  private static Optional<String> sha(Fields commitStatus) {
    return commitStatus
        .maybeObject("commit")
        .flatMap(commit -> Shas.maybe(commit, "hash"))
        .or(
            () ->
                commitStatus
                    .maybeObject("links")
                    .flatMap(links -> links.maybeObject("commit"))
                    .flatMap(commit -> commit.maybeText("href"))
                    .flatMap(
                        href -> {
                          var found = COMMIT.matcher(href);
                          return found.find()
                              ? Optional.of(found.group(1).toLowerCase(Locale.ROOT))
                              : Optional.empty();
                        }));
  }
}
