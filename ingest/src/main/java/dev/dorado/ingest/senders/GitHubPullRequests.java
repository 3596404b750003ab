package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** GitHub's {@code pull_request} and {@code pull_request_review}. */
final class GitHubPullRequests {

  private final SenderSettings settings;

  GitHubPullRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as opened or closed");
    Fields pullRequest = body.object("pull_request");
    // GitHub fills merge_commit_sha of unmerged pull requests too, so only this tells.
    boolean merged = pullRequest.maybeFlag("merged").orElse(false);
    Moment updatedAt = time(pullRequest, provenance, "updated_at", "created_at");
    Optional<PullRequestHappening> happening =
        switch (action) {
          case "opened" ->
              Optional.of(
                  PullRequestHappening.of(
                      "opened", time(pullRequest, provenance, "created_at", "updated_at")));
          case "closed" ->
              Optional.of(
                  merged
                      ? PullRequestHappening.of(
                          "merged", time(pullRequest, provenance, "merged_at", "closed_at"))
                      : PullRequestHappening.of(
                          "closed", time(pullRequest, provenance, "closed_at", "updated_at")));
          case "reopened" -> Optional.of(PullRequestHappening.of("reopened", updatedAt));
          case "labeled" ->
              Optional.of(
                  PullRequestHappening.of("labeled", "labeled " + labelOf(body), updatedAt));
          case "unlabeled" ->
              Optional.of(
                  PullRequestHappening.of("updated", "unlabeled " + labelOf(body), updatedAt));
          case "synchronize", "edited", "ready_for_review", "converted_to_draft" ->
              Optional.of(
                  PullRequestHappening.of(
                      "updated", action + " " + headSha(pullRequest), updatedAt));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored(
          "pull_request.%s: this action changes nothing that is measured".formatted(action));
    }
    Instant ready = action.equals("ready_for_review") ? happening.get().moment().at() : null;
    return event(body, provenance, happening.get(), ready);
  }

  Translation translateReview(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as submitted or dismissed");
    if (!action.equals("submitted") && !action.equals("dismissed")) {
      return Translation.ignored(
          "pull_request_review.%s: this action changes nothing that is measured".formatted(action));
    }
    Fields review = body.object("review");
    String id = Long.toString(review.number("id"));
    Optional<Instant> submittedAt = review.maybeTime("submitted_at");
    Optional<Instant> updatedAt = body.object("pull_request").maybeTime("updated_at");
    boolean dismissed = action.equals("dismissed");
    Moment moment =
        dismissed
            ? Moment.firstOf(provenance, updatedAt, submittedAt)
            : Moment.firstOf(provenance, submittedAt, updatedAt);
    String state =
        dismissed
            ? "dismissed"
            : review.maybeText("state").orElse("commented").toLowerCase(Locale.ROOT);
    var value =
        new Review(
            id,
            review.maybeObject("user").flatMap(user -> user.maybeText("login")).orElse(null),
            state,
            submittedAt.orElse(moment.at()),
            isBot(review));
    return event(
        body, provenance, PullRequestHappening.reviewed(value, id + " " + action, moment), null);
  }

  private Translation event(
      Fields body, Provenance provenance, PullRequestHappening happening, Instant ready) {
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    Fields pullRequest = body.object("pull_request");
    long number = pullRequest.maybeNumber("number").orElseGet(() -> body.number("number"));
    Optional<Fields> head = pullRequest.maybeObject("head");
    Optional<Instant> mergedAt = pullRequest.maybeTime("merged_at");
    boolean merged = pullRequest.maybeFlag("merged").orElse(mergedAt.isPresent());
    var event =
        happening
            .on(repository, number, provenance)
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(pullRequest.maybeLongText("body").orElse(null))
            .setAuthor(
                pullRequest.maybeObject("user").flatMap(u -> u.maybeText("login")).orElse(null))
            .setUrl(pullRequest.maybeText("html_url").orElse(null))
            .setHeadRepository(
                ForgeRepository.nameIfAny(
                        () ->
                            head.flatMap(h -> h.maybeObject("repo"))
                                .map(repo -> ForgeRepository.likeGitHub(repo, settings)))
                    .orElse(null))
            .setHeadBranch(head.flatMap(h -> h.maybeText("ref")).orElse(null))
            .setHeadSha(head.flatMap(h -> Shas.maybe(h, "sha")).orElse(null))
            .setBaseBranch(
                pullRequest.maybeObject("base").flatMap(b -> b.maybeText("ref")).orElse(null))
            .setOpenedAt(pullRequest.maybeTime("created_at").orElse(null))
            .setClosedAt(pullRequest.maybeTime("closed_at").orElse(null))
            .setMerged(happening.mergedOrUnsaid(merged))
            .setMergedAt(merged ? mergedAt.orElse(null) : null)
            .setMergeCommitSha(
                merged ? Shas.maybe(pullRequest, "merge_commit_sha").orElse(null) : null)
            .setCommitCount(pullRequest.maybeCount("commits").orElse(null))
            .setCommits(null)
            .setLabels(labels(pullRequest))
            .setDraft(Drafts.byFlag(pullRequest, "draft"))
            .setReadyAt(ready)
            .setAuthorBot(isBot(pullRequest))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** Whether the user of something is an app; null if the payload does not tell. */
  private static Boolean isBot(Fields of) {
    return of.maybeObject("user")
        .flatMap(user -> user.maybeText("type"))
        .map(type -> type.equalsIgnoreCase("Bot"))
        .orElse(null);
  }

  private static List<String> labels(Fields pullRequest) {
    return pullRequest.maybeNode("labels").isEmpty()
        ? null
        : pullRequest.maybeObjects("labels").stream()
            .flatMap(label -> label.maybeText("name").stream())
            .toList();
  }

  private static Moment time(
      Fields pullRequest, Provenance provenance, String name, String instead) {
    return Moment.firstOf(
        provenance,
        pullRequest.maybeTime(name),
        pullRequest.maybeTime(instead),
        pullRequest.maybeTime("updated_at"));
  }

  private static String labelOf(Fields body) {
    return body.maybeObject("label").flatMap(label -> label.maybeText("name")).orElse("");
  }

  private static String headSha(Fields pullRequest) {
    return pullRequest.maybeObject("head").flatMap(h -> h.maybeText("sha")).orElse("");
  }
}
