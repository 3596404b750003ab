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
 * Gitea's {@code pull_request}, and its reviews, which have neither id nor time. Gogs has neither
 * the times of a pull request nor its head and base as objects.
 */
final class GiteaPullRequests {

  private final SenderSettings settings;

  GiteaPullRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String kind, Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as opened or closed");
    Fields pullRequest = body.object("pull_request");
    boolean merged = pullRequest.maybeFlag("merged").orElse(false);
    Moment changed = Moment.of(pullRequest.maybeTime("updated_at"), provenance);
    Optional<PullRequestHappening> happening =
        switch (action) {
          case "opened" ->
              Optional.of(
                  happening("opened", Moment.of(pullRequest.maybeTime("created_at"), provenance)));
          case "closed" ->
              Optional.of(
                  merged
                      ? happening("merged", closedAt(pullRequest, "merged_at", changed))
                      : happening("closed", closedAt(pullRequest, "closed_at", changed)));
          case "reopened" -> Optional.of(happening("reopened", changed));
          case "label_updated", "label_cleared" ->
              Optional.of(
                  PullRequestHappening.of("labeled", action + changedTo(pullRequest), changed));
          case "synchronized", "edited" ->
              Optional.of(
                  PullRequestHappening.of("updated", action + changedTo(pullRequest), changed));
          case "reviewed" -> Optional.of(review(kind, body, changed));
          default -> Optional.empty();
        };
    if (happening.isEmpty()) {
      return Translation.ignored(
          "pull_request.%s: this action changes nothing that is measured".formatted(action));
    }
    return event(body, pullRequest, happening.get(), provenance);
  }

  private static PullRequestHappening happening(String transition, Moment moment) {
    return PullRequestHappening.of(transition, transition, moment);
  }

  private static Moment closedAt(Fields pullRequest, String name, Moment changed) {
    return pullRequest.maybeTime(name).map(Moment::of).orElse(changed);
  }

  /** What tells one change from another in the same second. */
  private static String changedTo(Fields pullRequest) {
    String labels = Optional.ofNullable(labels(pullRequest)).map(Object::toString).orElse("");
    String title = pullRequest.maybeLongText("title").orElse("");
    String text = pullRequest.maybeLongText("body").orElse("");
    String head = head(pullRequest, "sha").orElse("");
    return " " + EventId.hash(head, labels, title, text);
  }

  private static PullRequestHappening review(String kind, Fields body, Moment moment) {
    String type =
        body.maybeObject("review").flatMap(review -> review.maybeText("type")).orElse(kind);
    String state =
        type.endsWith("approved")
            ? "approved"
            : type.endsWith("rejected") ? "changes_requested" : "commented";
    Optional<String> reviewer = body.maybeObject("sender").flatMap(GiteaPullRequests::login);
    String id =
        "%s:%s:%s"
            .formatted(
                state, reviewer.orElse(""), moment.isSaid() ? moment.at().getEpochSecond() : "");
    var review = new Review(id, reviewer.orElse(null), state, moment.at(), null);
    return PullRequestHappening.reviewed(review, id, moment);
  }

  private Translation event(
      Fields body, Fields pullRequest, PullRequestHappening happening, Provenance provenance) {
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    long number = pullRequest.maybeNumber("number").orElseGet(() -> body.number("number"));
    Optional<Instant> mergedAt = pullRequest.maybeTime("merged_at");
    boolean merged = pullRequest.maybeFlag("merged").orElse(mergedAt.isPresent());
    var event =
        happening
            .on(repository, number, provenance)
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(pullRequest.maybeLongText("body").orElse(null))
            .setAuthor(
                pullRequest.maybeObject("user").flatMap(GiteaPullRequests::login).orElse(null))
            .setUrl(pullRequest.maybeText("html_url").orElse(null))
            .setHeadRepository(
                ForgeRepository.nameIfAny(
                        () ->
                            pullRequest
                                .maybeObject("head")
                                .flatMap(head -> head.maybeObject("repo"))
                                .or(() -> pullRequest.maybeObject("head_repo"))
                                .map(repo -> ForgeRepository.likeGitHub(repo, settings)))
                    .orElse(null))
            .setHeadBranch(
                head(pullRequest, "ref")
                    .or(() -> pullRequest.maybeText("head_branch"))
                    .orElse(null))
            .setHeadSha(
                pullRequest
                    .maybeObject("head")
                    .flatMap(head -> Shas.maybe(head, "sha"))
                    .orElse(null))
            .setBaseBranch(
                pullRequest
                    .maybeObject("base")
                    .flatMap(base -> base.maybeText("ref"))
                    .or(() -> pullRequest.maybeText("base_branch"))
                    .orElse(null))
            .setOpenedAt(pullRequest.maybeTime("created_at").orElse(null))
            .setClosedAt(
                pullRequest
                    .maybeTime("closed_at")
                    .or(() -> merged ? mergedAt : Optional.empty())
                    .orElse(null))
            .setMerged(happening.mergedOrUnsaid(merged))
            .setMergedAt(merged ? mergedAt.orElse(null) : null)
            .setMergeCommitSha(
                merged ? Shas.maybe(pullRequest, "merge_commit_sha").orElse(null) : null)
            .setLabels(labels(pullRequest))
            .setDraft(Drafts.byFlagOrTitle(pullRequest, "draft"))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  private static Optional<String> head(Fields pullRequest, String name) {
    return pullRequest.maybeObject("head").flatMap(head -> head.maybeText(name));
  }

  private static Optional<String> login(Fields user) {
    return user.maybeText("login").or(() -> user.maybeText("username"));
  }

  private static List<String> labels(Fields pullRequest) {
    return pullRequest.maybeNode("labels").isEmpty()
        ? null
        : pullRequest.maybeObjects("labels").stream()
            .flatMap(label -> label.maybeText("name").stream())
            .toList();
  }
}
