package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.api.goldenpath.Spell;
import dev.dorado.api.queries.Catalog.Entry;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a service was on a golden path, by what its entries state. */
class CatalogTest {

  private static final String START = "1970-01-01";

  @Test
  void aDateThatIsDeclaredLateHoldsFromThenOn() {
    assertThat(spells(entry(START, null, null), entry("2026-04-10", "java", "2026-03-01")))
        .containsExactly(spell("java", "2026-03-01", null));
  }

  @Test
  void aDateThatIsDeclaredEarlyBeginsOnThatDate() {
    assertThat(spells(entry(START, "java", "2026-03-01")))
        .containsExactly(spell("java", "2026-03-01", null));
  }

  @Test
  void theNewestDateHoldsWhileTheServiceIsOnThePath() {
    assertThat(
            spells(
                entry(START, "java", "2026-03-01"),
                entry("2026-05-01", "java", "2026-02-01"),
                entry("2026-06-01", "java", "2026-02-15")))
        .containsExactly(spell("java", "2026-02-15", null));
  }

  @Test
  void aPathThatIsWithdrawnBeforeItsDateNeverBegan() {
    assertThat(spells(entry(START, "java", "2026-03-01"), entry("2026-02-01", null, null)))
        .isEmpty();
  }

  @Test
  void leavingAndComingBackAreTwoSpells() {
    assertThat(
            spells(
                entry(START, "java", "2026-01-01"),
                entry("2026-02-01", null, null),
                entry("2026-04-01", "java", "2026-04-01")))
        .containsExactly(
            spell("java", "2026-01-01", "2026-02-01"), spell("java", "2026-04-01", null));
  }

  @Test
  void aChangeOfPathsEndsTheOneWhereTheOtherBeginsEvenIfDeclaredLate() {
    assertThat(spells(entry(START, "java", "2026-01-01"), entry("2026-05-01", "go", "2026-03-01")))
        .containsExactly(
            spell("java", "2026-01-01", "2026-03-01"), spell("go", "2026-03-01", null));
  }

  @Test
  void withoutADateThePathIsFromTheEntryOn() {
    assertThat(spells(entry(START, null, null), entry("2026-05-01", "go", null)))
        .containsExactly(spell("go", "2026-05-01", null));
  }

  @Test
  void aServiceThatIsDroppedDidNotLeaveThePath() {
    List<Spell> spells = spells(entry(START, "java", "2026-01-01"), removed("2026-05-01"));

    assertThat(spells)
        .containsExactly(new Spell("java", time("2026-01-01"), time("2026-05-01"), true));
    assertThat(spells.get(0).hasLeft(time("2026-06-01"))).isFalse();
  }

  private static List<Spell> spells(Entry... entries) {
    return Catalog.spells(List.of(entries));
  }

  private static Spell spell(String path, String from, String until) {
    return new Spell(path, time(from), until == null ? Instant.MAX : time(until), false);
  }

  private static Entry entry(String validFrom, String path, String since) {
    return entry(validFrom, path, since, false);
  }

  private static Entry removed(String validFrom) {
    return entry(validFrom, null, null, true);
  }

  private static Entry entry(String validFrom, String path, String since, boolean removed) {
    return new Entry(
        time(validFrom),
        removed,
        null,
        null,
        "payments",
        null,
        null,
        null,
        null,
        path,
        since == null ? null : time(since),
        List.of());
  }

  private static Instant time(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
