package dev.dorado.rules.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds a table against a {@link TreeMap}. */
class TableTest {

  private static final int RUNS = 60;

  @Test
  void entriesAreFoundByKeyAndInOrderWhateverWasPutAndTakenOut() {
    for (long seed = 1; seed <= RUNS; seed++) {
      var random = new Random(seed);
      Table<Integer, String> table = new Derivation().table();
      TreeMap<Integer, String> expected = new TreeMap<>();
      int keys = 1 << random.nextInt(13);
      // What comes in order, as events do, and what comes in any order.
      boolean inOrder = random.nextBoolean();
      for (int i = 0; i < 3_000; i++) {
        int key = inOrder && random.nextInt(4) > 0 ? i % (2 * keys) : random.nextInt(keys);
        if (random.nextInt(3) == 0) {
          table.remove(key);
          expected.remove(key);
        } else {
          table.put(key, "v" + i);
          expected.put(key, "v" + i);
        }
        if (i % 7 == 0) {
          int asked = random.nextInt(keys + 2) - 1;
          assertThat(table.get(asked)).as("seed %d", seed).isEqualTo(expected.get(asked));
          assertThat(table.ceiling(asked))
              .as("seed %d", seed)
              .isEqualTo(expected.ceilingEntry(asked));
          assertThat(table.higher(asked))
              .as("seed %d", seed)
              .isEqualTo(expected.higherEntry(asked));
          assertThat(table.lower(asked)).as("seed %d", seed).isEqualTo(expected.lowerEntry(asked));
        }
      }
      assertThat(entries(table.all()))
          .as("seed %d", seed)
          .isEqualTo(List.copyOf(expected.entrySet()));
      int middle = keys / 2;
      assertThat(entries(table.from(middle)))
          .as("seed %d", seed)
          .isEqualTo(List.copyOf(expected.tailMap(middle, true).entrySet()));
      assertThat(entries(table.before(middle)))
          .as("seed %d", seed)
          .isEqualTo(List.copyOf(expected.headMap(middle, false).descendingMap().entrySet()));
    }
  }

  @Test
  void keysOfPartsAreFoundAndInOrderHoweverManyPartsTheyHave() {
    for (long seed = 1; seed <= RUNS; seed++) {
      var random = new Random(seed);
      Table<Key, Integer> table = new Derivation().table();
      TreeMap<Key, Integer> expected = new TreeMap<>();
      for (int i = 0; i < 1_000; i++) {
        Key key = key(random);
        if (random.nextInt(3) == 0) {
          table.remove(key);
          expected.remove(key);
        } else {
          table.put(key, i);
          expected.put(key, i);
        }
        Key asked = random.nextBoolean() ? key(random) : key(random).end();
        assertThat(table.get(asked)).as("seed %d", seed).isEqualTo(expected.get(asked));
        assertThat(table.ceiling(asked))
            .as("seed %d", seed)
            .isEqualTo(expected.ceilingEntry(asked));
        assertThat(table.lower(asked)).as("seed %d", seed).isEqualTo(expected.lowerEntry(asked));
        Key prefix = key(random);
        assertThat(entries(Table.under(table, prefix)))
            .as("seed %d, under %s", seed, prefix)
            .isEqualTo(List.copyOf(expected.subMap(prefix, true, prefix.end(), false).entrySet()));
      }
      assertThat(entries(table.all()))
          .as("seed %d", seed)
          .isEqualTo(List.copyOf(expected.entrySet()));
    }
  }

  private static Key key(Random random) {
    Key key = Key.of("p" + random.nextInt(4));
    for (int more = random.nextInt(4); more > 0; more--) {
      key = key.with("q" + random.nextInt(4));
    }
    return key;
  }

  @Test
  void noEntryHasAKeyThatOnlyEndsARange() {
    Table<Key, Integer> table = new Derivation().table();

    assertThatThrownBy(() -> table.put(Key.of("a").end(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no entry can have the key [a]…");
  }

  @Test
  void aRuleThatFoundNothingIsAskedAgainOnceThereIsSomethingAlsoAfterManyOthersCameAndWent() {
    var derivation = new Derivation();
    Table<Integer, Integer> askers = derivation.table();
    Table<Integer, String> looked = derivation.table();
    Derived<Integer, Integer, String> found =
        derivation.each("looks", askers, (key, lookFor) -> looked.get(lookFor));
    for (int i = 0; i < 20_000; i++) {
      askers.put(i, i);
    }
    derivation.settle();
    for (int i = 0; i < 20_000; i += 2) {
      askers.remove(i);
    }
    derivation.settle();
    for (int i = 0; i < 20_000; i++) {
      looked.put(i, "there " + i);
    }
    derivation.settle();

    for (int i = 0; i < 20_000; i++) {
      assertThat(found.get(i)).isEqualTo(i % 2 == 0 ? null : "there " + i);
    }
  }

  @Test
  void memoryIsGivenBackToEntriesThatComeLater() {
    var derivation = new Derivation();
    Table<Integer, String> table = derivation.table();
    derivation.each("length", table, (key, value) -> value.length());
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < 1_000; i++) {
        table.put(round * 1_000 + i, "value");
      }
      derivation.settle();
      for (int i = 0; i < 1_000; i++) {
        table.remove(round * 1_000 + i);
      }
      derivation.settle();
    }
    long bytes = derivation.bytes();
    var few = new Derivation();
    Table<Integer, String> another = few.table();
    few.each("length", another, (key, value) -> value.length());
    for (int i = 0; i < 1_000; i++) {
      another.put(i, "value");
    }
    few.settle();

    assertThat(bytes).isLessThanOrEqualTo(few.bytes());
  }

  private static <K, V> List<Map.Entry<K, V>> entries(Iterable<Map.Entry<K, V>> iterable) {
    List<Map.Entry<K, V>> entries = new ArrayList<>();
    iterable.forEach(entries::add);
    return entries;
  }
}
