package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Bitbucket Data Center's {@code pr:*}. */
final class BitbucketServerPullRequests {

  private final SenderSettings settings;

  BitbucketServerPullRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String kind, Fields body, Provenance provenance) {
    Fields pullRequest = body.object("pullRequest");
    Moment moment =
        Moment.firstOf(provenance, body.maybeTime("date"), pullRequest.maybeTime("updatedDate"));
    Optional<PullRequestHappening> happening =
        switch (kind) {
          case "pr:opened" ->
              Optional.of(
                  PullRequestHappening.of(
                      "opened",
                      pullRequest.maybeTime("createdDate").map(Moment::of).orElse(moment)));
          case "pr:merged" ->
              Optional.of(PullRequestHappening.of("merged", closedAt(pullRequest, moment)));
          case "pr:declined", "pr:deleted" ->
              Optional.of(PullRequestHappening.of("closed", closedAt(pullRequest, moment)));
          case "pr:reopened" -> Optional.of(PullRequestHappening.of("reopened", moment));
          case "pr:modified", "pr:from_ref_updated" ->
              Optional.of(
                  PullRequestHappening.of(
                      "updated",
                      kind + " " + pullRequest.maybeNumber("version").orElse(0L),
                      moment));
          case "pr:reviewer:approved" -> Optional.of(review(body, "approved", moment));
          case "pr:reviewer:needs_work", "pr:reviewer:changes_requested" ->
              Optional.of(review(body, "changes_requested", moment));
          case "pr:reviewer:unapproved" -> Optional.of(review(body, "dismissed", moment));
          case "pr:comment:added" -> Optional.of(comment(body, moment));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored("%s: this changes nothing that is measured".formatted(kind));
    }
    boolean ready =
        body.maybeFlag("previousDraft").orElse(false)
            && !pullRequest.maybeFlag("draft").orElse(false);
    return event(pullRequest, happening.get(), ready, provenance);
  }

  private static Moment closedAt(Fields pullRequest, Moment moment) {
    return pullRequest
        .maybeTime("closedDate")
        .or(() -> pullRequest.maybeTime("updatedDate"))
        .map(Moment::of)
        .orElse(moment);
  }

  /** Reviews have no ids: a person has one on a pull request, given or withdrawn. */
  private static PullRequestHappening review(Fields body, String state, Moment moment) {
    Optional<Fields> user =
        body.maybeObject("participant")
            .flatMap(participant -> participant.maybeObject("user"))
            .or(() -> body.maybeObject("actor"));
    Optional<String> reviewer = user.flatMap(BitbucketServerSender::person);
    String id = "review:" + reviewer.orElse("");
    Instant submittedAt = state.equals("dismissed") ? null : moment.at();
    return PullRequestHappening.reviewed(
        new Review(id, reviewer.orElse(null), state, submittedAt, isService(user)),
        id + " " + state,
        moment);
  }

  private static PullRequestHappening comment(Fields body, Moment otherwise) {
    Fields comment = body.object("comment");
    Moment moment = comment.maybeTime("createdDate").map(Moment::of).orElse(otherwise);
    String id = "comment:" + comment.number("id");
    Optional<Fields> user = comment.maybeObject("author").or(() -> body.maybeObject("actor"));
    Optional<String> reviewer = user.flatMap(BitbucketServerSender::person);
    return PullRequestHappening.reviewed(
        new Review(id, reviewer.orElse(null), "commented", moment.at(), isService(user)),
        id,
        moment);
  }

  private Translation event(
      Fields pullRequest, PullRequestHappening happening, boolean ready, Provenance provenance) {
    Fields to = pullRequest.object("toRef");
    Optional<Fields> from = pullRequest.maybeObject("fromRef");
    var repository = BitbucketServerSender.repository(to.object("repository"), settings);
    boolean merged = happening.transition().equals("merged");
    boolean closed = merged || happening.transition().equals("closed");
    Optional<Fields> author = pullRequest.maybeObject("author").flatMap(a -> a.maybeObject("user"));
    Optional<String> head = from.flatMap(ref -> Shas.maybe(ref, "latestCommit"));
    var event =
        happening
            .on(repository, pullRequest.number("id"), provenance)
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(pullRequest.maybeLongText("description").orElse(null))
            .setAuthor(author.flatMap(BitbucketServerSender::person).orElse(null))
            .setAuthorBot(isService(author))
            .setDraft(Drafts.byFlag(pullRequest, "draft"))
            .setReadyAt(ready ? happening.moment().at() : null)
            .setUrl(
                pullRequest
                    .maybeObject("links")
                    .flatMap(links -> links.maybeObjects("self").stream().findFirst())
                    .flatMap(self -> self.maybeText("href"))
                    .orElse(null))
            .setHeadRepository(
                ForgeRepository.nameIfAny(
                        () ->
                            from.flatMap(ref -> ref.maybeObject("repository"))
                                .map(fields -> BitbucketServerSender.repository(fields, settings)))
                    .orElse(null))
            .setHeadBranch(from.flatMap(BitbucketServerPullRequests::branch).orElse(null))
            .setHeadSha(head.orElse(null))
            .setBaseBranch(branch(to).orElse(null))
            .setOpenedAt(pullRequest.maybeTime("createdDate").orElse(null))
            .setClosedAt(closed ? happening.moment().at() : null)
            .setMerged(happening.mergedOrUnsaid(merged))
            .setMergedAt(merged ? happening.moment().at() : null)
            .setMergeCommitSha(merged ? mergeCommit(pullRequest).or(() -> head).orElse(null) : null)
            .setCommits(head.map(List::of).orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** Whether an account is a service's; null if the payload does not tell. */
  private static Boolean isService(Optional<Fields> user) {
    return user.flatMap(u -> u.maybeText("type"))
        .map(type -> type.equalsIgnoreCase("SERVICE"))
        .orElse(null);
  }

  /** None where the head was pushed onto the base, by which Bitbucket takes it for merged. */
  private static Optional<String> mergeCommit(Fields pullRequest) {
    return pullRequest
        .maybeObject("properties")
        .flatMap(properties -> properties.maybeObject("mergeCommit"))
        .flatMap(commit -> Shas.maybe(commit, "id"));
  }

  private static Optional<String> branch(Fields ref) {
    return ref.maybeText("id").flatMap(ForgePush::branchOf).or(() -> ref.maybeText("displayId"));
  }
}
