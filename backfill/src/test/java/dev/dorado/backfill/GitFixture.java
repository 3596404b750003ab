package dev.dorado.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.ingest.delivery.RepositoryName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.lib.TagBuilder;

/** A bare Git repository that a test makes, commit by commit, named github.com/acme/shop. */
final class GitFixture implements AutoCloseable {

  final Path folder;
  private final Repository repository;
  private final ObjectInserter inserter;
  private final Map<ObjectId, Map<String, ObjectId>> trees = new HashMap<>();

  GitFixture(Path folder) throws IOException {
    PlainGit.use();
    this.folder = folder;
    this.repository = new RepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    repository.create(true);
    repository.getConfig().setString("remote", "origin", "url", "git@github.com:Acme/Shop.git");
    repository.getConfig().save();
    repository.updateRef(Constants.HEAD).link("refs/heads/main");
    // Into packs: thousands of files of their own would take seconds.
    this.inserter = ((ObjectDirectory) repository.getObjectDatabase()).newPackInserter();
  }

  /** The first commit. */
  ObjectId root(String time, String... paths) throws IOException {
    return commit("root", Instant.parse(time), new TreeMap<>(), Set.of(paths));
  }

  /** A commit on {@code parent} that changes {@code paths}; those with a minus it removes. */
  ObjectId commit(String message, String time, ObjectId parent, String... paths)
      throws IOException {
    return commit(
        message, Instant.parse(time), trees.get(parent), new TreeSet<>(Set.of(paths)), parent);
  }

  /** A merge of {@code others} into {@code first}. */
  ObjectId merge(String message, String time, ObjectId first, ObjectId... others)
      throws IOException {
    Map<String, ObjectId> tree = new TreeMap<>(trees.get(first));
    ObjectId[] parents = new ObjectId[others.length + 1];
    parents[0] = first;
    for (int i = 0; i < others.length; i++) {
      parents[i + 1] = others[i];
      tree.putAll(trees.get(others[i]));
    }
    return commit(message, Instant.parse(time), tree, Set.of(), parents);
  }

  void branch(String name, ObjectId commit) throws IOException {
    ref("refs/heads/" + name, commit);
  }

  void tag(String name, ObjectId commit) throws IOException {
    ref("refs/tags/" + name, commit);
  }

  void noRemote() throws IOException {
    repository.getConfig().unsetSection("remote", "origin");
    repository.getConfig().save();
  }

  /** The id of the tag's object. */
  ObjectId annotatedTag(String name, ObjectId commit, String time) throws IOException {
    var tag = new TagBuilder();
    tag.setTag(name);
    tag.setObjectId(commit, Constants.OBJ_COMMIT);
    tag.setTagger(person("ann@example.org", Instant.parse(time)));
    tag.setMessage("Release " + name);
    ObjectId id = inserter.insert(tag);
    inserter.flush();
    ref("refs/tags/" + name, id);
    return id;
  }

  GitRepository open() {
    return GitRepository.open(folder, Optional.empty(), new RepositoryName("github.com"));
  }

  @Override
  public void close() {
    inserter.close();
    repository.close();
  }

  private void ref(String name, ObjectId target) throws IOException {
    inserter.flush();
    RefUpdate update = repository.updateRef(name);
    update.setNewObjectId(target);
    update.forceUpdate();
  }

  private ObjectId commit(
      String message,
      Instant time,
      Map<String, ObjectId> before,
      Set<String> paths,
      ObjectId... parents)
      throws IOException {
    Map<String, ObjectId> tree = new TreeMap<>(before);
    for (String path : paths) {
      if (path.startsWith("-")) {
        tree.remove(path.substring(1));
      } else {
        tree.put(path, inserter.insert(Constants.OBJ_BLOB, (message + time).getBytes(UTF_8)));
      }
    }
    var index = DirCache.newInCore();
    var builder = index.builder();
    tree.forEach(
        (path, blob) -> {
          var entry = new DirCacheEntry(path);
          entry.setFileMode(FileMode.REGULAR_FILE);
          entry.setObjectId(blob);
          builder.add(entry);
        });
    builder.finish();
    var commit = new CommitBuilder();
    commit.setTreeId(index.writeTree(inserter));
    commit.setParentIds(parents);
    commit.setAuthor(person("ann@example.org", time.minusSeconds(60)));
    commit.setCommitter(person("bob@example.org", time));
    commit.setMessage(message + "\n");
    ObjectId id = inserter.insert(commit);
    trees.put(id, tree);
    return id;
  }

  private static PersonIdent person(String email, Instant time) {
    return new PersonIdent(email.replaceFirst("@.*", ""), email, time, ZoneOffset.UTC);
  }
}
