package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

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
import java.util.function.Function;

/**
 * Which commits each commit of a branch's first-parent line brought (rule S2): those that are
 * reachable from its other parents and not from its first. Asked along the line, oldest first, each
 * commit is looked at once. Not thread-safe.
 *
 * @param <C> a commit
 */
final class Mainline<C> {

  private final Function<C, List<C>> parents;
  private final Comparator<C> oldestFirst;
  private final Set<C> fresh;

  /**
   * @param parents the parents of a commit, the first parent first
   * @param oldestFirst a total order for commits of which neither is the other's ancestor
   * @param fresh all commits of the branch that no commit before the line brought; is used up
   */
  Mainline(Function<C, List<C>> parents, Comparator<C> oldestFirst, Set<C> fresh) {
    this.parents = requireNonNull(parents);
    this.oldestFirst = requireNonNull(oldestFirst);
    this.fresh = requireNonNull(fresh);
  }

  /** What the next commit of the line brought beside itself, parents before their children. */
  List<C> broughtBy(C next) {
    fresh.remove(next);
    List<C> all = parents.apply(next);
    if (all.size() < 2) {
      return List.of();
    }
    Set<C> brought = new HashSet<>();
    Deque<C> toLookAt = new ArrayDeque<>(all.subList(1, all.size()));
    while (!toLookAt.isEmpty()) {
      C commit = toLookAt.pop();
      if (fresh.remove(commit)) {
        brought.add(commit);
        toLookAt.addAll(parents.apply(commit));
      }
    }
    return sorted(brought);
  }

  private List<C> sorted(Set<C> brought) {
    Map<C, Integer> waitingFor = new HashMap<>();
    Map<C, List<C>> children = new HashMap<>();
    var ready = new PriorityQueue<C>(oldestFirst);
    for (C commit : brought) {
      Set<C> inside = new HashSet<>(parents.apply(commit));
      inside.retainAll(brought);
      if (inside.isEmpty()) {
        ready.add(commit);
      } else {
        waitingFor.put(commit, inside.size());
        inside.forEach(p -> children.computeIfAbsent(p, any -> new ArrayList<>()).add(commit));
      }
    }
    List<C> sorted = new ArrayList<>(brought.size());
    while (!ready.isEmpty()) {
      C commit = ready.poll();
      sorted.add(commit);
      for (C child : children.getOrDefault(commit, List.of())) {
        if (waitingFor.merge(child, -1, Integer::sum) == 0) {
          ready.add(child);
        }
      }
    }
    return sorted;
  }
}
