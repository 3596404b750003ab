package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The commits that pushes list. */
final class ForgeCommits {

  /** GitLab writes this for an address that its owner has not made public. */
  private static final String REDACTED = "[REDACTED]";

  private ForgeCommits() {}

  /**
   * A commit as GitHub, GitLab and Gitea write it: one timestamp stands for the author's and the
   * committer's time; null if there is none that can be believed.
   */
  static Commit commit(Fields commit) {
    Instant time = commit.maybePastTime("timestamp").orElse(null);
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "id"))
        .setMessage(commit.maybeLongText("message").orElse(""))
        .setAuthor(commit.maybeObject("author").flatMap(ForgeCommits::author).orElse(null))
        .setAuthoredAt(time)
        .setCommittedAt(time)
        .setFiles(files(commit))
        .setParents(null)
        .setPullRequest(null)
        .build();
  }

  /**
   * The same commits, oldest first: some forges list them newest first, which shows by the head
   * standing first.
   */
  static List<Commit> oldestFirst(List<Commit> commits, Optional<String> head) {
    boolean newestFirst =
        commits.size() > 1 && head.filter(commits.get(0).getSha()::equals).isPresent();
    if (!newestFirst) {
      return commits;
    }
    List<Commit> turned = new ArrayList<>(commits);
    Collections.reverse(turned);
    return turned;
  }

  /**
   * Those of {@code commits} that one of several refs of a push was moved by: its head, and what
   * the parents lead to.
   */
  static List<Commit> leadingTo(String head, List<Commit> commits) {
    Map<String, Commit> bySha = new HashMap<>();
    commits.forEach(commit -> bySha.put(commit.getSha(), commit));
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(head));
    while (!next.isEmpty()) {
      Commit commit = bySha.get(next.pop());
      if (commit != null && reached.add(commit.getSha()) && commit.getParents() != null) {
        next.addAll(commit.getParents());
      }
    }
    return commits.stream().filter(commit -> reached.contains(commit.getSha())).toList();
  }

  private static Optional<String> author(Fields author) {
    return author
        .maybeText("username")
        .or(() -> author.maybeText("email").filter(email -> !email.equals(REDACTED)))
        .or(() -> author.maybeText("name"));
  }

  /** The paths that it touches; null if the payload has no list of them. */
  private static List<String> files(Fields commit) {
    var files = new TreeSet<String>();
    boolean known = false;
    for (String list : List.of("added", "removed", "modified")) {
      Optional<List<String>> paths = commit.maybeTexts(list);
      known |= paths.isPresent();
      paths.ifPresent(files::addAll);
    }
    return known ? List.copyOf(files) : null;
  }
}
