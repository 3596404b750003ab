package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Azure's {@code git.pullrequest.*}. Azure merges on trial while a pull request is open, and tells
 * of that as merged too: only a completed one is. Votes have no times: the first delivery that has
 * one tells when.
 */
final class AzurePullRequests {

  private static final String EXPECTED_STATUS = "active, completed or abandoned";

  private final SenderSettings settings;

  AzurePullRequests(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String kind, Fields body, Provenance provenance) {
    Fields pullRequest = AzureDevOpsSender.resource(body);
    boolean created = kind.endsWith(".created");
    String status =
        created
            ? "active"
            : pullRequest
                .text("status", EXPECTED_STATUS + AzureDevOpsSender.FULL)
                .toLowerCase(Locale.ROOT);
    String mergeStatus = pullRequest.maybeText("mergeStatus").orElse("unknown");
    boolean merged = status.equals("completed") && mergeStatus.equalsIgnoreCase("succeeded");
    Moment sent = AzureDevOpsSender.sentAt(body, provenance);
    Moment closed = pullRequest.maybeTime("closedDate").map(Moment::of).orElse(sent);
    if (created) {
      return Translation.of(
          event(
              body,
              pullRequest,
              PullRequestHappening.of(
                  "opened", pullRequest.maybeTime("creationDate").map(Moment::of).orElse(sent)),
              provenance));
    }
    if (merged) {
      return Translation.of(
          event(
              body, pullRequest, PullRequestHappening.of("merged", "merged", closed), provenance));
    }
    if (kind.endsWith(".merged")) {
      return Translation.ignored(
          "git.pullrequest.merged: a merge was tried, not made (status %s, mergeStatus %s)"
              .formatted(status, mergeStatus));
    }
    List<CanonicalEvent<?>> events = new ArrayList<>();
    if (status.equals("abandoned")) {
      events.add(
          event(
              body, pullRequest, PullRequestHappening.of("closed", "closed", closed), provenance));
    } else {
      String exactly = "updated " + EventId.hash(pullRequest.json());
      events.add(
          event(body, pullRequest, PullRequestHappening.of("updated", exactly, sent), provenance));
      for (var review : votes(pullRequest, sent.at())) {
        events.add(
            event(
                body,
                pullRequest,
                PullRequestHappening.reviewed(review, review.getId(), sent),
                provenance));
      }
    }
    return Translation.of(events.toArray(CanonicalEvent<?>[]::new));
  }

  Translation translateComment(Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields comment = resource.object("comment");
    if (comment.maybeText("commentType").filter("system"::equalsIgnoreCase).isPresent()) {
      return Translation.ignored("git-pullrequest-comment: Azure wrote it itself");
    }
    Moment moment =
        comment
            .maybeTime("publishedDate")
            .map(Moment::of)
            .orElseGet(() -> AzureDevOpsSender.sentAt(body, provenance));
    Fields pullRequest = resource.object("pullRequest");
    Optional<Fields> author = comment.maybeObject("author");
    String reviewer = author.flatMap(AzurePullRequests::person).orElse(null);
    // Comments are numbered within their thread only.
    String id = "comment:%d:%d".formatted(comment.number("id"), moment.at().toEpochMilli());
    var review = new Review(id, reviewer, "commented", moment.at(), isService(author));
    return Translation.of(
        event(body, pullRequest, PullRequestHappening.reviewed(review, id, moment), provenance));
  }

  private static List<Review> votes(Fields pullRequest, Instant time) {
    List<Review> reviews = new ArrayList<>();
    for (var reviewer : pullRequest.maybeObjects("reviewers")) {
      int vote =
          reviewer
              .maybeNode("vote")
              .filter(JsonNode::isIntegralNumber)
              .map(JsonNode::intValue)
              .orElse(0);
      boolean isGroup = reviewer.maybeFlag("isContainer").orElse(false);
      Optional<String> person = person(reviewer);
      if (vote != 0 && !isGroup && person.isPresent()) {
        reviews.add(
            new Review(
                "vote:%s:%d".formatted(person.get(), vote),
                person.get(),
                vote > 0 ? "approved" : "changes_requested",
                time,
                isService(Optional.of(reviewer))));
      }
    }
    return reviews;
  }

  private CanonicalEvent<PullRequestEvent> event(
      Fields body, Fields pullRequest, PullRequestHappening happening, Provenance provenance) {
    var repository = AzureRepository.of(pullRequest.object("repository"), body, settings);
    long number = pullRequest.number("pullRequestId");
    boolean merged = happening.transition().equals("merged");
    boolean closed = merged || happening.transition().equals("closed");
    List<String> commits =
        pullRequest.maybeObjects("commits").stream()
            .flatMap(commit -> Shas.maybe(commit, "commitId").stream())
            .toList();
    return CanonicalEvent.of(
        happening
            .on(repository, number, provenance)
            .setTitle(pullRequest.maybeLongText("title").orElse(null))
            .setDescription(pullRequest.maybeLongText("description").orElse(null))
            .setAuthor(
                pullRequest
                    .maybeObject("createdBy")
                    .flatMap(AzurePullRequests::person)
                    .orElse(null))
            .setUrl(
                AzureDevOpsSender.page(pullRequest)
                    .or(() -> repository.url().map(url -> url + "/pullrequest/" + number))
                    .orElse(null))
            .setHeadRepository(
                ForgeRepository.nameIfAny(
                        () ->
                            pullRequest
                                .maybeObject("forkSource")
                                .flatMap(fork -> fork.maybeObject("repository"))
                                .map(fork -> AzureRepository.of(fork, body, settings)))
                    .orElse(repository.name()))
            .setHeadBranch(branch(pullRequest, "sourceRefName"))
            .setHeadSha(commit(pullRequest, "lastMergeSourceCommit"))
            .setBaseBranch(branch(pullRequest, "targetRefName"))
            .setOpenedAt(pullRequest.maybeTime("creationDate").orElse(null))
            .setClosedAt(closed ? happening.moment().at() : null)
            .setMerged(happening.mergedOrUnsaid(merged))
            .setMergedAt(merged ? happening.moment().at() : null)
            .setMergeCommitSha(merged ? commit(pullRequest, "lastMergeCommit") : null)
            .setCommits(commits.isEmpty() ? null : commits)
            .setLabels(
                pullRequest.maybeNode("labels").isEmpty()
                    ? null
                    : pullRequest.maybeObjects("labels").stream()
                        .flatMap(label -> label.maybeText("name").stream())
                        .toList())
            .setDraft(Drafts.byFlag(pullRequest, "isDraft"))
            .setAuthorBot(isService(pullRequest.maybeObject("createdBy")))
            .build());
  }

  private static String branch(Fields pullRequest, String name) {
    return pullRequest.maybeText(name).flatMap(ForgePush::branchOf).orElse(null);
  }

  private static String commit(Fields pullRequest, String name) {
    return pullRequest
        .maybeObject(name)
        .flatMap(commit -> Shas.maybe(commit, "commitId"))
        .orElse(null);
  }

  /** Whether an identity is that of a build service, which Azure names so; null of nobody. */
  private static Boolean isService(Optional<Fields> identity) {
    return identity
        .map(
            who ->
                who.maybeText("uniqueName").filter(name -> name.startsWith("Build\\")).isPresent()
                    || who.maybeText("displayName")
                        .filter(name -> name.contains("Build Service ("))
                        .isPresent())
        .orElse(null);
  }

  private static Optional<String> person(Fields identity) {
    return identity.maybeText("uniqueName").or(() -> identity.maybeText("displayName"));
  }
}
