package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.text;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The default branch of a repository, as a forge lists its commits: all of them the first time,
 * then those that are not on the commit that was its head before.
 *
 * @param headAddress where the head is
 * @param shaField the field of a commit that holds its SHA
 * @param all where all commits of a SHA are listed
 * @param between where the commits are listed that lead from one SHA to another
 * @param commit a commit of such a list
 */
record ListedBranch(
    String headAddress,
    String shaField,
    UnaryOperator<String> all,
    BinaryOperator<String> between,
    Function<JsonNode, Commit> commit) {

  ListedBranch {
    requireNonNull(headAddress);
    requireNonNull(shaField);
    requireNonNull(all);
    requireNonNull(between);
    requireNonNull(commit);
  }

  /** Imports what is new. */
  void go(
      ApiClient api,
      ImportedPushes pushes,
      Crawl crawl,
      BackfillState state,
      BackfillProgress progress) {
    String kind = HistoryKind.COMMITS.label();
    String branch = pushes.defaultBranch();
    Optional<String> imported = state.cursor(kind);
    progress.begin("commits of " + branch, -1);
    try {
      String head = text(api.get(headAddress).json(), shaField);
      if (imported.filter(head::equals).isEmpty()) {
        List<Commit> commits = listed(api, imported, head, progress);
        crawl.write(ListedCommits.pushes(pushes, branch, head, commits));
        crawl.save(kind, head);
      }
    } catch (ApiRefusal e) {
      // 404 or 409: the repository has no commits yet.
      progress.note("commits are left out: " + e.getMessage());
    } finally {
      progress.end();
    }
  }

  /** What is on the branch and was not there before; all of it after a force-push. */
  private List<Commit> listed(
      ApiClient api, Optional<String> imported, String head, BackfillProgress progress) {
    if (imported.isPresent()) {
      try {
        return pages(api, between.apply(imported.get(), head), progress);
      } catch (ApiRefusal e) {
        if (!e.isNotThere()) {
          throw e;
        }
        progress.note(
            "%s is no longer known at %s: the commits are imported anew"
                .formatted(imported.get(), api.host()));
      }
    }
    return pages(api, all.apply(head), progress);
  }

  private List<Commit> pages(ApiClient api, String address, BackfillProgress progress) {
    List<Commit> commits = new ArrayList<>();
    Optional<String> next = Optional.of(address);
    while (next.isPresent()) {
      ApiPage page = api.get(next.get());
      JsonNode items = page.json().isArray() ? page.json() : page.json().path("commits");
      items.forEach(item -> commits.add(commit.apply(item)));
      progress.step(items.size());
      next = page.next();
    }
    return commits;
  }
}
