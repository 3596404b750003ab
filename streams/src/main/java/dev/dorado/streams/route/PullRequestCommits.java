package dev.dorado.streams.route;

import dev.dorado.events.Commit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rule S6: which commits belong to which merged pull request; and those of its head branch (rule
 * L1). A commit in several belongs to the first merged.
 */
final class PullRequestCommits {

  private final RepositoryHistory history;
  private final Map<String, PullRequest> owners = new HashMap<>();
  private final Map<PullRequest, Set<String>> commits = new HashMap<>();
  private final Map<String, PullRequest> mergeCommits = new HashMap<>();
  private final Map<String, PullRequest> heads = new HashMap<>();
  private final Map<Long, List<String>> namedByCommits = new HashMap<>();

  PullRequestCommits(RepositoryHistory history) {
    this.history = history;
    List<PullRequest> merged = history.merged();
    for (var pullRequest : merged) {
      if (pullRequest.mergeCommit() != null) {
        mergeCommits.putIfAbsent(pullRequest.mergeCommit(), pullRequest);
      }
      if (pullRequest.headSha() != null) {
        heads.putIfAbsent(pullRequest.headSha(), pullRequest);
      }
    }
    for (var branch : history.branches()) {
      for (var entry : branch.entries()) {
        if (entry.commit() != null && entry.commit().getPullRequest() != null) {
          namedByCommits
              .computeIfAbsent(entry.commit().getPullRequest(), number -> new ArrayList<>())
              .add(entry.sha());
        }
      }
    }
    for (var pullRequest : merged) {
      Set<String> own = new LinkedHashSet<>(onBase(pullRequest));
      own.addAll(pullRequest.commits());
      own.addAll(namedByCommits.getOrDefault(pullRequest.number(), List.of()));
      own.addAll(onHeadBranch(pullRequest, own));
      own.removeIf(sha -> owners.putIfAbsent(sha, pullRequest) != null);
      commits.put(pullRequest, own);
    }
  }

  /** The merged pull request that a commit belongs to, or null. */
  PullRequest ownerOf(String sha) {
    return owners.get(sha);
  }

  /** The SHAs that belong to a merged pull request, its merge commit among them. */
  Set<String> of(PullRequest pullRequest) {
    return commits.get(pullRequest);
  }

  /** What pushes say of the commits that belong to a merged pull request. */
  List<Commit> known(PullRequest pullRequest) {
    List<Commit> known = new ArrayList<>();
    for (String sha : of(pullRequest)) {
      for (var branch : history.branchesOf(sha)) {
        Commit commit = branch.entry(sha).commit();
        if (commit != null) {
          known.add(commit);
          break;
        }
      }
    }
    return known;
  }

  /**
   * The merge commit, and at most as many entries before it in that push as the pull request has
   * commits, stopping at another's merge commit.
   */
  private Set<String> onBase(PullRequest pullRequest) {
    Set<String> own = new LinkedHashSet<>();
    String merge = pullRequest.mergeCommit();
    if (merge == null) {
      return own;
    }
    own.add(merge);
    BranchHistory base = history.branch(pullRequest.baseBranch());
    BranchHistory.Entry entry = base == null ? null : base.entry(merge);
    if (entry == null) {
      return own;
    }
    for (int i = entry.index() - 1; i >= 0 && own.size() <= pullRequest.commitCount(); i--) {
      var before = base.entries().get(i);
      if (before.push() != entry.push()
          || !before.pushed()
          || mergeCommits.containsKey(before.sha())) {
        break;
      }
      own.add(before.sha());
    }
    return own;
  }

  /**
   * The head branch's commits, back from the head SHA to the base or to another merged pull
   * request, at most as many as the pull request has.
   */
  private Set<String> onHeadBranch(PullRequest pullRequest, Set<String> own) {
    Set<String> found = new HashSet<>();
    BranchHistory branch =
        pullRequest.hasOwnHeadBranch() ? history.branch(pullRequest.headBranch()) : null;
    BranchHistory.Entry head =
        branch == null || pullRequest.headSha() == null
            ? null
            : branch.entry(pullRequest.headSha());
    if (head == null) {
      return found;
    }
    BranchHistory base = history.branch(pullRequest.baseBranch());
    int most = pullRequest.commitCount() < 0 ? Integer.MAX_VALUE : pullRequest.commitCount();
    for (int i = head.index(); i >= 0 && found.size() < most; i--) {
      var entry = branch.entries().get(i);
      boolean onBase =
          base != null && base.entry(entry.sha()) != null && !own.contains(entry.sha());
      if (!entry.pushed() || onBase || isOfAnother(entry.sha(), pullRequest)) {
        break;
      }
      found.add(entry.sha());
    }
    return found;
  }

  private boolean isOfAnother(String sha, PullRequest pullRequest) {
    PullRequest merged = mergeCommits.get(sha);
    PullRequest headed = heads.get(sha);
    return (merged != null && merged.number() != pullRequest.number())
        || (headed != null && headed.number() != pullRequest.number());
  }
}
