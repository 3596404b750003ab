package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Catalog files in Git. Its past is what the branch said, commit by commit along the first parents,
 * so that each entry holds from the committer time of the commit that brought it; times that go
 * backwards are moved behind their parent's. What was walked once is not walked again, and a file
 * is read once for each of its contents. For one thread.
 */
final class GitSource implements CatalogSource {

  private final GitCheckout checkout;
  private final CatalogPaths paths;
  private final CatalogReader reader;
  private final Map<String, CatalogFile> files = new HashMap<>();
  private ObjectId walked;
  private Instant walkedAt;

  GitSource(GitCheckout checkout, CatalogPaths paths, CatalogReader reader) {
    this.checkout = requireNonNull(checkout);
    this.paths = requireNonNull(paths);
    this.reader = requireNonNull(reader);
  }

  @Override
  public String name() {
    return "git";
  }

  @Override
  public Look look(Optional<Instant> since) throws IOException {
    Repository repository = checkout.updated();
    ObjectId head = checkout.head();
    List<Said> past = new ArrayList<>();
    try (RevWalk walk = new RevWalk(repository)) {
      for (RevCommit commit : newCommits(walk, head)) {
        Instant at = timeOf(commit);
        boolean isNew = since.isEmpty() || at.isAfter(since.get());
        if (isNew && changesCatalog(repository, walk, commit)) {
          past.add(new Said(at, read(repository, commit)));
        }
        walked = commit.getId();
        walkedAt = at;
      }
      return new Look(past, read(repository, walk.parseCommit(head)));
    }
  }

  @Override
  public void close() {
    checkout.close();
  }

  /** The commits of the branch that were not walked yet, oldest first. */
  private List<RevCommit> newCommits(RevWalk walk, ObjectId head) throws IOException {
    Deque<RevCommit> commits = new ArrayDeque<>();
    RevCommit commit = walk.parseCommit(head);
    while (commit != null && !commit.getId().equals(walked)) {
      commits.addFirst(commit);
      commit = commit.getParentCount() == 0 ? null : walk.parseCommit(commit.getParent(0));
    }
    if (commit == null) {
      // The first look; or the branch was moved elsewhere, and its past is another one.
      walkedAt = null;
    }
    return List.copyOf(commits);
  }

  private Instant timeOf(RevCommit commit) {
    Instant own = commit.getCommitterIdent().getWhenAsInstant();
    return walkedAt == null || own.isAfter(walkedAt) ? own : walkedAt.plusMillis(1);
  }

  private boolean changesCatalog(Repository repository, RevWalk walk, RevCommit commit)
      throws IOException {
    try (TreeWalk trees = new TreeWalk(repository)) {
      trees.setRecursive(true);
      trees.setFilter(TreeFilter.ANY_DIFF);
      if (commit.getParentCount() == 0) {
        trees.addTree(new EmptyTreeIterator());
      } else {
        trees.addTree(walk.parseCommit(commit.getParent(0)).getTree());
      }
      trees.addTree(commit.getTree());
      while (trees.next()) {
        if (paths.matches(trees.getPathString())) {
          return true;
        }
      }
      return false;
    }
  }

  private CatalogUpload read(Repository repository, RevCommit commit) throws IOException {
    List<CatalogFile> found = new ArrayList<>();
    try (TreeWalk tree = new TreeWalk(repository)) {
      tree.setRecursive(true);
      tree.addTree(commit.getTree());
      while (tree.next()) {
        boolean isFile = (tree.getRawMode(0) & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
        if (isFile && paths.matches(tree.getPathString())) {
          found.add(file(repository, tree.getPathString(), tree.getObjectId(0)));
        }
      }
    }
    return reader.read(found);
  }

  private CatalogFile file(Repository repository, String path, ObjectId blob) throws IOException {
    String key = path + " " + blob.name();
    CatalogFile known = files.get(key);
    if (known == null) {
      known = new CatalogFile(path, repository.open(blob, Constants.OBJ_BLOB).getCachedBytes());
      files.put(key, known);
    }
    return known;
  }
}
