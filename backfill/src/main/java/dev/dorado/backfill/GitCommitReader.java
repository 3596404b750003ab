package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.Commit;
import dev.dorado.ingest.delivery.Fields;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Reads commits out of a Git repository, with the paths that they touch. Not thread-safe. */
final class GitCommitReader implements AutoCloseable {

  /** Who touches more than this touches everything: such a list is as good as none. */
  private static final int MOST_FILES = 20_000;

  private static final int TREES_KEPT = 1_000;

  private final ObjectReader reader;
  private final TreeWalk trees;
  private final boolean files;
  private final Instant importedAt;
  private final Map<ObjectId, ObjectId> treeOfCommit =
      new LinkedHashMap<>(TREES_KEPT * 2, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, ObjectId> eldest) {
          return size() > TREES_KEPT;
        }
      };

  /**
   * @param files whether paths are read
   * @param importedAt times later than this are left out (rule S2)
   */
  GitCommitReader(Repository repository, boolean files, Instant importedAt) {
    this.reader = repository.newObjectReader();
    this.trees = new TreeWalk(repository, reader);
    trees.setRecursive(true);
    trees.setFilter(TreeFilter.ANY_DIFF);
    this.files = files;
    this.importedAt = requireNonNull(importedAt);
  }

  /**
   * The commit with this id.
   *
   * @throws IOException if the repository is damaged or lacks the commit
   */
  Commit read(AnyObjectId id) throws IOException {
    RevCommit commit = RevCommit.parse(bytes(id));
    PersonIdent author = commit.getAuthorIdent();
    PersonIdent committer = commit.getCommitterIdent();
    treeOfCommit.put(id.copy(), commit.getTree().copy());
    return Commit.newBuilder()
        .setSha(id.name())
        .setMessage(Fields.cut(commit.getFullMessage().strip()))
        .setAuthor(
            author == null ? null : AuthorNames.of(author.getEmailAddress(), author.getName()))
        .setAuthoredAt(author == null ? null : unlessLater(author.getWhenAsInstant()))
        .setCommittedAt(committer == null ? null : unlessLater(committer.getWhenAsInstant()))
        .setFiles(files ? files(commit) : null)
        .setParents(Arrays.stream(commit.getParents()).map(AnyObjectId::name).toList())
        .setPullRequest(null)
        .build();
  }

  @Override
  public void close() {
    trees.close();
    reader.close();
  }

  private Instant unlessLater(Instant time) {
    return time.isAfter(importedAt) ? null : time;
  }

  /**
   * The paths that differ from the first parent's; none of a merge, whose paths are those of what
   * it merged; null where they are not known.
   */
  private List<String> files(RevCommit commit) throws IOException {
    if (commit.getParentCount() > 1) {
      return List.of();
    }
    try {
      trees.reset();
      if (commit.getParentCount() == 0) {
        trees.addTree(new EmptyTreeIterator());
      } else {
        trees.addTree(treeOf(commit.getParent(0)));
      }
      trees.addTree(commit.getTree());
      List<String> paths = new ArrayList<>();
      while (trees.next()) {
        paths.add(trees.getPathString());
        if (paths.size() > MOST_FILES) {
          return null;
        }
      }
      Collections.sort(paths);
      return paths;
    } catch (MissingObjectException e) {
      // A shallow clone ends here, or a partial one has no trees: the paths are not known.
      return null;
    }
  }

  private ObjectId treeOf(AnyObjectId commit) throws IOException {
    ObjectId known = treeOfCommit.get(commit.toObjectId());
    if (known == null) {
      known = RevCommit.parse(bytes(commit)).getTree().copy();
      treeOfCommit.put(commit.copy(), known);
    }
    return known;
  }

  private byte[] bytes(AnyObjectId commit) throws IOException {
    return reader.open(commit, Constants.OBJ_COMMIT).getCachedBytes();
  }
}
