package dev.dorado.rules.reference;

import dev.dorado.rules.reference.Changes.Change;
import dev.dorado.rules.reference.Changes.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Rules S4, S5 and S9: which deployment of a class of environments ships which change. */
final class Shipping {

  /** A run that brought a version of a service to an environment, and ended. */
  static final class Attempt {
    String id;
    String repository;
    String environment;
    String environmentClass;
    String sha;
    String url;
    String toldVersion;

    /** E6: the id that the sender gave; several repositories of a service may use one. */
    String givenId;

    /** K1: what it deploys. */
    Version version;

    /** S8, and S9 of what is in a rollout. */
    List<Place> head;

    Instant start;
    Instant finish;
    boolean succeeded;
    String declaredKind;
    boolean failed;
    boolean rework;
    String incident;

    /** E4, E6: the layer that reports it, what it repeats, and what it is called. */
    String layer;

    String hitchOf;
    String strategy;
    String workflow;
    String source;

    /** K1 decides it, and which attempt that says what it deploys came before. */
    String kind;

    Attempt previous;

    /** S9: what it is a part of. */
    Deployment deployment;
  }

  /** Words: every order of deployments is (finish, start, id). */
  static final Comparator<Attempt> ORDER =
      Comparator.comparing((Attempt attempt) -> attempt.finish)
          .thenComparing(attempt -> attempt.start)
          .thenComparing(attempt -> attempt.id);

  /** A deployment of the headline: the attempts of one rollout, or one that failed. */
  record Deployment(List<Attempt> members, boolean succeeded, List<Change> changes)
      implements Comparable<Deployment> {

    static Deployment of(Attempt first) {
      var deployment = new Deployment(new ArrayList<>(), first.succeeded, new ArrayList<>());
      deployment.add(first);
      return deployment;
    }

    void add(Attempt member) {
      members.add(member);
      member.deployment = this;
    }

    /** E6: by the id in the facts, or by the id that the sender gave and the repository. */
    boolean has(String attempt) {
      return members.stream()
          .anyMatch(m -> m.id.equals(attempt) || (m.givenId + "@" + m.repository).equals(attempt));
    }

    /** S9: all members have the head of the first whose head is known. */
    void shareHead() {
      members.stream()
          .map(member -> member.head)
          .filter(head -> !head.isEmpty())
          .findFirst()
          .ifPresent(head -> members.forEach(member -> member.head = head));
    }

    /** Words: whether both reached one environment from one repository. */
    boolean sharesLedgerWith(Deployment other) {
      return Objects.equals(first().repository, other.first().repository)
          && !Collections.disjoint(environments(), other.environments());
    }

    Attempt first() {
      return members.get(0);
    }

    String id() {
      return first().id;
    }

    boolean is(String kind) {
      return first().kind.equals(kind);
    }

    /** K2: what a redeploy repeats in the end; else itself. */
    Deployment repeated() {
      boolean redeploy = is("redeploy") && first().previous != null;
      return redeploy ? first().previous.deployment.repeated() : this;
    }

    Instant start() {
      return members.stream().map(m -> m.start).min(Comparator.naturalOrder()).orElseThrow();
    }

    Instant finish() {
      return members.get(members.size() - 1).finish;
    }

    List<String> environments() {
      return members.stream().map(member -> member.environment).distinct().toList();
    }

    @Override
    public int compareTo(Deployment other) {
      return Comparator.comparing(Deployment::finish)
          .thenComparing(Deployment::start)
          .thenComparing(Deployment::id)
          .compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** The successful attempts of each environment and repository, in order. */
  final List<List<Attempt>> ledgers = new ArrayList<>();

  /** In order. */
  final List<Deployment> deployments = new ArrayList<>();

  final List<Deployment> failedAttempts = new ArrayList<>();

  /** Deployments and failed attempts that are in no ledger. */
  final List<Deployment> excluded = new ArrayList<>();

  final Map<Change, Deployment> deploymentOf = new HashMap<>();

  /** S5: shipped at an unknown time. */
  final Set<Change> atBaseline = new HashSet<>();

  Shipping(
      Collection<Attempt> attempts,
      Collection<Change> changes,
      Corrections corrections,
      Duration window) {
    var ended = attempts.stream().sorted(ORDER).toList();
    for (var deployment : rollouts(ended, window)) {
      boolean out = corrections.excludes(deployment);
      var in = deployment.succeeded() ? deployments : failedAttempts;
      (out ? excluded : in).add(deployment);
    }
    var left = ended.stream().filter(attempt -> deployments.contains(attempt.deployment)).toList();
    for (var rollout : deployments) {
      rollout.shareHead();
    }
    for (var ledger : Events.grouped(left, Shipping::ledgerOf)) {
      ledgers.add(ledger);
      Kinds.decide(ledger);
    }
    // What failed or is excluded has the kind that it would have had; nothing is compared with it.
    for (var others : List.of(failedAttempts, excluded)) {
      for (var deployment : others) {
        deployment.members().forEach(m -> Kinds.decide(m, ledger(m)));
      }
    }
    changes.forEach(this::ship);
  }

  /** All deployments and failed attempts. */
  List<Deployment> all() {
    return Stream.of(deployments, failedAttempts, excluded).flatMap(List::stream).toList();
  }

  private static String ledgerOf(Attempt attempt) {
    return attempt.environment + " in " + attempt.repository;
  }

  private List<Attempt> ledger(Attempt attempt) {
    return ledgers.stream()
        .filter(ledger -> ledgerOf(ledger.get(0)).equals(ledgerOf(attempt)))
        .findFirst()
        .orElse(List.of());
  }

  /**
   * S9: successful attempts of one version of a repository in different environments of production,
   * each within the window of the one before, are one deployment; the same environment again begins
   * a new one.
   */
  private static List<Deployment> rollouts(List<Attempt> ended, Duration window) {
    List<Deployment> rollouts = new ArrayList<>();
    for (var attempt : ended) {
      Attempt last = null;
      for (var rollout : rollouts) {
        for (var member : rollout.members()) {
          boolean same =
              rollout.succeeded()
                  && Objects.equals(attempt.repository, member.repository)
                  && attempt.version.isSameAs(member.version);
          boolean later = last == null || ORDER.compare(member, last) > 0;
          last = same && later ? member : last;
        }
      }
      Deployment latest = last == null ? null : last.deployment;
      if (attempt.succeeded
          && attempt.environmentClass.equals("production")
          && latest != null
          && attempt.version.isSameAs(latest.first().version)
          && !latest.environments().contains(attempt.environment)
          && Duration.between(last.finish, attempt.finish).compareTo(window) <= 0) {
        latest.add(attempt);
      } else {
        rollouts.add(Deployment.of(attempt));
      }
    }
    return rollouts.stream().sorted().toList();
  }

  /** S4: the first deployment whose head is at or after the change's position ships it, once. */
  private void ship(Change change) {
    var by = ledgers.stream().map(l -> first(l, change)).filter(Objects::nonNull).min(ORDER);
    if (by.isPresent() && change.backfillOnly && by.get() == baseline(by.get())) {
      atBaseline.add(change);
    } else if (by.isPresent()) {
      deploymentOf.put(change, by.get().deployment);
      by.get().deployment.changes().add(change);
    }
  }

  private static Attempt first(List<Attempt> ledger, Change change) {
    return ledger.stream().filter(a -> hasReached(a, change)).findFirst().orElse(null);
  }

  /** K2: a redeploy ships nothing, nor does what is of one rollout with it. */
  private static boolean ships(Attempt attempt) {
    return !attempt.kind.equals("redeploy") && !attempt.deployment.is("redeploy");
  }

  private static boolean hasReached(Attempt attempt, Change change) {
    return ships(attempt)
        && attempt.head.stream()
            .anyMatch(
                bound -> {
                  var place = change.places.get(bound.branch());
                  return place != null && place.position().compareTo(bound.position()) <= 0;
                });
  }

  /**
   * S5: the baseline is the first deployment with a known head that is no redeploy; what came only
   * by backfill at or before it counts as shipped at an unknown time.
   */
  private Attempt baseline(Attempt attempt) {
    return ledger(attempt).stream()
        .filter(a -> !a.head.isEmpty() && ships(a))
        .findFirst()
        .orElse(null);
  }
}
