package dev.dorado.rules.reference;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Rules S1 and S2: the commits of a branch, and their positions. */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Branch {

  /** S1: the time of the push, its place among those of that time, the place in it. */
  record Position(Instant time, int rank, int index) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      return Comparator.comparing(Position::time)
          .thenComparing(Position::rank)
          .thenComparing(Position::index)
          .compare(this, other);
    }
  }

  /** A commit at its position; pushed is false of one that is only known to be continued. */
  record Entry(
      String sha,
      Position position,
      Commit commit,
      boolean pushed,
      boolean backfill,
      PushEvent push) {}

  final String name;

  /** In the order of their positions. */
  final List<Entry> entries = new ArrayList<>();

  private final List<Push> pushes;
  private final List<Entry> continued = new ArrayList<>();

  Branch(String name, Collection<PushEvent> events) {
    this.name = name;
    List<Push> all = merged(events);
    Set<String> pushed = new TreeSet<>();
    all.stream().filter(push -> !push.isImported()).forEach(push -> pushed.addAll(push.shas()));
    var beside =
        all.stream()
            .filter(push -> push.isImported() && pushed.contains(push.head()))
            .sorted(BY_TIME)
            .toList();
    all.removeAll(beside);
    this.pushes = inOrder(chained(all));
    place(pushed);
    pushes.stream().filter(Push::isImported).forEach(this::addWhatItSays);
    beside.forEach(this::placeBeside);
    placeContinued();
    entries.sort(Comparator.comparing(Entry::position));
  }

  Entry entry(String sha) {
    return entries.stream().filter(entry -> entry.sha().equals(sha)).findFirst().orElse(null);
  }

  /** S8: what the branch meant at a time, or null. */
  String valueAt(Instant time) {
    String value = null;
    for (var push : pushes) {
      value = push.lifted().isAfter(time) ? value : head(push.event);
    }
    return value;
  }

  /** What the branch was moved to by a push, and when. */
  record Move(String head, Instant time) {}

  /** E4: an imported commit is a push of its own, unless it was pushed too. */
  List<Move> moves() {
    return pushes.stream()
        .filter(push -> !push.isImported() || entry(push.head()).push() == push.event)
        .map(push -> new Move(push.head(), push.lifted()))
        .toList();
  }

  boolean hasBy(String sha, Instant time) {
    var entry = entry(sha);
    return entry != null && !entry.position().time().isAfter(time);
  }

  private static final class Push {
    private final PushEvent event;
    private final boolean live;
    private Push continues;

    private Push(List<PushEvent> same) {
      event = Events.merged(same);
      live = same.stream().anyMatch(Events::isLive);
    }

    private String head() {
      return Branch.head(event);
    }

    private Set<String> shas() {
      Set<String> shas = new TreeSet<>(Set.of(head()));
      event.getCommits().forEach(commit -> shas.add(commit.getSha()));
      return shas;
    }

    /** S2: a backfill gives a push for each commit of the first-parent line, without a time. */
    private boolean isImported() {
      return !live && event.getPushedAt() == null;
    }

    /** S2: an imported commit continues whatever push has its first parent. */
    private boolean fits(Push earlier) {
      return earlier != this
          && event.getBefore() != null
          && (isImported()
              ? earlier.shas().contains(event.getBefore())
              : earlier.event.getAfter().equals(event.getBefore()));
    }

    /**
     * S1, S2: never below that of the push it continues, which for an imported commit has its first
     * parent.
     */
    private Instant lifted() {
      Instant own = timeOf(event);
      Instant before = continues == null ? own : continues.lifted();
      return own.isAfter(before) ? own : before;
    }
  }

  /** S1, S2: the sender's time, else that of its head commit; else what the event says. */
  private static Instant timeOf(PushEvent push) {
    Instant made = null;
    for (var commit : push.getCommits()) {
      if (commit.getSha().equals(head(push)) && made == null) {
        made = commit.getCommittedAt();
      }
    }
    return push.getPushedAt() != null
        ? push.getPushedAt()
        : Objects.requireNonNullElse(made, push.getOccurredAt());
  }

  private static String head(PushEvent push) {
    return push.getHead() == null ? push.getAfter() : push.getHead();
  }

  /** E6: one before and after is one push, unless the branch came back to before in between. */
  private static List<Push> merged(Collection<PushEvent> events) {
    List<Push> merged = new ArrayList<>();
    var moves = events.stream().filter(event -> event.getAfter() != null).toList();
    for (var same : Events.grouped(moves, e -> e.getBefore() + ".." + e.getAfter())) {
      List<PushEvent> one = new ArrayList<>();
      for (var event : same.stream().sorted(Comparator.comparing(Branch::timeOf)).toList()) {
        if (!one.isEmpty() && cameBack(moves, one.get(one.size() - 1), event)) {
          merged.add(new Push(one));
          one = new ArrayList<>();
        }
        one.add(event);
      }
      merged.add(new Push(one));
    }
    return merged;
  }

  private static boolean cameBack(List<PushEvent> moves, PushEvent from, PushEvent to) {
    return moves.stream()
        .anyMatch(
            move ->
                move.getAfter().equals(to.getBefore())
                    && timeOf(move).isAfter(timeOf(from))
                    && timeOf(move).isBefore(timeOf(to)));
  }

  private static final Comparator<Push> BY_TIME =
      Comparator.comparing((Push push) -> timeOf(push.event))
          .thenComparing(push -> push.event.getAfter())
          .thenComparing(push -> Objects.toString(push.event.getBefore(), ""));

  /**
   * S1: a push continues the newest one that is not later, else the earliest later one, whose after
   * is its before; S2: an imported one that where its first parent stands. Pushes in a circle begin
   * with the earliest.
   */
  private static List<Push> chained(List<Push> merged) {
    var pushes = merged.stream().sorted(BY_TIME).toList();
    for (var push : pushes) {
      for (var other : pushes.stream().filter(push::fits).toList()) {
        boolean earlier = !timeOf(other.event).isAfter(timeOf(push.event));
        boolean better =
            push.isImported()
                ? push.continues != null && push.continues.isImported() && !other.isImported()
                : earlier;
        push.continues = better || push.continues == null ? other : push.continues;
      }
    }
    for (var push : pushes) {
      Push back = push.continues;
      for (int i = 0; i < pushes.size() && back != null && back != push; i++) {
        back = back.continues;
      }
      push.continues = back == push ? null : push.continues;
    }
    return pushes;
  }

  /** S1: by time; equal times along the chains, then by SHA, smallest first among the free. */
  private static List<Push> inOrder(List<Push> pushes) {
    List<Push> waiting = new ArrayList<>(pushes);
    List<Push> ordered = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Push next =
          waiting.stream()
              .filter(push -> !waiting.contains(push.continues))
              .min(
                  Comparator.comparing(Push::lifted)
                      .thenComparing(push -> push.event.getAfter())
                      .thenComparing(BY_TIME))
              .orElseThrow();
      waiting.remove(next);
      ordered.add(next);
    }
    return ordered;
  }

  /** S1: a SHA keeps its earliest position; a force-push withdraws nothing. */
  private void place(Set<String> decided) {
    Instant last = null;
    int rank = 0;
    for (var push : pushes) {
      Instant time = push.lifted();
      rank = time.equals(last) ? rank + 1 : 0;
      last = time;
      List<Commit> commits = new ArrayList<>(push.event.getCommits());
      String head = head(push.event);
      if (commits.isEmpty() || !commits.get(commits.size() - 1).getSha().equals(head)) {
        commits.add(Commit.newBuilder().setSha(head).setMessage("\0").build());
      }
      for (int i = 0; i < commits.size(); i++) {
        boolean told = !commits.get(i).getMessage().equals("\0");
        if (push.isImported() && decided.contains(commits.get(i).getSha())) {
          continue;
        }
        add(
            new Entry(
                commits.get(i).getSha(),
                new Position(time, rank, i + 1 - commits.size()),
                told ? commits.get(i) : null,
                true,
                !push.live,
                push.event));
      }
      String base = base(push.event);
      if (base != null) {
        var position = new Position(time, rank, -commits.size());
        continued.add(new Entry(base, position, null, false, !push.live, push.event));
      }
    }
  }

  /**
   * S2: of an imported merge that was pushed, the push decides; side commits that only the import
   * knows stand right before it, as if they had been in that push.
   */
  private void placeBeside(Push merge) {
    var at = entry(merge.head());
    addWhatItSays(merge);
    int first = 0;
    for (var commit : merge.event.getCommits()) {
      if (entry(commit.getSha()) == null) {
        entries.add(
            first++, new Entry(commit.getSha(), at.position(), commit, true, true, at.push()));
      }
    }
  }

  /** E6: an import may know more of what was pushed. */
  private void addWhatItSays(Push imported) {
    for (var commit : imported.event.getCommits()) {
      if (entry(commit.getSha()) != null) {
        add(new Entry(commit.getSha(), null, commit, true, true, null));
      }
    }
  }

  /** What a push only names as the one before stands there, if nothing else is known of it. */
  private void placeContinued() {
    List<Entry> pushed = List.copyOf(entries);
    continued.stream()
        .filter(entry -> pushed.stream().noneMatch(other -> other.sha().equals(entry.sha())))
        .forEach(this::add);
  }

  /**
   * What is known of a commit comes from the first push that says something; live over backfill.
   */
  private void add(Entry entry) {
    for (int i = 0; i < entries.size(); i++) {
      var known = entries.get(i);
      if (known.sha().equals(entry.sha())) {
        entries.set(
            i,
            new Entry(
                known.sha(),
                known.position(),
                known.commit() == null ? entry.commit() : known.commit(),
                known.pushed(),
                known.backfill() && entry.backfill(),
                known.push()));
        return;
      }
    }
    entries.add(entry);
  }

  /** The commit that a push continues, as far as it says. */
  private static String base(PushEvent push) {
    if (push.getBefore() != null || push.getCommits().isEmpty()) {
      return push.getBefore();
    }
    var parents = push.getCommits().get(0).getParents();
    return parents == null || parents.isEmpty() ? null : parents.get(0);
  }
}
