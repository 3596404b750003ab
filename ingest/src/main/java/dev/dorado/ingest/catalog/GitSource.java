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
import java.util.TreeMap;
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
 * is read once for each of its contents. Not thread-safe.
 */
final class GitSource implements CatalogSource {

  private final GitCheckout checkout;
  private final CatalogPaths paths;
  private final CatalogReader reader;

  /** The catalog files of the commit that was walked last, by path; read when they are needed. */
  private final Map<String, ObjectId> blobs = new TreeMap<>();

  private final Map<String, ReadBlob> files = new HashMap<>();

  /** What was walked and is not known yet: kept until it is, should publishing it fail. */
  private final List<Said> past = new ArrayList<>();

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
    since.ifPresent(known -> past.removeIf(said -> !said.at().isAfter(known)));
    try (RevWalk walk = new RevWalk(repository)) {
      for (RevCommit commit : newCommits(walk, head)) {
        Instant at = timeOf(commit);
        boolean isNew = since.isEmpty() || at.isAfter(since.get());
        if (takeIn(repository, walk, commit) && isNew) {
          past.add(new Said(at, read(repository)));
        }
        walked = commit.getId();
        walkedAt = at;
      }
      return new Look(List.copyOf(past), read(repository));
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
      blobs.clear();
      past.clear();
    }
    return List.copyOf(commits);
  }

  private Instant timeOf(RevCommit commit) {
    Instant own = commit.getCommitterIdent().getWhenAsInstant();
    return walkedAt == null || own.isAfter(walkedAt) ? own : walkedAt.plusMillis(1);
  }

  /** Follows a commit; says whether it changed the catalog. */
  private boolean takeIn(Repository repository, RevWalk walk, RevCommit commit) throws IOException {
    boolean changes = false;
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
        String path = trees.getPathString();
        if (paths.matches(path)) {
          changes = true;
          boolean isFile = (trees.getRawMode(1) & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
          if (isFile) {
            blobs.put(path, trees.getObjectId(1));
          } else {
            blobs.remove(path);
          }
        }
      }
    }
    return changes;
  }

  private CatalogUpload read(Repository repository) throws IOException {
    List<CatalogFile> found = new ArrayList<>();
    for (var blob : blobs.entrySet()) {
      found.add(file(repository, blob.getKey(), blob.getValue()));
    }
    files.keySet().retainAll(blobs.keySet());
    return reader.read(found);
  }

  private CatalogFile file(Repository repository, String path, ObjectId blob) throws IOException {
    ReadBlob known = files.get(path);
    if (known == null || !known.blob().equals(blob)) {
      byte[] content = repository.open(blob, Constants.OBJ_BLOB).getCachedBytes();
      known = new ReadBlob(blob, new CatalogFile(path, content));
      files.put(path, known);
    }
    return known.file();
  }

  private record ReadBlob(ObjectId blob, CatalogFile file) {}
}
