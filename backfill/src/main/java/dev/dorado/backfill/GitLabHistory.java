package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.text;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.backfill.WebhookShapes.Webhook;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.server.Json;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The webhooks that GitLab sent, or would have sent, told again from what its REST interface has.
 * Its webhooks tell times to the second, and so do these. Immutable.
 *
 * @param project the project, as webhooks have it
 */
record GitLabHistory(JsonNode project) {

  GitLabHistory {
    requireNonNull(project);
  }

  /**
   * Of a merge request.
   *
   * @param request as the list has it
   * @param isOwn whether its branch is in the same project
   * @param states its state events, oldest first
   * @param notes its notes, oldest first
   */
  List<Webhook> mergeRequest(
      JsonNode request, boolean isOwn, List<JsonNode> states, List<JsonNode> notes) {
    List<Webhook> webhooks = new ArrayList<>();
    ObjectNode opened = mergeRequestAt(request, isOwn, notes, text(request, "created_at"));
    webhooks.add(mergeRequest("open", opened, request.path("author"), request));
    for (JsonNode note : notes) {
      ObjectNode then = mergeRequestAt(request, isOwn, notes, text(note, "created_at"));
      if (!note.path("system").asBoolean(false)) {
        webhooks.add(comment(note, then));
      } else if (text(note, "body").startsWith("approved this merge request")) {
        webhooks.add(mergeRequest("approved", then, note.path("author"), request));
      } else if (text(note, "body").startsWith("unapproved this merge request")) {
        webhooks.add(mergeRequest("unapproved", then, note.path("author"), request));
      } else if (isDraftBy(note).isPresent()) {
        Webhook changed = mergeRequest("update", then, note.path("author"), request);
        var change = ((ObjectNode) changed.body()).putObject("changes").putObject("draft");
        change.put("previous", !isDraftBy(note).get()).put("current", isDraftBy(note).get());
        webhooks.add(changed);
      }
    }
    String closedAt = "";
    for (JsonNode state : states) {
      String time = text(state, "created_at");
      ObjectNode then = mergeRequestAt(request, isOwn, notes, time);
      switch (text(state, "state")) {
        case "closed" -> {
          closedAt = time;
          webhooks.add(mergeRequest("close", then, request.path("author"), request));
        }
        case "reopened" ->
            webhooks.add(mergeRequest("reopen", then, request.path("author"), request));
        default -> {
          // That it was merged the request itself says best.
        }
      }
    }
    if (!text(request, "merged_at").isEmpty()) {
      ObjectNode merged = mergeRequestAt(request, isOwn, notes, text(request, "merged_at"));
      merged.put("merged_at", toTheSecond(text(request, "merged_at")));
      for (String field : List.of("merge_commit_sha", "squash_commit_sha", "squash")) {
        if (request.has(field)) {
          merged.set(field, request.get(field));
        }
      }
      webhooks.add(mergeRequest("merge", merged, request.path("author"), request));
    } else if (text(request, "state").equals("closed") && closedAt.isEmpty()) {
      ObjectNode then = mergeRequestAt(request, isOwn, notes, text(request, "closed_at"));
      webhooks.add(mergeRequest("close", then, request.path("author"), request));
    }
    return webhooks;
  }

  /**
   * Of an issue; whether it is an incident is for the sender to say.
   *
   * @param issue as the list has it
   * @param states its state events, oldest first
   */
  List<Webhook> issue(JsonNode issue, List<JsonNode> states) {
    List<Webhook> webhooks = new ArrayList<>();
    webhooks.add(issue("open", issue, text(issue, "created_at"), ""));
    String closedAt = text(issue, "state").equals("closed") ? text(issue, "closed_at") : "";
    int last = states.size() - 1;
    boolean isClosedByLast = last >= 0 && text(states.get(last), "state").equals("closed");
    for (int i = 0; i <= last; i++) {
      String time = text(states.get(i), "created_at");
      if (text(states.get(i), "state").equals("closed")) {
        // The webhook has the issue's own time, which may be another second than its event's.
        String closed = i == last ? first(closedAt, time) : time;
        webhooks.add(issue("close", issue, closed, closed));
      } else if (text(states.get(i), "state").equals("reopened")) {
        webhooks.add(issue("reopen", issue, time, ""));
      }
    }
    if (!isClosedByLast && !closedAt.isEmpty()) {
      webhooks.add(issue("close", issue, closedAt, closedAt));
    }
    return webhooks;
  }

  /** The state of a pipeline, from the answer for a single one. */
  List<Webhook> pipeline(JsonNode pipeline) {
    ObjectNode attributes = pipeline.deepCopy();
    for (String field : List.of("created_at", "started_at", "finished_at")) {
      putTime(attributes, field, text(pipeline, field));
    }
    attributes.put("url", text(pipeline, "web_url"));
    ObjectNode body = body("pipeline");
    body.set("object_attributes", attributes);
    // The payload tells by its jobs when the first of them started.
    if (!text(pipeline, "started_at").isEmpty()) {
      body.putArray("builds").addObject().put("started_at", text(attributes, "started_at"));
    }
    return List.of(new Webhook("Pipeline Hook", body));
  }

  /** The start and the end of a deployment. */
  List<Webhook> deployment(JsonNode deployment) {
    List<Webhook> webhooks = new ArrayList<>();
    JsonNode job = deployment.path("deployable");
    String state = text(deployment, "status");
    String started = first(text(job, "started_at"), text(deployment, "created_at"));
    boolean isOver = List.of("success", "failed", "canceled").contains(state);
    if (isOver) {
      webhooks.add(deployment("running", deployment, started));
    }
    String changed =
        isOver
            ? first(text(job, "finished_at"), text(deployment, "updated_at"))
            : state.equals("running") ? started : text(deployment, "created_at");
    webhooks.add(deployment(state, deployment, changed));
    return webhooks;
  }

  /** The webhook of a release. */
  List<Webhook> release(JsonNode release) {
    ObjectNode body = body("release");
    body.put("action", "create");
    body.put("tag", text(release, "tag_name"));
    body.put("name", text(release, "name"));
    body.put("url", text(release.path("_links"), "self"));
    putTime(body, "created_at", text(release, "created_at"));
    putTime(body, "released_at", text(release, "released_at"));
    if (release.path("commit").isObject()) {
      body.set("commit", release.get("commit"));
    }
    return List.of(new Webhook("Release Hook", body));
  }

  private ObjectNode body(String kind) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("object_kind", kind);
    body.set("project", project);
    return body;
  }

  /** What a note of GitLab's own says about the draft; nothing if it is about something else. */
  private static Optional<Boolean> isDraftBy(JsonNode note) {
    if (!note.path("system").asBoolean(false)) {
      return Optional.empty();
    }
    String text = text(note, "body").toLowerCase(Locale.ROOT);
    if (text.startsWith("marked this merge request as **ready**")
        || text.startsWith("unmarked this merge request as a draft")
        || text.startsWith("unmarked as a **work in progress**")) {
      return Optional.of(false);
    }
    return text.startsWith("marked this merge request as **draft**")
            || text.startsWith("marked as a **work in progress**")
        ? Optional.of(true)
        : Optional.empty();
  }

  /** Whether it was a draft at a time, by the notes up to then, else by the first after. */
  private static Optional<Boolean> isDraftAt(List<JsonNode> notes, String time) {
    Optional<Boolean> draft = Optional.empty();
    for (JsonNode note : notes) {
      Optional<Boolean> by = isDraftBy(note);
      boolean isLater = text(note, "created_at").compareTo(time) > 0;
      if (by.isPresent() && isLater) {
        return draft.isPresent() ? draft : by.map(is -> !is);
      }
      draft = by.isPresent() ? by : draft;
    }
    return draft;
  }

  private ObjectNode mergeRequestAt(
      JsonNode request, boolean isOwn, List<JsonNode> notes, String time) {
    ObjectNode then = Json.MAPPER.createObjectNode();
    for (String field :
        List.of("id", "iid", "title", "description", "source_branch", "target_branch")) {
      if (request.has(field)) {
        then.set(field, request.get(field));
      }
    }
    then.put("url", text(request, "web_url"));
    then.set("author_id", request.path("author").path("id"));
    putTime(then, "created_at", text(request, "created_at"));
    putTime(then, "updated_at", time);
    if (!text(request, "sha").isEmpty()) {
      then.putObject("last_commit").put("id", text(request, "sha"));
    }
    isDraftAt(notes, time)
        .or(
            () ->
                Optional.of(request.path("draft"))
                    .filter(JsonNode::isBoolean)
                    .map(JsonNode::asBoolean))
        .ifPresent(draft -> then.put("draft", draft));
    if (isOwn) {
      then.set("source", project);
    }
    return then;
  }

  private Webhook mergeRequest(String action, ObjectNode then, JsonNode user, JsonNode request) {
    ObjectNode body = body("merge_request");
    body.set("user", user);
    body.set("object_attributes", then.put("action", action));
    body.set("labels", labels(request));
    return new Webhook("Merge Request Hook", body);
  }

  private Webhook comment(JsonNode note, ObjectNode then) {
    ObjectNode body = body("note");
    body.set("user", note.path("author"));
    ObjectNode attributes = body.putObject("object_attributes");
    attributes.set("id", note.path("id"));
    attributes.put("noteable_type", "MergeRequest");
    attributes.put("system", false);
    putTime(attributes, "created_at", text(note, "created_at"));
    body.set("merge_request", then);
    return new Webhook("Note Hook", body);
  }

  private Webhook issue(String action, JsonNode issue, String time, String closedAt) {
    ObjectNode attributes = Json.MAPPER.createObjectNode();
    for (String field : List.of("id", "iid", "title", "description", "severity", "moved_to_id")) {
      if (issue.has(field)) {
        attributes.set(field, issue.get(field));
      }
    }
    attributes.put("state", action.equals("close") ? "closed" : "opened");
    attributes.put("action", action);
    attributes.put("url", text(issue, "web_url"));
    attributes.put("type", text(issue, "issue_type"));
    putTime(attributes, "created_at", text(issue, "created_at"));
    putTime(attributes, "updated_at", time);
    putTime(attributes, "closed_at", closedAt);
    ObjectNode body = body("issue");
    body.set("object_attributes", attributes);
    body.set("labels", labels(issue));
    return new Webhook("Issue Hook", body);
  }

  private Webhook deployment(String state, JsonNode deployment, String time) {
    JsonNode job = deployment.path("deployable");
    ObjectNode body = body("deployment");
    body.put("status", state);
    putTime(body, "status_changed_at", time);
    body.set("deployment_id", deployment.path("id"));
    if (job.has("id")) {
      body.set("deployable_id", job.get("id"));
    }
    body.put("deployable_url", text(job, "web_url"));
    body.put("environment", text(deployment.path("environment"), "name"));
    body.put("environment_tier", text(deployment.path("environment"), "tier"));
    body.put("ref", text(deployment, "ref"));
    body.put("sha", text(deployment, "sha"));
    body.put("commit_title", text(job.path("commit"), "title"));
    return new Webhook("Deployment Hook", body);
  }

  /** Webhooks have labels as objects, lists their titles. */
  private static JsonNode labels(JsonNode of) {
    var labels = Json.MAPPER.createArrayNode();
    of.path("labels").forEach(label -> labels.addObject().put("title", label.asText()));
    return labels;
  }

  private static void putTime(ObjectNode object, String field, String time) {
    if (time.isEmpty()) {
      object.putNull(field);
    } else {
      object.put(field, toTheSecond(time));
    }
  }

  private static String toTheSecond(String time) {
    return SenderTime.parse(time)
        .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
        .orElse(time);
  }

  private static String first(String text, String other) {
    return text.isEmpty() ? other : text;
  }
}
