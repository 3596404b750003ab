package dev.dorado.ingest.senders;

import dev.dorado.ingest.Payload;

/** Payloads in GitHub's form, with the fields that GitHub always sends and Dorado reads. */
public final class GitHubPayloads {

  static final String SHA_1 = "1111111111111111111111111111111111111111";
  static final String SHA_2 = "2222222222222222222222222222222222222222";
  static final String SHA_3 = "3333333333333333333333333333333333333333";
  static final String ZERO = "0000000000000000000000000000000000000000";

  private static final String REPOSITORY =
      """
      {"id": 7, "full_name": "Acme/Shop", "html_url": "https://github.com/Acme/Shop",
       "default_branch": "main", "pushed_at": 1772366400}
      """;

  private GitHubPayloads() {}

  /** Two commits onto main, pushed at 2026-03-01T12:00:00Z. */
  public static Payload push() {
    return of(
        "push",
        """
        {"ref": "refs/heads/main", "before": "%s", "after": "%s", "forced": false, "deleted": false,
         "created": false,
         "commits": [
           {"id": "%s", "message": "feat: basket", "timestamp": "2026-03-01T10:00:00+01:00",
            "author": {"name": "Ann", "email": "ann@example.org", "username": "ann"},
            "added": ["basket/new.js"], "removed": ["basket/old.js"], "modified": ["README.md"]},
           {"id": "%s", "message": "fix: basket", "timestamp": "2026-03-01T11:00:00Z",
            "author": {"name": "Bob", "email": "bob@example.org"},
            "added": [], "removed": [], "modified": ["basket/new.js"]}],
         "head_commit": {"id": "%s", "timestamp": "2026-03-01T11:00:00Z"},
         "repository": %s}
        """
            .formatted(SHA_1, SHA_3, SHA_2, SHA_3, SHA_3, REPOSITORY));
  }

  /** Pull request 12, opened by ann at 10:00 on 2026-03-01, last changed at 11:00. */
  public static Payload pullRequest(String action) {
    return of(
        "pull_request",
        """
        {"action": "%s", "number": 12,
         "pull_request": {
           "number": 12, "title": "Basket", "body": "A basket.", "state": "open",
           "html_url": "https://github.com/Acme/Shop/pull/12", "user": {"login": "ann"},
           "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T11:00:00Z",
           "closed_at": null, "merged_at": null, "merged": false, "merge_commit_sha": "%s",
           "labels": [{"name": "bug"}, {"name": "Hotfix"}], "commits": 2,
           "head": {"ref": "basket", "sha": "%s",
                    "repo": {"full_name": "ann/shop", "html_url": "https://github.com/ann/shop"}},
           "base": {"ref": "main", "sha": "%s", "repo": %s}},
         "repository": %s}
        """
            .formatted(action, SHA_2, SHA_3, SHA_1, REPOSITORY, REPOSITORY));
  }

  /** The same, merged at 12:00. */
  static Payload mergedPullRequest() {
    return pullRequest("closed")
        .with("pull_request.merged", true)
        .with("pull_request.merged_at", "2026-03-01T12:00:00Z")
        .with("pull_request.closed_at", "2026-03-01T12:00:00Z")
        .with("pull_request.updated_at", "2026-03-01T12:00:05Z");
  }

  /** A review of it by bob at 10:30. */
  static Payload review(String action, String state) {
    var pullRequest = pullRequest(action).without("pull_request.merged").json();
    return of("pull_request_review", pullRequest.toString())
        .with(
            "review",
            Payload.of(
                    """
                    {"id": 99, "state": "%s", "submitted_at": "2026-03-01T10:30:00Z",
                     "user": {"login": "bob"}}
                    """
                        .formatted(state))
                .json());
  }

  /** Deployment 500 of SHA_3 to production, asked for at 13:00. */
  public static Payload deployment() {
    return of(
        "deployment",
        """
        {"action": "created",
         "deployment": {"id": 500, "sha": "%s", "ref": "main", "task": "deploy",
           "environment": "production", "production_environment": true,
           "transient_environment": false, "description": "by hand", "payload": {},
           "created_at": "2026-03-01T13:00:00Z", "updated_at": "2026-03-01T13:00:00Z"},
         "repository": %s}
        """
            .formatted(SHA_3, REPOSITORY));
  }

  /** Its status at 13:05. */
  public static Payload deploymentStatus(String state) {
    return of("deployment_status", deployment().json().toString())
        .with(
            "deployment_status",
            Payload.of(
                    """
                    {"id": 900, "state": "%s", "environment": "production", "description": "",
                     "target_url": "https://ci.example.org/1", "log_url": "",
                     "created_at": "2026-03-01T13:05:00Z", "updated_at": "2026-03-01T13:05:00Z"}
                    """
                        .formatted(state))
                .json());
  }

  /** Run 321, started at 14:00, last changed at 14:08. */
  public static Payload workflowRun(String action) {
    return of(
        "workflow_run",
        """
        {"action": "%s",
         "workflow_run": {"id": 321, "run_attempt": 1, "name": "build", "event": "push",
           "head_branch": "main", "head_sha": "%s", "status": "completed", "conclusion": "success",
           "created_at": "2026-03-01T13:59:00Z", "run_started_at": "2026-03-01T14:00:00Z",
           "updated_at": "2026-03-01T14:08:00Z",
           "html_url": "https://github.com/Acme/Shop/actions/runs/321"},
         "repository": %s}
        """
            .formatted(action, SHA_3, REPOSITORY));
  }

  /** Issue 77, opened at 15:00 with the label Incident, last changed at 15:10. */
  public static Payload issue(String action) {
    return of(
        "issues",
        """
        {"action": "%s",
         "issue": {"id": 7700, "number": 77, "title": "Basket is empty", "state": "open",
           "body": "All baskets.\\n\\n**Root cause:** #12, %s\\n",
           "html_url": "https://github.com/Acme/Shop/issues/77",
           "labels": [{"name": "Incident"}, {"name": "sev1"}, {"name": "service:Checkout"}],
           "created_at": "2026-03-01T15:00:00Z", "updated_at": "2026-03-01T15:10:00Z",
           "closed_at": null},
         "repository": %s}
        """
            .formatted(action, SHA_3, REPOSITORY));
  }

  /** Release v2 of main, published at 16:00. */
  public static Payload release(String action) {
    return of(
        "release",
        """
        {"action": "%s",
         "release": {"id": 40, "tag_name": "v2", "target_commitish": "main", "name": "Two",
           "draft": false, "prerelease": false, "created_at": "2026-03-01T15:00:00Z",
           "published_at": "2026-03-01T16:00:00Z",
           "html_url": "https://github.com/Acme/Shop/releases/tag/v2"},
         "repository": %s}
        """
            .formatted(action, REPOSITORY));
  }

  public static Payload ping() {
    return of("ping", "{\"zen\": \"Keep it simple.\", \"hook_id\": 1}");
  }

  static Payload of(String kind, String json) {
    return Payload.of(json).header("X-GitHub-Event", kind);
  }
}
