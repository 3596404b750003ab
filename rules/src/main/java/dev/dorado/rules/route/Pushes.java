package dev.dorado.rules.route;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.Newest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Rules S1 and S2: the pushes to each branch, merged from the events that tell of them (E6), with
 * their times and in their order. The chains that they make ({@code before} of one is {@code after}
 * of another) give a push at least the time of that which it continues, and order those of equal
 * time. An imported commit, of which nobody knows when it was pushed, is a push of its own, which
 * continues that which brought its first parent.
 *
 * <p>Pushes that go round in a circle, as force-pushes may, are taken to begin with the earliest of
 * the circle.
 */
final class Pushes {

  private static final String HEADS = "refs/heads/";

  /** Events by branch, before, after, time, id. */
  private final Table<Key, PushEvent> events;

  /** What moves there are: branch, before, after. */
  private final Count<Key> moves;

  /** When a branch reached a commit: branch, commit, time, id. */
  private final Table<Key, Boolean> reached;

  /** What was told: pushes by branch, own time, after, before. */
  private final Table<Key, Push> told;

  /** What came with pushes that are not imported: branch, commit. */
  private final Count<Key> pushed;

  /** The same as what was told, without what stands beside a push. */
  private final Table<Key, Push> pushes;

  /** Imports of commits that were pushed. */
  private final Table<Key, Push> beside;

  /** By branch, after, own time, before. */
  private final Table<Key, Push> byAfter;

  /** By branch, commit, imported or not, own time, after, before. */
  private final Table<Key, Push> byCommit;

  /** By branch, time, after, before, own time. */
  private final Table<Key, Push> byTime;

  /** Branch and time at which there are any. */
  private final Count<Key> moments;

  /** By branch, time and rank. */
  private final Table<Key, Placed> ordered;

  private final Derived<Key, Push, Key> continued;
  private final Derived<Key, Push, Key> links;
  private final Derived<Key, Push, Timed> times;

  /**
   * A push.
   *
   * @param event what its events tell of it together
   * @param live whether it came live, not only by backfill
   * @param time the sender's time, else its head commit's
   */
  record Push(PushEvent event, boolean live, Instant time) {

    String branch() {
      return event.getRef().substring(HEADS.length());
    }

    /** The SHA at the branch after it. */
    String head() {
      return event.getHead() == null ? event.getAfter() : event.getHead();
    }

    /** Whether it is imported: nobody knows when it was pushed (rule S2). */
    boolean isImported() {
      return !live && event.getPushedAt() == null;
    }

    /** The commit that it continues, as far as it says; or null. */
    String base() {
      if (event.getBefore() != null) {
        return event.getBefore();
      }
      var commits = event.getCommits();
      if (commits.isEmpty() || commits.get(0).getParents() == null) {
        return null;
      }
      var parents = commits.get(0).getParents();
      return parents.isEmpty() ? null : parents.get(0);
    }

    private String before() {
      return Objects.toString(event.getBefore(), "");
    }

    private Key key() {
      return Key.of(branch(), time, event.getAfter(), before());
    }
  }

  private record Timed(Push push, Instant time) {}

  /** A push, and whether it is an import of a commit that was pushed. */
  private record Told(Push push, boolean beside) {}

  /** A push at its place: its time, and its rank among those of the same time. */
  record Placed(Push push, Instant time, int rank) {}

  Pushes(Derivation derivation, Table<String, PushEvent> pushEvents) {
    events = derivation.table();
    moves = derivation.count();
    reached = derivation.table();
    told = derivation.table();
    pushed = derivation.count();
    pushes = derivation.table();
    beside = derivation.table();
    byAfter = derivation.table();
    byCommit = derivation.table();
    byTime = derivation.table();
    moments = derivation.count();
    ordered = derivation.table();
    derivation.each(
        "push event", pushEvents, (id, event) -> event, this::addEvent, events, moves, reached);
    derivation.each("push (E6)", moves, (move, count) -> merged(move), this::addTold, told, pushed);
    derivation.each(
        "import beside a push (S2)",
        told,
        (key, push) -> new Told(push, isBeside(push)),
        this::addPush,
        pushes,
        beside,
        byAfter,
        byCommit);
    continued = derivation.each("continued push (S1, S2)", pushes, this::continued);
    links = derivation.each("link of a push", pushes, this::link);
    times =
        derivation.each("time of a push (S1)", pushes, this::time, this::addTime, byTime, moments);
    derivation.each(
        "order of pushes (S1)", moments, (moment, count) -> order(moment), this::addOrder, ordered);
  }

  /** All pushes by branch, time and rank. */
  Table<Key, Placed> ordered() {
    return ordered;
  }

  /**
   * Imports of commits that were pushed: the push decides where these stand. What such a merge
   * brought may have come in no push.
   */
  Table<Key, Push> beside() {
    return beside;
  }

  /** The SHA that a branch pointed to at a time, or null if it is not known to have existed. */
  String valueAt(String branch, Instant time) {
    var last = ordered.lower(Key.of(branch, time).end());
    return last == null || !last.getKey().startsWith(Key.of(branch))
        ? null
        : last.getValue().push().head();
  }

  private void addEvent(String id, PushEvent event, Rows rows) {
    if (!event.getRef().startsWith(HEADS) || event.getAfter() == null) {
      return;
    }
    String branch = event.getRef().substring(HEADS.length());
    Key move = Key.of(branch, Objects.toString(event.getBefore(), ""), event.getAfter());
    Instant time = timeOf(event);
    rows.add(events, move.with(time, id), event);
    rows.count(moves, move);
    rows.add(reached, Key.of(branch, event.getAfter(), time, id), true);
  }

  /**
   * Events with the same before and after are of one push, unless the branch was brought back to
   * the one before in between: force-pushes may go in a circle.
   */
  private List<Push> merged(Key move) {
    List<Push> merged = new ArrayList<>();
    List<PushEvent> one = new ArrayList<>();
    for (var entry : Table.under(events, move)) {
      PushEvent event = entry.getValue();
      if (!one.isEmpty() && cameBack(move, one.get(one.size() - 1), event)) {
        merged.add(merge(one));
        one = new ArrayList<>();
      }
      one.add(event);
    }
    if (!one.isEmpty()) {
      merged.add(merge(one));
    }
    return merged;
  }

  private boolean cameBack(Key move, PushEvent earlier, PushEvent later) {
    Key before = Key.of(move.part(0), move.part(1));
    var back = reached.ceiling(before.with(timeOf(earlier)).end());
    return back != null
        && back.getKey().startsWith(before)
        && back.getKey().<Instant>part(2).isBefore(timeOf(later));
  }

  private static Push merge(List<PushEvent> events) {
    PushEvent push = events.size() == 1 ? events.get(0) : mergeFields(events);
    boolean live =
        events.stream().anyMatch(event -> !event.getProvenance().getOrigin().equals("backfill"));
    return new Push(push, live, timeOf(push));
  }

  private static PushEvent mergeFields(List<PushEvent> events) {
    var newest =
        new Newest<>(events, PushEvent::getOccurredAt, PushEvent::getProvenance, PushEvent::getId);
    var commits =
        newest.value(
            event -> event.getCommits().isEmpty() ? null : event.getCommits(), List.<Commit>of());
    return PushEvent.newBuilder(newest.last())
        .setHead(newest.value(PushEvent::getHead))
        .setPushedAt(newest.value(PushEvent::getPushedAt))
        .setCommits(commits)
        .build();
  }

  private static Instant timeOf(PushEvent push) {
    if (push.getPushedAt() != null) {
      return push.getPushedAt();
    }
    String head = push.getHead() == null ? push.getAfter() : push.getHead();
    return push.getCommits().stream()
        .filter(commit -> commit.getSha().equals(head))
        .map(Commit::getCommittedAt)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(push.getOccurredAt());
  }

  private void addTold(Key move, List<Push> merged, Rows rows) {
    for (var push : merged) {
      rows.add(told, push.key(), push);
      if (!push.isImported()) {
        push.event()
            .getCommits()
            .forEach(commit -> rows.count(pushed, Key.of(push.branch(), commit.getSha())));
        rows.count(pushed, Key.of(push.branch(), push.head()));
      }
    }
  }

  private boolean isBeside(Push push) {
    return push.isImported() && pushed.of(Key.of(push.branch(), push.head())) > 0;
  }

  private void addPush(Key key, Told of, Rows rows) {
    Push push = of.push();
    if (of.beside()) {
      rows.add(beside, key, push);
      return;
    }
    String branch = push.branch();
    Key own = Key.of(push.time(), push.event().getAfter(), push.before());
    rows.add(pushes, key, push);
    Key after = Key.of(branch, push.event().getAfter(), push.time(), push.before());
    rows.add(byAfter, after, push);
    for (var commit : push.event().getCommits()) {
      rows.add(byCommit, Key.of(branch, commit.getSha(), push.isImported()).with(own), push);
    }
    rows.add(byCommit, Key.of(branch, push.head(), push.isImported()).with(own), push);
  }

  /** The push that a push continues, before circles are broken; or null. */
  private Key continued(Key key, Push push) {
    if (push.event().getBefore() == null) {
      return null;
    }
    if (push.isImported()) {
      for (var entry : Table.under(byCommit, Key.of(push.branch(), push.event().getBefore()))) {
        if (!entry.getValue().key().equals(key)) {
          return entry.getValue().key();
        }
      }
      return null;
    }
    // The newest that is not later, else the earliest of the later ones.
    Key place = Key.of(push.branch(), push.event().getBefore());
    Key time = place.with(push.time()).end();
    for (var entry : byAfter.before(time)) {
      if (!entry.getKey().startsWith(place)) {
        break;
      }
      if (!entry.getValue().key().equals(key)) {
        return entry.getValue().key();
      }
    }
    for (var entry : byAfter.from(time)) {
      if (!entry.getKey().startsWith(place)) {
        break;
      }
      if (!entry.getValue().key().equals(key)) {
        return entry.getValue().key();
      }
    }
    return null;
  }

  /**
   * The push that a push continues, unless it is the earliest of a circle. A circle goes back to
   * its earliest push only over pushes that are not earlier, so that no others need be asked.
   */
  private Key link(Key key, Push push) {
    Key previous = continued.get(key);
    Set<Key> path = new HashSet<>();
    boolean earliest = true;
    Key at = previous;
    while (at != null && !at.<Instant>part(1).isBefore(push.time()) && path.add(at)) {
      if (at.equals(key)) {
        return earliest ? null : previous;
      }
      earliest &= at.compareTo(key) > 0;
      at = continued.get(at);
    }
    return previous;
  }

  /** The sender's time, but never below that of the push it continues. */
  private Timed time(Key key, Push push) {
    Key previous = links.get(key);
    Timed before = previous == null ? null : times.getAlong(previous, links::get);
    return new Timed(
        push, before == null || before.time().isBefore(push.time()) ? push.time() : before.time());
  }

  private void addTime(Key key, Timed timed, Rows rows) {
    Push push = timed.push();
    Key moment = Key.of(push.branch(), timed.time());
    rows.add(byTime, moment.with(push.event().getAfter(), push.before(), push.time()), push);
    rows.count(moments, moment);
  }

  /** The pushes of one time along their chains, then by SHA, smallest first among the free. */
  private List<Placed> order(Key moment) {
    Map<Key, Push> simultaneous = new HashMap<>();
    Table.under(byTime, moment)
        .forEach(entry -> simultaneous.put(entry.getValue().key(), entry.getValue()));
    Map<Key, List<Key>> next = new HashMap<>();
    var free =
        new PriorityQueue<Key>(
            Comparator.<Key, String>comparing(push -> push.part(2))
                .thenComparing(Comparator.naturalOrder()));
    for (Key push : simultaneous.keySet()) {
      Key before = simultaneous.size() == 1 ? null : links.get(push);
      if (before != null && simultaneous.containsKey(before)) {
        next.computeIfAbsent(before, p -> new ArrayList<>()).add(push);
      } else {
        free.add(push);
      }
    }
    List<Placed> placed = new ArrayList<>();
    while (!free.isEmpty()) {
      Key push = free.poll();
      placed.add(new Placed(simultaneous.get(push), moment.part(1), placed.size()));
      free.addAll(next.getOrDefault(push, List.of()));
    }
    return placed;
  }

  private void addOrder(Key moment, List<Placed> placed, Rows rows) {
    placed.forEach(push -> rows.add(ordered, moment.with(push.rank()), push));
  }
}
