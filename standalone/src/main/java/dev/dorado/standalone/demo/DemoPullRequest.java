package dev.dorado.standalone.demo;

import java.time.Instant;
import java.util.List;

/**
 * A pull request, in the state that a delivery tells of.
 *
 * @param number its number, shared with issues
 * @param title its title
 * @param body its text
 * @param branch its head branch
 * @param author who opened it
 * @param labels names of its labels
 * @param baseSha head of main when it was opened
 * @param openedAt when it was opened
 * @param commits the commits of its branch, oldest first
 */
record DemoPullRequest(
    long number,
    String title,
    String body,
    String branch,
    Person author,
    List<String> labels,
    String baseSha,
    Instant openedAt,
    List<DemoCommit> commits) {

  DemoPullRequest {
    labels = List.copyOf(labels);
    commits = List.copyOf(commits);
  }

  DemoCommit head() {
    return commits.get(commits.size() - 1);
  }

  DemoPullRequest withCommits(List<DemoCommit> all) {
    return new DemoPullRequest(number, title, body, branch, author, labels, baseSha, openedAt, all);
  }
}
