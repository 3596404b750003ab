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

  /** What moves there are. */
  private final Count<Move> moves;

  /** When a branch reached a commit: branch, commit, time, id. */
  private final Table<Key, Instant> reached;

  /** What was told. */
  private final Table<Id, Push> told;

  /** What came with pushes that are not imported: branch, commit. */
  private final Count<Key> pushed;

  /** The same as what was told, without what stands beside a push. */
  private final Table<Id, Push> pushes;

  /** Imports of commits that were pushed. */
  private final Table<Id, Push> beside;

  /** By branch, after, own time, before. */
  private final Table<Key, Push> byAfter;

  /** By branch, commit, imported or not, own time, after, before. */
  private final Table<Key, Push> byCommit;

  /** By branch, time, after, before, own time. */
  private final Table<Key, Push> byTime;

  /** Branches and times at which there are any. */
  private final Count<Moment> moments;

  /** By branch, time and rank. */
  private final Table<Key, Placed> ordered;

  private final Derived<Id, Push, Id> continued;
  private final Derived<Id, Push, Id> links;
  private final Derived<Id, Push, Timed> times;

  /** A move of a branch from one commit to another, which may happen more than once. */
  private record Move(String branch, String before, String after) implements Keyed<Move> {
    @Override
    public Key key() {
      return Key.of(branch, before, after);
    }
  }

  /**
   * Identity of a push.
   *
   * @param time its own
   * @param before the SHA at the branch before it; empty if that is not told
   */
  record Id(String branch, Instant time, String after, String before) implements Keyed<Id> {
    @Override
    public Key key() {
      return Key.of(branch, time, after, before);
    }
  }

  /** A time at which something was pushed to a branch. */
  private record Moment(String branch, Instant time) implements Keyed<Moment> {
    @Override
    public Key key() {
      return Key.of(branch, time);
    }
  }

  /**
   * A push.
   *
   * @param event what its events tell of it together
   * @param live whether it came live, not only by backfill
   * @param time the sender's time, else its head commit's
   */
  record Push(PushEvent event, String branch, boolean live, Instant time) {

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

    private Id id() {
      return new Id(branch(), time, event.getAfter(), before());
    }
  }

  private record Timed(Push push, Instant time) {}

  /** A push, and whether it is an import of a commit that was pushed. */
  private record ChangeDetails(Push push, boolean beside) {}

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
        (id, push) -> new ChangeDetails(push, isBeside(push)),
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
  Table<Id, Push> beside() {
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
    var move = new Move(branch, Objects.toString(event.getBefore(), ""), event.getAfter());
    Instant time = timeOf(event);
    rows.add(events, move.key().with(time, id), event);
    rows.count(moves, move);
    rows.add(reached, Key.of(branch, event.getAfter(), time, id), time);
  }

  /**
   * Events with the same before and after are of one push, unless the branch was brought back to
   * the one before in between: force-pushes may go in a circle.
   */
  private List<Push> merged(Move move) {
    List<Push> merged = new ArrayList<>();
    List<PushEvent> one = new ArrayList<>();
    for (var entry : Table.under(events, move.key())) {
      PushEvent event = entry.getValue();
      if (!one.isEmpty() && cameBack(move, one.get(one.size() - 1), event)) {
        merged.add(merge(move.branch(), one));
        one = new ArrayList<>();
      }
      one.add(event);
    }
    if (!one.isEmpty()) {
      merged.add(merge(move.branch(), one));
    }
    return merged;
  }

  private boolean cameBack(Move move, PushEvent earlier, PushEvent later) {
    Key before = Key.of(move.branch(), move.before());
    var back = reached.ceiling(before.with(timeOf(earlier)).end());
    return back != null
        && back.getKey().startsWith(before)
        && back.getValue().isBefore(timeOf(later));
  }

  private static Push merge(String branch, List<PushEvent> events) {
    PushEvent push = events.size() == 1 ? events.get(0) : mergeFields(events);
    boolean live =
        events.stream().anyMatch(event -> !event.getProvenance().getOrigin().equals("backfill"));
    return new Push(push, branch, live, timeOf(push));
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

  private void addTold(Move move, List<Push> merged, Rows rows) {
    for (var push : merged) {
      rows.add(told, push.id(), push);
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

  private void addPush(Id id, ChangeDetails of, Rows rows) {
    Push push = of.push();
    if (of.beside()) {
      rows.add(beside, id, push);
      return;
    }
    String branch = push.branch();
    Key own = Key.of(push.time(), push.event().getAfter(), push.before());
    rows.add(pushes, id, push);
    Key after = Key.of(branch, push.event().getAfter(), push.time(), push.before());
    rows.add(byAfter, after, push);
    for (var commit : push.event().getCommits()) {
      rows.add(byCommit, Key.of(branch, commit.getSha(), push.isImported()).with(own), push);
    }
    rows.add(byCommit, Key.of(branch, push.head(), push.isImported()).with(own), push);
  }

  /** The push that a push continues, before circles are broken; or null. */
  private Id continued(Id id, Push push) {
    if (push.event().getBefore() == null) {
      return null;
    }
    if (push.isImported()) {
      for (var entry : Table.under(byCommit, Key.of(push.branch(), push.event().getBefore()))) {
        if (!entry.getValue().id().equals(id)) {
          return entry.getValue().id();
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
      if (!entry.getValue().id().equals(id)) {
        return entry.getValue().id();
      }
    }
    for (var entry : byAfter.from(time)) {
      if (!entry.getKey().startsWith(place)) {
        break;
      }
      if (!entry.getValue().id().equals(id)) {
        return entry.getValue().id();
      }
    }
    return null;
  }

  /**
   * The push that a push continues, unless it is the earliest of a circle. A circle goes back to
   * its earliest push only over pushes that are not earlier, so that no others need be asked.
   */
  private Id link(Id id, Push push) {
    Id previous = continued.get(id);
    Set<Id> path = new HashSet<>();
    boolean earliest = true;
    Id at = previous;
    while (at != null && !at.time().isBefore(push.time()) && path.add(at)) {
      if (at.equals(id)) {
        return earliest ? null : previous;
      }
      earliest &= at.compareTo(id) > 0;
      at = continued.get(at);
    }
    return previous;
  }

  /** The sender's time, but never below that of the push it continues. */
  private Timed time(Id id, Push push) {
    Id previous = links.get(id);
    Timed before = previous == null ? null : times.getAlong(previous, links::get);
    return new Timed(
        push, before == null || before.time().isBefore(push.time()) ? push.time() : before.time());
  }

  private void addTime(Id id, Timed timed, Rows rows) {
    Push push = timed.push();
    var moment = new Moment(push.branch(), timed.time());
    rows.add(byTime, moment.key().with(push.event().getAfter(), push.before(), push.time()), push);
    rows.count(moments, moment);
  }

  /** The pushes of one time along their chains, then by SHA, smallest first among the free. */
  private List<Placed> order(Moment moment) {
    Map<Id, Push> simultaneous = new HashMap<>();
    Table.under(byTime, moment.key())
        .forEach(entry -> simultaneous.put(entry.getValue().id(), entry.getValue()));
    Map<Id, List<Id>> next = new HashMap<>();
    var free =
        new PriorityQueue<Id>(
            Comparator.comparing(Id::after).thenComparing(Comparator.naturalOrder()));
    for (Id push : simultaneous.keySet()) {
      Id before = simultaneous.size() == 1 ? null : links.get(push);
      if (before != null && simultaneous.containsKey(before)) {
        next.computeIfAbsent(before, p -> new ArrayList<>()).add(push);
      } else {
        free.add(push);
      }
    }
    List<Placed> placed = new ArrayList<>();
    while (!free.isEmpty()) {
      Id push = free.poll();
      placed.add(new Placed(simultaneous.get(push), moment.time(), placed.size()));
      free.addAll(next.getOrDefault(push, List.of()));
    }
    return placed;
  }

  private void addOrder(Moment moment, List<Placed> placed, Rows rows) {
    placed.forEach(push -> rows.add(ordered, moment.key().with(push.rank()), push));
  }
}
