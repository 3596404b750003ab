package dev.dorado.backfill;

/** Things of github.com/acme/shop in the form of GitHub's REST interface. */
final class GitHubFixture {

  static final String SHA_1 = "1".repeat(40);
  static final String SHA_2 = "2".repeat(40);
  static final String SHA_3 = "3".repeat(40);

  static final String REPOSITORY =
      """
      {"id": 7, "full_name": "Acme/Shop", "html_url": "https://github.com/Acme/Shop",
       "default_branch": "main", "pushed_at": "2026-05-01T00:00:00Z"}
      """;

  private GitHubFixture() {}

  /** A pull request of ann, opened on a day of March, merged the day after at noon. */
  static String merged(int number, int day) {
    return pullRequest(number, "2026-03-%02dT09:00:00Z".formatted(day), "closed")
        .formatted(
            "\"2026-03-%02dT12:00:00Z\"".formatted(day + 1),
            "\"2026-03-%02dT12:00:00Z\"".formatted(day + 1),
            "2026-03-%02dT12:00:03Z".formatted(day + 1));
  }

  /** One that is open and was last changed when it was opened. */
  static String open(int number, int day) {
    String time = "2026-03-%02dT09:00:00Z".formatted(day);
    return pullRequest(number, time, "open").formatted("null", "null", time);
  }

  private static String pullRequest(int number, String createdAt, String state) {
    return """
        {"id": 9%1$d, "number": %1$d, "title": "Basket", "body": "A basket.", "state": "%3$s",
         "html_url": "https://github.com/Acme/Shop/pull/%1$d", "user": {"login": "ann"},
         "created_at": "%2$s", "closed_at": %%s, "merged_at": %%s, "updated_at": "%%s",
         "merge_commit_sha": "%4$s", "labels": [{"name": "bug"}],
         "head": {"ref": "basket-%1$d", "sha": "%5$s", "repo": %6$s},
         "base": {"ref": "main", "sha": "%4$s", "repo": %6$s}}
        """
        .formatted(number, createdAt, state, SHA_3, SHA_2, REPOSITORY);
  }

  /** What happened to a pull request that was opened and merged on these days. */
  static String[] timeline(int day) {
    String head = "{\"email\": \"1+ann@users.noreply.github.com\", \"name\": \"Ann\", \"date\": ";
    return new String[] {
      """
      {"event": "committed", "sha": "%s", "message": "wip", "parents": [{"sha": "%s"}],
       "author": %s"2026-03-%02dT08:00:00Z"}, "committer": %s"2026-03-%02dT08:30:00Z"}}
      """
          .formatted(SHA_2, SHA_1, head, day, head, day),
      """
      {"event": "labeled", "label": {"name": "bug"}, "created_at": "2026-03-%02dT09:05:00Z"}
      """
          .formatted(day),
      """
      {"event": "reviewed", "id": 99, "user": {"login": "bob"}, "state": "approved",
       "submitted_at": "2026-03-%02dT10:00:00Z"}
      """
          .formatted(day + 1),
      "{\"event\": \"merged\", \"commit_id\": \"%s\", \"created_at\": \"2026-03-%02dT12:00:00Z\"}"
          .formatted(SHA_3, day + 1),
      "{\"event\": \"closed\", \"created_at\": \"2026-03-%02dT12:00:00Z\"}".formatted(day + 1)
    };
  }

  static String deployment(int id, int day) {
    return """
        {"id": %d, "sha": "%s", "ref": "main", "task": "deploy", "environment": "production",
         "production_environment": true, "transient_environment": false, "payload": {},
         "description": "", "created_at": "2026-03-%02dT13:00:00Z",
         "updated_at": "2026-03-%02dT13:05:00Z"}
        """
        .formatted(id, SHA_3, day, day);
  }

  static String status(int id, String state, int day, int minute) {
    return """
        {"id": %d, "state": "%s", "environment": "production", "description": "",
         "target_url": "", "log_url": "", "created_at": "2026-03-%02dT13:%02d:00Z"}
        """
        .formatted(id, state, day, minute);
  }

  static String run(int id, int attempt, String status, int day) {
    return """
        {"id": %d, "run_attempt": %d, "name": "build", "event": "push", "head_branch": "main",
         "head_sha": "%s", "status": "%s", "conclusion": "success",
         "created_at": "2026-03-%02dT14:00:00Z", "run_started_at": "2026-03-%02dT14:0%d:30Z",
         "updated_at": "2026-03-%02dT14:0%d:50Z",
         "html_url": "https://github.com/Acme/Shop/actions/runs/1"}
        """
        .formatted(id, attempt, SHA_3, status, day, day, attempt, day, attempt);
  }

  /** An incident of 10 March that was closed, reopened and closed. */
  static String incident() {
    return """
        {"id": 7700, "number": 77, "title": "Basket is empty", "state": "closed",
         "body": "Root cause: #12", "html_url": "https://github.com/Acme/Shop/issues/77",
         "labels": [{"name": "incident"}, {"name": "sev1"}],
         "created_at": "2026-03-10T15:00:00Z", "updated_at": "2026-03-10T18:00:00Z",
         "closed_at": "2026-03-10T18:00:00Z"}
        """;
  }

  static String[] incidentTimeline() {
    return new String[] {
      "{\"event\":\"labeled\",\"label\":{\"name\":\"sev1\"},\"created_at\":\"2026-03-10T15:00:00Z\"}",
      "{\"event\":\"labeled\",\"label\":{\"name\":\"incident\"},\"created_at\":\"2026-03-10T15:20:00Z\"}",
      "{\"event\":\"closed\",\"created_at\":\"2026-03-10T16:00:00Z\"}",
      "{\"event\":\"reopened\",\"created_at\":\"2026-03-10T17:00:00Z\"}",
      "{\"event\":\"closed\",\"created_at\":\"2026-03-10T18:00:00Z\"}"
    };
  }
}
