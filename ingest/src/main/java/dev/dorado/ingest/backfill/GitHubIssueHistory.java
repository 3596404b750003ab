package dev.dorado.ingest.backfill;

import static dev.dorado.ingest.backfill.ApiJson.body;
import static dev.dorado.ingest.backfill.ApiJson.labels;
import static dev.dorado.ingest.backfill.ApiJson.labelsOf;
import static dev.dorado.ingest.backfill.ApiJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.backfill.WebhookShapes.Webhook;
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
    String closedAt = "";
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
    webhooks.add(webhook("opened", at(issue, createdAt, labels, ""), null, repository));
    for (JsonNode event : timeline) {
      String time = text(event, "created_at");
      String kind = text(event, "event");
      JsonNode label = event.path("label");
      switch (kind) {
        case "labeled" -> {
          labels.add(text(label, "name"));
          webhooks.add(webhook(kind, at(issue, time, labels, closedAt), label, repository));
        }
        case "unlabeled" -> {
          labels.remove(text(label, "name"));
          webhooks.add(webhook(kind, at(issue, time, labels, closedAt), label, repository));
        }
        case "closed" -> {
          closedAt = time;
          webhooks.add(webhook(kind, at(issue, time, labels, closedAt), null, repository));
        }
        case "reopened" ->
            webhooks.add(webhook(kind, at(issue, time, labels, closedAt), null, repository));
        default -> {
          // Says nothing that is measured.
        }
      }
    }
    String lastClosedAt = text(issue, "closed_at");
    if (text(issue, "state").equals("closed") && !closedAt.equals(lastClosedAt)) {
      webhooks.add(
          webhook("closed", at(issue, lastClosedAt, labels, lastClosedAt), null, repository));
    }
    return webhooks;
  }

  private static boolean isOpening(String createdAt, String time) {
    Instant created = SenderTime.parse(createdAt).orElse(Instant.EPOCH);
    return SenderTime.parse(time)
        .filter(labeled -> !labeled.isAfter(created.plus(OPENING)))
        .isPresent();
  }

  private static ObjectNode at(JsonNode issue, String time, Set<String> labels, String closedAt) {
    ObjectNode then = issue.deepCopy();
    then.put("updated_at", time);
    then.set("labels", labels(labels));
    if (closedAt.isEmpty()) {
      then.putNull("closed_at");
    } else {
      then.put("closed_at", closedAt);
    }
    return then;
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
