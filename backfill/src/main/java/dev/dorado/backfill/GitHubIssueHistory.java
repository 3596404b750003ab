package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.body;
import static dev.dorado.backfill.ApiJson.labels;
import static dev.dorado.backfill.ApiJson.labelsOf;
import static dev.dorado.backfill.ApiJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.backfill.WebhookShapes.Webhook;
import dev.dorado.ingest.delivery.SenderTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The webhooks that GitHub sent, or would have sent, while an issue lived: told again from the
 * issue as it is now and its timeline. Which of them tell of an incident is for the sender to say.
 */
final class GitHubIssueHistory {

  /**
   * Labels that are put on within this time are those of the form in which the issue was opened.
   */
  private static final Duration OPENING = Duration.ofSeconds(2);

  private GitHubIssueHistory() {}

  /**
   * What was sent.
   *
   * @param issue as the list of issues has it
   * @param timeline its timeline, oldest first; empty if it can't be had
   * @param repository the repository, as webhooks have it
   */
  static List<Webhook> webhooks(JsonNode issue, List<JsonNode> timeline, JsonNode repository) {
    List<Webhook> webhooks = new ArrayList<>();
    String createdAt = text(issue, "created_at");
    Set<String> labels = new LinkedHashSet<>();
    if (timeline.isEmpty()) {
      labels.addAll(labelsOf(issue));
    }
    for (JsonNode event : timeline) {
      if (text(event, "event").equals("labeled")
          && isOpening(createdAt, text(event, "created_at"))) {
        labels.add(text(event.path("label"), "name"));
      }
    }
    var now = new State(false, "", "");
    webhooks.add(webhook("opened", at(issue, createdAt, labels, now), null, repository));
    for (JsonNode event : timeline) {
      String time = text(event, "created_at");
      String kind = text(event, "event");
      JsonNode label = event.path("label");
      switch (kind) {
        case "labeled" -> {
          labels.add(text(label, "name"));
          webhooks.add(webhook(kind, at(issue, time, labels, now), label, repository));
        }
        case "unlabeled" -> {
          labels.remove(text(label, "name"));
          webhooks.add(webhook(kind, at(issue, time, labels, now), label, repository));
        }
        case "closed" -> {
          now = new State(true, time, text(event, "state_reason"));
          webhooks.add(webhook(kind, at(issue, time, labels, now), null, repository));
        }
        case "reopened" -> {
          now = new State(false, now.closedAt(), "");
          webhooks.add(webhook(kind, at(issue, time, labels, now), null, repository));
        }
        default -> {
          // Says nothing that is measured.
        }
      }
    }
    String lastClosedAt = text(issue, "closed_at");
    if (text(issue, "state").equals("closed") && !now.closedAt().equals(lastClosedAt)) {
      now = new State(true, lastClosedAt, text(issue, "state_reason"));
      webhooks.add(webhook("closed", at(issue, lastClosedAt, labels, now), null, repository));
    }
    return webhooks;
  }

  /**
   * Whether an issue was closed at a time.
   *
   * @param closedAt when it was closed last; a reopened issue keeps that
   * @param reason why, or empty
   */
  private record State(boolean isClosed, String closedAt, String reason) {}

  private static boolean isOpening(String createdAt, String time) {
    Instant created = SenderTime.parse(createdAt).orElse(Instant.EPOCH);
    return SenderTime.parse(time)
        .filter(labeled -> !labeled.isAfter(created.plus(OPENING)))
        .isPresent();
  }

  private static ObjectNode at(JsonNode issue, String time, Set<String> labels, State state) {
    ObjectNode then = issue.deepCopy();
    then.put("updated_at", time);
    then.set("labels", labels(labels));
    then.put("state", state.isClosed() ? "closed" : "open");
    put(then, "closed_at", state.closedAt());
    put(then, "state_reason", state.reason());
    return then;
  }

  private static void put(ObjectNode issue, String field, String text) {
    if (text.isEmpty()) {
      issue.putNull(field);
    } else {
      issue.put(field, text);
    }
  }

  private static Webhook webhook(
      String action, JsonNode issue, JsonNode label, JsonNode repository) {
    ObjectNode body = body(action, "issue", issue, repository);
    if (label != null) {
      body.set("label", label);
    }
    return new Webhook("issues", body);
  }
}
