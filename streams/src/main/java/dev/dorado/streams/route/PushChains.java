package dev.dorado.streams.route;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The chains that pushes to a branch make ({@code before} of one is {@code after} of another), and
 * the order of the pushes that follows from them (rule S1). Pushes that go round in a circle, as
 * force pushes may, are taken to begin with the earliest of the circle.
 *
 * @param <P> kind of push
 */
final class PushChains<P> {

  /** A push with its time: the sender's, but never below that of the push it continues. */
  record Link<P>(P push, Instant time) {}

  private final List<P> pushes;
  private final Function<P, Instant> time;
  private final Function<P, String> after;
  private final Comparator<P> order;
  private final Map<P, P> previous = new HashMap<>();
  private final Map<P, Instant> times = new HashMap<>();

  PushChains(
      List<P> pushes,
      Function<P, Instant> time,
      Function<P, String> before,
      Function<P, String> after) {
    this.time = time;
    this.after = after;
    this.order =
        Comparator.comparing(time)
            .thenComparing(after)
            .thenComparing(push -> String.valueOf(before.apply(push)));
    this.pushes = pushes.stream().sorted(order).toList();
    Map<String, List<P>> byAfter = new HashMap<>();
    for (P push : this.pushes) {
      byAfter.computeIfAbsent(after.apply(push), sha -> new ArrayList<>()).add(push);
    }
    for (P push : this.pushes) {
      P continued = continued(push, byAfter.getOrDefault(before.apply(push), List.of()));
      if (continued != null) {
        previous.put(push, continued);
      }
    }
    breakCircles();
    this.pushes.forEach(this::liftTime);
  }

  /**
   * All pushes in order: by time; those of equal time along their chains, then by SHA, smallest
   * first among the free.
   */
  List<Link<P>> inOrder() {
    Map<Instant, List<P>> byTime = new TreeMap<>();
    pushes.forEach(
        push -> byTime.computeIfAbsent(times.get(push), t -> new ArrayList<>()).add(push));
    List<Link<P>> ordered = new ArrayList<>();
    byTime.forEach(
        (at, simultaneous) ->
            alongChains(simultaneous).forEach(push -> ordered.add(new Link<>(push, at))));
    return ordered;
  }

  /** The newest push that is not later than {@code push}, else the earliest of the later ones. */
  private P continued(P push, List<P> candidates) {
    P chosen = null;
    for (P candidate : candidates) {
      boolean earlier = !time.apply(candidate).isAfter(time.apply(push));
      if (!candidate.equals(push) && (earlier || chosen == null)) {
        chosen = candidate;
      }
    }
    return chosen;
  }

  private void breakCircles() {
    Set<P> safe = new HashSet<>();
    for (P start : pushes) {
      Set<P> path = new HashSet<>();
      P push = start;
      while (push != null && !safe.contains(push) && path.add(push)) {
        push = previous.get(push);
      }
      if (push != null && !safe.contains(push)) {
        P earliest = push;
        for (P on = previous.get(push); !on.equals(push); on = previous.get(on)) {
          earliest = order.compare(on, earliest) < 0 ? on : earliest;
        }
        previous.remove(earliest);
      }
      safe.addAll(path);
    }
  }

  private void liftTime(P push) {
    Deque<P> path = new ArrayDeque<>();
    for (P on = push; on != null && !times.containsKey(on); on = previous.get(on)) {
      path.push(on);
    }
    for (P on : path) {
      Instant own = time.apply(on);
      Instant before = previous.containsKey(on) ? times.get(previous.get(on)) : own;
      times.put(on, before.isAfter(own) ? before : own);
    }
  }

  private List<P> alongChains(List<P> simultaneous) {
    if (simultaneous.size() == 1) {
      return simultaneous;
    }
    Map<P, List<P>> next = new HashMap<>();
    var free = new PriorityQueue<P>(Comparator.comparing(after).thenComparing(order));
    Set<P> group = new HashSet<>(simultaneous);
    for (P push : simultaneous) {
      P before = previous.get(push);
      if (before != null && group.contains(before)) {
        next.computeIfAbsent(before, p -> new ArrayList<>()).add(push);
      } else {
        free.add(push);
      }
    }
    List<P> ordered = new ArrayList<>();
    while (!free.isEmpty()) {
      P push = free.poll();
      ordered.add(push);
      free.addAll(next.getOrDefault(push, List.of()));
    }
    return ordered;
  }
}
