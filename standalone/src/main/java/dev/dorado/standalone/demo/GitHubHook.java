package dev.dorado.standalone.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * GitHub's webhook of one repository: writes the deliveries that GitHub would send. Not
 * thread-safe.
 */
final class GitHubHook {

  private static final String NO_COMMIT = "0".repeat(40);

  private final DemoRepository repository;
  private final String api;
  private long sent;

  GitHubHook(DemoRepository repository) {
    this.repository = repository;
    this.api = "https://api.github.com/repos/" + repository.fullName();
  }

  /** The greeting when the hook is set up. */
  DemoDelivery ping(Instant at) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("zen", "Keep it logically awesome.");
    body.put("hook_id", 500_000 + repository.id());
    ObjectNode hook = body.putObject("hook");
    hook.put("type", "Repository").put("id", 500_000 + repository.id()).put("name", "web");
    hook.put("active", true).put("created_at", text(at)).put("updated_at", text(at));
    hook.putArray("events")
        .add("push")
        .add("pull_request")
        .add("pull_request_review")
        .add("deployment_status")
        .add("workflow_run")
        .add("issues");
    hook.putObject("config").put("content_type", "json").put("insecure_ssl", "0");
    addRepository(body, at);
    return delivery("ping", at, body);
  }

  /**
   * A push.
   *
   * @param before what the branch was before, null for a new one
   * @param commits what is new, oldest first; the last is the branch's head
   */
  DemoDelivery push(
      Instant at, String branch, String before, List<DemoCommit> commits, Person pusher) {
    DemoCommit head = commits.get(commits.size() - 1);
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("ref", "refs/heads/" + branch);
    body.put("before", before == null ? NO_COMMIT : before);
    body.put("after", head.sha());
    addRepository(body, at).put("pushed_at", at.getEpochSecond()).put("master_branch", "main");
    body.putObject("pusher").put("name", pusher.login()).put("email", pusher.email());
    addSender(body, pusher);
    body.put("created", before == null).put("deleted", false).put("forced", false);
    body.putNull("base_ref");
    body.put("compare", repository.url() + "/compare/" + head.sha().substring(0, 12));
    ArrayNode all = body.putArray("commits");
    commits.forEach(commit -> all.add(commit(commit)));
    body.set("head_commit", commit(head));
    return delivery("push", at, body);
  }

  /** A pull request that was opened, or got further commits ({@code synchronize}). */
  DemoDelivery pullRequest(Instant at, String action, DemoPullRequest pull, Person sender) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", action).put("number", pull.number());
    addPullRequest(body, pull, at);
    addRepository(body, at);
    addSender(body, sender);
    return delivery("pull_request", at, body);
  }

  /** A pull request that was merged. */
  DemoDelivery merged(Instant at, DemoPullRequest pull, String mergeSha, Person by) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", "closed").put("number", pull.number());
    ObjectNode node = addPullRequest(body, pull, at);
    node.put("state", "closed").put("merged", true).put("merge_commit_sha", mergeSha);
    node.put("closed_at", text(at)).put("merged_at", text(at));
    node.set("merged_by", user(by));
    addRepository(body, at);
    addSender(body, by);
    return delivery("pull_request", at, body);
  }

  /** A pull request that was closed without being merged. */
  DemoDelivery closed(Instant at, DemoPullRequest pull, Person by) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", "closed").put("number", pull.number());
    addPullRequest(body, pull, at).put("state", "closed").put("closed_at", text(at));
    addRepository(body, at);
    addSender(body, by);
    return delivery("pull_request", at, body);
  }

  /** A review, {@code approved} or {@code changes_requested}. */
  DemoDelivery review(Instant at, DemoPullRequest pull, String state, Person reviewer) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", "submitted");
    ObjectNode review = body.putObject("review");
    review.put("id", 1_900_000_000L + repository.id() % 1000 * 1_000_000 + sent);
    review.set("user", user(reviewer));
    review.putNull("body");
    review.put("commit_id", pull.head().sha()).put("submitted_at", text(at)).put("state", state);
    review.put("html_url", repository.url() + "/pull/" + pull.number());
    addPullRequest(body, pull, at);
    addRepository(body, at);
    addSender(body, reviewer);
    return delivery("pull_request_review", at, body);
  }

  /** A deployment's new state: {@code in_progress}, {@code success} or {@code failure}. */
  DemoDelivery deploymentStatus(Instant at, Rollout rollout, String state) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", "created");
    ObjectNode status = body.putObject("deployment_status");
    status.put("id", rollout.id() * 10 + (state.equals("in_progress") ? 1 : 2));
    status.put("state", state);
    status.set("creator", user(Person.PIPELINE));
    status.put("description", "").put("environment", rollout.environment());
    status.put("target_url", repository.url() + "/actions");
    status.put("created_at", text(at)).put("updated_at", text(at));
    status.put("deployment_url", api + "/deployments/" + rollout.id());

    ObjectNode deployment = body.putObject("deployment");
    deployment.put("url", api + "/deployments/" + rollout.id()).put("id", rollout.id());
    deployment.put("task", "deploy").put("sha", rollout.sha()).put("ref", "main");
    ObjectNode payload = deployment.putObject("payload");
    if (repository.isShared()) {
      payload.put("service", rollout.service().name());
    }
    deployment.put("original_environment", rollout.environment());
    deployment.put("environment", rollout.environment());
    deployment.put("description", "Deploy " + rollout.service().name());
    deployment.set("creator", user(Person.PIPELINE));
    deployment.put("created_at", text(rollout.startedAt())).put("updated_at", text(at));
    deployment.put("transient_environment", false);
    deployment.put("production_environment", rollout.production());
    addRepository(body, at);
    addSender(body, Person.PIPELINE);
    return delivery("deployment_status", at, body);
  }

  /** A run of the workflow that builds and tests, completed. */
  DemoDelivery workflowRun(
      long id,
      Instant startedAt,
      Instant at,
      String event,
      String branch,
      String sha,
      boolean succeeded,
      Person actor) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", "completed");
    ObjectNode run = body.putObject("workflow_run");
    run.put("id", id).put("name", "build").put("path", ".github/workflows/build.yaml");
    run.put("head_branch", branch).put("head_sha", sha).put("run_number", id % 100_000);
    run.put("event", event).put("status", "completed").put("run_attempt", 1);
    run.put("conclusion", succeeded ? "success" : "failure").put("workflow_id", repository.id());
    run.put("html_url", repository.url() + "/actions/runs/" + id);
    run.put("created_at", text(startedAt)).put("run_started_at", text(startedAt));
    run.put("updated_at", text(at));
    run.putArray("pull_requests");
    run.set("actor", user(actor));
    ObjectNode workflow = body.putObject("workflow");
    workflow.put("id", repository.id()).put("name", "build").put("state", "active");
    addRepository(body, at);
    addSender(body, actor);
    return delivery("workflow_run", at, body);
  }

  /** An incident's issue that was {@code opened} or {@code closed}. */
  DemoDelivery issue(Instant at, String action, DemoIncident incident, Person sender) {
    boolean closed = action.equals("closed");
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("action", action);
    ObjectNode issue = body.putObject("issue");
    issue.put("url", api + "/issues/" + incident.number());
    issue.put("html_url", repository.url() + "/issues/" + incident.number());
    issue.put("id", 2_400_000_000L + repository.id() % 1000 * 100_000 + incident.number());
    issue.put("number", incident.number()).put("title", incident.title());
    issue.put("body", incident.body()).put("state", closed ? "closed" : "open");
    issue.set("user", user(incident.author()));
    addLabels(issue, incident.labels());
    issue.put("created_at", text(incident.openedAt())).put("updated_at", text(at));
    if (closed) {
      issue.put("closed_at", text(at)).put("state_reason", "completed");
    } else {
      issue.putNull("closed_at");
    }
    addRepository(body, at);
    addSender(body, sender);
    return delivery("issues", at, body);
  }

  private ObjectNode addPullRequest(ObjectNode body, DemoPullRequest pull, Instant at) {
    ObjectNode node = body.putObject("pull_request");
    node.put("url", api + "/pulls/" + pull.number());
    node.put("html_url", repository.url() + "/pull/" + pull.number());
    node.put("id", 1_500_000_000L + repository.id() % 1000 * 100_000 + pull.number());
    node.put("number", pull.number()).put("state", "open").put("locked", false);
    node.put("title", pull.title()).put("body", pull.body()).put("draft", false);
    node.set("user", user(pull.author()));
    node.put("created_at", text(pull.openedAt())).put("updated_at", text(at));
    node.putNull("closed_at");
    node.putNull("merged_at");
    node.putNull("merge_commit_sha");
    node.put("merged", false);
    node.putNull("merged_by");
    addLabels(node, pull.labels());
    addBranch(node, "head", pull.branch(), pull.head().sha());
    addBranch(node, "base", "main", pull.baseSha());
    node.put("commits", pull.commits().size());
    node.put("changed_files", pull.commits().stream().mapToInt(c -> c.files().size()).sum());
    return node;
  }

  private void addBranch(ObjectNode pull, String side, String branch, String sha) {
    ObjectNode node = pull.putObject(side);
    node.put("label", repository.owner() + ":" + branch).put("ref", branch).put("sha", sha);
    ObjectNode repo = node.putObject("repo");
    repo.put("id", repository.id()).put("name", repository.name());
    repo.put("full_name", repository.fullName()).put("html_url", repository.url());
    repo.put("default_branch", "main").put("fork", false);
  }

  private ObjectNode addRepository(ObjectNode body, Instant at) {
    ObjectNode node = body.putObject("repository");
    node.put("id", repository.id()).put("name", repository.name());
    node.put("full_name", repository.fullName()).put("private", true);
    ObjectNode owner = node.putObject("owner");
    owner.put("login", repository.owner()).put("id", 9_000_001).put("type", "Organization");
    node.put("html_url", repository.url()).put("url", api).put("fork", false);
    node.put("clone_url", repository.url() + ".git").put("default_branch", "main");
    node.put("pushed_at", text(at));
    return node;
  }

  private static void addSender(ObjectNode body, Person person) {
    body.set("sender", user(person));
  }

  private static void addLabels(ObjectNode node, List<String> labels) {
    ArrayNode array = node.putArray("labels");
    for (String label : labels) {
      array.addObject().put("name", label).put("color", "d73a4a").put("default", false);
    }
  }

  private static ObjectNode user(Person person) {
    return Json.MAPPER
        .createObjectNode()
        .put("login", person.login())
        .put("id", person.id())
        .put("html_url", "https://github.com/" + person.login())
        .put("type", person.isBot() ? "Bot" : "User")
        .put("site_admin", false);
  }

  private ObjectNode commit(DemoCommit commit) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("id", commit.sha()).put("distinct", true).put("message", commit.message());
    node.put(
        "timestamp",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            commit.time().atOffset(commit.author().offset())));
    node.put("url", repository.url() + "/commit/" + commit.sha());
    for (String role : List.of("author", "committer")) {
      node.putObject(role)
          .put("name", commit.author().name())
          .put("email", commit.author().email())
          .put("username", commit.author().login());
    }
    node.putArray("added");
    node.putArray("removed");
    ArrayNode modified = node.putArray("modified");
    commit.files().forEach(modified::add);
    return node;
  }

  private DemoDelivery delivery(String event, Instant at, ObjectNode body) {
    String name = repository.fullName() + "/" + event + "/" + sent++ + "/" + at;
    return new DemoDelivery(
        at,
        "github",
        Map.of(
            "Content-Type",
            "application/json",
            "User-Agent",
            "GitHub-Hookshot/d0rad0",
            "X-GitHub-Event",
            event,
            "X-GitHub-Delivery",
            UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString(),
            "X-GitHub-Hook-ID",
            Long.toString(500_000 + repository.id())),
        body.toString());
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
