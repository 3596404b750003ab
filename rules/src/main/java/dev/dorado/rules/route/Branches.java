package dev.dorado.rules.route;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Keyed;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.Place;
import dev.dorado.steps.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Rules S1 and S2: the commits of each branch and their positions: (time of the push, index in it,
 * counted back from the head). A SHA keeps its earliest position; where a commit came live, the
 * live push decides over an import. A force-push withdraws nothing. Also tags, and which branch is
 * the default one.
 */
final class Branches {

  private static final String WHOLE = "";
  private static final String TAGS = "refs/tags/";
  private static final int WHOLE_SHA = 40;

  /** How certain a position is: by a push, by an import, or only as the base of a push. */
  private static final int PUSHED = 0;

  private static final int IMPORTED = 1;
  private static final int BASE = 2;

  private final String repository;
  private final Pushes pushes;

  /** By branch, SHA, certainty, time, rank, index. */
  private final Table<Key, Placing> placings;

  /** What imports of commits that were pushed say: branch, SHA, then the key of the import. */
  private final Table<Key, Beside> besides;

  /** What is on which branch. */
  private final Count<OnBranch> found;

  /** Commits of branches in their order: branch, time, rank, index, place in the push, SHA. */
  private final Table<Key, Entry> line;

  /** The same by SHA and branch. */
  private final Table<Key, Entry> bySha;

  /** SHAs that there are. */
  private final Count<String> shas;

  /** Commits that name a pull request: number, branch, then their place in its order. */
  private final Table<Key, Entry> namingPullRequest;

  /**
   * Of branches beside the default one, commits that are on it too: branch, then position there.
   */
  private final Table<Key, Common> common;

  private final Count<String> branchCount;
  private final Table<String, Boolean> branches;

  /** Commits of tags: tag, time, and the order of events. */
  private final Table<Key, String> tags;

  /** What events say is the default branch, in the order of events. */
  private final Table<Key, String> saidDefault;

  private final Derived<OnBranch, Integer, Entry> entries;
  private final Derived<String, Boolean, String> defaultBranch;

  /** A commit of a branch. */
  private record OnBranch(String branch, String sha) implements Keyed<OnBranch> {
    @Override
    public Key key() {
      return Key.of(branch, sha);
    }
  }

  private record Placing(
      int certainty,
      Instant time,
      int rank,
      int index,
      int place,
      Commit commit,
      boolean live,
      boolean forced) {}

  /**
   * What an import says of a commit that it brought with a merge that was pushed.
   *
   * @param head the merge
   * @param place its place among what the merge brought, from below; 0 is the merge itself
   */
  private record Beside(String head, int place, Commit commit) {}

  /**
   * A commit at its position on a branch.
   *
   * @param time time of its push
   * @param rank the push's place among those of the same time
   * @param index place in the push, 0 its head; what an imported merge brought stands right before
   *     it
   * @param place place in the push's list, which orders those of one index
   * @param commit what pushes say of it; null of one that is only known to be there
   * @param pushed whether a push brought it; false of one that a push continues
   * @param backfill whether it came by backfill only
   * @param forced whether a force-push brought it
   */
  record Entry(
      String branch,
      String sha,
      Instant time,
      int rank,
      int index,
      int place,
      Commit commit,
      boolean pushed,
      boolean backfill,
      boolean forced) {

    Position position() {
      return new Position(time, rank, index);
    }

    Key inLine() {
      return Key.of(branch, time, rank, index, place, sha);
    }

    boolean isOfSamePush(Entry other) {
      return time.equals(other.time) && rank == other.rank && branch.equals(other.branch);
    }
  }

  private record Common(Entry onBranch, Entry onDefault) {}

  Branches(
      Derivation derivation,
      String repository,
      Table<String, PushEvent> pushEvents,
      Table<String, Boolean> theWhole,
      Pushes pushes) {
    this.repository = repository;
    this.pushes = pushes;
    placings = derivation.table();
    besides = derivation.table();
    found = derivation.count();
    line = derivation.table();
    bySha = derivation.table();
    shas = derivation.count();
    namingPullRequest = derivation.table();
    common = derivation.table();
    branchCount = derivation.count();
    branches = derivation.table();
    tags = derivation.table();
    saidDefault = derivation.table();
    derivation.each(
        "ref", pushEvents, (id, event) -> event, this::addRef, tags, saidDefault, branchCount);
    derivation.each(
        "branch",
        branchCount,
        (branch, count) -> true,
        (branch, there, rows) -> rows.add(branches, branch, there),
        branches);
    derivation.each(
        "commits of a push", pushes.ordered(), (key, push) -> push, this::place, placings, found);
    derivation.each(
        "commits of an import beside a push (S2)",
        pushes.beside(),
        (key, push) -> push,
        this::placeBeside,
        besides,
        found);
    entries =
        derivation.each(
            "position (S1, S2)",
            found,
            (key, count) -> entry(key),
            this::addEntry,
            line,
            bySha,
            shas,
            namingPullRequest);
    defaultBranch = derivation.each("default branch", theWhole, (whole, none) -> findDefault());
    derivation.each("commit on two branches (S3)", bySha, this::common, this::addCommon, common);
  }

  /** Name of the default branch, or null if no branch is known. */
  String defaultBranch() {
    return defaultBranch.get(WHOLE);
  }

  boolean isDefault(String branch) {
    return branch.equals(defaultBranch());
  }

  boolean isKnown(String branch) {
    return branch != null && branches.get(branch) != null;
  }

  /** What a branch had at a time, or null. */
  String valueAt(String branch, Instant time) {
    return pushes.valueAt(branch, time);
  }

  /** The SHAs that are on any branch. */
  Count<String> shas() {
    return shas;
  }

  /** A commit on a branch, or null. */
  Entry entry(String branch, String sha) {
    return branch == null || sha == null ? null : bySha.get(Key.of(sha, branch));
  }

  /** A commit on all its branches, the default one first, then by name. */
  List<Entry> everywhere(String sha) {
    List<Entry> entries = new ArrayList<>();
    Table.under(bySha, Key.of(sha)).forEach(entry -> entries.add(entry.getValue()));
    if (entries.size() > 1) {
      String main = defaultBranch();
      entries.sort(Comparator.comparing(entry -> !entry.branch().equals(main)));
    }
    return entries;
  }

  /** What is known of a commit, or null. */
  Commit commit(String sha) {
    return everywhere(sha).stream()
        .map(Entry::commit)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The entries of the same branch before an entry, backwards. */
  Iterable<Entry> before(Entry entry) {
    return backwards(entry.branch(), entry.inLine());
  }

  /** An entry and those of the same branch before it, backwards. */
  Iterable<Entry> upTo(Entry entry) {
    return backwards(entry.branch(), entry.inLine().end());
  }

  private Iterable<Entry> backwards(String ofBranch, Key before) {
    Key branch = Key.of(ofBranch);
    return () ->
        new Iterator<>() {
          private final Iterator<Map.Entry<Key, Entry>> all = line.before(before).iterator();
          private Entry next = advance();

          private Entry advance() {
            var at = all.hasNext() ? all.next() : null;
            return at != null && at.getKey().startsWith(branch) ? at.getValue() : null;
          }

          @Override
          public boolean hasNext() {
            return next != null;
          }

          @Override
          public Entry next() {
            Entry at = next;
            if (at == null) {
              throw new NoSuchElementException();
            }
            next = advance();
            return at;
          }
        };
  }

  /** The commits that name a pull request, by branch and position. */
  Iterable<Map.Entry<Key, Entry>> naming(long pullRequest) {
    return Table.under(namingPullRequest, Key.of(pullRequest));
  }

  /** The table of the commits that name pull requests, by number. */
  Table<Key, Entry> naming() {
    return namingPullRequest;
  }

  /** The newest commit that a branch up to {@code head} and, by then, the default branch have. */
  Entry newestCommon(Entry head, Instant time) {
    Key branch = Key.of(head.branch());
    for (var entry : common.before(Key.of(head.branch(), time).end())) {
      if (!entry.getKey().startsWith(branch)) {
        return null;
      }
      var both = entry.getValue();
      if (both.onBranch().inLine().compareTo(head.inLine()) <= 0) {
        return both.onDefault();
      }
    }
    return null;
  }

  /** The one known SHA that a prefix of 7 or more fits, or null (rule S8). */
  String fullSha(String prefix) {
    if (prefix.length() < 7) {
      return null;
    }
    var first = shas.ceiling(prefix);
    if (first == null || !first.getKey().startsWith(prefix)) {
      return null;
    }
    var next = shas.higher(first.getKey());
    return next != null && next.getKey().startsWith(prefix) ? null : first.getKey();
  }

  /**
   * The whole of a SHA that a sender may have shortened; what fits no one commit stays as it is.
   */
  String wholeSha(String sha) {
    String whole = sha == null || sha.length() >= WHOLE_SHA ? null : fullSha(sha);
    return whole == null ? sha : whole;
  }

  /** The commit of a tag at a time, or the first that it had later; null if it is not known. */
  String tag(String name, Instant time) {
    var last = tags.lower(Key.of(name, time).end());
    if (last != null && last.getKey().startsWith(Key.of(name))) {
      return last.getValue();
    }
    for (var first : Table.under(tags, Key.of(name))) {
      return first.getValue();
    }
    return null;
  }

  /** The place of an entry. */
  Place place(Entry entry) {
    return new Place(
        repository + ":" + entry.branch(), isDefault(entry.branch()), entry.position());
  }

  private void addRef(String id, PushEvent event, Rows rows) {
    boolean live = !event.getProvenance().getOrigin().equals("backfill");
    Key order = Key.of(event.getOccurredAt(), live, id);
    if (event.getDefaultBranch() != null) {
      rows.add(saidDefault, order, event.getDefaultBranch());
    }
    if (event.getRef().startsWith(TAGS)) {
      String commit = event.getHead() == null ? event.getAfter() : event.getHead();
      if (commit != null) {
        Instant time = Objects.requireNonNullElse(event.getPushedAt(), event.getOccurredAt());
        String tag = event.getRef().substring(TAGS.length());
        rows.add(tags, Key.of(tag, time).with(order), commit);
      }
    } else if (event.getRef().startsWith("refs/heads/")) {
      rows.count(branchCount, event.getRef().substring("refs/heads/".length()));
    }
  }

  private void place(Key key, Pushes.Placed placed, Rows rows) {
    var push = placed.push();
    List<Commit> commits = push.event().getCommits();
    String head = push.head();
    boolean headListed =
        !commits.isEmpty() && commits.get(commits.size() - 1).getSha().equals(head);
    int size = commits.size() + (headListed ? 0 : 1);
    int certainty = push.isImported() ? IMPORTED : PUSHED;
    for (int i = 0; i < size; i++) {
      Commit commit = i < commits.size() ? commits.get(i) : null;
      String sha = commit == null ? head : commit.getSha();
      int index = i - size + 1;
      boolean forced = push.event().getForced();
      add(rows, placed, sha, certainty, index, i, commit, forced);
    }
    if (push.base() != null) {
      add(rows, placed, push.base(), BASE, -size, -1, null, false);
    }
  }

  private void add(
      Rows rows,
      Pushes.Placed placed,
      String sha,
      int certainty,
      int index,
      int place,
      Commit commit,
      boolean forced) {
    var found = new OnBranch(placed.push().branch(), sha);
    var placing =
        new Placing(
            certainty,
            placed.time(),
            placed.rank(),
            index,
            place,
            commit,
            placed.push().live(),
            forced);
    rows.add(
        placings, found.key().with(certainty, placed.time(), placed.rank(), index, place), placing);
    rows.count(this.found, found);
  }

  private void placeBeside(Pushes.Id id, Pushes.Push push, Rows rows) {
    List<Commit> commits = push.event().getCommits();
    for (int i = 0; i < commits.size(); i++) {
      var place = new OnBranch(push.branch(), commits.get(i).getSha());
      var beside = new Beside(push.head(), i + 1 - commits.size(), commits.get(i));
      rows.add(besides, place.key().with(id.time(), id.after(), id.before()), beside);
      rows.count(found, place);
    }
  }

  private Entry entry(OnBranch commitOnBranch) {
    Placing first = null;
    Commit commit = null;
    boolean pushed = false;
    boolean backfill = true;
    for (var entry : Table.under(placings, commitOnBranch.key())) {
      boolean base = entry.getValue().certainty() == BASE;
      if (first != null && base && pushed) {
        break;
      }
      Placing placing = entry.getValue();
      if (first == null) {
        first = placing;
        pushed = !base;
      }
      commit = commit == null ? placing.commit() : commit;
      backfill &= !placing.live();
    }
    if (!pushed || commit == null) {
      for (var entry : Table.under(besides, commitOnBranch.key())) {
        if (!pushed) {
          return beside(commitOnBranch, entry.getValue());
        }
        commit = commit == null ? entry.getValue().commit() : commit;
      }
    }
    return new Entry(
        commitOnBranch.branch(),
        commitOnBranch.sha(),
        first.time(),
        first.rank(),
        first.index(),
        first.place(),
        commit,
        pushed,
        backfill,
        pushed && first.forced());
  }

  /** What a merge brought off the first-parent line stands right before it, at its time (S2). */
  private Entry beside(OnBranch commitOnBranch, Beside beside) {
    Entry merge = entries.get(new OnBranch(commitOnBranch.branch(), beside.head()));
    return new Entry(
        commitOnBranch.branch(),
        commitOnBranch.sha(),
        merge.time(),
        merge.rank(),
        merge.index(),
        beside.place(),
        beside.commit(),
        true,
        true,
        false);
  }

  private void addEntry(OnBranch commitOnBranch, Entry entry, Rows rows) {
    rows.add(line, entry.inLine(), entry);
    rows.add(bySha, Key.of(entry.sha(), entry.branch()), entry);
    rows.count(shas, entry.sha());
    if (entry.commit() != null && entry.commit().getPullRequest() != null) {
      Key number = Key.of(entry.commit().getPullRequest());
      rows.add(namingPullRequest, number.with(entry.inLine()), entry);
    }
  }

  /** As a sender says; else main or master; else the branch that was pushed to first. */
  private String findDefault() {
    var said = saidDefault.lower(Key.of().end());
    if (said != null) {
      return said.getValue();
    }
    for (String usual : List.of("main", "master")) {
      if (isKnown(usual)) {
        return usual;
      }
    }
    Entry first = null;
    for (var branch : branches.all()) {
      for (var entry : Table.under(line, Key.of(branch.getKey()))) {
        if (first == null || entry.getValue().time().isBefore(first.time())) {
          first = entry.getValue();
        }
        break;
      }
    }
    return first == null ? null : first.branch();
  }

  private Common common(Key shaAndBranch, Entry entry) {
    String main = defaultBranch();
    if (main == null || entry.branch().equals(main)) {
      return null;
    }
    Entry onDefault = entry(main, entry.sha());
    return onDefault == null ? null : new Common(entry, onDefault);
  }

  private void addCommon(Key shaAndBranch, Common both, Rows rows) {
    if (both != null) {
      Entry on = both.onDefault();
      Key place = Key.of(both.onBranch().branch(), on.time(), on.rank(), on.index(), on.place());
      rows.add(common, place.with(on.sha()), both);
    }
  }
}
