package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * GitLab's {@code merge_request}, and {@code note} where it is a comment on one: comments are how
 * most reviews are given on GitLab.
 */
final class GitLabMergeRequests {

  private final SenderSettings settings;

  GitLabMergeRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields request = body.object("object_attributes");
    Optional<String> action = request.maybeText("action");
    if (action.isEmpty()) {
      return Translation.ignored(
          "merge_request: the delivery names no action, as those of GitLab's button Test");
    }
    Moment updatedAt = Moment.of(request.maybeTime("updated_at"), provenance);
    Optional<PullRequestHappening> happening =
        switch (action.get()) {
          case "open" ->
              Optional.of(
                  PullRequestHappening.of(
                      "opened",
                      Moment.firstOf(
                          provenance,
                          request.maybeTime("created_at"),
                          request.maybeTime("updated_at"))));
          case "merge" ->
              Optional.of(PullRequestHappening.of("merged", mergedAt(request, provenance)));
          case "close" -> Optional.of(PullRequestHappening.of("closed", updatedAt));
          case "reopen" -> Optional.of(PullRequestHappening.of("reopened", updatedAt));
          case "update" -> Optional.of(updated(body, request, updatedAt));
          case "approved", "approval" ->
              Optional.of(approval(body, request, "approved", updatedAt));
          case "unapproved", "unapproval" ->
              Optional.of(approval(body, request, "dismissed", updatedAt));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored(
          "merge_request.%s: this action changes nothing that is measured".formatted(action.get()));
    }
    return event(body, request, happening.get(), provenance);
  }

  Translation translateNote(Fields body, Provenance provenance) {
    Fields note = body.object("object_attributes");
    String on = note.maybeText("noteable_type").orElse("nothing");
    if (!on.equals("MergeRequest")) {
      return Translation.ignored(
          "note: a comment on %s says nothing that is measured".formatted(on));
    }
    if (note.maybeFlag("system").orElse(false)) {
      return Translation.ignored("note: GitLab wrote it itself");
    }
    Moment moment =
        Moment.firstOf(provenance, note.maybeTime("created_at"), note.maybeTime("updated_at"));
    String id = "note:" + note.number("id");
    var review = new Review(id, user(body).orElse(null), "commented", moment.at(), null);
    return event(
        body,
        body.object("merge_request"),
        PullRequestHappening.reviewed(review, id, moment),
        provenance);
  }

  private static Moment mergedAt(Fields request, Provenance provenance) {
    return Moment.firstOf(
        provenance, request.maybeTime("merged_at"), request.maybeTime("updated_at"));
  }

  private static PullRequestHappening updated(Fields body, Fields request, Moment updatedAt) {
    Optional<Fields> changes = body.maybeObject("changes");
    boolean labeled = changes.filter(c -> c.maybeNode("labels").isPresent()).isPresent();
    return PullRequestHappening.of(
        labeled ? "labeled" : "updated",
        "updated "
            + lastCommit(request).orElse("")
            + " "
            + EventId.hash(changes.map(Fields::json).orElse("")),
        updatedAt);
  }

  /** GitLab's approvals have no ids: a person has one on a merge request, given or withdrawn. */
  private static PullRequestHappening approval(
      Fields body, Fields request, String state, Moment updatedAt) {
    Instant time = updatedAt.at();
    String id = "approval:" + user(body).orElse("");
    Instant submittedAt = state.equals("approved") ? time : null;
    var review = new Review(id, user(body).orElse(null), state, submittedAt, null);
    return PullRequestHappening.reviewed(review, id + " " + state, updatedAt);
  }

  private Translation event(
      Fields body, Fields request, PullRequestHappening happening, Provenance provenance) {
    var repository = GitLabProject.in(body, settings);
    boolean merged = happening.transition().equals("merged");
    Optional<Instant> mergedAt =
        merged ? Optional.of(happening.moment().at()) : request.maybeTime("merged_at");
    Optional<String> head = lastCommit(request);
    boolean closed = merged || happening.transition().equals("closed");
    var event =
        happening
            .on(repository, request.number("iid"), provenance)
            .setTitle(request.maybeLongText("title").orElse(null))
            .setDescription(request.maybeLongText("description").orElse(null))
            .setAuthor(author(body, request, happening).orElse(null))
            .setUrl(request.maybeText("url").orElse(null))
            .setHeadRepository(
                ForgeRepository.nameIfAny(
                        () ->
                            request
                                .maybeObject("source")
                                .map(source -> GitLabProject.of(source, settings)))
                    .orElse(null))
            .setHeadBranch(request.maybeText("source_branch").orElse(null))
            .setHeadSha(head.orElse(null))
            .setBaseBranch(request.maybeText("target_branch").orElse(null))
            .setOpenedAt(request.maybeTime("created_at").orElse(null))
            .setClosedAt(closed ? happening.moment().at() : null)
            .setMerged(happening.mergedOrUnsaid(mergedAt.isPresent()))
            .setMergedAt(mergedAt.orElse(null))
            .setMergeCommitSha(mergedAt.flatMap(at -> mergeCommit(request, head)).orElse(null))
            .setSquashCommitSha(
                mergedAt.flatMap(at -> Shas.maybe(request, "squash_commit_sha")).orElse(null))
            .setCommits(head.map(List::of).orElse(null))
            .setLabels(labels(body, request))
            .setDraft(Drafts.byFlagOrTitle(request, "draft", "work_in_progress"))
            .setReadyAt(isReady(body) ? happening.moment().at() : null)
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  private static boolean isReady(Fields body) {
    Optional<Fields> changes = body.maybeObject("changes");
    return Drafts.isReadyBy(
        changes.flatMap(c -> c.maybeObject("draft").or(() -> c.maybeObject("work_in_progress"))),
        changes.flatMap(c -> c.maybeObject("title")));
  }

  /**
   * The commit on the base branch. A fast-forward makes none: the head itself moves there, unless
   * its commits were squashed.
   */
  private static Optional<String> mergeCommit(Fields request, Optional<String> head) {
    return Shas.maybe(request, "merge_commit_sha")
        .or(() -> Shas.maybe(request, "squash_commit_sha"))
        .or(() -> request.maybeFlag("squash").orElse(false) ? Optional.empty() : head);
  }

  private static Optional<String> lastCommit(Fields request) {
    return request.maybeObject("last_commit").flatMap(commit -> Shas.maybe(commit, "id"));
  }

  /** The payload has the author's number, and the name only of whoever did what it tells of. */
  private static Optional<String> author(
      Fields body, Fields request, PullRequestHappening happening) {
    Optional<Long> id = body.maybeObject("user").flatMap(user -> user.maybeNumber("id"));
    boolean isActor =
        happening.transition().equals("opened")
            || (id.isPresent() && id.equals(request.maybeNumber("author_id")));
    return isActor ? user(body) : Optional.empty();
  }

  private static Optional<String> user(Fields body) {
    return body.maybeObject("user")
        .flatMap(user -> user.maybeText("username").or(() -> user.maybeText("name")));
  }

  private static List<String> labels(Fields body, Fields request) {
    Fields owner = body.maybeNode("labels").isPresent() ? body : request;
    return owner.maybeNode("labels").isEmpty()
        ? null
        : owner.maybeObjects("labels").stream()
            .flatMap(label -> label.maybeText("title").stream())
            .toList();
  }
}
