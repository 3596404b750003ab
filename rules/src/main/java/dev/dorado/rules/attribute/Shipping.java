package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Keyed;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.Place;
import dev.dorado.steps.Position;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rules S4 and S5: which deployment ships a change: the first whose head is at or after its
 * position, and that is no redeploy (K2). Rule F4: which changes take another back.
 */
final class Shipping {

  /** Bounds of heads by class, environment, branch, finish, start, id. */
  private final Table<Key, Bound> bounds;

  /**
   * The heads that went further than all before them: branch, class, environment, position, finish,
   * start, id.
   */
  private final Table<Key, LedgerEntry> furthest;

  /** Which environments have any of them. */
  private final Count<OfBranch> reached;

  private final Table<Key, OfBranch> environments;

  private final Derived<Key, Bound, Furthest> reach;
  private final Derived<String, RoutedChange, OfChange> shipped;
  private final Count<String> cargo;
  private final Table<Key, RoutedChange> notable;
  private final Table<Key, String> files;
  private final Table<String, RoutedChange> changes;
  private final Ledgers ledgers;

  /** The heads of a branch in an environment. */
  private record OfBranch(String branch, String environmentClass, String environment)
      implements Keyed<OfBranch> {
    @Override
    public Key key() {
      return Key.of(branch, environmentClass, environment);
    }
  }

  private record Bound(LedgerEntry entry, String branch, Spot spot) {
    OfBranch place() {
      return new OfBranch(branch, entry.environmentClass(), entry.environment());
    }
  }

  /** How far any head had come by then, and whether this one is the first that came there. */
  private record Furthest(Bound of, Spot spot, boolean first) {}

  /** A position, to be part of a key. */
  private record Spot(Instant time, int rank, int index) implements Comparable<Spot> {
    private static final Comparator<Spot> ORDER =
        Comparator.comparing(Spot::time).thenComparing(Spot::rank).thenComparing(Spot::index);

    static Spot of(Position position) {
      return new Spot(position.getTime(), position.getRank(), position.getIndex());
    }

    @Override
    public int compareTo(Spot other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * How a change was shipped to a class of environments.
   *
   * @param by the entry that has it first
   * @param deployment the deployment that the entry is in
   * @param baseline whether that is the baseline, which only shows that it had been shipped by then
   * @param branch where it was compared
   */
  record Shipped(LedgerEntry by, Deployment deployment, boolean baseline, String branch) {}

  /** How a change was shipped, by class of environments. */
  private record OfChange(RoutedChange change, Map<String, Shipped> byClass) {}

  Shipping(Derivation derivation, Table<String, RoutedChange> changes, Ledgers ledgers) {
    this.changes = changes;
    this.ledgers = ledgers;
    bounds = derivation.table();
    furthest = derivation.table();
    reached = derivation.count();
    environments = derivation.table();
    cargo = derivation.count();
    notable = derivation.table();
    files = derivation.table();
    derivation.each(
        "bounds of a head",
        ledgers.entries(),
        (key, entry) -> ledgers.ships(entry) ? entry : null,
        this::addBounds,
        bounds);
    reach =
        derivation.each("furthest head", bounds, this::furthest, this::addReach, furthest, reached);
    derivation.each(
        "environment of a branch",
        reached,
        (place, heads) -> place,
        (place, same, rows) -> rows.add(environments, place.key(), same),
        environments);
    shipped =
        derivation.each(
            "shipped (S4, S5)",
            changes,
            (id, change) -> shipped(change),
            this::addCargo,
            cargo,
            notable,
            files);
  }

  /** How a change was shipped, by class of environments; nothing where it is not yet. */
  Map<String, Shipped> of(String change) {
    OfChange ofChange = shipped.get(change);
    return ofChange == null ? Map.of() : ofChange.byClass();
  }

  /** The deployment that shipped a change to a class of environments, or null. */
  Deployment deploymentOf(String change, String environmentClass) {
    Shipped in = of(change).get(environmentClass);
    return in == null || in.baseline() ? null : in.deployment();
  }

  /** How many changes a deployment shipped. */
  int count(Deployment deployment) {
    return cargo.of(deployment.id());
  }

  /** The reverts and hotfixes that a deployment shipped, by deployment and change. */
  Iterable<Map.Entry<Key, RoutedChange>> notable(Deployment deployment) {
    return Table.under(notable, Key.of(deployment.id()));
  }

  /** The last deployment before {@code by} that shipped a change of a file, or null. */
  Deployment lastWithFile(String repository, String file, Deployment by) {
    Key place = Key.of(by.environmentClass(), repository, file);
    var entry = files.lower(place.with(by.order()));
    return entry == null || !entry.getKey().startsWith(place)
        ? null
        : ledgers.byId().get(entry.getValue());
  }

  /**
   * The changes that a shipped revert took back from where it was shipped: those that an earlier
   * deployment had shipped there.
   */
  List<RoutedChange> takenBack(RoutedChange revert, String environmentClass) {
    Deployment by = deploymentOf(revert.getId(), environmentClass);
    if (by == null) {
      return List.of();
    }
    return revert.getReverts().stream()
        .map(changes::get)
        .filter(
            reverted -> {
              Deployment of =
                  reverted == null ? null : deploymentOf(reverted.getId(), environmentClass);
              return of != null && of.order().compareTo(by.order()) < 0;
            })
        .toList();
  }

  /**
   * Whether a change takes something back that was shipped: together with what it reverts, it is
   * neither failure, rework nor reactive (rule F4).
   */
  boolean isEffectiveRevert(RoutedChange change, String environmentClass) {
    if (!change.getRevert()) {
      return false;
    }
    List<RoutedChange> known =
        change.getReverts().stream().map(changes::get).filter(c -> c != null).toList();
    return known.isEmpty()
        || known.stream().anyMatch(reverted -> isAtBaseline(reverted, environmentClass))
        || !takenBack(change, environmentClass).isEmpty()
        || (deploymentOf(change.getId(), environmentClass) == null
            && known.stream()
                .anyMatch(reverted -> deploymentOf(reverted.getId(), environmentClass) != null));
  }

  private boolean isAtBaseline(RoutedChange change, String environmentClass) {
    Shipped in = of(change.getId()).get(environmentClass);
    return in != null && in.baseline();
  }

  private void addBounds(Key key, LedgerEntry entry, Rows rows) {
    if (entry == null) {
      return;
    }
    for (Place bound : entry.places()) {
      var at = new Bound(entry, bound.getBranch(), Spot.of(bound.getPosition()));
      rows.add(bounds, at.place().key().with(entry.order()), at);
    }
  }

  private Furthest furthest(Key key, Bound bound) {
    var before = bounds.lower(key);
    if (before != null && before.getKey().startsWith(bound.place().key())) {
      Spot spotBefore = reach.get(before.getKey()).spot();
      if (spotBefore.compareTo(bound.spot()) >= 0) {
        return new Furthest(bound, spotBefore, false);
      }
    }
    return new Furthest(bound, bound.spot(), true);
  }

  private void addReach(Key key, Furthest of, Rows rows) {
    if (of.first()) {
      OfBranch place = of.of().place();
      LedgerEntry entry = of.of().entry();
      rows.add(furthest, place.key().with(of.spot()).with(entry.order()), entry);
      rows.count(reached, place);
    }
  }

  private OfChange shipped(RoutedChange change) {
    Map<String, Shipped> byClass = new TreeMap<>();
    for (var inOne : firstInEach(change).values()) {
      LedgerEntry by = inOne.by();
      LedgerEntry baseline = ledgers.baseline(by.ledger());
      boolean atBaseline = change.getBackfillOnly() && by.id().equals(baseline.id());
      var here = new Shipped(by, ledgers.ofMember(by.id()), atBaseline, inOne.branch());
      // It is shipped once, ever: in several environments of a class, at the first.
      byClass.merge(by.environmentClass(), here, Shipping::earlier);
    }
    return new OfChange(change, byClass);
  }

  /** The first entry of each environment whose head is at or after a place of the change. */
  private Map<Key, Shipped> firstInEach(RoutedChange change) {
    Map<Key, Shipped> first = new TreeMap<>();
    for (Place place : change.getPlaces()) {
      Spot spot = Spot.of(place.getPosition());
      for (var environment : Table.under(environments, Key.of(place.getBranch()))) {
        var entry = furthest.ceiling(environment.getKey().with(spot));
        if (entry != null && entry.getKey().startsWith(environment.getKey())) {
          first.merge(
              Key.of(
                  environment.getValue().environmentClass(), environment.getValue().environment()),
              new Shipped(entry.getValue(), null, false, place.getBranch()),
              Shipping::earlier);
        }
      }
    }
    return first;
  }

  private static Shipped earlier(Shipped one, Shipped other) {
    return LedgerEntry.ORDER.compare(one.by(), other.by()) <= 0 ? one : other;
  }

  private void addCargo(String id, OfChange ofChange, Rows rows) {
    RoutedChange change = ofChange.change();
    for (var in : ofChange.byClass().values()) {
      if (in.baseline()) {
        continue;
      }
      Deployment deployment = in.deployment();
      rows.count(cargo, deployment.id());
      if (change.getRevert() || change.getHotfix() != null) {
        rows.add(notable, Key.of(deployment.id(), id), change);
      }
      if (change.getFiles() != null) {
        Key order = deployment.order();
        for (String file : change.getFiles()) {
          Key place = Key.of(deployment.environmentClass(), change.getRepository(), file);
          rows.add(files, place.with(order).with(id), deployment.id());
        }
      }
    }
  }
}
