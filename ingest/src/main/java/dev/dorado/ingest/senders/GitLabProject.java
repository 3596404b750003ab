package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;

/** The repository of a GitLab project. */
final class GitLabProject {

  private GitLabProject() {}

  /** Any of its addresses will do; they lead to one name. */
  static ForgeRepository of(Fields project, SenderSettings settings) {
    return ForgeRepository.of(
        project,
        settings,
        "web_url",
        "homepage",
        "git_http_url",
        "http_url",
        "git_ssh_url",
        "ssh_url",
        "url",
        "path_with_namespace");
  }

  /** The repository that a delivery is about. */
  static ForgeRepository in(Fields body, SenderSettings settings) {
    return of(GitLabSender.project(body).orElseGet(() -> body.object("project")), settings);
  }
}
