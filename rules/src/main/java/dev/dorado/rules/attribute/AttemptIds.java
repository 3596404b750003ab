package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.RoutedAttempt;

/**
 * The attempts that ended, and their ids in the facts of the service (rule E6). An id is unique
 * within a repository. If several repositories use one id, the attempt that finished first keeps
 * it, and the others get the repository after an {@code @}. An attempt without a known repository
 * is the same as those with its id and a known one, and is left out.
 */
final class AttemptIds {

  /** By the sender's id, whether the repository is unknown, finish, start, repository. */
  private final Table<Key, LedgerEntry> byGivenId;

  private final Table<String, LedgerEntry> ended;

  /**
   * @param attempts all attempts of the service, by repository and the sender's id
   */
  AttemptIds(Derivation derivation, Table<String, RoutedAttempt> attempts) {
    byGivenId = derivation.table();
    ended = derivation.table();
    derivation.each(
        "ended attempt",
        attempts,
        (key, attempt) -> hasEnded(attempt) ? LedgerEntry.of(attempt.getId(), attempt) : null,
        this::place,
        byGivenId);
    derivation.each(
        "id of an attempt (E6)",
        byGivenId,
        this::identified,
        (key, entry, rows) -> {
          if (entry != null) {
            rows.add(ended, entry.id(), entry);
          }
        },
        ended);
  }

  /** The attempts that ended, by their id in the facts. */
  Table<String, LedgerEntry> ended() {
    return ended;
  }

  /** The attempt that is named by its id in the facts, or by id, @ and repository; or null. */
  LedgerEntry named(String name) {
    LedgerEntry known = ended.get(name);
    int at = name.lastIndexOf('@');
    if (known != null || at < 0) {
      return known;
    }
    LedgerEntry first = ended.get(name.substring(0, at));
    boolean isMeant = first != null && first.repository().equals(name.substring(at + 1));
    return isMeant ? first : null;
  }

  private void place(String key, LedgerEntry entry, Rows rows) {
    if (entry != null) {
      boolean unknown = entry.repository().isEmpty();
      Key place = Key.of(entry.id(), unknown, entry.finish(), entry.start(), entry.repository());
      rows.add(byGivenId, place, entry);
    }
  }

  private LedgerEntry identified(Key place, LedgerEntry entry) {
    var first = Table.under(byGivenId, Key.of(entry.id())).iterator().next().getValue();
    if (first.equals(entry)) {
      return entry;
    }
    return entry.repository().isEmpty()
        ? null
        : LedgerEntry.of(entry.id() + "@" + entry.repository(), entry.attempt());
  }

  private static boolean hasEnded(RoutedAttempt attempt) {
    return attempt.getFinishedAt() != null
        && (attempt.getStatus().equals("succeeded") || attempt.getStatus().equals("failed"));
  }
}
