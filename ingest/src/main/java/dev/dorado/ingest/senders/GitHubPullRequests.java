package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
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
    Optional<Happening> happening =
        switch (action) {
          case "opened" ->
              Optional.of(new Happening("opened", "opened", pullRequest.time("created_at")));
          case "closed" ->
              Optional.of(
                  merged
                      ? new Happening("merged", "merged", pullRequest.time("merged_at"))
                      : new Happening("closed", "closed", pullRequest.time("closed_at")));
          case "reopened" ->
              Optional.of(new Happening("reopened", "reopened", pullRequest.time("updated_at")));
          case "labeled" ->
              Optional.of(
                  new Happening(
                      "labeled", "labeled " + labelOf(body), pullRequest.time("updated_at")));
          case "unlabeled" ->
              Optional.of(
                  new Happening(
                      "updated", "unlabeled " + labelOf(body), pullRequest.time("updated_at")));
          case "synchronize", "edited", "ready_for_review", "converted_to_draft" ->
              Optional.of(
                  new Happening(
                      "updated",
                      action + " " + headSha(pullRequest),
                      pullRequest.time("updated_at")));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored(
          "pull_request.%s: this action changes nothing that is measured".formatted(action));
    }
    return event(body, provenance, happening.get(), null);
  }

  Translation translateReview(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as submitted or dismissed");
    if (!action.equals("submitted") && !action.equals("dismissed")) {
      return Translation.ignored(
          "pull_request_review.%s: this action changes nothing that is measured".formatted(action));
    }
    Fields review = body.object("review");
    String id = Long.toString(review.number("id"));
    Instant submittedAt = review.time("submitted_at");
    boolean dismissed = action.equals("dismissed");
    Instant time =
        dismissed
            ? body.object("pull_request").maybeTime("updated_at").orElse(submittedAt)
            : submittedAt;
    String state =
        dismissed
            ? "dismissed"
            : review.text("state", "a state, as approved").toLowerCase(Locale.ROOT);
    var value =
        new Review(
            id,
            review.maybeObject("user").flatMap(user -> user.maybeText("login")).orElse(null),
            state,
            submittedAt);
    return event(
        body, provenance, new Happening("reviewed", "reviewed " + id + " " + action, time), value);
  }

  private Translation event(
      Fields body, Provenance provenance, Happening happening, Review review) {
    var repository = GitHubRepository.of(body.object("repository"), settings);
    Fields pullRequest = body.object("pull_request");
    long number = pullRequest.number("number");
    Optional<Fields> head = pullRequest.maybeObject("head");
    Optional<Instant> mergedAt = pullRequest.maybeTime("merged_at");
    boolean merged = pullRequest.maybeFlag("merged").orElse(mergedAt.isPresent());
    var event =
        PullRequestEvent.newBuilder()
            .setId(
                EventId.of(
                    "pull-request",
                    repository.name() + "#" + number,
                    happening.exactly(),
                    happening.time()))
            .setProvenance(provenance)
            .setOccurredAt(happening.time())
            .setRepository(repository.name())
            .setNumber(number)
            .setTransition(happening.transition())
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(pullRequest.maybeLongText("body").orElse(null))
            .setAuthor(
                pullRequest.maybeObject("user").flatMap(u -> u.maybeText("login")).orElse(null))
            .setUrl(pullRequest.maybeText("html_url").orElse(null))
            .setHeadRepository(
                head.flatMap(h -> h.maybeObject("repo"))
                    .map(repo -> GitHubRepository.of(repo, settings).name())
                    .orElse(null))
            .setHeadBranch(head.flatMap(h -> h.maybeText("ref")).orElse(null))
            .setHeadSha(head.flatMap(h -> Shas.maybe(h, "sha")).orElse(null))
            .setBaseBranch(
                pullRequest.maybeObject("base").flatMap(b -> b.maybeText("ref")).orElse(null))
            .setOpenedAt(pullRequest.maybeTime("created_at").orElse(null))
            .setClosedAt(pullRequest.maybeTime("closed_at").orElse(null))
            .setMerged(mergedOrUnsaid(merged, happening))
            .setMergedAt(merged ? mergedAt.orElse(null) : null)
            .setMergeCommitSha(
                merged ? Shas.maybe(pullRequest, "merge_commit_sha").orElse(null) : null)
            .setCommitCount(pullRequest.maybeCount("commits").orElse(null))
            .setCommits(null)
            .setLabels(labels(pullRequest))
            .setReview(review)
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /**
   * "Not merged" is only said where that is the news: a label put on in the second of the merge
   * must not take the merge back.
   */
  private static Boolean mergedOrUnsaid(boolean merged, Happening happening) {
    boolean isNews =
        switch (happening.transition()) {
          case "opened", "closed", "reopened" -> true;
          default -> false;
        };
    return merged ? Boolean.TRUE : isNews ? Boolean.FALSE : null;
  }

  private static List<String> labels(Fields pullRequest) {
    return pullRequest.maybeNode("labels").isEmpty()
        ? null
        : pullRequest.objects("labels").stream()
            .flatMap(label -> label.maybeText("name").stream())
            .toList();
  }

  private static String labelOf(Fields body) {
    return body.maybeObject("label").flatMap(label -> label.maybeText("name")).orElse("");
  }

  private static String headSha(Fields pullRequest) {
    return pullRequest.maybeObject("head").flatMap(h -> h.maybeText("sha")).orElse("");
  }

  /**
   * What happened to a pull request.
   *
   * @param transition in Dorado's words
   * @param exactly told apart from whatever else may happen in the same second
   * @param time GitHub's time of it
   */
  private record Happening(String transition, String exactly, Instant time) {}
}
