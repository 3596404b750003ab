package dev.dorado.rules.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DerivationTest {

  private final Derivation derivation = new Derivation();
  private final Table<Integer, Integer> numbers = derivation.table();
  private final List<Integer> asked = new ArrayList<>();

  @Test
  void onlyWhatReadSomethingThatChangedIsAskedAgain() {
    var sums =
        derivation.each(
            "number and the one before it",
            numbers,
            (at, number) -> {
              asked.add(at);
              var before = numbers.lower(at);
              return number + (before == null ? 0 : before.getValue());
            });
    for (int at = 0; at < 100; at++) {
      numbers.put(at, at);
    }
    derivation.settle();
    asked.clear();

    numbers.put(50, 1000);
    derivation.settle();

    assertThat(asked).containsExactly(50, 51);
    assertThat(sums.get(51)).isEqualTo(1051);
  }

  @Test
  void aRuleThatAddsRowsToATableThatItDoesNotDeclareFailsWithItsName() {
    Table<Integer, Integer> declared = derivation.table();
    Table<Integer, Integer> another = derivation.table();
    derivation.each(
        "copies",
        numbers,
        (at, number) -> number,
        (at, number, rows) -> {
          rows.add(declared, at, number);
          rows.add(another, at, number);
        },
        declared);
    numbers.put(1, 1);

    assertThatThrownBy(derivation::settle)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("rule copies adds rows to a table that it does not declare");
  }

  @Test
  void whoLookedIntoAGapIsAskedAgainWhenSomethingComesThere() {
    var next =
        derivation.each(
            "next",
            numbers,
            (at, number) -> {
              asked.add(at);
              var after = numbers.higher(at);
              return after == null ? -1 : after.getKey();
            });
    List.of(10, 20, 30).forEach(at -> numbers.put(at, 0));
    derivation.settle();
    asked.clear();

    numbers.put(25, 0);
    derivation.settle();

    assertThat(asked).containsExactly(20, 25);
    assertThat(next.get(20)).isEqualTo(25);
  }

  @Test
  void whoReadAValueIsNotAskedAgainIfItStaysTheSame() {
    var even = derivation.each("even", numbers, (at, number) -> number % 2 == 0);
    derivation.each(
        "says whether it is even",
        numbers,
        (at, number) -> {
          asked.add(at);
          return even.get(at == 1 ? 1 : at - 1);
        });
    numbers.put(1, 2);
    numbers.put(2, 5);
    derivation.settle();
    asked.clear();

    numbers.put(1, 4);
    derivation.settle();

    // 1 itself is another, but 2 reads only whether 1 is even.
    assertThat(asked).containsExactly(1);
  }

  @Test
  void aWatcherIsToldWhatARuleGivesEachTimeItIsAskedAndWhatNoLongerHolds() {
    List<String> told = new ArrayList<>();
    var signs =
        derivation.each("sign", numbers, (at, number) -> at + (number < 0 ? " minus" : " plus"));
    signs.watch(told::add);

    numbers.put(1, 5);
    derivation.settle();
    numbers.put(1, 6);
    derivation.settle();
    numbers.put(1, -6);
    derivation.settle();
    numbers.remove(1);
    derivation.settle();

    assertThat(told).containsExactly("1 plus", "1 plus", "1 plus", "1 minus", "1 minus");
  }

  @Test
  void aRowThatGoesFromOneEntryToAnotherIsThereAfterwards() {
    Table<String, Integer> first = derivation.table();
    Table<Integer, Integer> largest = derivation.table();
    derivation.each(
        "the first of all",
        numbers,
        (at, number) -> numbers.lower(at) == null ? number : null,
        (at, number, rows) -> {
          if (number != null) {
            rows.add(first, "first", number);
          }
        },
        first);
    derivation.each(
        "reads it",
        first,
        (name, number) -> number,
        (n, v, rows) -> rows.add(largest, 0, v),
        largest);
    numbers.put(5, 50);
    derivation.settle();

    numbers.put(3, 30);
    derivation.settle();

    assertThat(first.get("first")).isEqualTo(30);
    assertThat(largest.get(0)).isEqualTo(30);
  }

  @Test
  void aRuleThatReadsALaterEntryOfItsOwnIsAskedAgainWhenThatChanges() {
    var reach = new Reach(derivation, numbers);
    // 1 is asked first, and has 2 asked while it is itself being asked.
    numbers.put(1, 2);
    numbers.put(2, 0);
    derivation.settle();
    assertThat(reach.of(1)).isEqualTo(2);

    numbers.put(3, 0);
    numbers.put(2, 3);
    derivation.settle();

    assertThat(reach.of(1)).isEqualTo(3);
  }

  /** Where a chain of numbers, each the next's place, ends. */
  private static final class Reach {
    private final Derived<Integer, Integer, Integer> end;

    Reach(Derivation derivation, Table<Integer, Integer> numbers) {
      end = derivation.each("end", numbers, (at, next) -> next == 0 ? at : of(next));
    }

    Integer of(int at) {
      return end.get(at);
    }
  }

  @Test
  void aChainMayBeLong() {
    Map<String, Derived<Integer, Integer, Integer>> rules = new HashMap<>();
    rules.put(
        "sum",
        derivation.each(
            "sum of the chain",
            numbers,
            (at, next) -> next == 0 ? 1 : 1 + rules.get("sum").getAlong(next, i -> next(i))));
    int length = 200_000;
    for (int at = 1; at <= length; at++) {
      numbers.put(at, at == length ? 0 : at + 1);
    }
    derivation.settle();

    assertThat(rules.get("sum").get(1)).isEqualTo(length);
  }

  private Integer next(int at) {
    Integer next = numbers.get(at);
    return next == null || next == 0 ? null : next;
  }

  @Test
  void aRuleThatGoesRoundInACircleSaysSo() {
    var reach = new Reach(derivation, numbers);
    numbers.put(1, 2);
    numbers.put(2, 1);

    assertThatThrownBy(derivation::settle)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rule end goes round in a circle");
    assertThat(reach).isNotNull();
  }

  @Test
  void aRuleCannotReadWhatALaterOneWrites() {
    Table<Integer, Integer> later = derivation.table();
    derivation.each("early", numbers, (at, number) -> later.get(at));
    derivation.each(
        "late",
        numbers,
        (at, number) -> number,
        (at, number, rows) -> rows.add(later, at, number),
        later);
    numbers.put(1, 1);

    assertThatThrownBy(derivation::settle).hasMessageContaining("rule early reads a table");
  }

  @Test
  void intervalsAreFoundAroundATimeHoweverLongTheyAre() {
    Table<Key, String> intervals = derivation.table();
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    derivation.each(
        "interval",
        numbers,
        (at, days) -> days,
        (at, days, rows) -> {
          Instant from = start.plusSeconds(86_400L * at);
          Instant to = days == 0 ? null : from.plusSeconds(86_400L * days);
          Days.add(rows, intervals, from, to, "i" + at, "i" + at);
        },
        intervals);
    numbers.put(1, 2);
    numbers.put(3, 400);
    numbers.put(5, 0);
    derivation.settle();

    assertThat(Days.around(intervals, start.plusSeconds(2 * 86_400))).contains("i1", "i3", "i5");
    assertThat(Days.around(intervals, start.plusSeconds(10 * 86_400))).contains("i3", "i5");
    assertThat(Days.around(intervals, start.plusSeconds(10 * 86_400))).doesNotContain("i1");
  }

  @Test
  void theOrderOfChangesAndHowOftenItSettlesInBetweenMakeNoDifference() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      var one = new Running();
      Map<Integer, Integer> wanted = new HashMap<>();
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(12);
        Integer value = random.nextInt(4) == 0 ? null : random.nextInt(5);
        wanted.put(at, value);
        one.set(at, value);
        if (random.nextInt(3) == 0) {
          one.derivation.settle();
        }
      }
      var other = new Running();
      wanted.forEach(other::set);

      assertThat(one.all()).as("seed %d", seed).isEqualTo(other.all());
    }
  }

  /** Running largest values, how often each occurs, and the first place of each. */
  private static final class Running {
    private final Derivation derivation = new Derivation();
    private final Table<Integer, Integer> values = derivation.table();
    private final Count<Integer> counts = derivation.count();
    private final Table<Integer, Integer> firstAt = derivation.table();
    private final Derived<Integer, Integer, Integer> largest;

    Running() {
      largest =
          derivation.each("largest so far", values, this::largest, this::add, counts, firstAt);
    }

    private Integer largest(Integer at, Integer value) {
      var before = values.lower(at);
      Integer soFar = before == null ? null : largest.get(before.getKey());
      return soFar == null ? value : Integer.valueOf(Math.max(soFar, value));
    }

    private void add(Integer at, Integer value, Rows rows) {
      rows.count(counts, value);
      rows.add(firstAt, at, value);
    }

    void set(Integer at, Integer value) {
      if (value == null) {
        values.remove(at);
      } else {
        values.put(at, value);
      }
    }

    String all() {
      derivation.settle();
      var text = new StringBuilder();
      values.all().forEach(entry -> text.append(entry).append(largest.get(entry.getKey())));
      counts.all().forEach(text::append);
      firstAt.all().forEach(text::append);
      return Objects.toString(text);
    }
  }

  @Test
  void whatIsSettledInPartsIsAsIfSettledAtOnce() {
    Table<Integer, Integer> doubled = derivation.table();
    derivation.each(
        "number twice",
        numbers,
        (at, number) -> 2 * number,
        (at, twice, rows) -> rows.add(doubled, -at, twice),
        doubled);
    var sums =
        derivation.each(
            "sum so far",
            doubled,
            (at, number) -> {
              var before = doubled.lower(at);
              return number + (before == null ? 0 : before.getValue());
            });
    for (int at = 0; at < 100; at++) {
      numbers.put(at, at);
    }

    int parts = 1;
    while (!derivation.settle(() -> false)) {
      assertThat(derivation.isSettling()).isTrue();
      parts++;
    }

    assertThat(parts).isGreaterThanOrEqualTo(100);
    assertThat(derivation.isSettling()).isFalse();
    assertThat(sums.get(-98)).isEqualTo(2 * 98 + 2 * 99);
  }

  @Test
  void nothingMayBePutWhileOnlyAPartIsSettled() {
    derivation.each("copy", numbers, (at, number) -> number);
    numbers.put(1, 1);
    numbers.put(2, 2);
    assertThat(derivation.settle(() -> false)).isFalse();

    assertThatThrownBy(() -> numbers.put(3, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the entry 3 is put or removed before all rules have been evaluated");
    assertThatThrownBy(() -> numbers.remove(1)).isInstanceOf(IllegalStateException.class);

    assertThat(derivation.settle(() -> false)).isTrue();
    numbers.put(3, 3);
  }

  /** Of the number of an evaluation, an edge keeps a byte. */
  @Test
  void aRuleThatIsAskedAThousandTimesIsAskedAgainForWhatItReadLast() {
    Table<Integer, Integer> which = derivation.table();
    var chosen = derivation.each("chosen number", which, (at, number) -> numbers.get(number));
    for (int i = 1; i <= 1_000; i++) {
      which.put(0, 1 + i % 2);
      numbers.put(1 + i % 2, i);
      derivation.settle();

      assertThat(chosen.get(0)).as("after %d changes", i).isEqualTo(i);
    }
  }
}
