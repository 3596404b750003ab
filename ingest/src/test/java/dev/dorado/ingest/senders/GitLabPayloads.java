package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;

import dev.dorado.ingest.Payload;

/** Payloads in GitLab's form, with the fields that GitLab documents and Dorado reads. */
final class GitLabPayloads {

  private static final String PROJECT =
      """
      {"id": 15, "name": "Shop", "web_url": "https://git.example.org/Acme/web/Shop",
       "path_with_namespace": "Acme/web/Shop", "default_branch": "main"}
      """;
  private static final String ANN =
      """
      {"id": 7, "username": "ann", "name": "Ann", "email": "[REDACTED]"}
      """;

  private GitLabPayloads() {}

  /** 25 commits onto main, of which the newest are listed. */
  static Payload push() {
    return Payload.of(
        """
        {"object_kind": "push", "event_name": "push", "before": "%s", "after": "%s",
         "ref": "refs/heads/main", "checkout_sha": "%s", "user_username": "ann", "project": %s,
         "commits": [
           {"id": "%s", "message": "feat: basket", "timestamp": "2026-03-01T10:00:00+01:00",
            "author": {"name": "Ann", "email": "ann@example.org"},
            "added": ["a.rb"], "modified": ["b.rb"], "removed": ["c.rb"]},
           {"id": "%s", "message": "fix: basket", "timestamp": "2026-03-01T12:00:00+01:00",
            "author": {"name": "Bob", "email": "[REDACTED]"},
            "added": [], "modified": ["a.rb"], "removed": []}],
         "total_commits_count": 25}
        """
            .formatted(SHA_1, SHA_3, SHA_3, PROJECT, SHA_2, SHA_3));
  }

  /** An annotated tag of SHA_3. */
  static Payload tag() {
    return Payload.of(
        """
        {"object_kind": "tag_push", "event_name": "tag_push", "before": "%s", "after": "%s",
         "ref": "refs/tags/v1.0.0", "checkout_sha": "%s", "project": %s, "commits": [],
         "total_commits_count": 0}
        """
            .formatted(ZERO, SHA_2, SHA_3, PROJECT));
  }

  /** Merge request 12, opened by ann at 10:00 on 2026-03-01, last changed at 12:00. */
  static Payload mergeRequest(String action) {
    return Payload.of(
        """
        {"object_kind": "merge_request", "event_type": "merge_request", "user": %s, "project": %s,
         "object_attributes": {
           "id": 99, "iid": 12, "author_id": 7, "title": "Basket", "description": "A basket.",
           "source_branch": "basket", "target_branch": "main", "state": "opened",
           "created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-01 12:00:00 UTC",
           "merge_commit_sha": "%s", "last_commit": {"id": "%s"},
           "source": {"web_url": "https://git.example.org/ann/shop"},
           "url": "https://git.example.org/Acme/web/Shop/-/merge_requests/12", "action": "%s"},
         "labels": [{"id": 1, "title": "bug"}, {"id": 2, "title": "type::hotfix"}], "changes": {}}
        """
            .formatted(ANN, PROJECT, SHA_3, SHA_2, action));
  }

  /** Bob's comment on it. */
  static Payload note() {
    return Payload.of(
        """
        {"object_kind": "note", "event_type": "note", "project": %s,
         "user": {"id": 8, "username": "bob", "name": "Bob"},
         "object_attributes": {"id": 1244, "note": "Why?", "noteable_type": "MergeRequest",
           "system": false, "created_at": "2026-03-01 10:30:00 UTC", "action": "create"},
         "merge_request": {"id": 99, "iid": 12, "author_id": 7, "title": "Basket",
           "state": "merged", "source_branch": "basket", "target_branch": "main",
           "created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-01 10:31:00 UTC",
           "last_commit": {"id": "%s"}, "labels": [{"title": "bug"}]}}
        """
            .formatted(PROJECT, SHA_2));
  }

  static Payload pipeline(String status) {
    return Payload.of(
        """
        {"object_kind": "pipeline", "project": %s,
         "object_attributes": {"id": 31, "iid": 3, "name": "Release train", "ref": "main",
           "tag": false, "sha": "%s", "source": "push", "status": "%s",
           "created_at": "2026-03-01 14:00:00 UTC", "finished_at": "2026-03-01 14:08:00 UTC",
           "duration": 63, "queued_duration": 30.0},
         "builds": [{"id": 380, "name": "test", "started_at": "2026-03-01 14:02:00 UTC"},
                    {"id": 379, "name": "build", "started_at": "2026-03-01 14:01:00 UTC"},
                    {"id": 381, "name": "later", "started_at": null}]}
        """
            .formatted(PROJECT, SHA_3, status));
  }

  /** Job 796, which deploys to eu-1. */
  static Payload job(String status) {
    return Payload.of(
        """
        {"object_kind": "build", "ref": "main", "tag": false, "sha": "%s", "build_id": 796,
         "build_name": "deploy", "build_stage": "deploy", "build_status": "%s",
         "build_created_at": "2026-03-01T11:59:00.001Z",
         "build_started_at": "2026-03-01 12:00:00 UTC",
         "build_finished_at": null, "build_finished_at_iso": "2026-03-01T12:05:01Z",
         "pipeline_id": 31, "commit": {"id": 31, "sha": "%s"}, "project": %s,
         "environment": {"name": "eu-1", "action": "start", "deployment_tier": "production"}}
        """
            .formatted(SHA_3, status, SHA_3, PROJECT));
  }

  /** The deployment that it makes. */
  static Payload deployment(String status) {
    return Payload.of(
        """
        {"object_kind": "deployment", "status": "%s",
         "status_changed_at": "2026-03-01 13:05:00 +0100", "deployment_id": 15,
         "deployable_id": 796, "deployable_url": "https://git.example.org/-/jobs/796",
         "environment": "eu-1", "environment_tier": "production", "project": %s,
         "short_sha": "33333333", "ref": "main", "commit_title": "fix: basket",
         "commit_url": "https://git.example.org/Acme/web/Shop/-/commit/%s"}
        """
            .formatted(status, PROJECT, SHA_3));
  }

  static Payload release(String action) {
    return Payload.of(
        """
        {"object_kind": "release", "id": 1, "action": "%s", "name": "One point one", "tag": "v1.1",
         "created_at": "2026-03-01 15:59:00 UTC", "released_at": "2026-03-01 16:00:00 UTC",
         "url": "https://git.example.org/Acme/web/Shop/-/releases/v1.1", "project": %s,
         "commit": {"id": "%s"}}
        """
            .formatted(action, PROJECT, SHA_3));
  }

  /** Incident 23, created at 15:00, last changed at 15:41. */
  static Payload incident(String action) {
    return Payload.of(
        """
        {"object_kind": "issue", "event_type": "issue", "user": %s, "project": %s,
         "object_attributes": {"id": 301, "iid": 23, "type": "Incident", "title": "Basket is empty",
           "description": "Since noon.\\n\\nRoot cause: !12, #9 and %s\\n", "severity": "high",
           "created_at": "2026-03-01T15:00:00Z", "updated_at": "2026-03-01T15:41:00Z",
           "closed_at": "2026-03-01T15:40:00Z", "state": "opened", "action": "%s",
           "url": "https://git.example.org/Acme/web/Shop/-/issues/23"},
         "labels": [{"id": 1, "title": "service::Checkout"}]}
        """
            .formatted(ANN, PROJECT, SHA_3, action));
  }
}
