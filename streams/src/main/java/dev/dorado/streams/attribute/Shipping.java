package dev.dorado.streams.attribute;

import dev.dorado.steps.Place;
import dev.dorado.steps.Position;
import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.route.Positions;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Rules S4 and S5: which entry of a ledger ships a change. */
final class Shipping {

  /**
   * How a change was shipped to an environment.
   *
   * @param by the entry that has it first
   * @param baseline whether that is the baseline, which only shows that it had been shipped by then
   */
  record Shipped(LedgerEntry by, boolean baseline) {}

  /** Of each branch: the heads that went further than all before them, with who had them. */
  private final Map<String, TreeMap<Position, LedgerEntry>> furthest = new HashMap<>();

  private LedgerEntry baseline;

  Shipping(Ledger ledger) {
    for (var entry : ledger.entries()) {
      if (entry.isHeadKnown() && baseline == null) {
        baseline = entry;
      }
      for (Place bound : entry.attempt().getHead()) {
        var onBranch =
            furthest.computeIfAbsent(bound.getBranch(), branch -> new TreeMap<>(Positions.ORDER));
        if (onBranch.isEmpty()
            || Positions.ORDER.compare(onBranch.lastKey(), bound.getPosition()) < 0) {
          onBranch.put(bound.getPosition(), entry);
        }
      }
    }
  }

  /**
   * The first entry whose head is at or after the change's position (S4). What came only by
   * backfill at or before the baseline counts as shipped at an unknown time, by none (S5).
   *
   * @return null if it is not shipped
   */
  Shipped of(RoutedChange change) {
    LedgerEntry first = null;
    for (Place place : change.getPlaces()) {
      var onBranch = furthest.get(place.getBranch());
      var reached = onBranch == null ? null : onBranch.ceilingEntry(place.getPosition());
      if (reached != null
          && (first == null || LedgerEntry.ORDER.compare(reached.getValue(), first) < 0)) {
        first = reached.getValue();
      }
    }
    if (first == null) {
      return null;
    }
    return new Shipped(first, change.getBackfillOnly() && first.id().equals(baseline.id()));
  }

  /**
   * How a change was first shipped in the headline over several ledgers (S4), or null. The baseline
   * of an environment that was opened later takes nothing from one that had it before.
   */
  static Shipped first(RoutedChange change, Collection<Shipping> shippings) {
    return shippings.stream()
        .map(shipping -> shipping.of(change))
        .filter(Objects::nonNull)
        .min(Comparator.comparing(Shipped::by, LedgerEntry.ORDER))
        .orElse(null);
  }
}
