package dev.dorado.streams.attribute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rule S9: which attempts are one deployment in the headline. */
final class Rollouts {

  private Rollouts() {}

  /**
   * Successful attempts of one SHA in different environments of a class, each within the rollout
   * window of the one before, are one; the same environment again begins a new one.
   */
  static List<Deployment> of(Collection<Ledger> ledgers, Duration window) {
    List<LedgerEntry> entries =
        ledgers.stream()
            .flatMap(ledger -> ledger.entries().stream())
            .sorted(LedgerEntry.ORDER)
            .toList();
    Map<String, List<LedgerEntry>> open = new HashMap<>();
    List<List<LedgerEntry>> rollouts = new ArrayList<>();
    for (var entry : entries) {
      List<LedgerEntry> rollout = entry.sha() == null ? null : open.get(entry.sha());
      if (rollout == null || !continues(rollout, entry, window)) {
        rollout = new ArrayList<>();
        rollouts.add(rollout);
        if (entry.sha() != null) {
          open.put(entry.sha(), rollout);
        }
      }
      rollout.add(entry);
    }
    return rollouts.stream()
        .map(members -> new Deployment(members, true))
        .sorted(Deployment.ORDER)
        .toList();
  }

  private static boolean continues(List<LedgerEntry> rollout, LedgerEntry entry, Duration window) {
    LedgerEntry last = rollout.get(rollout.size() - 1);
    boolean newEnvironment =
        rollout.stream()
            .noneMatch(
                member ->
                    member.attempt().getEnvironment().equals(entry.attempt().getEnvironment()));
    return newEnvironment && Duration.between(last.finish(), entry.finish()).compareTo(window) <= 0;
  }
}
