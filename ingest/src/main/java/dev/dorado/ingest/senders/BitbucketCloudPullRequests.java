package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Optional;

/** Bitbucket Cloud's {@code pullrequest:*}. Its commits are named by twelve digits of their SHA. */
final class BitbucketCloudPullRequests {

  private final SenderSettings settings;

  BitbucketCloudPullRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String action, Fields body, Provenance provenance) {
    Fields pullRequest = body.object("pullrequest");
    Moment updatedOn = Moment.of(pullRequest.maybeTime("updated_on"), provenance);
    Optional<PullRequestHappening> happening =
        switch (action) {
          case "created" ->
              Optional.of(
                  PullRequestHappening.of(
                      "opened",
                      Moment.firstOf(
                          provenance,
                          pullRequest.maybeTime("created_on"),
                          pullRequest.maybeTime("updated_on"))));
          case "fulfilled" -> Optional.of(PullRequestHappening.of("merged", updatedOn));
          case "rejected" -> Optional.of(PullRequestHappening.of("closed", updatedOn));
          case "updated" ->
              Optional.of(
                  PullRequestHappening.of(
                      "updated", "updated " + hash(pullRequest, "source").orElse(""), updatedOn));
          case "approved" -> Optional.of(review(body, "approval", "approved", updatedOn));
          case "unapproved" -> Optional.of(review(body, "approval", "dismissed", updatedOn));
          case "changes_request_created" ->
              Optional.of(review(body, "changes_request", "changes_requested", updatedOn));
          case "changes_request_removed" ->
              Optional.of(review(body, "changes_request", "dismissed", updatedOn));
          case "comment_created" -> Optional.of(comment(body, updatedOn));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored(
          "pullrequest:%s: this changes nothing that is measured".formatted(action));
    }
    return event(body, pullRequest, happening.get(), provenance);
  }

  /** Reviews have no ids: a person has one of each sort on a pull request, given or withdrawn. */
  private static PullRequestHappening review(
      Fields body, String field, String state, Moment updatedOn) {
    Optional<Fields> review = body.maybeObject(field);
    Moment moment = review.flatMap(r -> r.maybeTime("date")).map(Moment::of).orElse(updatedOn);
    Instant submittedAt = state.equals("dismissed") ? null : moment.at();
    Optional<Fields> user =
        review.flatMap(r -> r.maybeObject("user")).or(() -> body.maybeObject("actor"));
    Optional<String> reviewer = user.flatMap(BitbucketCloudSender::person);
    String id = field + ":" + reviewer.orElse("");
    return PullRequestHappening.reviewed(
        new Review(id, reviewer.orElse(null), state, submittedAt, isApp(user)),
        id + " " + state,
        moment);
  }

  private static PullRequestHappening comment(Fields body, Moment updatedOn) {
    Fields comment = body.object("comment");
    Moment moment = comment.maybeTime("created_on").map(Moment::of).orElse(updatedOn);
    String id = "comment:" + comment.number("id");
    Optional<Fields> user = comment.maybeObject("user").or(() -> body.maybeObject("actor"));
    Optional<String> reviewer = user.flatMap(BitbucketCloudSender::person);
    return PullRequestHappening.reviewed(
        new Review(id, reviewer.orElse(null), "commented", moment.at(), isApp(user)), id, moment);
  }

  private Translation event(
      Fields body, Fields pullRequest, PullRequestHappening happening, Provenance provenance) {
    var repository = BitbucketCloudSender.repository(body.object("repository"), settings);
    boolean merged = happening.transition().equals("merged");
    boolean closed = merged || happening.transition().equals("closed");
    var event =
        happening
            .on(repository, pullRequest.number("id"), provenance)
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(
                pullRequest
                    .maybeLongText("description")
                    .or(
                        () ->
                            pullRequest.maybeObject("summary").flatMap(s -> s.maybeLongText("raw")))
                    .orElse(null))
            .setAuthor(
                pullRequest
                    .maybeObject("author")
                    .flatMap(BitbucketCloudSender::person)
                    .orElse(null))
            .setUrl(
                pullRequest
                    .maybeObject("links")
                    .flatMap(links -> links.maybeObject("html"))
                    .flatMap(html -> html.maybeText("href"))
                    .orElse(null))
            .setHeadRepository(
                // Null once the fork is deleted.
                ForgeRepository.nameIfAny(
                        () ->
                            pullRequest
                                .maybeObject("source")
                                .flatMap(source -> source.maybeObject("repository"))
                                .map(source -> BitbucketCloudSender.repository(source, settings)))
                    .orElse(null))
            .setHeadBranch(branch(pullRequest, "source").orElse(null))
            .setHeadSha(hash(pullRequest, "source").orElse(null))
            .setBaseBranch(branch(pullRequest, "destination").orElse(null))
            .setOpenedAt(pullRequest.maybeTime("created_on").orElse(null))
            .setClosedAt(closed ? happening.moment().at() : null)
            .setMerged(happening.mergedOrUnsaid(merged))
            .setMergedAt(merged ? happening.moment().at() : null)
            .setMergeCommitSha(merged ? mergeCommit(pullRequest).orElse(null) : null)
            .setDraft(Drafts.byFlag(pullRequest, "draft"))
            .setAuthorBot(isApp(pullRequest.maybeObject("author")))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** Whether an account is an app's; null if the payload does not tell. */
  private static Boolean isApp(Optional<Fields> user) {
    return user.flatMap(u -> u.maybeText("type"))
        .map(type -> type.equalsIgnoreCase("AppUser") || type.equalsIgnoreCase("app_user"))
        .orElse(null);
  }

  /** A fast-forward makes no commit: the head itself moves onto the base. */
  private static Optional<String> mergeCommit(Fields pullRequest) {
    return pullRequest
        .maybeObject("merge_commit")
        .flatMap(commit -> Shas.maybe(commit, "hash"))
        .or(() -> hash(pullRequest, "source"));
  }

  private static Optional<String> branch(Fields pullRequest, String end) {
    return pullRequest
        .maybeObject(end)
        .flatMap(e -> e.maybeObject("branch"))
        .flatMap(branch -> branch.maybeText("name"));
  }

  private static Optional<String> hash(Fields pullRequest, String end) {
    return pullRequest
        .maybeObject(end)
        .flatMap(e -> e.maybeObject("commit"))
        .flatMap(commit -> Shas.maybe(commit, "hash"));
  }
}
