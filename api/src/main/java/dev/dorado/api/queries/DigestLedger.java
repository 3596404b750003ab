package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Which digests were sent, in ClickHouse, where all instances of the api see it. An attempt is
 * claimed before it is made, and a claim is given once: ClickHouse keeps one of the blocks that are
 * inserted with the same token. So no attempt is made twice, neither by two instances nor after a
 * restart. Thread-safe.
 */
public final class DigestLedger {

  /** What became of an attempt. */
  public enum Outcome {
    /** It was claimed; nothing else is known. */
    CLAIMED,
    /** The webhook took it. */
    SENT,
    /** The webhook did not take it: another attempt may be made. */
    FAILED,
    /** It was sent, and there was no answer: it may have been taken. */
    UNANSWERED
  }

  /**
   * The last attempt to send a digest.
   *
   * @param number from 1
   * @param outcome what became of it
   * @param at when that was known
   */
  public record Attempt(int number, Outcome outcome, Instant at) {}

  private final ClickHouse clickHouse;
  private final String instance;

  /**
   * The ledger.
   *
   * @param instance names this process, and no other one ever
   */
  public DigestLedger(ClickHouse clickHouse, String instance) {
    this.clickHouse = requireNonNull(clickHouse);
    this.instance = requireNonNull(instance);
  }

  /** The last attempt to send the digest of a week; empty before the first one. */
  public Optional<Attempt> last(LocalDate week, String scope) {
    List<Attempt> attempts =
        clickHouse.rows(
            "digests",
            Sql.of(
                """
                SELECT attempt, argMax(outcome, outcome != 'CLAIMED'),
                  toUnixTimestamp64Milli(max(at))
                FROM %s.digests WHERE week = toDate(?) AND scope = ?
                GROUP BY attempt ORDER BY attempt DESC LIMIT 1"""
                    .formatted(clickHouse.common()),
                week.toString(),
                scope),
            row ->
                new Attempt(row.getInt(1), Outcome.valueOf(row.getString(2)), Column.time(row, 3)));
    return attempts.stream().findFirst();
  }

  /** Claims an attempt; whether this process has it now. */
  public boolean claim(LocalDate week, String scope, int attempt, Instant now) {
    write(week, scope, attempt, Outcome.CLAIMED, now, "claim");
    List<String> holders =
        clickHouse.rows(
            "digests",
            Sql.of(
                """
                SELECT instance FROM %s.digests
                WHERE week = toDate(?) AND scope = ? AND attempt = ? AND outcome = 'CLAIMED'"""
                    .formatted(clickHouse.common()),
                week.toString(),
                scope,
                attempt),
            row -> row.getString(1));
    return holders.equals(List.of(instance));
  }

  /** Writes down what became of an attempt that this process has claimed. */
  public void conclude(LocalDate week, String scope, int attempt, Outcome outcome, Instant now) {
    write(week, scope, attempt, outcome, now, "conclusion");
  }

  private void write(
      LocalDate week, String scope, int attempt, Outcome outcome, Instant now, String step) {
    String token = "%s %s %d %s".formatted(week, scope, attempt, step);
    clickHouse.execute(
        "digests",
        """
        INSERT INTO %s.digests (week, scope, attempt, outcome, instance, at)
        SETTINGS insert_deduplication_token = %s, insert_deduplicate = 1, async_insert = 0
        VALUES ('%s', %s, %d, '%s', '%s', fromUnixTimestamp64Milli(%d))"""
            .formatted(
                clickHouse.common(),
                Sql.literal(token),
                week,
                Sql.literal(scope),
                attempt,
                outcome,
                instance,
                now.toEpochMilli()));
  }
}
