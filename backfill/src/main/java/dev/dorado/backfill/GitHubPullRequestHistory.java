package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.body;
import static dev.dorado.backfill.ApiJson.labels;
import static dev.dorado.backfill.ApiJson.labelsOf;
import static dev.dorado.backfill.ApiJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.backfill.WebhookShapes.Webhook;
import dev.dorado.server.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The webhooks that GitHub sent, or would have sent, while a pull request lived: told again from
 * the pull request as it is now and its timeline. For one pull request and one thread.
 */
final class GitHubPullRequestHistory {

  /** GitHub names no more commits than this of one pull request. */
  private static final int MOST_COMMITS = 250;

  private final JsonNode pullRequest;
  private final JsonNode repository;
  private final List<JsonNode> timeline;
  private final List<Webhook> webhooks = new ArrayList<>();
  private final Set<String> labels = new LinkedHashSet<>();
  private final Map<String, JsonNode> reviews = new HashMap<>();
  private boolean merged;
  private boolean draft;
  private String closedAt = "";

  private GitHubPullRequestHistory(
      JsonNode pullRequest, List<JsonNode> timeline, JsonNode repository) {
    this.pullRequest = pullRequest;
    this.timeline = timeline;
    this.repository = repository;
  }

  /**
   * What was sent.
   *
   * @param pullRequest as the list of pull requests has it
   * @param timeline its timeline, oldest first; empty if it can't be had
   * @param repository the repository, as webhooks have it
   */
  static List<Webhook> webhooks(
      JsonNode pullRequest, List<JsonNode> timeline, JsonNode repository) {
    return new GitHubPullRequestHistory(pullRequest, timeline, repository).tell();
  }

  private List<Webhook> tell() {
    draft = wasOpenedAsDraft();
    ObjectNode opened = at(text(pullRequest, "created_at"));
    opened.remove(List.of("labels", "commits"));
    add("opened", opened);
    timeline.forEach(this::tell);
    if (timeline.isEmpty()) {
      labels.addAll(labelsOf(pullRequest));
    }
    if (!text(pullRequest, "merged_at").isEmpty() && !merged) {
      merge();
    } else if (!merged
        && !text(pullRequest, "closed_at").isEmpty()
        && !closedAt.equals(text(pullRequest, "closed_at"))) {
      close(text(pullRequest, "closed_at"));
    }
    return webhooks;
  }

  private void tell(JsonNode event) {
    String time = text(event, "created_at");
    switch (text(event, "event")) {
      case "labeled" -> {
        labels.add(text(event.path("label"), "name"));
        label("labeled", event, time);
      }
      case "unlabeled" -> {
        labels.remove(text(event.path("label"), "name"));
        label("unlabeled", event, time);
      }
      case "ready_for_review" -> {
        draft = false;
        add("ready_for_review", at(time));
      }
      case "convert_to_draft" -> {
        draft = true;
        add("converted_to_draft", at(time));
      }
      case "merged" -> merge();
      case "closed" -> {
        // Merging closes too, and is told once.
        if (!merged && !time.equals(text(pullRequest, "merged_at"))) {
          close(time);
        }
      }
      case "reopened" -> add("reopened", at(time));
      case "reviewed" -> review(event);
      case "review_dismissed" -> dismissal(event, time);
      default -> {
        // Says nothing that is measured.
      }
    }
  }

  /** By the first time that it changed; if it never did, as it is now. */
  private boolean wasOpenedAsDraft() {
    return timeline.stream()
        .map(event -> text(event, "event"))
        .filter(event -> List.of("ready_for_review", "convert_to_draft").contains(event))
        .findFirst()
        .map("ready_for_review"::equals)
        .orElse(pullRequest.path("draft").asBoolean(false));
  }

  private void label(String action, JsonNode event, String time) {
    ObjectNode body = body(action, "pull_request", at(time), repository);
    body.set("label", event.path("label"));
    webhooks.add(new Webhook("pull_request", body));
  }

  private void merge() {
    if (merged || text(pullRequest, "merged_at").isEmpty()) {
      return;
    }
    merged = true;
    closedAt = text(pullRequest, "closed_at");
    add("closed", at(text(pullRequest, "merged_at")));
  }

  private void close(String time) {
    closedAt = time;
    ObjectNode closed = at(time);
    closed.put("closed_at", time);
    add("closed", closed);
  }

  private void review(JsonNode event) {
    if (text(event, "submitted_at").isEmpty()) {
      return;
    }
    reviews.put(text(event, "id"), event);
    ObjectNode review = event.deepCopy();
    if (text(event, "state").equalsIgnoreCase("dismissed")) {
      // What it said before it was dismissed stands in the dismissal.
      timeline.stream()
          .filter(other -> text(other, "event").equals("review_dismissed"))
          .map(other -> other.path("dismissed_review"))
          .filter(dismissed -> text(dismissed, "review_id").equals(text(event, "id")))
          .findFirst()
          .ifPresent(dismissed -> review.put("state", text(dismissed, "state")));
    }
    addReview("submitted", review, text(event, "submitted_at"));
  }

  private void dismissal(JsonNode event, String time) {
    JsonNode reviewed = reviews.get(text(event.path("dismissed_review"), "review_id"));
    if (reviewed != null) {
      addReview("dismissed", reviewed, time);
    }
  }

  private void add(String action, ObjectNode then) {
    webhooks.add(new Webhook("pull_request", body(action, "pull_request", then, repository)));
  }

  private void addReview(String action, JsonNode review, String time) {
    ObjectNode then = at(time);
    then.remove("merged");
    ObjectNode body = body(action, "pull_request", then, repository);
    body.set("review", review);
    webhooks.add(new Webhook("pull_request_review", body));
  }

  /** The pull request as it was at a time, as far as that is known. */
  private ObjectNode at(String time) {
    ObjectNode then = pullRequest.deepCopy();
    then.put("updated_at", time);
    then.put("merged", merged);
    then.put("draft", draft);
    if (!merged) {
      then.putNull("merged_at");
      then.putNull("closed_at");
      then.putNull("merge_commit_sha");
    }
    then.set("labels", labels(labels));
    long commits =
        timeline.stream().filter(event -> text(event, "event").equals("committed")).count();
    if (commits > 0 && commits < MOST_COMMITS) {
      then.set("commits", Json.MAPPER.getNodeFactory().numberNode(commits));
    }
    return then;
  }
}
