package dev.dorado.streams.route;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.steps.Position;
import dev.dorado.streams.merge.Newest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Rule S1: the commits of a branch and their positions. A SHA keeps its earliest position; a
 * force-push withdraws nothing. Immutable.
 */
final class BranchHistory {

  /**
   * A commit at its position.
   *
   * @param sha SHA
   * @param position where it stands
   * @param commit what the push says of it; null of a commit that is only known to be on the
   *     branch, because a push continues it or has it as its head
   * @param pushed whether a push brought it; false of one that a push continues
   * @param backfill whether it came by backfill only
   * @param index place in {@link #entries()}
   * @param push its push's place among the branch's pushes
   * @param forced whether a force-push brought it
   */
  record Entry(
      String sha,
      Position position,
      Commit commit,
      boolean pushed,
      boolean backfill,
      int index,
      int push,
      boolean forced) {}

  /**
   * A push, merged from the events that tell of it (rule E6), with its time. Equal to itself only.
   */
  private static final class Push {
    private final PushEvent event;
    private final boolean live;
    private final Instant time;
    private final int rank;

    private Push(PushEvent event, boolean live, Instant time, int rank) {
      this.event = event;
      this.live = live;
      this.time = time;
      this.rank = rank;
    }
  }

  private final String name;
  private final List<Entry> entries;
  private final Map<String, Entry> bySha;
  private final List<Push> pushes;

  private BranchHistory(String name, List<Push> pushes) {
    this.name = name;
    this.pushes = pushes;
    this.entries = new ArrayList<>();
    this.bySha = new HashMap<>();
    place();
  }

  /**
   * The history that {@code events} tell of.
   *
   * @param name the branch
   * @param events pushes to it, in any order; deletions are passed over
   */
  static BranchHistory of(String name, Collection<PushEvent> events) {
    return new BranchHistory(name, ordered(merged(events)));
  }

  String name() {
    return name;
  }

  /** All commits, in the order of their positions. */
  List<Entry> entries() {
    return entries;
  }

  /** The entry of a SHA, or null. */
  Entry entry(String sha) {
    return bySha.get(sha);
  }

  /** The SHA that the branch pointed to at a time, or null if it is not known to have existed. */
  String valueAt(Instant time) {
    String value = null;
    for (var push : pushes) {
      if (!push.time.isAfter(time)) {
        value = head(push.event);
      }
    }
    return value;
  }

  private void place() {
    Map<String, Entry> placed = new LinkedHashMap<>();
    Map<String, Entry> continued = new LinkedHashMap<>();
    for (int p = 0; p < pushes.size(); p++) {
      var push = pushes.get(p);
      List<Commit> commits = push.event.getCommits();
      String head = head(push.event);
      boolean headListed =
          !commits.isEmpty() && commits.get(commits.size() - 1).getSha().equals(head);
      int size = commits.size() + (headListed ? 0 : 1);
      for (int i = 0; i < size; i++) {
        Commit commit = i < commits.size() ? commits.get(i) : null;
        String sha = commit == null ? head : commit.getSha();
        put(placed, sha, position(push, i - size + 1), commit, true, push, p);
      }
      String base = base(push.event);
      if (base != null) {
        put(continued, base, position(push, -size), null, false, push, p);
      }
    }
    continued.forEach(placed::putIfAbsent);
    placed.values().stream()
        .sorted(Comparator.comparing(Entry::position, Positions.ORDER))
        .forEach(
            entry -> {
              var indexed =
                  new Entry(
                      entry.sha(),
                      entry.position(),
                      entry.commit(),
                      entry.pushed(),
                      entry.backfill(),
                      entries.size(),
                      entry.push(),
                      entry.forced());
              entries.add(indexed);
              bySha.put(indexed.sha(), indexed);
            });
  }

  private static void put(
      Map<String, Entry> entries,
      String sha,
      Position position,
      Commit commit,
      boolean pushed,
      Push by,
      int push) {
    boolean backfill = !by.live;
    Entry known = entries.get(sha);
    if (known == null) {
      boolean forced = pushed && by.event.getForced();
      entries.put(sha, new Entry(sha, position, commit, pushed, backfill, 0, push, forced));
    } else if ((known.backfill() && !backfill) || (known.commit() == null && commit != null)) {
      entries.put(
          sha,
          new Entry(
              sha,
              known.position(),
              known.commit() == null ? commit : known.commit(),
              known.pushed(),
              known.backfill() && backfill,
              0,
              known.push(),
              known.forced()));
    }
  }

  private static Position position(Push push, int index) {
    return new Position(push.time, push.rank, index);
  }

  private static String head(PushEvent push) {
    return push.getHead() == null ? push.getAfter() : push.getHead();
  }

  /** The commit that the push continues, as far as it says. */
  private static String base(PushEvent push) {
    if (push.getBefore() != null) {
      return push.getBefore();
    }
    var commits = push.getCommits();
    if (commits.isEmpty() || commits.get(0).getParents() == null) {
      return null;
    }
    var parents = commits.get(0).getParents();
    return parents.isEmpty() ? null : parents.get(0);
  }

  /**
   * Pushes with the same before and after are one (rule E6), unless the branch was brought back to
   * the one before in between: force-pushes may go in a circle.
   */
  private static List<Push> merged(Collection<PushEvent> events) {
    Map<String, NavigableSet<Instant>> reached = new HashMap<>();
    Map<String, List<PushEvent>> same = new HashMap<>();
    for (var event : events) {
      if (event.getAfter() != null) {
        String before = Objects.toString(event.getBefore(), "");
        reached.computeIfAbsent(event.getAfter(), sha -> new TreeSet<>()).add(timeOf(event));
        same.computeIfAbsent(before + ".." + event.getAfter(), s -> new ArrayList<>()).add(event);
      }
    }
    List<Push> merged = new ArrayList<>();
    for (var group : same.values()) {
      var returned =
          Objects.requireNonNullElse(reached.get(group.get(0).getBefore()), new TreeSet<Instant>());
      group.sort(Comparator.comparing(BranchHistory::timeOf));
      List<PushEvent> one = new ArrayList<>();
      for (var event : group) {
        if (!one.isEmpty()) {
          Instant back = returned.higher(timeOf(one.get(one.size() - 1)));
          if (back != null && back.isBefore(timeOf(event))) {
            merged.add(merge(one));
            one = new ArrayList<>();
          }
        }
        one.add(event);
      }
      merged.add(merge(one));
    }
    return merged;
  }

  private static Push merge(List<PushEvent> events) {
    var newest =
        new Newest<>(events, PushEvent::getOccurredAt, PushEvent::getProvenance, PushEvent::getId);
    var commits =
        newest.value(
            event -> event.getCommits().isEmpty() ? null : event.getCommits(), List.<Commit>of());
    var push =
        PushEvent.newBuilder(newest.last())
            .setHead(newest.value(PushEvent::getHead))
            .setPushedAt(newest.value(PushEvent::getPushedAt))
            .setCommits(commits)
            .build();
    boolean live =
        events.stream().anyMatch(event -> !event.getProvenance().getOrigin().equals("backfill"));
    return new Push(push, live, timeOf(push), 0);
  }

  private static Instant timeOf(PushEvent push) {
    if (push.getPushedAt() != null) {
      return push.getPushedAt();
    }
    String head = head(push);
    return push.getCommits().stream()
        .filter(commit -> commit.getSha().equals(head))
        .map(Commit::getCommittedAt)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(push.getOccurredAt());
  }

  /** Gives each push its time, never below that of the push it continues, and its rank. */
  private static List<Push> ordered(List<Push> pushes) {
    var chains =
        new PushChains<>(
            pushes,
            push -> push.time,
            push -> push.event.getBefore(),
            push -> push.event.getAfter());
    List<Push> ordered = new ArrayList<>();
    Instant last = null;
    int rank = 0;
    for (var link : chains.inOrder()) {
      rank = link.time().equals(last) ? rank + 1 : 0;
      last = link.time();
      ordered.add(new Push(link.push().event, link.push().live, link.time(), rank));
    }
    return ordered;
  }
}
