package dev.dorado.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.server.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Deliveries as GitHub makes them, with all the addresses that nobody reads: a push of three
 * commits and an opened pull request, in turn. The same seed gives the same ones.
 */
final class GitHubDeliveries {

  private static final long SEED = 4;
  private static final int REPOSITORIES = 50;
  private static final List<String> REPOSITORY_ADDRESSES =
      List.of(
          "forks",
          "keys",
          "collaborators",
          "teams",
          "hooks",
          "issue_events",
          "events",
          "assignees",
          "branches",
          "tags",
          "blobs",
          "git_tags",
          "git_refs",
          "trees",
          "statuses",
          "languages",
          "stargazers",
          "contributors",
          "subscribers",
          "subscription",
          "commits",
          "git_commits",
          "comments",
          "issue_comment",
          "contents",
          "compare",
          "merges",
          "archive",
          "downloads",
          "issues",
          "pulls",
          "milestones",
          "notifications",
          "labels",
          "releases",
          "deployments");
  private static final List<String> USER_ADDRESSES =
      List.of(
          "followers",
          "following",
          "gists",
          "starred",
          "subscriptions",
          "organizations",
          "repos",
          "events",
          "received_events");

  private final Random random = new Random(SEED);

  /** {@code count} deliveries, signed with {@code secret}. */
  static List<Signed> signed(int count, String secret) {
    var deliveries = new GitHubDeliveries();
    List<Signed> signed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean push = i % 2 == 0;
      byte[] body = bytes(push ? deliveries.push(i) : deliveries.pullRequest(i));
      signed.add(
          new Signed(
              push ? "push" : "pull_request",
              body,
              "sha256=" + HmacAuthenticator.hex(secret, body)));
    }
    return signed;
  }

  /**
   * A delivery.
   *
   * @param event GitHub's name of its kind
   * @param body its bytes
   * @param signature the header {@code X-Hub-Signature-256}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record Signed(String event, byte[] body, String signature) {}

  private ObjectNode push(int number) {
    Instant time = time(number);
    String before = sha();
    ObjectNode push = node().put("ref", "refs/heads/main").put("before", before);
    var commits = push.putArray("commits");
    String after = before;
    for (int i = 0; i < 3; i++) {
      after = sha();
      ObjectNode commit =
          node()
              .put("id", after)
              .put("tree_id", sha())
              .put("distinct", true)
              .put("message", "Let the cart keep its items when the session ends\n\nPart " + i)
              .put("timestamp", time.minusSeconds(60L * (3 - i)).toString())
              .put("url", "https://github.com/" + name(number) + "/commit/" + after);
      commit.set("author", person(number));
      commit.set("committer", person(number));
      commit.putArray("added").add("src/cart/Session%d.java".formatted(number));
      commit.putArray("removed");
      commit.putArray("modified").add("src/cart/Cart.java").add("src/cart/CartTest.java");
      commits.add(commit);
    }
    push.put("after", after)
        .put("created", false)
        .put("deleted", false)
        .put("forced", false)
        .putNull("base_ref")
        .put(
            "compare",
            "https://github.com/%s/compare/%s...%s"
                .formatted(name(number), before.substring(0, 12), after.substring(0, 12)));
    push.set("head_commit", commits.get(2).deepCopy());
    ObjectNode repository = repository(number, time);
    repository.put("pushed_at", time.getEpochSecond());
    push.set("repository", repository);
    push.set("pusher", node().put("name", login(number)).put("email", login(number) + "@acme.dev"));
    push.set("sender", user(number));
    return push;
  }

  private ObjectNode pullRequest(int number) {
    Instant time = time(number);
    String address = "https://api.github.com/repos/%s/pulls/%d".formatted(name(number), number);
    ObjectNode pullRequest =
        node()
            .put("url", address)
            .put("id", 1_800_000_000L + number)
            .put("html_url", "https://github.com/%s/pull/%d".formatted(name(number), number))
            .put("number", number)
            .put("state", "open")
            .put("locked", false)
            .put("title", "Let the cart keep its items")
            .put("body", "Items were lost when a session ended. They are kept for a day now.\n")
            .put("created_at", time.toString())
            .put("updated_at", time.toString())
            .putNull("closed_at")
            .putNull("merged_at")
            .put("merge_commit_sha", sha())
            .put("draft", false)
            .put("merged", false)
            .put("comments", 0)
            .put("commits", 3)
            .put("additions", 120)
            .put("deletions", 14)
            .put("changed_files", 4);
    for (String one : List.of("commits", "review_comments", "review_comment", "comments")) {
      pullRequest.put(one + "_url", address + "/" + one);
    }
    pullRequest.set("user", user(number));
    pullRequest.putArray("assignees");
    pullRequest
        .putArray("labels")
        .add(node().put("id", 7L).put("name", "feature").put("color", "a2eeef"));
    pullRequest.set("head", end(number, "cart-" + number, time));
    pullRequest.set("base", end(number, "main", time));
    ObjectNode body = node().put("action", "opened").put("number", number);
    body.set("pull_request", pullRequest);
    body.set("repository", repository(number, time));
    body.set("sender", user(number));
    return body;
  }

  private ObjectNode end(int number, String branch, Instant time) {
    ObjectNode end = node().put("label", "acme:" + branch).put("ref", branch).put("sha", sha());
    end.set("user", user(number));
    end.set("repo", repository(number, time));
    return end;
  }

  private static ObjectNode repository(int number, Instant time) {
    String api = "https://api.github.com/repos/" + name(number);
    ObjectNode repository =
        node()
            .put("id", 500_000_000L + number % REPOSITORIES)
            .put("name", name(number).substring("acme/".length()))
            .put("full_name", name(number))
            .put("private", true)
            .put("html_url", "https://github.com/" + name(number))
            .put("description", "What a customer has chosen, until it is paid")
            .put("fork", false)
            .put("url", api)
            .put("created_at", "2020-01-01T00:00:00Z")
            .put("updated_at", time.toString())
            .put("pushed_at", time.toString())
            .put("clone_url", "https://github.com/" + name(number) + ".git")
            .put("size", 4711)
            .put("language", "Java")
            .put("visibility", "private")
            .put("default_branch", "main");
    for (String one : REPOSITORY_ADDRESSES) {
      repository.put(one + "_url", api + "/" + one.replace('_', '/'));
    }
    repository.set("owner", user(number));
    return repository;
  }

  private static ObjectNode user(int number) {
    String api = "https://api.github.com/users/" + login(number);
    ObjectNode user =
        node()
            .put("login", login(number))
            .put("id", 9000 + number % 40)
            .put("avatar_url", "https://avatars.githubusercontent.com/u/%d?v=4".formatted(number))
            .put("url", api)
            .put("html_url", "https://github.com/" + login(number))
            .put("type", "User")
            .put("site_admin", false);
    for (String one : USER_ADDRESSES) {
      user.put(one + "_url", api + "/" + one);
    }
    return user;
  }

  private static ObjectNode person(int number) {
    return node()
        .put("name", "Dev " + number % 40)
        .put("email", login(number) + "@acme.dev")
        .put("username", login(number));
  }

  private static String name(int number) {
    return "acme/service-" + number % REPOSITORIES;
  }

  private static String login(int number) {
    return "dev-" + number % 40;
  }

  private static Instant time(int number) {
    return Instant.parse("2026-03-02T09:00:00Z").plusSeconds(60L * number);
  }

  private String sha() {
    return String.format(
        Locale.ROOT, "%016x%016x%08x", random.nextLong(), random.nextLong(), random.nextInt());
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can always be written", e);
    }
  }
}
